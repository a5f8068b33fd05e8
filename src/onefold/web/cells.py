"""One cell of a table component, every key given: a template that asks for a missing key is slow, hundreds of times a page."""

from __future__ import annotations

from typing import Any


def cell(text: str | None = None, **more: Any) -> dict[str, Any]:
    """Return a cell with `text`, or with `value` and `as_` (the kind of `ui_format`); also url, note, tone, icon, numeric."""
    kind = more.pop("as_", "")
    plain = {"text": text, "value": None, "as": kind, "url": "", "note": "", "tone": "", "icon": "", "numeric": False}
    return plain | more
