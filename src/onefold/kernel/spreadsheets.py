"""What leaves for a spreadsheet: the one place where a cell is kept from being taken for a formula (OWASP ASVS 5.0, V1.2.10)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from decimal import Decimal

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\0")


def safe(value: object) -> str:
    """Return the cell's text; one that begins like a formula gets an apostrophe before it. Numbers stay numbers, and
    a count that is withheld is an empty cell."""
    if value is None:
        return ""
    text = str(value)
    return f"'{text}" if text.startswith(DANGEROUS) and not isinstance(value, int | float | Decimal) else text


def csv_text(rows: Iterable[Iterable[object]], *, line_end: str = "\r\n") -> str:
    """Return the rows as CSV (RFC 4180), every cell safe."""
    text = io.StringIO()
    csv.writer(text, lineterminator=line_end).writerows([safe(value) for value in row] for row in rows)
    return text.getvalue()


def sheet(rows: Iterable[Iterable[object]]) -> bytes:
    """Return the rows as CSV with a byte order mark, without which a spreadsheet takes Chinese for something else."""
    return b"\xef\xbb\xbf" + csv_text(rows).encode()
