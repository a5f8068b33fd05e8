"""What is written behind the replay."""

from __future__ import annotations

import pytest

from onefold.analytics.landing.behind import Behind
from onefold.seam.store import Written


def test_what_was_handed_in_is_told_in_its_order_once() -> None:
    with Behind() as behind:
        for number in range(4):
            behind.write(lambda number=number: Written("one", number, ""))  # type: ignore[misc]
        assert [each.rows for each in behind.written()] == [0, 1, 2, 3]
        assert behind.written() == []


def test_what_went_wrong_is_raised_at_the_next_or_at_the_end() -> None:
    def broken() -> Written:
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"), Behind() as behind:
        behind.write(broken)
        behind.write(lambda: Written("never", 0, ""))
    with pytest.raises(OSError, match="no room"), Behind() as behind:
        behind.write(broken)
        behind.written()
