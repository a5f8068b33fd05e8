"""Which days a release speaks of."""

from __future__ import annotations

from datetime import date

import pytest

from onefold.analytics.engines.duckdb import open_lake
from onefold.analytics.indicators import with_history
from onefold.analytics.indicators.days import cut
from onefold.analytics.tests.worlds import TODAY, lay, worked_case


def test_the_month_ends_before_the_day_and_the_day_itself() -> None:
    assert with_history(date(2026, 5, 31), 3) == [
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
        date(2026, 5, 31),
    ]
    assert with_history(date(2024, 3, 1), 1) == [date(2024, 2, 29), date(2024, 3, 1)]
    assert len(with_history(date(2026, 5, 31), 24)) == 25


def test_no_day_and_an_attribute_nobody_has_are_refused(tmp_path) -> None:
    with open_lake(lay(worked_case(second_motor_policy=True), tmp_path)) as lake:
        with pytest.raises(ValueError, match="no day"):
            cut(lake, [], TODAY)
        with pytest.raises(ValueError, match="shoe_size"):
            cut(lake, [TODAY], TODAY, by=("shoe_size",))
