"""The audit as its company may look through it: newest first, by kind, person, subject and day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from onefold.commands.models import AuditBreak, AuditLine, AuditSeal
from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer, ViewerKind

KINDS: dict[str, Q] = {
    "looked": Q(action__in=("customers.note_look", "customers.searched")),
    "taken": Q(action__in=("web.taken_away", "intake.note_rejects_taken")),
    "door": Q(action__startswith="sign_in."),
    "users": Q(action__startswith="organisation."),
    "audit": Q(action__startswith="commands.") | Q(action__startswith="audit."),
}
"""What one looks for; whatever is in none of them is a change that somebody made."""


@dataclass(frozen=True)
class Wanted:
    kind: str = ""
    actor: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    """Only lines numbered lower: the next page."""


@dataclass(frozen=True)
class LineRow:
    number: int
    at: datetime
    action: str
    actor: str
    subject: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class ChainRow:
    """How far the company's chain reaches, and where it says itself that it does not hold."""

    links: int
    sealed_at: datetime | None
    breaks: list[tuple[str, datetime, str]]


def lines_seen_by(viewer: Viewer) -> QuerySet[AuditLine]:
    """The second wall: a company's own audit; for the holding, its own."""
    if viewer.kind == ViewerKind.COMPANY:
        return AuditLine.objects.filter(company=viewer.company)
    return AuditLine.objects.filter(company="") if viewer.kind == ViewerKind.GROUP else AuditLine.objects.none()


def lines(viewer: Viewer, wanted: Wanted, limit: int) -> list[LineRow]:
    """Return up to `limit` lines, newest first."""
    chosen = lines_seen_by(viewer)
    if wanted.kind == "changes":
        for kind in KINDS.values():
            chosen = chosen.exclude(kind)
    elif wanted.kind in KINDS:
        chosen = chosen.filter(KINDS[wanted.kind])
    asked = {
        "actor": wanted.actor,
        "subject": wanted.subject,
        "at__gte": wanted.since,
        "at__lt": wanted.until,
        "number__lt": wanted.before,
    }
    chosen = chosen.filter(**{name: value for name, value in asked.items() if value not in ("", None)})
    with reading(viewer):
        return [
            LineRow(row.number, row.at, row.action, row.actor, row.subject, row.facts)
            for row in chosen.order_by("-number")[:limit]
        ]


def chain_of(viewer: Viewer) -> ChainRow:
    """Return the state of the viewer's company's chain. Whether it holds, `onefold audit verify` says."""
    company = viewer.company if viewer.kind == ViewerKind.COMPANY else ""
    with reading(viewer):
        last = AuditSeal.objects.filter(company=company).order_by("-seal_no").first()
        breaks = AuditBreak.objects.filter(company=company).order_by("at")
        return ChainRow(
            last.seal_no if last else 0, last.at if last else None, [(row.kind, row.at, row.why) for row in breaks]
        )
