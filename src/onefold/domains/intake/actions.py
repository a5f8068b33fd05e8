"""Receive a file; pause a feed and resume it; write down what became of a file's rows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection

from onefold.commands.action import Command, action
from onefold.domains import rulebook
from onefold.domains.intake import events, refusals
from onefold.domains.intake.models import Batch, FeedData, FeedPause
from onefold.domains.intake.queries import batches_seen_by, open_pauses, rejects_seen_by
from onefold.kernel.ids import new_id
from onefold.policy.feeds import FeedSpec

COUNTS = ("rows_in", "rows_loaded", "rows_quarantined", "rows_duplicate")
PAUSING = (FeedPause.Why.HEADER_CHANGED.value, FeedPause.Why.TOO_MANY_QUARANTINED.value)
"""A file refused for one of these says that the feed itself has changed: what comes next would fare no better."""


@action
def receive(
    command: Command, *, feed: str, file_name: str, sha256: str, size: int, corrects: UUID | None = None
) -> dict[str, Any]:
    """Write the receipt of a file whose bytes are kept already. The bytes that stand already are a repetition at once.

    What stands is the newest file of a full feed (A, B, A is new truth again), any file of one that only adds. `corrects`: the
    batch whose rows this file brings again. Raises `FeedUnknown` for a feed that is not the viewer's company's,
    `CorrectionMisplaced`, `CorrectionTooLate`.
    """
    spec = _feed_of(command, feed)
    earlier = batches_seen_by(command.viewer).filter(feed=feed).exclude(outcome="DUPLICATE_FILE").order_by("-batch_id")
    if corrects:
        _refuse_correction_of(corrects, earlier, spec)
    standing = earlier.values_list("sha256", flat=True)
    known = sha256 in (standing[:1] if spec.full else standing.filter(sha256=sha256)[:1])
    waits = not known and open_pauses(command.viewer).filter(feed=feed).exists()
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
        corrects_id=corrects,
    )
    command.audit(str(batch.batch_id), feed=feed, sha256=sha256, bytes=size)
    if known:
        _note_said_again(command, spec, earlier.filter(sha256=sha256))
    else:
        command.emit(events.BatchReceived(str(batch.batch_id), feed, waits))
    return {"batch_id": str(batch.batch_id), "duplicate": known, "waits": waits}


def _feed_of(command: Command, feed: str) -> FeedSpec:
    spec = rulebook.loaded().feeds.get(feed)
    if spec is None or (command.viewer.company and spec.company != command.viewer.company):
        raise refusals.FeedUnknown()
    return spec


def _refuse_correction_of(corrected: UUID, earlier: Any, spec: FeedSpec) -> None:
    """The newest file of a full feed is corrected: a correction of an older one would bring back what is no longer so."""
    batch = earlier.filter(batch_id=corrected).first()
    if batch is None or batch.rows_in is None or not batch.rows_quarantined:
        raise refusals.CorrectionMisplaced()
    newer = earlier.filter(batch_id__gt=corrected).exclude(corrects_id=corrected).exclude(outcome="REFUSED")
    if spec.full and newer.exists():
        raise refusals.CorrectionTooLate()


def _note_said_again(command: Command, spec: FeedSpec, same: Any) -> None:
    """The truth of a full feed was sent again: what is known is as young as this file."""
    if spec.full and same.filter(outcome="LOADED").exists():
        FeedData.objects.filter(feed=spec.name).update(data_at=command.at)


@action
def pause(command: Command, *, feed: str, note: str = "") -> dict[str, Any]:
    """Let a feed's files wait from now on; a paused feed stays as it is. Raises `FeedUnknown`."""
    spec = _feed_of(command, feed)
    found = open_pauses(command.viewer).filter(feed=feed).first()
    if found is None:
        found = _pause(command, spec.name, spec.company, FeedPause.Why.BY_HAND, note=note[:300])
    return {"pause_id": str(found.pause_id)}


def _pause(command: Command, feed: str, company: str, why: str, note: str = "", batch_id: UUID | None = None) -> Any:
    fresh = FeedPause(
        pause_id=new_id(),
        feed=feed,
        company_code=company,
        why=why,
        note=note,
        batch_id=batch_id,
        paused_at=command.at,
        paused_by=command.viewer.key,
    )
    FeedPause.objects.bulk_create([fresh], ignore_conflicts=True)  # somebody else may pause it at this moment
    command.audit(feed, why=why, batch=str(batch_id or ""))
    command.emit(events.FeedPaused(feed, company, why))
    return fresh


@action
def resume(command: Command, *, feed: str) -> dict[str, Any]:
    """Give what waits to the next run, and the refused file once more. Raises `FeedUnknown`, `FeedNotPaused`."""
    spec = _feed_of(command, feed)
    changed = open_pauses(command.viewer).filter(feed=feed).update(resumed_at=command.at, resumed_by=command.viewer.key)
    if not changed:
        raise refusals.FeedNotPaused()
    command.audit(feed)
    command.emit(events.FeedResumed(feed, spec.company))
    return {"feed": feed}


@action
def note_rejects_taken(command: Command, *, batch_id: UUID) -> dict[str, int]:
    """Somebody takes the rows set aside of a batch away as they were sent: they hold what identifies people."""
    count = rejects_seen_by(command.viewer).filter(batch_id=batch_id).count()
    command.audit(str(batch_id), rows=count)
    return {"rows": count}


@action
def record_arrivals(command: Command, *, arrivals: list[dict[str, Any]]) -> dict[str, Any]:
    """Write down what became of each batch's rows (plain rows of dataset `arrivals`), and pause feeds that changed."""
    before = dict(Batch.objects.values_list("batch_id", "outcome"))
    _write_outcomes(arrivals)
    _pause_changed_feeds(command, arrivals, before)
    command.audit(facts=len(arrivals))
    return {"arrivals": len(arrivals)}


def _write_outcomes(arrivals: list[dict[str, Any]]) -> None:
    """One statement for all: a run answers for every file ever received, and there are hundreds a month."""
    names = ("batch_id", "outcome", "reason", "detail", *COUNTS)
    columns = [[row[name] for row in arrivals] for name in names]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE intake_batch b SET outcome = a.outcome, reason = coalesce(a.reason, ''), "
            "detail = left(coalesce(a.detail, ''), 300), rows_in = a.rows_in, rows_loaded = a.rows_loaded, "
            "rows_quarantined = a.rows_quarantined, rows_duplicate = a.rows_duplicate "
            "FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[], "
            "%s::bigint[]) AS a (batch_id, outcome, reason, detail, rows_in, rows_loaded, rows_quarantined, "
            "rows_duplicate) WHERE b.batch_id = a.batch_id",
            columns,
        )


def _pause_changed_feeds(command: Command, arrivals: list[dict[str, Any]], before: dict[UUID, str]) -> None:
    """Pause a feed when a file of it is refused as changed for the first time and none after it came through.

    A run replays everything received, so that a file refused long ago is refused again: that is no news.
    """
    accepted = Batch.objects.filter(outcome=Batch.Outcome.LOADED).order_by("feed", "-batch_id").distinct("feed")
    loaded = dict(accepted.values_list("feed", "batch_id"))
    fresh = {UUID(row["batch_id"]) for row in arrivals if row["outcome"] == "REFUSED" and row["reason"] in PAUSING}
    fresh = {batch_id for batch_id in fresh if before.get(batch_id) != Batch.Outcome.REFUSED}
    paused = set(open_pauses(command.viewer).values_list("feed", flat=True))
    for batch in Batch.objects.filter(batch_id__in=fresh).order_by("-batch_id"):
        came_through = batch.feed in loaded and loaded[batch.feed] > batch.batch_id
        if batch.feed not in paused and not came_through:
            paused.add(batch.feed)
            _pause(command, batch.feed, batch.company_code, batch.reason, batch.detail, batch.batch_id)


def note_ages() -> None:
    """What readers see of a feed is as old as its newest loaded file, or the file that said the same again later.

    Said when a release comes into force or stays in force, and not when one is held: then readers see the older data.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake_feeddata AS held (feed, company_code, data_at) "
            "SELECT feed, min(company_code), max(received_at) FROM intake_batch WHERE outcome = 'LOADED' GROUP BY feed "
            "ON CONFLICT (feed) DO UPDATE SET data_at = greatest(held.data_at, excluded.data_at)"
        )
