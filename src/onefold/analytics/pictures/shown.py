"""From counts to what is shown: the group's exact with small cells withheld, those of companies and regions rounded.

Each picture says which cells add up to which; `publication.small_cells` does the rest. Two releases can be subtracted as well:
what the release before said of the same cells is asked, and a period that is not over, or a sum over months that move on,
is rounded, for the next release counts a few more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from datetime import date
from typing import Any, cast

from onefold.analytics.pictures.crowds import GROUP, ORGANISATION, PERSON
from onefold.analytics.pictures.flows import DEEPEST, DEPTH
from onefold.analytics.pictures.white_space import STATES
from onefold.analytics.publication import Limits, Sums, three_digits

Row = dict[str, Any]
Told = Mapping[Hashable, int | None]
"""What indicators say of a count: the count, or None where it is withheld."""


def white_space(rows: list[Row], limits: Limits, holders: Told, earlier: Iterable[Row] = ()) -> list[Row]:
    """Rows of dataset `white_space` from rows (…, state, customers).

    `holders`: (column_kind, column) → holders of both books; `earlier`: what the release before said of the same day.
    """
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
    _withhold_white_space(exact, limits.least, holders, _said_before(earlier))
    names = ("scope_kind", "scope", "segment", "column_kind", "column")
    return [dict(zip(names, key, strict=True)) | cell for key, cell in cells.items()]


def _said_before(earlier: Iterable[Row]) -> dict[tuple[str, str], dict[Hashable, int | None]]:
    said: dict[tuple[str, str], dict[Hashable, int | None]] = defaultdict(dict)
    for row in earlier:
        if row["scope_kind"] == GROUP:
            for name in ("customers", *STATES):
                said[row["column_kind"], row["column"]][row["segment"], name] = row[name]
    return said


def _withhold_white_space(
    columns: dict[tuple[str, str], dict[str, Row]],
    least: int,
    holders: Told,
    said: Mapping[tuple[str, str], Mapping[Hashable, int | None]],
) -> None:
    """The size of a segment is the same under many columns, so it is withheld under all of them or under none."""
    sizes: set[Hashable] = set()
    for column, segments in columns.items():
        sums = Sums()
        for segment, cell in segments.items():
            sums.cell((segment, "customers"), cell["customers"])
        sums.line([(one, "customers") for one in set(segments) - {PERSON, ORGANISATION}], [(PERSON, "customers")])
        sums.published(said.get(column, {}))
        sizes |= sums.withheld(least)
    for column, segments in columns.items():
        sums = _states_of(segments, sizes, column, holders)
        sums.published(said.get(column, {}))
        for place in sums.withheld(least):
            segment, name = cast(tuple[str, str], place)
            if segment in segments:
                segments[segment][name] = None


def _states_of(segments: dict[str, Row], sizes: set[Hashable], column: tuple[str, str], holders: Told) -> Sums:
    """One column's cells: states add up to the segment, segments to the persons; both books' holders are an indicator."""
    sums = Sums()
    for segment, cell in segments.items():
        for name, count in cell.items():
            sums.cell((segment, name), count)
        sums.dear |= {sums.place[segment, name] for name in STATES if name != "not_eligible"}
        sums.line([(segment, name) for name in STATES], [(segment, "customers")])
        (sums.already if (segment, "customers") in sizes else sums.fixed).add(sums.place[segment, "customers"])
    for name in ("customers", *STATES):
        sums.line([(segment, name) for segment in segments if segment not in (PERSON, ORGANISATION)], [(PERSON, name)])
    if column in holders:
        books = [segments[book]["held"] for book in (PERSON, ORGANISATION) if book in segments]
        _told_elsewhere(sums, ("ALL", "held"), sum(books), holders[column])
        sums.line([(PERSON, "held"), (ORGANISATION, "held")], [("ALL", "held")])
    return sums


def _told_elsewhere(sums: Sums, name: Hashable, count: int, told: int | None) -> None:
    """A count that an indicator shows is known; one that it withholds shall not follow from a picture either."""
    sums.cell(name, count)
    (sums.already if told is None else sums.fixed).add(sums.place[name])


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


def flows(
    rows: list[Row],
    limits: Limits,
    running: date | None = None,
    holding: Told | None = None,
    earlier: Iterable[Row] = (),
) -> list[Row]:
    """Rows of dataset `flows`. Who came into a state on a day leaves it from there: that sum ties the days together.

    `running`: the last day, if its quarter is not over; `holding`: (day, number of series) → customers of both books.
    """
    before = list(earlier)
    for view in {row["view"] for row in rows}:
        exact = [row for row in rows if row["view"] == view and _is_exact(row, running)]
        sums = _flow_sums(exact, holding or {})
        said = [row for row in before if row["view"] == view and _is_exact(row, running)]
        sums.published({_flow(row): row["customers"] for row in said})
        hidden = sums.withheld(limits.least)
        for row in exact:
            if _flow(row) in hidden:
                row["customers"] = None
    for row in rows:
        if not _is_exact(row, running):
            row["customers"] = limits.rounded(row["customers"])
    return rows


def _is_exact(row: Row, running: date | None) -> bool:
    return row["scope_kind"] == GROUP and row["to_on"] != running


def _flow(row: Row) -> tuple[Any, ...]:
    return row["book"], row["from_on"], row["to_on"], row["from_state"], row["to_state"]


def _flow_sums(rows: list[Row], holding: Told) -> Sums:
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
    for day, state in sorted({(day, state) for _, day, state in into}) if by_number else ():
        # How many of both books hold one series, two, ... is published as an indicator.
        told = {name: count for name, count in holding.items() if _depth_of(name) == (day, state)}
        parts = [flow for book in (PERSON, ORGANISATION) for flow in into[book, day, state]]
        rest = sum(sums.counts[sums.place[flow]] for flow in parts) - sum(count or 0 for count in told.values())
        for name, count in told.items():
            _told_elsewhere(sums, name, rest if count is None else count, count)
            rest = 0 if count is None else rest
        if told:
            sums.line(parts, list(told))
    return sums


def _depth_of(name: Hashable) -> tuple[date, str]:
    day, number = cast(tuple[date, int], name)
    return day, str(number) if number < DEEPEST else f"{DEEPEST}+"


def cohorts(rows: list[Row], limits: Limits, running: date | None = None, earlier: Iterable[Row] = ()) -> list[Row]:
    """Rows of dataset `cohorts`: a cohort of a few is not shown at all, a few who stayed or a few who went neither.

    `running`: the day of the run, if its quarter is not over: what is looked at on it, and who joins in it, is rounded.
    """
    exact = [row for row in rows if row["scope_kind"] == GROUP and not _runs(row, running)]
    before = [row for row in earlier if row["scope_kind"] == GROUP]
    sums = _cohort_sums(exact, ("customers",), set())
    sums.published({(*_cohort(row), "customers"): row["customers"] for row in before})
    sizes = sums.withheld(limits.least)
    hidden: set[Hashable] = set()
    for day in {row["measured_on"] for row in exact}:
        looked = [row | {"gone": row["customers"] - row["active"]} for row in exact if row["measured_on"] == day]
        sums = _cohort_sums(looked, ("customers", "active", "gone"), sizes)
        said = [row for row in before if row["measured_on"] == day]
        sums.published({(*_cohort(row), "active"): row["active"] for row in said})
        hidden |= {(*cast(tuple[Hashable, ...], name), day) for name in sums.withheld(limits.least)}
    for row in rows:
        row["age"] = age_of(row["grain"], row["joined"], row["measured_on"])
        if row["scope_kind"] != GROUP or _runs(row, running):
            row.update({name: limits.rounded(row[name]) for name in ("customers", "active", "series")})
        else:
            _withhold_cohort(row, sizes, hidden)
        if row["customers"] is None or row["active"] is None:
            row["series"] = row["active"] = None
    return rows


def _cohort(row: Row) -> tuple[Hashable, ...]:
    return row["book"], row["grain"], row["joined"]


def _runs(row: Row, running: date | None) -> bool:
    return row["measured_on"] == running


def _withhold_cohort(row: Row, sizes: set[Hashable], hidden: set[Hashable]) -> None:
    cohort = _cohort(row)
    if (*cohort, "customers") in sizes:
        row["customers"] = None
    if {(*cohort, name, row["measured_on"]) for name in ("active", "gone")} & hidden:
        row["active"] = None


def _cohort_sums(rows: list[Row], names: tuple[str, ...], sizes: set[Hashable]) -> Sums:
    """Four quarters' cohorts are a year's, in the newest year those there are; who stayed and who went are a cohort."""
    sums, quarters = Sums(), defaultdict(set)
    for row in rows:
        cohort = _cohort(row)
        for name in names:
            sums.cell((*cohort, name), row[name])
        if row["grain"] == "QUARTER":
            quarters[row["book"], row["joined"].year].add(row["joined"])
        if len(names) > 1:
            sums.line([(*cohort, "active"), (*cohort, "gone")], [(*cohort, "customers")])
            whole = (*cohort, "customers")
            (sums.already if whole in sizes else sums.fixed).add(sums.place[whole])
    newest = max((year for _, year in quarters), default=0)
    for (book, year), starts in quarters.items():
        for name in names if len(starts) == 4 or year == newest else ():
            parts = [(book, "QUARTER", start, name) for start in starts]
            sums.line(parts, [(book, "YEAR", date(year, 1, 1), name)])
    return sums


def age_of(grain: str, joined: date, measured_on: date) -> int:
    """How many periods' ends lie between a cohort's own and the day."""
    years = measured_on.year - joined.year
    return years if grain == "YEAR" else years * 4 + (measured_on.month - 1) // 3 - (joined.month - 1) // 3


def contributions(rows: list[Row], limits: Limits, running: str = "", earlier: Iterable[Row] = ()) -> list[Row]:
    """Rows of dataset `contributions`: whole months are exact; `running`, the month that is not over, and every sum over
    months are rounded, for they move on from release to release."""
    before = [row for row in earlier if _is_whole_month(row, running)]
    months: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if _is_whole_month(row, running):
            months[row["book"], row["row"]].append(row)
    for place, found in sorted(months.items()):
        sums = _month_sums(found)
        sums.published({_of_month(row): row["contracts"] for row in before if (row["book"], row["row"]) == place})
        hidden = sums.withheld(limits.least)
        for row in found:
            if _of_month(row) in hidden:
                row["contracts"] = row["premium_minor"] = None
    for row in rows:
        if not _is_whole_month(row, running):
            row["contracts"] = limits.rounded(row["contracts"])
            row["premium_minor"] = None if row["contracts"] is None else three_digits(row["premium_minor"])
    return rows


def _is_whole_month(row: Row, running: str) -> bool:
    return row["scope_kind"] == GROUP and row["view"].startswith("MONTH_") and row["row"] not in ("ALL", running)


def _of_month(row: Row) -> tuple[str, str]:
    """What a month's cell is of: the month itself, whichever view it stands in; without a channel and by no way are the same."""
    dimension = row["view"].partition("_")[2]
    if row["column"] == "ALL":
        return ("MONTH", "ALL")
    return ("CHANNEL", "NONE") if (dimension, row["column"]) == ("WAY", "NONE") else (dimension, row["column"])


def _month_sums(rows: list[Row]) -> Sums:
    sums, views = Sums(), defaultdict(set)
    for row in rows:
        sums.cell(_of_month(row), row["contracts"])
        if row["column"] != "ALL":
            views[row["view"]].add(_of_month(row))
    for parts in views.values():
        sums.line(parts, [("MONTH", "ALL")])
    return sums
