"""The days the pictures look at: ends of quarters and years, and the day of the run."""

from __future__ import annotations

from datetime import date, timedelta

DAYS_OF_FLOWS, YEARS_BACK = 9, 10


def quarter_start(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def quarter_starts(as_of: date, back: int) -> list[date]:
    """First days of the quarter of `as_of` and of the `back` quarters before it, oldest first."""
    starts = [quarter_start(as_of)]
    for _ in range(back):
        starts.append(quarter_start(starts[-1] - timedelta(days=1)))
    return starts[::-1]


def quarter_days(as_of: date, count: int = DAYS_OF_FLOWS) -> list[date]:
    """`count` days, oldest first: last days of quarters that have ended, and `as_of` where it is not one of them."""
    ended = [start - timedelta(days=1) for start in quarter_starts(as_of + timedelta(days=1), count - 1)]
    return ended if ended[-1] == as_of else [*ended[1:], as_of]


def ends_month(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


def ends_quarter(day: date) -> bool:
    return ends_month(day) and day.month % 3 == 0


def year_days(as_of: date, back: int = YEARS_BACK) -> list[date]:
    """31 December of the years before, and `as_of`; oldest first."""
    return [*(date(year, 12, 31) for year in range(as_of.year - back, as_of.year)), as_of]


def month_starts(as_of: date, months: int) -> list[date]:
    """First days of the last `months` months, the month of `as_of` included; oldest first."""
    last = as_of.year * 12 + as_of.month - 1
    return [date(month // 12, month % 12 + 1, 1) for month in range(last - months + 1, last + 1)]
