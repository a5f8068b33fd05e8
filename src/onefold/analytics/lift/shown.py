"""Comparisons that leave the run: of enough households, and of no few contracts, nor such as would give a few away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

from onefold.analytics.publication import Limits, Sums

Row = dict[str, Any]
ARMS = ("open", "held")
PLACE = ("measure", "level", "row", "since", "until")


def shown(
    rows: Iterable[Row],
    sorts: Mapping[str, Mapping[str, str]],
    series_of: Mapping[str, str | None],
    limits: Limits,
) -> list[Row]:
    """Return the rows of dataset `lift` that may be shown; `sorts`: LINE, COMPANY → series → which of them; `series_of`:
    campaign → series.

    A rate and what it is per tell the number of contracts, so a row is left out as a whole, with its profit.
    """
    every = list(rows)
    hidden: set[Hashable] = set()
    by_measure: dict[str, list[Row]] = defaultdict(list)
    for row in every:
        if row["outcome"] == "CONTRACTS":
            by_measure[row["measure"]].append(row)
    for measured in by_measure.values():
        for arm in ARMS:
            hidden |= _sums(measured, arm, sorts, series_of).withheld(limits.least)
    enough = [row for row in every if min(row[f"{arm}_units"] for arm in ARMS) >= limits.least]
    return [row for row in enough if _place(row) not in hidden]


def _place(row: Row) -> Hashable:
    return tuple(row[name] for name in PLACE)


def _sums(
    rows: list[Row], arm: str, sorts: Mapping[str, Mapping[str, str]], series_of: Mapping[str, str | None]
) -> Sums:
    """Campaigns add up to their series, series to lines and to companies, these to the whole, wherever what is compared is the same."""
    sums, places, inside = Sums(), {}, defaultdict(set)
    for row in rows:
        name = _place(row)
        sums.cell(name, row[f"{arm}_sum"])
        places[row["level"], row["row"]] = name
    whole = places.get(("GROUP", "ALL"))
    if whole:
        sums.dear.add(sums.place[whole])
    for level, member in places:
        above = {"SERIES": [(sort, of.get(member, "")) for sort, of in sorts.items()]}
        above["CAMPAIGN"] = [("SERIES", series_of.get(member) or "")]
        for over in (("GROUP", "ALL"), *above.get(level, ())):
            if over in places:
                inside[level, *over].add(places[level, member])
    for (level, over, one), parts in inside.items():
        total = places.get((over, one))
        if total and level not in ("GROUP", "MONTH"):
            _add_up(sums, level, parts, total)
    return sums


def _add_up(sums: Sums, level: str, parts: set[Hashable], total: Hashable) -> None:
    """Strata of which nothing can be read are in no row: then there is a rest that nobody sees."""
    rest = sums.counts[sums.place[total]] - sum(sums.counts[sums.place[part]] for part in parts)
    if rest:
        name = ("REST", level, total)
        sums.cell(name, abs(rest), unseen=True)
        sums.weighted([*((part, 1) for part in parts), (name, 1 if rest > 0 else -1), (total, -1)])
    else:
        sums.line(parts, [total])
