"""Harbour Group with sandboxes behind it: what is asked of them goes over HTTP, and what they did is counted there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.sandboxes import Sandboxes, running


@pytest.fixture(scope="session")
def sandboxes(tmp_path_factory) -> Iterator[Sandboxes]:
    with running(tmp_path_factory.mktemp("sandbox")) as started:
        yield started


@pytest.fixture
def shop(harbour, as_role, settings_of, sandboxes) -> Iterator[Any]:
    """A seller with a customer who wants a car insured, and everything that follows a click."""
    from tests.selling import selling  # Django is set up by now

    sandboxes.all_is_well()
    with settings_of(PARTNERS=sandboxes.text):
        yield selling(as_role, sandboxes)
