"""Movements as they leave the run: causes of a few customers are told together, and only between figures that are shown.

A movement ties two days' figures together (before, plus its parts, is after), and the companies' parts add up to the
group's. So what is withheld of a day must not follow from the parts, nor a small part from the days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from datetime import date
from typing import Any

from onefold.analytics.indicators.days import ALL
from onefold.analytics.indicators.shown import Catalogue, Name, Row, by_day, told
from onefold.analytics.publication import Limits, Sums
from onefold.kernel.movements import BEFORE, FEW

Told = Mapping[Hashable, int | None]
Figure = tuple[str, str]
"""indicator, row"""
CUSTOMERS: Figure = ("CUSTOMERS", ALL)


def movements(
    rows: Iterable[Row], published: Iterable[Row], catalogue: Catalogue, limits: Limits, before: Iterable[Row] = ()
) -> list[Row]:
    """Rows of dataset `published_movements` from those of `movements`; `published`, `before`: `published_values` of this release
    and of the one before."""
    steps: dict[tuple[str, date, date], list[Row]] = defaultdict(list)
    for row in rows:
        steps[row["basis"], row["as_of_before"], row["as_of"]].append(row)
    now, earlier = by_day(published), by_day(before)
    shown = []
    for (basis, from_, to), found in sorted(steps.items()):
        then = (earlier if basis == "RELEASE" and from_ in earlier else now).get(from_, [])
        shown += _step(found, told(then, catalogue), told(now.get(to, []), catalogue), catalogue, limits)
    return shown


def _step(rows: list[Row], then: Told, now: Told, catalogue: Catalogue, limits: Limits) -> list[Row]:
    figures: dict[Figure, list[Row]] = defaultdict(list)
    for row in rows:
        figures[row["indicator"], row["row"]].append(row)
    sums = _sums(figures, then, now, catalogue)
    hidden = sums.withheld(limits.least)
    shown = []
    for figure, parts in sorted(figures.items()):
        name = catalogue.numerator(parts[0])
        if all(_is_told(told_, one) for told_ in (then, now) for one in (name, CUSTOMERS)):
            shown += _told_together(parts, hidden, figure)
    return shown


def _is_told(told_: Told, name: Name) -> bool:
    """Whether a count is shown; one that the release before did not publish at all is not known to anybody."""
    return told_.get(name) is not None


def _sums(figures: Mapping[Figure, list[Row]], then: Told, now: Told, catalogue: Catalogue) -> Sums:
    sums = Sums()
    causes: dict[tuple[str, str, str], dict[str, Name]] = defaultdict(dict)
    for (indicator, member), parts in figures.items():
        name = catalogue.numerator(parts[0])
        for quantity, count in ((name, "numerator"), (CUSTOMERS, "denominator")):
            _line(sums, quantity, count, parts, then, now, whole=(indicator, member))
        for part in parts:
            if part["part"] != BEFORE:
                causes[indicator, part["part"], part["channel"]][member] = _cell(part, (indicator, member))
    group = {"product_penetration": "customer_penetration"}
    for (indicator, cause, channel), members in sorted(causes.items()):
        whole = causes.get((group.get(indicator, indicator), cause, channel), {}).get(ALL)
        companies = [name for member, name in sorted(members.items()) if member != ALL]
        if whole and companies:
            _add_up(sums, companies, whole)
    return sums


def _cell(part: Row, figure: Figure) -> Name:
    return "PART", *figure, part["part"], part["channel"]


def _line(sums: Sums, quantity: Name, count: str, parts: list[Row], then: Told, now: Told, *, whole: Figure) -> None:
    """A figure before, and its parts, are the figure after. A count that goes down is a cell of how many went."""
    before = next(part[count] for part in parts if part["part"] == BEFORE)
    after = sum(part[count] for part in parts)
    line: list[tuple[Hashable, int]] = []
    for when, told_, number, factor in (("THEN", then, before, 1), ("NOW", now, after, -1)):
        name = (when, *quantity)
        sums.cell(name, number)
        (sums.fixed if told_.get(quantity) is not None else sums.already).add(sums.place[name])
        line.append((name, factor))
    for part in parts:
        if part["part"] != BEFORE and part[count]:
            # How many customers came and went is one count, whichever figure it moves.
            name = _cell(part, whole if count == "numerator" else CUSTOMERS)
            sums.cell(name, abs(part[count]))
            line.append((name, 1 if part[count] > 0 else -1))
    sums.weighted(line)


def _add_up(sums: Sums, companies: list[Name], whole: Name) -> None:
    """A cause adds to the group what it adds to the companies. Their counts have one sign unless merges or definitions moved them."""
    if whole[3] in ("MERGES", "DEFINITION"):
        return
    sums.line(companies, [whole])


def _told_together(parts: list[Row], hidden: set[Hashable], figure: Figure) -> list[Row]:
    """The parts that may be told, and one for all others."""
    shown: list[Row] = []
    few: list[Row] = []
    for part in parts:
        cells = {_cell(part, figure)} if part["numerator"] else set()
        cells |= {_cell(part, CUSTOMERS)} if part["denominator"] else set()
        (few if part["part"] != BEFORE and cells & hidden else shown).append(part)
    if few:
        together: dict[str, Any] = {name: sum(part[name] for part in few) for name in ("numerator", "denominator")}
        shown.append(few[0] | {"part": FEW, "channel": ""} | together)
    return shown
