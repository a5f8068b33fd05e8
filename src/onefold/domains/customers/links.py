"""Doubtful links: two records that may be one customer, and what stewards said of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer
from onefold.domains.customers.models import LinkCandidate, LinkRuling, SourceRecord
from onefold.domains.customers.scope import records_seen_by
from onefold.domains.releases.queries import active_release_id, published

DOUBTFUL = ("REVIEW", "CONTRADICTED")
LINKED = ("LINKED", "KEPT")
RULED = ("CONFIRMED", "REFUSED")


@dataclass(frozen=True)
class Side:
    """One of two records: its company, and what the viewer may see of it (nothing of a company that shares nothing)."""

    company: str
    name: str | None
    born_on: Any
    phone: str | None
    source_key: str | None


@dataclass(frozen=True)
class Said:
    verdict: str
    why: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Link:
    """A pair as the release in force has it, and what was said of it since, newest first."""

    source_record_id: UUID
    other_record_id: UUID
    sides: tuple[Side, Side]
    probability_ppm: int
    levels: tuple[str, ...]
    outcome: str
    said: tuple[Said, ...]

    @property
    def verdict(self) -> str:
        """What holds now: SAME, DIFFERENT, or OPEN where nothing was said or it was taken back."""
        return self.said[0].verdict if self.said else "OPEN"


def counts_of_links(viewer: Viewer) -> dict[str, int]:
    """How many pairs of the viewer's company the release in force has, by outcome."""
    with reading(viewer):
        if published(viewer) is None:
            return {}
        return dict(_candidates(viewer).values_list("outcome").annotate(Count("pk")))


def links_of(viewer: Viewer, outcomes: tuple[str, ...] = DOUBTFUL, *, after: int = 0, limit: int = 50) -> list[Link]:
    """Return pairs with one record of the viewer's company, the likeliest first."""
    with reading(viewer) as at:
        if published(viewer) is None:
            return []
        rows = list(
            _candidates(viewer)
            .filter(outcome__in=outcomes)
            .order_by("-probability_ppm", "source_record_id", "other_record_id")[after : after + limit]
        )
        ids = {one for row in rows for one in (row.source_record_id, row.other_record_id)}
        records = {
            row.source_record_id: row for row in records_seen_by(viewer, today(at)).filter(source_record_id__in=ids)
        }
        said = _said_of(rows)
    return [_link(row, records, said) for row in rows]


def candidate(viewer: Viewer, source_record_id: UUID, other_record_id: UUID) -> LinkCandidate | None:
    """The pair as the release in force has it, if one of its records is the viewer's company's; the caller holds the scope open."""
    pair = {"source_record_id": source_record_id, "other_record_id": other_record_id}
    found: LinkCandidate | None = _candidates(viewer).filter(**pair).first()
    return found


def _candidates(viewer: Viewer) -> Any:
    own = Q(company_id=viewer.company) | Q(other_company_id=viewer.company)
    return LinkCandidate.objects.filter(own, release_id=active_release_id(viewer))


def _said_of(rows: list[LinkCandidate]) -> dict[tuple[UUID, UUID], tuple[Said, ...]]:
    found: dict[tuple[UUID, UUID], tuple[Said, ...]] = {}
    rulings = LinkRuling.objects.filter(source_record_id__in=[row.source_record_id for row in rows])
    for one in rulings.order_by("-at", "-ruling_id"):
        pair = (one.source_record_id, one.other_record_id)
        found[pair] = (*found.get(pair, ()), Said(one.verdict, one.why, one.by, one.at))
    return found


def _link(
    row: LinkCandidate, records: dict[UUID, SourceRecord], said: dict[tuple[UUID, UUID], tuple[Said, ...]]
) -> Link:
    sides = (
        _side(row.company_id, records.get(row.source_record_id)),
        _side(row.other_company_id, records.get(row.other_record_id)),
    )
    pair = (row.source_record_id, row.other_record_id)
    return Link(*pair, sides, row.probability_ppm, tuple(row.levels), row.outcome, said.get(pair, ()))


def _side(company: str, record: SourceRecord | None) -> Side:
    if record is None:
        return Side(company, None, None, None, None)
    return Side(company, record.name, record.born_on, record.phone, record.source_key)


def rulings_that_hold() -> list[dict[str, str]]:
    """The newest word on every pair, those taken back left out; for the batch, which sees all."""
    newest: dict[tuple[UUID, UUID], str] = {}
    for one in LinkRuling.objects.order_by("at", "ruling_id"):
        newest[one.source_record_id, one.other_record_id] = one.verdict
    return [
        {"source_id": pair[0].hex, "other_source_id": pair[1].hex, "verdict": verdict}
        for pair, verdict in sorted(newest.items())
        if verdict != LinkRuling.Verdict.OPEN
    ]
