"""Contribution: who brought the new contracts, by line, channel and month; the counting rule stands beside it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onefold.commands.viewer import Viewer
from onefold.domains.pictures import queries
from onefold.domains.pictures.queries import ALL, Contribution
from onefold.web.cockpit.asked import Choice, View
from onefold.web.cockpit.white_space import share_of
from onefold.web.names import Names
from onefold.web.ui.templatetags.figures import month, share
from onefold.web.words import LINES, Words, word

WAYS: Words = {
    "SISTER": gettext_lazy("Through a sister company"),
    "OWN": gettext_lazy("Through an own channel"),
    "NONE": gettext_lazy("Channel not known"),
}
CURRENCY = "CNY"
SERIES_MAX = 8
"""More colours than that nobody tells apart: the largest stand alone, the rest together."""


def choices() -> list[Choice]:
    by = {"WAY": _("Way"), "CHANNEL": _("Channel"), "LINE": _("Line of business")}
    of = {"contracts": _("Contracts"), "premium_minor": _("Premium, balance or limit")}
    return [Choice("by", _("By month and"), by), Choice("of", _("Number shown"), of)]


def picture(viewer: Viewer, view: View, names: Names) -> dict[str, Any]:
    """Arrange both views: months by the chosen dimension, and lines by channel. The caller holds the scope open."""
    return by_month(viewer, view, names) | {
        "matrix": lines_by_channel(viewer, view, names),
        "as": kind_of(view).replace("money", "amount"),
    }


def kind_of(view: View) -> str:
    return "count" if view["of"] == "contracts" else f"money:{CURRENCY}"


def by_month(viewer: Viewer, view: View, names: Names) -> dict[str, Any]:
    """Months by the chosen dimension, as bars on each other and as a table."""
    cells = queries.contributions(viewer, view.scope, view.book, f"MONTH_{view['by']}")
    months = sorted({cell.row for cell in cells} - {ALL})
    values = {(cell.row, cell.column): getattr(cell, view["of"]) for cell in cells}
    members, rest = _members(values, view["by"])
    series = [
        {"name": member_name(code, view["by"], names), "values": [values.get((month, code)) for month in months]}
        for code in members
    ]
    if rest:
        series.append({"name": _("All others"), "values": [_sum(values, month, rest) for month in months]})
    labels = [month(one) for one in months]
    ways = cells if view["by"] == "WAY" else queries.contributions(viewer, view.scope, view.book, "MONTH_WAY")
    chart = {
        "id": "contribution",
        "kind": "bar",
        "stack": True,
        "as": kind_of(view),
        "title": _("New contracts by month"),
        "summary": sister_share(ways),
        "categories": labels,
        "series": series,
    }
    body = zip(labels, *(one["values"] for one in series), strict=True) if series else []
    return {
        "chart": chart if any(value is not None for one in series for value in one["values"]) else None,
        "table": {"head": [_("Month"), *(one["name"] for one in series)], "rows": [list(row) for row in body]},
    }


def _members(values: dict[tuple[str, str], int | None], by: str) -> tuple[list[str], list[str]]:
    """The members that stand alone, largest first, and those that stand together."""
    codes = {column for row, column in values if row != ALL and column != ALL}
    if by == "WAY":
        return [code for code in WAYS if code in codes], []
    sizes = {
        code: sum(value or 0 for (row, column), value in values.items() if column == code and row != ALL)
        for code in codes
    }
    ranked = sorted(codes, key=lambda code: (-sizes[code], code))
    return (ranked, []) if len(ranked) <= SERIES_MAX + 1 else (ranked[:SERIES_MAX], ranked[SERIES_MAX:])


def _sum(values: dict[tuple[str, str], int | None], month: str, codes: list[str]) -> int | None:
    """What is shown of several together; None where nothing is."""
    found = [values.get((month, code)) for code in codes]
    known = [value for value in found if value is not None]
    return sum(known) if known else None


def member_name(code: str, by: str, names: Names) -> str:
    if by == "WAY" or code == "NONE":
        return str(WAYS.get(code, code))
    if by == "LINE":
        company, _colon, line = code.partition(":")
        return f"{word(LINES, line)} · {names.company(company)}"
    return names.channel(code)


def sister_share(cells: list[Contribution]) -> str:
    """The share of all new contracts that came through sister companies, in words; nothing where it is withheld."""
    sums = {cell.column: cell.contracts for cell in cells if cell.row == ALL}
    whole, through = sums.get(ALL), sums.get("SISTER")
    if not whole or through is None:
        return ""
    return _("%(share)s of the contracts of the last 24 months came through a sister company's channel.") % {
        "share": share(through / whole)
    }


def lines_by_channel(viewer: Viewer, view: View, names: Names) -> dict[str, Any]:
    """Lines × channels over the whole window, as shares of the line; a company's own channels are framed."""
    cells = queries.contributions(viewer, view.scope, view.book, "LINE_CHANNEL")
    values = {(cell.row, cell.column): getattr(cell, view["of"]) for cell in cells}
    lines = sorted({row for row, _column in values} - {ALL})
    channels = [code for code in [*names.channel_rows, "NONE"] if any(column == code for _row, column in values)]
    home = {code: row.company for code, row in names.channel_rows.items()}
    return {
        "title": _("Lines by channel"),
        "columns": [{"code": code, "label": member_name(code, "CHANNEL", names)} for code in channels],
        "rows": [
            {
                "label": member_name(line, "LINE", names),
                "pillar": names.pillar(line.partition(":")[0]),
                "whole": values.get((line, ALL)),
                "cells": [
                    _cell(values, line, channel, own=home.get(channel) == line.partition(":")[0])
                    for channel in channels
                ],
            }
            for line in lines
        ],
    }


def _cell(values: dict[tuple[str, str], int | None], line: str, channel: str, *, own: bool) -> dict[str, Any]:
    if (line, channel) not in values:
        return {"blank": True, "own": own}
    part, whole = values[line, channel], values.get((line, ALL))
    return {
        "blank": False,
        "own": own,
        "count": part,
        "share": share_of(part, whole),
        "heat": share_of(part, whole),
    }


def sheet(viewer: Viewer, view: View, names: Names) -> tuple[list[str], list[list[Any]]]:
    head = [_("Month"), str(dict(choices()[0].options)[view["by"]]), _("Contracts"), _("Premium, balance or limit")]
    cells = queries.contributions(viewer, view.scope, view.book, f"MONTH_{view['by']}")
    rows: list[list[Any]] = [
        [
            date.fromisoformat(cell.row[:10]),
            member_name(cell.column, view["by"], names),
            cell.contracts,
            None if cell.premium_minor is None else cell.premium_minor / 100,
        ]
        for cell in cells
        if ALL not in (cell.row, cell.column)
    ]
    return head, rows
