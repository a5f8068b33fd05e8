"""The installation's health, measured every few seconds beside the relay: queues, ages, runs, disk, what is kept."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from onefold.commands import figures
from onefold.commands.figures import Rows
from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer
from onefold.domains import rulebook
from onefold.domains.intake.queries import feed_ages, paused_feeds
from onefold.domains.releases.models import Run
from onefold.domains.releases.queries import latest_run, published
from onefold.domains.retention.queries import holds_seen_by, newest_night, newest_prunings
from onefold.jobs.patience import Patience
from onefold.keeping.limits import Limits
from onefold.keeping.state import status
from onefold.kernel.ids import instant_of

JOBS = Viewer.system("measuring")
EVERY_S = 15.0
DAY_S = 86_400
log = logging.getLogger("onefold.measuring")


def start(stop: threading.Event) -> threading.Thread:
    """Measure in a thread of this process until told to stop. Whatever goes wrong in there, its process goes on."""
    thread = threading.Thread(target=_keep_measuring, args=(stop,), name="measuring", daemon=True)
    thread.start()
    return thread


def _keep_measuring(stop: threading.Event) -> None:
    patience = Patience("measuring", stop)
    while not stop.is_set():
        try:
            measure()
        except Exception as error:
            if not patience.bear(error):
                log.error("not measured: %s", type(error).__name__)
                connection.close()
        else:
            patience.over()
        stop.wait(EVERY_S)
    connection.close()


def measure() -> dict[str, Rows]:
    """Measure everything, keep it for whoever asks, and return it."""
    measured: dict[str, Rows] = {}
    with reading(JOBS) as at:
        for part in PARTS:
            measured |= part(at)
    with transaction.atomic(durable=True):
        figures.keep(datetime.now(UTC), measured)
    return measured


def queues(at: datetime) -> dict[str, Rows]:
    """How much waits. Ages here are the machine's: they pace it, and the business clock has no part in them."""
    (waiting, oldest), *_ = _asked(
        "SELECT count(*), (array_agg(event_id ORDER BY event_id))[1] FROM commands_outboxevent WHERE relayed_at IS NULL"
    )
    deliveries = dict(_asked("SELECT state, count(*) FROM commands_delivery WHERE state <> 'DONE' GROUP BY state"))
    messages = dict(_asked("SELECT state, count(*) FROM webhooks_message WHERE state <> 'DELIVERED' GROUP BY state"))
    jobs = _asked(
        "SELECT queue_name, status::text, count(*) FROM procrastinate_jobs "
        "WHERE status IN ('todo', 'doing', 'failed') GROUP BY 1, 2"
    )
    since = _asked(
        "SELECT j.queue_name, extract(epoch FROM now() - min(e.at))::float8 FROM procrastinate_jobs j "
        "JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred' WHERE j.status = 'todo' GROUP BY 1"
    )
    return {
        "onefold_outbox_waiting": [({}, waiting)],
        "onefold_outbox_oldest_seconds": [({}, age_of(oldest, datetime.now(UTC)) if oldest else 0.0)],
        "onefold_deliveries": [({"state": state}, deliveries.get(state, 0)) for state in ("WAITING", "DEAD")],
        "onefold_webhook_messages": [({"state": state}, messages.get(state, 0)) for state in ("WAITING", "DEAD")],
        "onefold_jobs": [({"queue": queue, "status": status}, count) for queue, status, count in jobs],
        "onefold_jobs_oldest_todo_seconds": [({"queue": queue}, age) for queue, age in since],
    }


def age_of(event_id: UUID, now: datetime) -> float:
    """Return the age of an event in seconds by the machine's clock, which its id holds; its `at` is the business clock's."""
    return max(now.timestamp() - instant_of(event_id).timestamp(), 0.0)


def release(at: datetime) -> dict[str, Rows]:
    found = published(JOBS)
    if found is None:
        return {}
    return {
        "onefold_release_age_seconds": [({}, _seconds(at - found.activated_at))],
        "onefold_release_day_age_days": [({}, (today(at) - found.as_of).days)],
    }


def feeds(at: datetime) -> dict[str, Rows]:
    known = feed_ages(JOBS)
    paused = {row.feed for row in paused_feeds(JOBS)}
    labels = {row.feed: {"company": row.company, "feed": row.feed} for row in known}
    return {
        "onefold_feed_age_seconds": [(labels[row.feed], _seconds(at - row.data_at)) for row in known if row.data_at],
        "onefold_feed_freshness_seconds": [(labels[row.feed], row.freshness_days * DAY_S) for row in known],
        "onefold_feed_paused": [(labels[row.feed], float(row.feed in paused)) for row in known],
    }


def runs(at: datetime) -> dict[str, Rows]:
    latest = latest_run(JOBS)
    if latest is None:
        return {}
    ended = Run.objects.exclude(finished_at=None).order_by("state", "-finished_at").distinct("state")
    by_state = {state: when for state, when in ended.values_list("state", "finished_at") if when}
    last = max(by_state, key=lambda state: by_state[state], default="")
    measured: dict[str, Rows] = {
        "onefold_run_open": [({}, float(latest.is_open))],
        "onefold_run_last_failed": [({}, float(last == Run.State.FAILED))],
        "onefold_run_last_ended_age_seconds": [
            ({"state": state}, _seconds(at - when)) for state, when in by_state.items()
        ],
    }
    if latest.is_open:
        measured |= {
            "onefold_run_steps_done": [({}, latest.steps_done)],
            "onefold_run_steps_total": [({}, latest.steps_total)],
            "onefold_run_open_seconds": [({}, _seconds(at - latest.requested_at))],
        }
    return measured


def disk(at: datetime) -> dict[str, Rows]:
    usage = shutil.disk_usage(settings.VAR)
    return {"onefold_disk_free_bytes": [({}, usage.free)], "onefold_disk_size_bytes": [({}, usage.total)]}


def kept(at: datetime) -> dict[str, Rows]:
    """What the last night said: classes are counted once a day, not every few seconds."""
    rows, night = newest_prunings(JOBS), newest_night(JOBS)
    measured: dict[str, Rows] = {
        "onefold_kept_bytes": [({"kind": row.kind}, row.kept_bytes) for row in rows],
        "onefold_held_bytes": [({"kind": row.kind}, row.held_bytes) for row in rows],
        "onefold_pruned_bytes": [({"kind": row.kind}, row.went_bytes) for row in rows if row.on == night],
        "onefold_legal_holds": [({}, holds_seen_by(JOBS).filter(lifted_at=None).count())],
    }
    if night:
        measured["onefold_prune_age_seconds"] = [({}, (today(at) - night).days * DAY_S)]
    return measured


def backups(at: datetime) -> dict[str, Rows]:
    """How old the backup and the last drill are; nothing where no backup was ever asked for."""
    names = Limits.__dataclass_fields__
    limits = Limits(**{name: int(rulebook.value(f"keeping.{name}", today(at))) for name in names})
    known = status(Path(settings.VAR), limits)
    ages = {
        "onefold_backup_age_seconds": known.backup_age_s,
        "onefold_backup_log_age_seconds": known.log_age_s,
        "onefold_drill_age_seconds": known.drill_age_s,
    }
    measured: dict[str, Rows] = {name: [({}, age)] for name, age in ages.items() if age is not None}
    if known.target:
        measured["onefold_backup_alarms"] = [({}, len(known.alarms))]
    return measured


PARTS: tuple[Callable[[datetime], dict[str, Rows]], ...] = (queues, release, feeds, runs, disk, kept, backups)


def _asked(question: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return list(cursor.fetchall())


def _seconds(span: timedelta) -> float:
    return max(span.total_seconds(), 0.0)
