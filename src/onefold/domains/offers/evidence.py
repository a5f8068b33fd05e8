"""Decisions as they were made: read, and decided once more from what they rested on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from onefold.commands.prepared import instances
from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer, ViewerKind
from onefold.decision.gates import Action
from onefold.domains.offers.conclusions import decided_again, unpacked
from onefold.domains.offers.models import Evidence
from onefold.domains.offers.queries import Verdict
from onefold.domains.offers.refusals import EvidenceUnknown

CHUNK = 500
DECISIONS_SHOWN = 5


@dataclass(frozen=True)
class Made:
    """One decision. `offered`, best first; `others`: what was judged and not offered. `same`: the stored facts lead to the stored bytes."""

    evidence_id: UUID
    decision_id: UUID
    customer_id: UUID
    company: str
    actor: str
    at: datetime
    channel: str
    reason: str
    release_id: str
    rulebook_version: str
    model_version: str
    core_version: int
    offered: tuple[Verdict, ...]
    others: tuple[Verdict, ...]


def evidence_seen_by(viewer: Viewer) -> QuerySet[Evidence]:
    """The second wall: whoever asked."""
    if viewer.kind == ViewerKind.COMPANY:
        return Evidence.objects.filter(company_code=viewer.company)
    if viewer.kind == ViewerKind.SELLER:
        return Evidence.objects.filter(company_code=viewer.company, seller_code=viewer.seller)
    return Evidence.objects.all() if viewer.kind == ViewerKind.SYSTEM else Evidence.objects.none()


Content = Mapping[str, Any]
_just_made: ContextVar[tuple[Evidence, Content, Content] | None] = ContextVar("onefold_just_made", default=None)


def remember(row: Evidence, facts: Content, verdict: Content) -> None:
    """Keep what this request has just decided, so that its answer need not be read back."""
    _just_made.set((row, facts, verdict))


def decision_made(viewer: Viewer, evidence_id: UUID) -> Made:
    """Return one decision; raise `EvidenceUnknown` for none or another company's."""
    just_made = _just_made.get()
    _just_made.set(None)
    if just_made is not None and (just_made[0].evidence_id, just_made[0].actor) == (evidence_id, viewer.key):
        return _made(*just_made)
    with reading(viewer):
        row = evidence_seen_by(viewer).filter(evidence_id=evidence_id).first()
    if row is None:
        raise EvidenceUnknown()
    return _read(row)


def decisions_about(viewer: Viewer, customer_id: UUID) -> list[Made]:
    """Return the latest five decisions about one customer that the viewer's company asked for, newest first."""
    with reading(viewer):
        return [_read(row) for row in instances(_about, viewer, customer_id)]


def _about(viewer: Viewer, customer_id: UUID) -> QuerySet[Evidence]:
    found = evidence_seen_by(viewer).filter(customer_id=customer_id)
    return found.order_by("-at", "-evidence_id")[:DECISIONS_SHOWN]


def _read(row: Evidence) -> Made:
    return _made(row, unpacked(bytes(row.facts)), unpacked(bytes(row.verdict)))


def _made(row: Evidence, facts: Content, verdict: Content) -> Made:
    masks, fallback = verdict["masks"], facts.get("fallback") or [""] * len(facts["series"])
    verdicts = [
        Verdict(
            code, facts["owners"][place], facts["sellers"][place], masks["blocked"][place], masks["missing"][place],
            masks["warned"][place], masks["score"][place], masks["value"][place], masks["basis"][place],
            _action(masks["action"][place]), facts["because"][place], fallback[place],
        )
        for place, code in enumerate(facts["series"])
    ]  # fmt: skip
    offered = verdict["offered"]
    return Made(
        row.evidence_id, row.decision_id, row.customer_id, row.company_code, row.actor, row.at, row.channel, row.reason,
        row.release_id, row.rulebook_version, row.model_version, row.core_version,
        tuple(verdicts[place] for place in offered),
        tuple(one for place, one in enumerate(verdicts) if place not in set(offered)),
    )  # fmt: skip


def _action(number: int) -> str:
    return "" if number == Action.NONE else Action(number).name


def is_same_again(viewer: Viewer, evidence_id: UUID) -> bool:
    """Return whether the decision, made again from its stored facts by the core it was made by, is the same to the byte."""
    with reading(viewer):
        row = evidence_seen_by(viewer).filter(evidence_id=evidence_id).first()
    if row is None:
        raise EvidenceUnknown()
    return _same(row)


def _same(row: Evidence) -> bool:
    return decided_again(row.form, row.core_version, bytes(row.facts)) == bytes(row.verdict)


def replayed(viewer: Viewer, last: int) -> Iterator[tuple[UUID, bool]]:
    """Decide the last decisions once more, newest first; yield each with whether it came out the same."""
    with reading(viewer):
        rows = evidence_seen_by(viewer).order_by("-evidence_id")[:last]
        for row in rows.iterator(chunk_size=CHUNK):
            yield row.evidence_id, _same(row)
