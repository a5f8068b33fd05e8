"""Cohorts: what the customers who joined in one period hold as they grow older with the group."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onefold.commands.viewer import Viewer
from onefold.domains.pictures import queries
from onefold.domains.pictures.queries import Cohort
from onefold.web.cockpit.asked import Choice, View
from onefold.web.ui.templatetags.figures import count, ratio, share

STEPS = {"series": (0.5, 0.9, 1.1, 1.3, 1.6, 2.0, 2.5), "active": (0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97)}
"""From which value on each step of the heat scale begins; fixed, so that two days and two groups can be compared."""


def choices() -> list[Choice]:
    grains = {"YEAR": _("Year"), "QUARTER": _("Quarter")}
    shows = {"series": _("Series per customer who joined"), "active": _("Share still a customer")}
    return [Choice("grain", _("Joined in"), grains), Choice("show", _("Number shown"), shows)]


def picture(viewer: Viewer, view: View) -> dict[str, Any]:
    """Arrange the cohorts of one grain as rows of ages; the caller holds the scope open."""
    cohorts = queries.cohorts(viewer, view.scope, view.book, view["grain"])
    cells = {(cohort.joined, cohort.age): cohort for cohort in cohorts}
    joined, ages = sorted({c.joined for c in cohorts}), sorted({c.age for c in cohorts})
    last = max((cohort.measured_on for cohort in cohorts), default=None)
    return {
        "title": _("Cohorts"),
        "ages": [age_name(age, view["grain"]) for age in ages],
        "rows": [
            {
                "label": period_name(start, view["grain"]),
                "customers": _size(cells, start, ages),
                "cells": [_cell(cells.get((start, age)), view["show"], last) for age in ages],
            }
            for start in joined
        ],
        "steps": [
            {"step": number, "least": _said(least, view["show"])}
            for number, least in enumerate(STEPS[view["show"]], start=1)
        ],
    }


def _size(cells: dict[tuple[date, int], Cohort], start: date, ages: list[int]) -> int | None:
    sizes = [cells[start, age].customers for age in ages if (start, age) in cells]
    return next((size for size in sizes if size is not None), None)


def _cell(cohort: Cohort | None, show: str, last: date | None) -> dict[str, Any]:
    if cohort is None:
        return {"blank": True}
    value = value_of(cohort, show)
    return {
        "blank": False,
        "heat": 0 if value is None else bisect_right(STEPS[show], value),
        "text": "" if value is None else _said(value, show),
        "open": cohort.measured_on == last,
    }


def value_of(cohort: Cohort, show: str) -> float | None:
    part = cohort.series if show == "series" else cohort.active
    return part / cohort.customers if part is not None and cohort.customers else None


def _said(value: float, show: str) -> str:
    return ratio(value) if show == "series" else share(value)


def age_name(age: int, grain: str) -> str:
    if age == 0:
        return _("at the end of it")
    if grain == "YEAR":
        return ngettext("+%(n)s year", "+%(n)s years", age) % {"n": age}
    return ngettext("+%(n)s quarter", "+%(n)s quarters", age) % {"n": age}


def period_name(start: date, grain: str) -> str:
    return str(start.year) if grain == "YEAR" else f"{start.year} Q{(start.month + 2) // 3}"


def sheet(viewer: Viewer, view: View) -> tuple[list[str], list[list[Any]]]:
    head = [_("Joined in"), _("Measured on"), _("Customers who joined"), _("Still customers"), _("Series they hold")]
    rows: list[list[Any]] = [
        [period_name(c.joined, view["grain"]), c.measured_on, c.customers, c.active, c.series]
        for c in queries.cohorts(viewer, view.scope, view.book, view["grain"])
    ]
    return head, rows


def summary(arranged: dict[str, Any]) -> str:
    sizes = [row["customers"] for row in arranged["rows"] if row["customers"]]
    return _("%(n)s customers in %(cohorts)s cohorts.") % {"n": count(sum(sizes)), "cohorts": count(len(sizes))}
