"""Figures for a spreadsheet: UTF-8 with a mark, and no cell that a spreadsheet would take for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def safe(value: object) -> str:
    """Return the cell's text; one that begins like a formula gets an apostrophe before it. Numbers stay numbers, and
    a count that is withheld is an empty cell."""
    if value is None:
        return ""
    text = str(value)
    return f"'{text}" if text.startswith(DANGEROUS) and not isinstance(value, int | float) else text


def sheet(rows: Iterable[Iterable[object]]) -> bytes:
    """Return the rows as CSV with a byte order mark, without which a spreadsheet takes Chinese for something else."""
    text = io.StringIO()
    csv.writer(text).writerows([safe(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()
