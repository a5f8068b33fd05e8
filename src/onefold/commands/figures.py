"""Figures of the installation's health: what they are called, and the newest ones measured.

The jobs side measures, because it alone sees all companies' rows, and leaves one row; every process may read that, for it
holds counts and ages and nothing about anybody.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

Rows = list[tuple[dict[str, str], float]]
"""labels and value"""
AT_SCRAPE = {
    "onefold_database_up": "1: the database answered when this was asked",
    "onefold_measured_age_seconds": "Seconds since the jobs side measured what follows",
}
FIGURES = {
    "onefold_outbox_waiting": "Events not yet handed to their reactions",
    "onefold_outbox_oldest_seconds": "Age of the oldest event not yet handed on",
    "onefold_deliveries": "Reactions by state: WAITING, DEAD (put aside after the last try)",
    "onefold_webhook_messages": "Messages to companies' webhooks by state: WAITING, DEAD",
    "onefold_jobs": "Long jobs by queue and status: todo, doing, failed",
    "onefold_jobs_oldest_todo_seconds": "Age of the oldest job that waits, by queue",
    "onefold_release_age_seconds": "Age of the release in force, since it was activated",
    "onefold_release_day_age_days": "Days since the day the release in force speaks of",
    "onefold_feed_age_seconds": "Age of what is known from a feed, by company and feed; absent before its first file",
    "onefold_feed_freshness_seconds": "Age from which a feed counts as stale, as its description says",
    "onefold_feed_paused": "1: files of the feed wait",
    "onefold_run_open": "1: a run waits or is under way",
    "onefold_run_steps_done": "Steps behind the run under way",
    "onefold_run_steps_total": "Steps of the run under way",
    "onefold_run_open_seconds": "Time since the run under way was asked for",
    "onefold_run_last_failed": "1: the run that ended last failed",
    "onefold_run_last_ended_age_seconds": "Time since a run ended, by how it did",
    "onefold_disk_free_bytes": "Bytes free where everything is kept",
    "onefold_disk_size_bytes": "Size of that disk",
    "onefold_backup_age_seconds": "Age of the newest backup; absent without one",
    "onefold_drill_age_seconds": "Time since a backup was last restored on trial; absent when never",
    "onefold_backup_log_age_seconds": "Age of the newest change of the database that the backup has",
    "onefold_backup_alarms": "What of the backup is older than it may be, or altered; absent where there is to be none",
    "onefold_kept_bytes": "Bytes kept by class, after the last night",
    "onefold_held_bytes": "Of these under a legal hold",
    "onefold_pruned_bytes": "Bytes let go by class on the last night",
    "onefold_prune_age_seconds": "Time since things were last let go",
    "onefold_legal_holds": "Legal holds in force",
}


@dataclass(frozen=True)
class Newest:
    at: datetime
    figures: dict[str, Rows]


def newest() -> Newest | None:
    """Return the figures measured last; None before the first time. In a reading."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT at, figures::text FROM commands_measured WHERE id = 1")
        row = cursor.fetchone()
    return Newest(row[0], json.loads(row[1])) if row else None


def keep(at: datetime, measured: dict[str, Rows]) -> None:
    """Keep figures in place of the ones before; no fact of the business, so without a command. In a transaction of the jobs side.

    `at` is the machine's own time: it tells how old a measurement is, also where the business clock stands still.
    """
    unknown = measured.keys() - FIGURES.keys()
    if unknown:
        raise ValueError(f"no such figures: {', '.join(sorted(unknown))}")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO commands_measured (id, at, figures) VALUES (1, %s, %s::jsonb) "
            "ON CONFLICT (id) DO UPDATE SET at = excluded.at, figures = excluded.figures",
            [at, json.dumps(measured)],
        )
