"""The published figures arranged for the pages: plain values, nothing computed but the one division of each figure."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from onefold.domains.indicators.queries import ALL, Figure
from onefold.domains.intake.queries import FeedAge
from onefold.domains.releases.queries import Published
from onefold.web.cells import cell as table_cell
from onefold.web.names import Names
from onefold.web.ui.templatetags.figures import count
from onefold.web.ui.templatetags.matrices import WITHHELD_SIGN
from onefold.web.words import LINES, Words, word

TILES = ("customer_penetration", "contracts_per_customer", "multi_company_share", "active_customers")
BARS = ("product_penetration", "channel_penetration", "contribution")
DISTRIBUTION = "customers_by_series_count"
MATRIX = "co_holding"
SHOWN = (*TILES, *BARS, DISTRIBUTION, MATRIX)
AS = {"SHARE": "share", "PER_CUSTOMER": "ratio", "CUSTOMERS": "count"}
"""How a figure of each unit is written."""
Definitions = dict[str, dict[str, Any]]


def overview(figures: Iterable[Figure], definitions: Definitions, names: Names) -> dict[str, Any]:
    """Return everything the first page of the cockpit shows: tiles, rankings, the distribution, the matrix."""
    by_name = {name: list(cells) for name, cells in groupby(figures, lambda figure: figure.indicator)}
    found = {name: (by_name.get(name, []), heading(definitions, name, names)) for name in SHOWN}
    return {
        "tiles": [tile for name in TILES for tile in _tiles(*found[name])],
        "products": ranking(*found["product_penetration"], names),
        "channels": ranking(*found["channel_penetration"], names),
        "lines": _without_amounts(ranking(*found["contribution"], names)),
        "distribution": distribution(*found[DISTRIBUTION]),
        "matrix": matrix(*found[MATRIX], names),
    }


def data_age(ages: Iterable[FeedAge], names: Names) -> dict[str, Any] | None:
    """How old the data are that the figures rest on: what was loaded, not what was merely received. None before any was."""
    known = [row for row in ages if row.data_at and row.age_days is not None]
    if not known:
        return None
    oldest, late = max(known, key=lambda row: row.age_days or 0), [row for row in known if row.is_stale]
    return {
        "feeds": len(known),
        "oldest_at": oldest.data_at,
        "oldest_days": oldest.age_days,
        "oldest": oldest.title.get(names.language, oldest.feed),
        "late": len(late),
        "late_companies": ", ".join(
            names.company(code) for code in dict.fromkeys(row.company for row in late) if code in names.company_rows
        ),
    }


def heading(definitions: Definitions, name: str, names: Names) -> dict[str, Any]:
    """The words of one definition in the reader's language, with the way to its page."""
    words = definitions.get(name, {})
    language = names.language
    return {
        "name": name,
        "title": words.get("title", {}).get(language, name),
        "formula": words.get("formula", {}).get(language, ""),
        "unit": words.get("unit", ""),
        "as": AS.get(words.get("unit", ""), "ratio"),
        "unit_words": words.get("unit_words", {}).get(language, ""),
        "version": words.get("version", 0),
        "rows": words.get("rows", ""),
        "columns": words.get("columns", ""),
        "url": reverse("cockpit:indicator", args=[name]),
    }


def facts(head: dict[str, Any], release: Published) -> list[dict[str, Any]]:
    """What an indicator's figures rest on, as names and values."""
    dimensions = [str(DIMENSIONS[name]) for name in (head["rows"], head["columns"]) if name in DIMENSIONS]
    return [
        {"label": _("Code"), "text": head["name"]},
        {"label": _("Version"), "text": str(head["version"])},
        {"label": _("Unit"), "text": head["unit_words"]},
        {"label": _("Dimensions"), "text": " × ".join(dimensions)},
        *rests_on(release),
    ]


def rests_on(release: Published) -> list[dict[str, Any]]:
    """Of which day a figure is, and as known in which release."""
    return [
        {"label": _("As of"), "value": release.as_of, "as": "day"},
        {"label": _("Release"), "text": release.release_id[:8]},
        {"label": _("Published"), "value": release.activated_at, "as": "instant"},
        {"label": _("Rulebook version"), "text": release.rulebook_version[:8]},
    ]


DIMENSIONS: Words = {
    "GROUP": gettext_lazy("The group"),
    "COMPANY": gettext_lazy("Company"),
    "CHANNEL": gettext_lazy("Channel"),
    "LINE": gettext_lazy("Line of business"),
    "SERIES": gettext_lazy("Product series"),
    "SERIES_COUNT": gettext_lazy("Series held"),
    "CONTRACT_COUNT": gettext_lazy("Contracts held, at least"),
}


def member(code: str, dimension: str, names: Names) -> str:
    """Call a member of a dimension by its name; lines of business have theirs in the words of the doors."""
    if code == ALL:
        return _("The whole group") if dimension != "NONE" else ""
    return word(LINES, code) if dimension == "LINE" else names.of(code)


def _tiles(figures: list[Figure], head: dict[str, Any]) -> list[dict[str, Any]]:
    """The tile of the whole group, if there is one. A plain count is over 1, which needs no saying."""
    group = [head | cell(figure) for figure in figures if (figure.row, figure.column) == (ALL, ALL)]
    return [_part_said(tile) | ({"denominator": None} if tile["unit"] == "CUSTOMERS" else {}) for tile in group]


def _part_said(tile: dict[str, Any]) -> dict[str, Any]:
    """A part of a whole is not said where the one or the other is withheld."""
    return tile | ({"denominator": None} if None in (tile["numerator"], tile["denominator"]) else {})


def cell(figure: Figure) -> dict[str, Any]:
    return {
        "value": figure.value,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "withheld": figure.value is None and figure.denominator != 0,
    }


def ranking(figures: list[Figure], head: dict[str, Any], names: Names) -> dict[str, Any]:
    """One bar for each row of an indicator, largest first; ties by code."""
    rows = [figure for figure in figures if figure.row != ALL]
    rows.sort(key=lambda figure: (-(figure.value or 0), figure.row))
    bars = [
        _part_said(cell(figure))
        | {
            "code": figure.row,
            "label": member(figure.row, head["rows"], names),
            "pillar": _pillar(figure.row, head, names),
        }
        for figure in rows
    ]
    return head | {"bars": bars, "max": max((bar["value"] or 0 for bar in bars), default=0)}


def _pillar(code: str, head: dict[str, Any], names: Names) -> str:
    """A line of business lies in the pillar of its series."""
    if head["rows"] != "LINE":
        return names.pillar(code)
    return next((row.pillar for row in names.series_rows.values() if row.line == code), "")


def _without_amounts(chart: dict[str, Any]) -> dict[str, Any]:
    """Parts of money are minor units, which nobody reads; their page has them."""
    return chart | {"bars": [bar | {"denominator": None} for bar in chart["bars"]]}


def distribution(figures: list[Figure], head: dict[str, Any]) -> dict[str, Any]:
    """Customers by number of series held, in the order of the number: drawn, and as a table."""
    rows = sorted((figure for figure in figures if figure.row.isdigit()), key=lambda figure: int(figure.row))
    labels = [ngettext("%(n)s series", "%(n)s series", int(row.row)) % {"n": row.row} for row in rows]
    drawn = {
        "id": "distribution",
        "kind": "bar",
        "title": _more_than_one(rows),
        "as": head["as"],
        "categories": labels,
        "series": [{"name": head["title"], "values": [row.value for row in rows]}],
    }
    body = [[label, row.value] for label, row in zip(labels, rows, strict=True)]
    return head | {
        "chart": drawn if rows else None,
        "table": {"head": [_("Held"), _("Share of customers")], "rows": body},
    }


def _more_than_one(rows: list[Figure]) -> str:
    """In words; nothing where a part is withheld, for what is left of the whole would be told by it."""
    counts = [row.numerator for row in rows if int(row.row) > 1]
    several = sum(count for count in counts if count is not None)
    if None in counts or (rows and rows[0].denominator is None):
        return _("Customers by number of series")
    return _("%(several)s of %(all)s active customers hold more than one series.") % {
        "several": count(several),
        "all": count(rows[0].denominator if rows else 0),
    }


def matrix(figures: list[Figure], head: dict[str, Any], names: Names) -> dict[str, Any]:
    """Rows are companies, columns series grouped by owner company, both in the order of the pillars."""
    companies, series = list(names.company_rows), list(names.series_rows.values())
    columns = sorted(series, key=lambda row: (companies.index(row.company), row.series))
    cells = {(figure.row, figure.column): figure for figure in figures}
    rows = [code for code in companies if any((code, column.series) in cells for column in columns)]
    return head | {
        "groups": [
            {"label": names.company(company), "span": len(list(owned)), "pillar": names.pillar(company)}
            for company, owned in groupby(columns, lambda row: row.company)
        ],
        "columns": [
            {"code": column.series, "label": names.series(column.series), "company": column.company}
            for column in columns
        ],
        "rows": [
            {
                "code": code,
                "label": names.company(code),
                "pillar": names.pillar(code),
                "customers": next(
                    cells[code, column.series].denominator for column in columns if (code, column.series) in cells
                ),
                "cells": [_matrix_cell(cells.get((code, column.series)), code == column.company) for column in columns],
            }
            for code in rows
        ],
    }


def _matrix_cell(figure: Figure | None, own: bool) -> dict[str, Any]:
    return {"own": own} | (cell(figure) if figure else {"value": None, "numerator": 0, "denominator": 0})


NUMBERS = ("numerator", "denominator", "value")
SORTS = ("row_name", "column_name", "numerator", "denominator", "value")


def rows_of(figures: list[Figure], head: dict[str, Any], names: Names) -> list[dict[str, Any]]:
    """All cells of one indicator, one a row."""
    return [
        {
            "indicator": figure.indicator,
            "version": figure.version,
            "as_of": figure.as_of,
            "row": figure.row,
            "row_name": member(figure.row, head["rows"], names),
            "column": figure.column,
            "column_name": member(figure.column, head["columns"], names),
        }
        | cell(figure)
        for figure in figures
    ]


def table(rows: list[dict[str, Any]], head: dict[str, Any], sort: str) -> dict[str, Any]:
    """The cells as a table sorted by a column of `SORTS`; a minus before its name turns the order. Anything else: as published."""
    shown = [name for name in SORTS if name != "column_name" or head["columns"] != "NONE"]
    titles = {
        "row_name": DIMENSIONS.get(head["rows"], _("Row")),
        "column_name": DIMENSIONS.get(head["columns"], _("Column")),
        "numerator": _("Numerator"),
        "denominator": _("Denominator"),
        "value": _("Value"),
    }
    return {
        "caption": head["title"],
        "columns": [_column(name, str(titles[name]), sort) for name in shown],
        "rows": [{"cells": [_table_cell(name, row, head) for name in shown]} for row in _sorted(rows, sort)],
        "empty": {"title": _("No figure"), "text": _("There is nothing to divide by yet.")},
        "export_url": reverse("cockpit:indicator_export", args=[head["name"]]),
        "total": len(rows),
    }


def _column(name: str, label: str, sort: str) -> dict[str, Any]:
    numeric = name in NUMBERS
    current = {name: "ascending", f"-{name}": "descending"}.get(sort, "")
    first = f"-{name}" if numeric else name
    turned = (name if sort == first else first) if numeric else (f"-{name}" if sort == first else first)
    return {"label": label, "numeric": numeric, "sorted": current, "sort_url": f"?sort={turned}"}


def _table_cell(name: str, row: dict[str, Any], head: dict[str, Any]) -> dict[str, Any]:
    if name in NUMBERS and row[name] is None:
        return table_cell(WITHHELD_SIGN, numeric=True)
    if name == "value":
        return table_cell(value=row["value"], as_=head["as"])
    if name in ("numerator", "denominator"):
        return table_cell(value=row[name], as_="count")
    return table_cell(row[name])


def _sorted(rows: list[dict[str, Any]], sort: str) -> list[dict[str, Any]]:
    name = sort.removeprefix("-")
    if name not in SORTS:
        return rows
    known = [row for row in rows if row[name] is not None]
    ordered = sorted(known, key=lambda row: row[name], reverse=sort.startswith("-"))
    return ordered + [row for row in rows if row[name] is None]
