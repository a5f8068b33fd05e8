"""Receive a file; write down what became of its rows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from onefold.commands.action import Command, action
from onefold.domains import rulebook
from onefold.domains.intake import events, refusals
from onefold.domains.intake.models import Batch
from onefold.domains.intake.queries import batches_seen_by
from onefold.kernel.ids import new_id

COUNTS = ("rows_in", "rows_loaded", "rows_quarantined", "rows_duplicate")


@action
def receive(command: Command, *, feed: str, file_name: str, sha256: str, size: int) -> dict[str, Any]:
    """Write the receipt of a file whose bytes are kept already. The bytes that stand already are a repetition at once.

    What stands is the newest file of a full feed (A, B, A is new truth again), any file of one that only adds.

    Raises `FeedUnknown` for a feed that is not the viewer's company's.
    """
    spec = rulebook.loaded().feeds.get(feed)
    if spec is None or (command.viewer.company and spec.company != command.viewer.company):
        raise refusals.FeedUnknown()
    earlier = batches_seen_by(command.viewer).filter(feed=feed).exclude(outcome="DUPLICATE_FILE").order_by("-batch_id")
    standing = earlier.values_list("sha256", flat=True)
    known = sha256 in (standing[:1] if spec.full else standing.filter(sha256=sha256)[:1])
    batch = Batch.objects.create(
        batch_id=new_id(),
        feed=feed,
        company_code=spec.company,
        file_name=file_name[:200],
        sha256=sha256,
        bytes=size,
        received_at=command.at,
        received_by=command.viewer.key,
        outcome=Batch.Outcome.DUPLICATE_FILE if known else Batch.Outcome.RECEIVED,
    )
    command.audit(str(batch.batch_id), feed=feed, sha256=sha256, bytes=size)
    if not known:
        command.emit(events.BatchReceived(str(batch.batch_id), feed))
    return {"batch_id": str(batch.batch_id), "duplicate": known}


@action
def record_arrivals(command: Command, *, arrivals: list[dict[str, Any]]) -> dict[str, Any]:
    """Write down what became of each batch's rows (plain rows of dataset `arrivals`)."""
    for arrival in arrivals:
        Batch.objects.filter(batch_id=UUID(arrival["batch_id"])).update(
            outcome=arrival["outcome"],
            reason=arrival["reason"] or "",
            detail=(arrival["detail"] or "")[:300],
            **{count: arrival[count] for count in COUNTS},
        )
    command.audit(facts=len(arrivals))
    return {"arrivals": len(arrivals)}
