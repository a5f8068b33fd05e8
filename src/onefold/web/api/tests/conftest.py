from collections.abc import Callable
from datetime import timedelta

import pytest

from onefold.commands import clock
from onefold.web.tests.pages import english as english


@pytest.fixture
def moved_clock(as_role) -> Callable[..., None]:
    """`moved_clock(days=8)`: so much later."""

    def move(**how_far: int) -> None:
        with as_role("owner"):
            clock.set_demo_clock(clock.now() + timedelta(**how_far))

    return move
