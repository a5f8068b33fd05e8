"""The sandboxes as processes of their own, each with an empty store; what they did is counted there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.sandboxes import Sandboxes, running


@pytest.fixture(scope="module")
def sandboxes(tmp_path_factory) -> Iterator[Sandboxes]:
    with running(tmp_path_factory.mktemp("sandbox")) as started:
        yield started
