"""The rows of a heat matrix, written here and not by a template: a page has hundreds of cells (see `tables`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import pgettext

from onefold.web.ui.templatetags.figures import share, ui_format
from onefold.web.ui.templatetags.ui import heat

register = template.Library()

WITHHELD_SIGN = "•"


@register.simple_tag
def matrix_rows(rows: Iterable[Mapping[str, Any]], as_: str = "count") -> SafeString:
    """Write rows: {label, pillar, whole, cells}. A cell: {blank, heat (a share, or a step already), share, count or text,
    parts [(state, from, width)], said, url, own, open}. A count that is None is withheld, and says so.
    """
    return mark_safe("\n".join(_row(row, as_) for row in rows))


@register.simple_tag
def penetration_rows(rows: Iterable[Mapping[str, Any]]) -> SafeString:
    """Write rows of shares: {label, pillar, customers, cells [{value share, numerator holders, own, url}]}."""
    return matrix_rows([{**row, "cells": [_penetration(cell) for cell in row["cells"]]} for row in rows])


def _penetration(cell: Mapping[str, Any]) -> dict[str, Any]:
    shown = {"blank": False, "own": cell.get("own"), "heat": cell["value"], "url": cell.get("url")}
    if cell["value"] is None and cell.get("withheld"):
        return shown | {"heat": 0, "share": None, "count": None}
    if cell["value"] is None:
        return shown | {"share": None, "count": 0, "none": True}
    return shown | {"share": cell["value"], "count": cell["numerator"]}


def _row(row: Mapping[str, Any], as_: str) -> str:
    pillar = f' data-pillar="{conditional_escape(row["pillar"])}"' if row.get("pillar") else ""
    whole = " data-whole" if row.get("whole") is True else ""
    head = f'<th scope="row"{pillar}>{conditional_escape(row["label"])}</th>'
    cells = (_cell(cell, as_) for cell in row["cells"])
    if "customers" in row:
        head += f'<td class="of-num of-matrix-customers">{_number(row["customers"], "count")}</td>'
    return f"<tr{whole}>{head}{''.join(cells)}</tr>"


def _cell(cell: Mapping[str, Any], as_: str) -> str:
    own = " data-own" if cell.get("own") else ""
    if cell["blank"]:
        return f'<td class="of-heat" data-heat="0"{own}></td>'
    step = cell["heat"] if isinstance(cell["heat"], int) and "text" in cell else heat(cell["heat"])
    said = f' title="{conditional_escape(cell["said"])}"' if cell.get("said") else ""
    inside = _inside(cell, as_)
    if cell.get("url"):
        inside = f'<a href="{conditional_escape(cell["url"])}"{said}>{inside}</a>'
    open_ = " data-open" if cell.get("open") else ""
    return f'<td class="of-heat" data-heat="{step}"{own}{open_}>{inside}</td>'


def _inside(cell: Mapping[str, Any], as_: str) -> str:
    if cell.get("none"):
        return '<span class="of-matrix-none">–</span>'
    if "text" in cell:
        return f"<b>{conditional_escape(cell['text'])}</b>" if cell["text"] else withheld()
    if cell["count"] is None:
        return withheld() + _line(cell)
    main = f"<b>{conditional_escape(share(cell['share']))}</b>" if cell["share"] is not None else "<b>–</b>"
    return f'{main}<span class="of-matrix-count">{_number(cell["count"], as_)}</span>{_line(cell)}'


def _number(value: int | None, as_: str) -> str:
    return withheld() if value is None else str(conditional_escape(ui_format(value, as_)))


@register.simple_tag
def withheld() -> SafeString:
    """The sign of a count that is not shown, with the word for those who listen."""
    word = conditional_escape(pgettext("count", "withheld"))
    return mark_safe(
        f'<span class="of-withheld" title="{word}">{WITHHELD_SIGN}<span class="of-hidden">{word}</span></span>'
    )


def _line(cell: Mapping[str, Any]) -> str:
    """The states of a cell as one thin line; decoration, for the counts are said."""
    if not cell.get("parts"):
        return ""
    pieces = "".join(
        f'<rect class="of-state-{name}" x="{start:.2f}" width="{width:.2f}" height="4"/>'
        for name, start, width in cell["parts"]
    )
    return f'<svg class="of-states" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">{pieces}</svg>'
