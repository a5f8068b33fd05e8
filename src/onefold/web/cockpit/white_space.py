"""The white-space matrix: four states of every gap, coloured by what may be offered and never by what is merely missing."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onefold.commands.viewer import Viewer
from onefold.domains.pictures import queries
from onefold.domains.pictures.queries import COMPANY, WHOLE_GROUP, Cell
from onefold.web.cockpit.asked import Choice, View, segment_name
from onefold.web.names import Names
from onefold.web.ui.templatetags.figures import count
from onefold.web.words import Words

STATES: Words = {
    "eligible_gap": gettext_lazy("Eligible gap"),
    "in_progress": gettext_lazy("In progress"),
    "held": gettext_lazy("Held"),
    "not_eligible": gettext_lazy("Not eligible"),
}
IN_ORDER = ("held", "in_progress", "eligible_gap", "not_eligible")
BY_SERIES, BY_COMPANY, PAIRS = "segments", "companies", "pairs"
SEGMENT_ORDER = ("PERSON", "ORGANISATION", "U18", "18-29", "30-44", "45-59", "60+", "UNKNOWN")


def choices() -> list[Choice]:
    rows = {BY_SERIES: _("Segment × series"), BY_COMPANY: _("Company × series"), PAIRS: _("Company × company")}
    return [Choice("rows", _("Rows and columns"), rows), Choice("show", _("Number shown"), STATES)]


def matrix(viewer: Viewer, view: View, names: Names) -> dict[str, Any]:
    """Arrange the cells of one view; the caller holds the scope open."""
    kind = COMPANY if view["rows"] == PAIRS else "SERIES"
    if view["rows"] == BY_SERIES:
        cells = [cell for cell in queries.white_space(viewer, view.scope, kind) if _in_book(cell, view.book)]
        rows = [code for code in SEGMENT_ORDER if any(cell.segment == code for cell in cells)]
        rows += sorted({cell.segment for cell in cells} - set(rows))
        found = {(cell.segment, cell.column): cell for cell in cells}
    else:
        cells = queries.white_space_of_companies(viewer, view.book, kind)
        rows = [code for code in names.company_rows if any(cell.scope.code == code for cell in cells)]
        found = {(cell.scope.code, cell.column): cell for cell in cells}
    columns = _columns({cell.column for cell in cells}, kind, names)
    return {
        "title": _("White space"),
        "corner": _("Segment") if view["rows"] == BY_SERIES else _("Customers of"),
        "groups": _groups(columns, names) if kind == "SERIES" else [],
        "columns": [{"code": code, "label": _column_name(code, kind, names)} for code in columns],
        "rows": [_row(code, columns, found, view, names) for code in rows],
        "show": str(STATES[view["show"]]),
        "kind": kind,
    }


def _in_book(cell: Cell, book: str) -> bool:
    return (cell.segment == "ORGANISATION") == (book == "ORGANISATION")


def _columns(codes: set[str], kind: str, names: Names) -> list[str]:
    order = list(names.company_rows)
    if kind == COMPANY:
        return [code for code in order if code in codes]
    known = [row for row in names.series_rows.values() if row.series in codes]
    return [row.series for row in sorted(known, key=lambda row: (order.index(row.company), row.series))]


def _column_name(code: str, kind: str, names: Names) -> str:
    return names.company(code) if kind == COMPANY else names.series(code)


def _groups(columns: list[str], names: Names) -> list[dict[str, Any]]:
    owners = groupby(columns, lambda code: names.series_rows[code].company)
    return [
        {"label": names.company(company), "span": len(list(owned)), "pillar": names.pillar(company)}
        for company, owned in owners
    ]


def _row(code: str, columns: list[str], found: dict[tuple[str, str], Cell], view: View, names: Names) -> dict[str, Any]:
    by_segment = view["rows"] == BY_SERIES
    return {
        "code": code,
        "label": segment_name(code) if by_segment else names.company(code),
        "pillar": "" if by_segment else names.pillar(code),
        "whole": code in ("PERSON", "ORGANISATION"),
        "cells": [cell_shown(found.get((code, column)), view, code, names) for column in columns],
    }


def cell_shown(cell: Cell | None, view: View, row: str, names: Names) -> dict[str, Any]:
    """One cell: the share and count of the state shown, the heat of the eligible gap, and all four for who asks."""
    if cell is None or cell.customers == 0:
        return {"blank": True}
    asked = getattr(cell, view["show"])
    gap = share_of(cell.eligible_gap, cell.customers)
    return {
        "blank": False,
        "own": row == (names.series_rows[cell.column].company if cell.column in names.series_rows else cell.column),
        "heat": gap,
        "share": share_of(asked, cell.customers),
        "count": asked,
        "parts": _parts(cell),
        "said": "; ".join(f"{STATES[name]} {_said(getattr(cell, name))}" for name in IN_ORDER),
        "url": reverse("cockpit:gap") + View(cell.scope, view.book).query(segment=cell.segment, column=cell.column),
    }


def share_of(part: int | None, whole: int | None) -> float | None:
    """Nobody is no share of whatever the whole is; a share of a whole that is withheld is not known."""
    if part == 0:
        return 0.0
    return part / whole if part is not None and whole else None


def _said(number: int | None) -> str:
    return _("withheld") if number is None else count(number)


def _parts(cell: Cell) -> list[tuple[str, float, float]]:
    """The four states as pieces of a line, from 0 to 100; nothing where one is withheld."""
    counts = [getattr(cell, name) for name in IN_ORDER]
    if None in counts or not sum(counts):
        return []
    pieces, start = [], 0.0
    for name, number in zip(IN_ORDER, counts, strict=True):
        width = 100 * number / sum(counts)
        if width:
            pieces.append((name, start, width))
        start += width
    return pieces


def sheet(viewer: Viewer, view: View, names: Names) -> tuple[list[str], list[list[Any]]]:
    """The matrix as one row a cell, with all four counts, for a spreadsheet."""
    arranged = matrix(viewer, view, names)
    kind = arranged["kind"]
    if view["rows"] == BY_SERIES:
        cells = [cell for cell in queries.white_space(viewer, view.scope, kind) if _in_book(cell, view.book)]
    else:
        cells = queries.white_space_of_companies(viewer, view.book, kind)
    head = [arranged["corner"], _("Company") if kind == COMPANY else _("Product series"), _("Customers")]
    head += [str(STATES[name]) for name in IN_ORDER]
    rows = [
        [
            segment_name(cell.segment) if view["rows"] == BY_SERIES else names.company(cell.scope.code),
            _column_name(cell.column, kind, names),
            cell.customers,
            *(getattr(cell, name) for name in IN_ORDER),
        ]
        for cell in cells
    ]
    return head, rows


def home_matrix(viewer: Viewer, names: Names) -> dict[str, Any]:
    """The matrix of the first page: persons of the whole group."""
    view = View(WHOLE_GROUP, "PERSON", {"rows": BY_SERIES, "show": "eligible_gap"})
    return matrix(viewer, view, names)
