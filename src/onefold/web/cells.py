"""One cell of a table component, every key given: a template that asks for a missing key is slow, hundreds of times a page."""

from __future__ import annotations

from typing import Any


def cell(text: str | None = None, **more: Any) -> dict[str, Any]:
    """Return a cell with `text`, or with `value` and `as_` (the kind of `ui_format`); also url, note, tone, icon, numeric."""
    kind = more.pop("as_", "")
    plain = {
        "text": text,
        "value": None,
        "as": kind,
        "url": "",
        "note": "",
        "tone": "",
        "icon": "",
        "numeric": False,
        "label": "",
    }
    return plain | more


def stacked(table: dict[str, Any]) -> dict[str, Any]:
    """Return the table as one that a phone shows row under row, each figure beside the label of its column."""
    for row in table["rows"]:
        for column, one in zip(table["columns"][1:], row["cells"][1:], strict=True):
            one["label"] = column["label"]
    figures = sum(bool(column.get("numeric")) for column in table["columns"])
    return table | {"stacked": "many" if figures > 4 else "few"}
