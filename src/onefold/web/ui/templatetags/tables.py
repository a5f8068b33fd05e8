"""The rows of a table, written here and not by a template: a page has hundreds of cells, and a template costs ten times as much."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from onefold.web.ui.templatetags.figures import UNKNOWN, ui_format
from onefold.web.ui.templatetags.ui import icon

register = template.Library()


@register.simple_tag
def table_rows(rows: Iterable[Mapping[str, Any]]) -> SafeString:
    """Write rows of cells, the first of each as the head of its row. A cell: {text or value with as, url, note, tone, icon,
    numeric, label}; whatever it says is escaped.
    """
    return mark_safe("\n".join(f"<tr>{''.join(map(_cell, row['cells'], _tags()))}</tr>" for row in rows))


def _tags() -> Iterable[str]:
    yield "th"
    while True:
        yield "td"


def _cell(cell: Mapping[str, Any], tag: str) -> str:
    said = _said(cell)
    if cell.get("url"):
        said = f'<a href="{conditional_escape(cell["url"])}">{said}</a>'
    note = f"<small>{conditional_escape(cell['note'])}</small>" if cell.get("note") else ""
    return f"<{tag}{_marks(cell, tag)}>{said}{note}</{tag}>"


def _marks(cell: Mapping[str, Any], tag: str) -> str:
    marks = ' scope="row"' if tag == "th" else ""
    if cell.get("as") or cell.get("numeric"):
        marks += ' class="of-num"'
    if cell.get("label"):
        marks += f' data-label="{conditional_escape(cell["label"])}"'
    return marks + _state(cell)


def _state(cell: Mapping[str, Any]) -> str:
    if cell.get("tone"):
        return " data-says"
    if cell.get("text") is None and cell.get("value") is None:
        return " data-empty"
    return " data-nothing" if cell.get("as") and not cell.get("value") else ""


def _said(cell: Mapping[str, Any]) -> str:
    text = cell.get("text", "")
    if cell.get("tone"):
        drawn = icon(cell["icon"]) if cell.get("icon") else ""
        words = conditional_escape("" if text is None else text)
        return f'<span class="of-pill" data-tone="{conditional_escape(cell["tone"])}">{drawn}{words}</span>'
    if cell.get("as"):
        return conditional_escape(ui_format(cell.get("value"), cell["as"]))
    return conditional_escape(UNKNOWN if text is None else text)
