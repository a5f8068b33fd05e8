"""Plans as a file for any calendar (RFC 5545). No name, no number, no note: initials, what it is about, and the lead's id."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from onefold.domains.leads.plans import PlanRow
from onefold.kernel.masks import initials
from onefold.web.names import Names
from onefold.web.words import PLANS, word

LINE_BYTES_MAX = 75
LASTS = timedelta(minutes=30)


def calendar_of(rows: list[PlanRow], at: datetime, names: Names, address: str) -> str:
    """Return the file's text. The same plan keeps its UID, so that a calendar that reads it again updates what it has."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Onefold//Seller's terminal//EN", "CALSCALE:GREGORIAN"]
    for row in rows:
        lines += _event(row, at, names, address)
    return "".join(f"{folded}\r\n" for line in [*lines, "END:VCALENDAR"] for folded in _folded(line))


def _event(row: PlanRow, at: datetime, names: Names, address: str) -> list[str]:
    about = f"{word(PLANS, row.kind)} · {initials(row.customer.name)} · {names.series(row.series)}"
    return [
        "BEGIN:VEVENT",
        f"UID:{row.reminder_id}@onefold",
        f"DTSTAMP:{_utc(at)}",
        f"DTSTART:{_utc(row.due_at)}",
        f"DTEND:{_utc(row.due_at + LASTS)}",
        f"SUMMARY:{_escaped(about)}",
        f"URL:{address}{row.lead_id}/",
        "CLASS:PRIVATE",
        "END:VEVENT",
    ]


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.split())


def _folded(line: str) -> Iterator[str]:
    """Cut after 75 bytes, never inside a character; what goes on begins with a space."""
    piece = ""
    for character in line:
        if len((piece + character).encode()) > LINE_BYTES_MAX:
            yield piece
            piece = " "
        piece += character
    yield piece
