"""A table as an Excel workbook: numbers as numbers, days as days, text as text and never as a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter

from onefold.kernel.spreadsheets import safe

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
WIDEST = 46
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(title: str, head: Sequence[str], rows: Iterable[Sequence[Any]], about: Iterable[tuple[str, Any]]) -> bytes:
    """Return a workbook with the figures on one sheet and what they rest on (`about`: names and values) on the next."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, OPTIONS)
    book.set_properties({"title": title})
    bold, days = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "yyyy-mm-dd"})
    figures = book.add_worksheet("Figures")
    for place, words in enumerate(head):
        figures.write_string(0, place, safe(words), bold)
    widths = [len(words) for words in head]
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            write(figures, number, place, value, days)
            widths[place] = max(widths[place], len(str(value)))
    for place, width in enumerate(widths):
        figures.set_column(place, place, min(width + 2, WIDEST))
    figures.freeze_panes(1, 0)
    notes = book.add_worksheet("About")
    notes.set_column(0, 0, 24)
    notes.set_column(1, 1, 90)
    for number, (name, value) in enumerate(about):
        notes.write_string(number, 0, safe(name))
        write(notes, number, 1, value, days)
    book.close()
    return file.getvalue()


def write(sheet: Any, row: int, column: int, value: Any, days: Any) -> None:
    """One typed cell; a withheld count (None) stays empty."""
    if value is None:
        return
    if isinstance(value, date) and not isinstance(value, datetime):
        sheet.write_datetime(row, column, value, days)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, safe(value))
