"""The book as its reader may see it: balances and the journals behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer, ViewerKind
from onefold.domains.ledger.models import ClosedPeriod, Posting, Seal

BOOK = "ledger"
"""What the chain of seals is called where its heads are written down."""


@dataclass(frozen=True)
class PostingRow:
    journal_id: UUID
    effective_on: date
    event: str
    company: str
    kind: str
    counterparty: str
    currency: str
    amount_minor: int


def postings_seen_by(viewer: Viewer) -> QuerySet[Posting]:
    """The second wall: single postings are the company's own business."""
    if viewer.kind == ViewerKind.COMPANY:
        return Posting.objects.filter(company_id=viewer.company)
    return Posting.objects.all() if viewer.kind == ViewerKind.SYSTEM else Posting.objects.none()


def postings_of(viewer: Viewer, journal_ids: list[UUID]) -> list[PostingRow]:
    """Return the postings of these journals that the viewer may see, in the order they were made."""
    with reading(viewer):
        rows = postings_seen_by(viewer).filter(journal_id__in=journal_ids).select_related("account", "journal")
        return [
            PostingRow(row.journal_id, row.journal.effective_on, row.journal.event, row.company_id, row.account.kind,
                       row.account.counterparty, row.account.currency, row.amount_minor)
            for row in rows.order_by("posting_id")
        ]  # fmt: skip


def closed_months(viewer: Viewer) -> list[date]:
    """Return the months that take nothing any more, oldest first."""
    with reading(viewer):
        return list(ClosedPeriod.objects.order_by("month").values_list("month", flat=True))


def links_of_the_book() -> dict[tuple[str, int], str]:
    """Return the head of every link of the chain of seals, to be compared with those written down outside."""
    return {("", seal_id): head for seal_id, head in Seal.objects.values_list("seal_id", "head_sha256")}


def head_of_the_book() -> list[dict[str, Any]]:
    """Return the last link of the chain of seals, as it is written down outside the database; nothing where there is none."""
    row = Seal.objects.order_by("-seal_id").first()
    return [] if row is None else [
        {"chain": BOOK, "company": "", "link": row.seal_id, "until": row.number_until, "head": row.head_sha256,
         "at": row.at.isoformat()}
    ]  # fmt: skip
