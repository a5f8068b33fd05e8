"""What is kept of the machine's own: sessions, ended jobs, logs set aside, files that somebody left half written."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings

from onefold.commands.retention import Rows, Things, bytes_in, day_of
from onefold.kernel.retention import NOBODY, Kept

PARTS = ("intake/*.part", "lake/runs/*.part", "vault/runs/*.part", "vault/landing/*.part", "vault/keys/*.part", "exports/*/*.part", "jobs/*.part")  # fmt: skip
LOGS = ("log/*.log.*", "pg/server.log.*")


def parts_found(at: datetime) -> Iterator[Kept]:
    """Files and folders that somebody began to write; whoever is at it wrote lately."""
    yield from _found(PARTS, at)


def logs_found(at: datetime) -> Iterator[Kept]:
    """Logs that were set aside; the ones being written are bounded by their size."""
    yield from _found(LOGS, at)


def _found(patterns: tuple[str, ...], at: datetime) -> Iterator[Kept]:
    var = Path(settings.VAR)
    for path in sorted(path for pattern in patterns for path in var.glob(pattern)):
        try:
            yield Kept(path.relative_to(var).as_posix(), day_of(path, at), bytes_in(path), about=NOBODY)
        except FileNotFoundError:
            continue


def remove(keys: list[str]) -> None:
    for key in keys:
        path = Path(settings.VAR) / key
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


KEPT = (
    Things("parts", parts_found, removed=remove),
    Things("logs", logs_found, removed=remove),
    Rows("sessions", "django_session", "session_key", "t.expire_date", about=NOBODY),
    Rows(
        "tasks", "procrastinate_jobs", "id",
        "(SELECT coalesce(max(e.at), '-infinity') FROM procrastinate_events e WHERE e.job_id = t.id)",
        done="t.status NOT IN ('todo', 'doing')", about=NOBODY,
    ),
)  # fmt: skip
