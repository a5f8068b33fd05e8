"""From counts to what is shown: the group's exact with small cells withheld, those of companies and regions rounded.

Each picture says which cells add up to which; `small_cells.withheld` does the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from onefold.analytics.pictures.crowds import GROUP, ORGANISATION, PERSON
from onefold.analytics.pictures.flows import DEPTH
from onefold.analytics.pictures.small_cells import rounded, withheld
from onefold.analytics.pictures.white_space import STATES

Row = dict[str, Any]


@dataclass(frozen=True)
class Limits:
    """`least`: smallest count shown. `step`: what counts below the group are rounded to."""

    least: int
    step: int

    def rounded(self, count: int) -> int | None:
        return rounded(count, self.least, self.step)


@dataclass
class Sums:
    """Named cells and which of them add up to which."""

    counts: list[int] = field(default_factory=list)
    lines: list[list[tuple[int, int]]] = field(default_factory=list)
    fixed: set[int] = field(default_factory=set)
    already: set[int] = field(default_factory=set)
    dear: set[int] = field(default_factory=set)
    place: dict[Hashable, int] = field(default_factory=dict)

    def cell(self, name: Hashable, count: int) -> None:
        if name not in self.place:
            self.place[name] = len(self.counts)
            self.counts.append(0)
        self.counts[self.place[name]] = count

    def line(self, parts: Iterable[Hashable], totals: Iterable[Hashable]) -> None:
        """The parts add up to the totals; cells that are not there count nothing."""
        signed = [(name, 1) for name in parts] + [(name, -1) for name in totals]
        self.lines.append([(self.place[name], sign) for name, sign in signed if name in self.place])

    def withheld(self, least: int) -> set[Hashable]:
        lines = sorted(sorted(line) for line in self.lines)  # they come from sets, whose order is chance
        hidden = withheld(self.counts, lines, least, self.fixed, self.already, self.dear)
        return {name for name, place in self.place.items() if place in hidden}


def white_space(rows: list[Row], limits: Limits) -> list[Row]:
    """Rows of dataset `white_space` from rows (…, state, customers)."""
    cells: dict[tuple[str, str, str, str, str], Row] = {}
    for row in rows:
        key = (row["scope_kind"], row["scope"], row["segment"], row["column_kind"], row["column"])
        cell = cells.setdefault(key, dict.fromkeys(("customers", *STATES), 0))
        cell[STATES[row["state"]]] += row["customers"]
        cell["customers"] += row["customers"]
    exact: dict[tuple[str, str], dict[str, Row]] = defaultdict(dict)
    for key, cell in cells.items():
        if key[0] == GROUP:
            exact[key[3], key[4]][key[2]] = cell
        else:
            cell.update({name: limits.rounded(count) for name, count in cell.items()})
    _withhold_white_space(exact, limits.least)
    names = ("scope_kind", "scope", "segment", "column_kind", "column")
    return [dict(zip(names, key, strict=True)) | cell for key, cell in cells.items()]


def _withhold_white_space(columns: dict[tuple[str, str], dict[str, Row]], least: int) -> None:
    """The size of a segment is the same under many columns, so it is withheld under all of them or under none."""
    sizes: set[Hashable] = set()
    for segments in columns.values():
        sums = Sums()
        for segment, cell in segments.items():
            sums.cell(segment, cell["customers"])
        sums.line(set(segments) - {PERSON, ORGANISATION}, [PERSON])
        sizes |= sums.withheld(least)
    for segments in columns.values():
        sums = _states_of(segments, sizes)
        for place in sums.withheld(least):
            segment, name = cast(tuple[str, str], place)
            if segment in segments:
                segments[segment][name] = None


def _states_of(segments: dict[str, Row], sizes: set[Hashable]) -> Sums:
    """One column's cells: states add up to the segment, segments to the persons; both books' holders are published elsewhere."""
    sums = Sums()
    for segment, cell in segments.items():
        for name, count in cell.items():
            sums.cell((segment, name), count)
        sums.dear |= {sums.place[segment, name] for name in STATES if name != "not_eligible"}
        sums.line([(segment, name) for name in STATES], [(segment, "customers")])
        (sums.already if segment in sizes else sums.fixed).add(sums.place[segment, "customers"])
    for name in ("customers", *STATES):
        sums.line([(segment, name) for segment in segments if segment not in (PERSON, ORGANISATION)], [(PERSON, name)])
    sums.cell(("ALL", "held"), sum(segments[book]["held"] for book in (PERSON, ORGANISATION) if book in segments))
    sums.fixed.add(sums.place["ALL", "held"])
    sums.line([(PERSON, "held"), (ORGANISATION, "held")], [("ALL", "held")])
    return sums


REASONS = 5


def gap_reasons(rows: list[Row], cells: list[Row], limits: Limits) -> list[Row]:
    """The gates that stop most customers of each cell; none that stops a few, or all but a few.

    Where the cell's own count is withheld, or below the group, the gate's count is rounded: it might be the same.
    """
    closed = {
        (cell["scope_kind"], cell["scope"], cell["segment"], cell["column"]): cell["not_eligible"]
        for cell in cells
        if cell["column_kind"] == "SERIES"
    }
    kept: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        place = (row["scope_kind"], row["scope"], row["segment"], row["series"])
        whole = closed.get(place)
        if row["customers"] < limits.least:
            continue
        exact = row["scope_kind"] == GROUP and whole is not None
        if exact and 0 < whole - row["customers"] < limits.least:
            continue
        kept[place].append(row if exact else row | {"customers": limits.rounded(row["customers"])})
    ranked = (sorted(found, key=lambda row: (-row["customers"], row["gate"])) for found in kept.values())
    return [row for found in ranked for row in found[:REASONS]]


def flows(rows: list[Row], limits: Limits) -> list[Row]:
    """Rows of dataset `flows`. Who came into a state on a day leaves it from there: that sum ties the days together."""
    for view in {row["view"] for row in rows}:
        exact = [row for row in rows if row["view"] == view and row["scope_kind"] == GROUP]
        sums = _flow_sums(exact)
        hidden = sums.withheld(limits.least)
        for row in exact:
            if _flow(row) in hidden:
                row["customers"] = None
    for row in rows:
        if row["scope_kind"] != GROUP:
            row["customers"] = limits.rounded(row["customers"])
    return rows


def _flow(row: Row) -> tuple[Any, ...]:
    return row["book"], row["from_on"], row["from_state"], row["to_state"]


def _flow_sums(rows: list[Row]) -> Sums:
    sums, into, out_of = Sums(), defaultdict(list), defaultdict(list)
    for row in rows:
        sums.cell(_flow(row), row["customers"])
        into[row["book"], row["to_on"], row["to_state"]].append(_flow(row))
        out_of[row["book"], row["from_on"], row["from_state"]].append(_flow(row))
    last = max((row["to_on"] for row in rows), default=None)
    by_number = any(row["view"] == DEPTH for row in rows)
    for place, arrived in into.items():
        if place[1] != last:
            sums.line(arrived, out_of[place])
    for day, state in {(day, state) for _, day, state in into} if by_number else ():
        # How many of both books hold one series, two, ... is published as an indicator.
        parts = [flow for book in (PERSON, ORGANISATION) for flow in into[book, day, state]]
        sums.cell(("ALL", day, state), sum(sums.counts[sums.place[flow]] for flow in parts))
        sums.fixed.add(sums.place["ALL", day, state])
        sums.line(parts, [("ALL", day, state)])
    return sums


def cohorts(rows: list[Row], limits: Limits) -> list[Row]:
    """Rows of dataset `cohorts`: a cohort of a few is not shown at all, a few who stayed or a few who went neither."""
    exact = [row for row in rows if row["scope_kind"] == GROUP]
    sizes = _cohort_sums(exact, ("customers",), set()).withheld(limits.least)
    hidden: set[Hashable] = set()
    for day in {row["measured_on"] for row in exact}:
        looked = [row | {"gone": row["customers"] - row["active"]} for row in exact if row["measured_on"] == day]
        found = _cohort_sums(looked, ("customers", "active", "gone"), sizes).withheld(limits.least)
        hidden |= {(*cast(tuple[Hashable, ...], name), day) for name in found}
    for row in rows:
        row["age"] = age_of(row["grain"], row["joined"], row["measured_on"])
        if row["scope_kind"] != GROUP:
            row.update({name: limits.rounded(row[name]) for name in ("customers", "active", "series")})
        else:
            _withhold_cohort(row, sizes, hidden)
        if row["customers"] is None or row["active"] is None:
            row["series"] = row["active"] = None
    return rows


def _withhold_cohort(row: Row, sizes: set[Hashable], hidden: set[Hashable]) -> None:
    cohort = (row["book"], row["grain"], row["joined"])
    if (*cohort, "customers") in sizes:
        row["customers"] = None
    if {(*cohort, name, row["measured_on"]) for name in ("active", "gone")} & hidden:
        row["active"] = None


def _cohort_sums(rows: list[Row], names: tuple[str, ...], sizes: set[Hashable]) -> Sums:
    """Four quarters' cohorts are a year's; who stayed and who went are a cohort."""
    sums, quarters = Sums(), defaultdict(set)
    for row in rows:
        cohort = (row["book"], row["grain"], row["joined"])
        for name in names:
            sums.cell((*cohort, name), row[name])
        if row["grain"] == "QUARTER":
            quarters[row["book"], row["joined"].year].add(row["joined"])
        if len(names) > 1:
            sums.line([(*cohort, "active"), (*cohort, "gone")], [(*cohort, "customers")])
            whole = (*cohort, "customers")
            (sums.already if whole in sizes else sums.fixed).add(sums.place[whole])
    for (book, year), starts in quarters.items():
        for name in names if len(starts) == 4 else ():
            parts = [(book, "QUARTER", start, name) for start in starts]
            sums.line(parts, [(book, "YEAR", date(year, 1, 1), name)])
    return sums


def age_of(grain: str, joined: date, measured_on: date) -> int:
    """How many periods' ends lie between a cohort's own and the day."""
    years = measured_on.year - joined.year
    return years if grain == "YEAR" else years * 4 + (measured_on.month - 1) // 3 - (joined.month - 1) // 3


def contributions(rows: list[Row], homes: dict[str, str], limits: Limits) -> list[Row]:
    """Rows of dataset `contributions`; `homes`: channel to its company."""
    for book in {row["book"] for row in rows}:
        exact = [row for row in rows if row["book"] == book and row["scope_kind"] == GROUP]
        hidden = _contribution_sums(exact, homes).withheld(limits.least)
        for row in exact:
            if _dimensions(row) in hidden:
                row["contracts"] = row["premium_minor"] = None
    for row in rows:
        if row["scope_kind"] != GROUP:
            row["contracts"] = limits.rounded(row["contracts"])
            row["premium_minor"] = None if row["contracts"] is None else three_digits(row["premium_minor"])
    return rows


def _dimensions(row: Row) -> frozenset[tuple[str, str]]:
    """What a cell is of, whichever view it stands in: sums that two views share are one cell."""
    names = row["view"].split("_")
    places = {(name, value) for name, value in zip(names, (row["row"], row["column"]), strict=True) if value != "ALL"}
    # Without a channel and by no way are the same contracts.
    return frozenset(("CHANNEL", "NONE") if place == ("WAY", "NONE") else place for place in places)


def _contribution_sums(rows: list[Row], homes: dict[str, str]) -> Sums:
    sums, views = Sums(), defaultdict(list)
    for row in rows:
        sums.cell(_dimensions(row), row["contracts"])
        views[row["view"]].append(row)
    for found in views.values():
        by_row, by_column = defaultdict(set), defaultdict(set)
        for row in found:
            if row["column"] != "ALL":
                by_row[row["row"]].add(row["column"])
            if row["row"] != "ALL":
                by_column[row["column"]].add(row["row"])
        named = {(row["row"], row["column"]): _dimensions(row) for row in found}
        for one, columns in by_row.items():
            sums.line([named[one, column] for column in columns], [named[one, "ALL"]])
        for one, others in by_column.items():
            sums.line([named[other, one] for other in others], [named["ALL", one]])
    for way in ("OWN", "SISTER"):
        cells = [row for row in views["LINE_CHANNEL"] if "ALL" not in (row["row"], row["column"])]
        parts = [_dimensions(row) for row in cells if row["column"] in homes and _way(row, homes) == way]
        if parts:
            sums.line(parts, [frozenset({("WAY", way)})])
    return sums


def _way(row: Row, homes: dict[str, str]) -> str:
    return "OWN" if homes[row["column"]] == row["row"].partition(":")[0] else "SISTER"


def three_digits(amount: int) -> int:
    """Round to three leading digits, half up: a rounded sum cannot be subtracted from an exact one."""
    unit = 10 ** max(0, len(str(abs(amount))) - 3)
    return (amount + unit // 2) // unit * unit
