"""Days: whole years of age, months. Nothing here knows what day it is."""

from __future__ import annotations

import calendar
from datetime import date, timedelta


def age_on(born_on: date, day: date) -> int:
    """Whole years lived on `day`. Who is born on 29 February is a year older on 1 March in a common year.

    Raises `ValueError` when `day` is before the birth.
    """
    if day < born_on:
        raise ValueError("no age before birth")
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def age_bounds(birth_month: date, day: date) -> tuple[int, int]:
    """Least and greatest whole years lived on `day` by somebody born in the month that begins on `birth_month`.

    The least is 0 in the month of birth itself. Raises `ValueError` when `day` is before the month.
    """
    first = month_floor(birth_month)
    last = add_months(first, 1) - timedelta(days=1)
    return age_on(min(last, day), day), age_on(first, day)


def month_floor(day: date) -> date:
    """First day of the month of `day`."""
    return day.replace(day=1)


def add_months(day: date, months: int) -> date:
    """The same day `months` later (or earlier), the month's last day where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
