"""What is kept of the machine's own: sessions, ended jobs, logs set aside, files that somebody left half written, and what the inbox
has put aside.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from onefold.commands.retention import Rows, Things, bytes_in, day_of
from onefold.commands.scope import today
from onefold.domains.intake.models import Batch
from onefold.jobs.inbox import DONE, REFUSED, WORDS, batch_of
from onefold.kernel.retention import NOBODY, About, Kept

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


def inbox_done_found(at: datetime) -> Iterator[Kept]:
    """Files of the inbox that were received, from the day of their receipt. One whose receipt is not here (the database is of an
    earlier day) stays: it may have to be handed in once more.
    """
    paths = [(path, batch_of(path)) for path in _set_aside(DONE)]
    rows = Batch.objects.filter(batch_id__in=[batch_id for _, batch_id in paths if batch_id])
    received: dict[UUID | None, date] = {row.batch_id: today(row.received_at) for row in rows}
    for path, batch_id in paths:
        yield _in_inbox(path, received.get(batch_id), "" if batch_id in received else "NO_RECEIPT")


def inbox_refused_found(at: datetime) -> Iterator[Kept]:
    """Files of the inbox that nobody took, from the day on which it was written beside them why; the words go with the file."""
    for path in _set_aside(REFUSED):
        words = path.with_name(path.name + WORDS)
        if path.name.endswith(WORDS) and path.with_name(path.name.removesuffix(WORDS)).exists():
            continue
        yield _in_inbox(path, day_of(words if words.exists() else path, at))


def _set_aside(part: str) -> list[Path]:
    folder = Path(settings.INBOX) / part
    return (
        sorted(path for path in folder.glob("*/*") if path.is_file() and not path.is_symlink())
        if settings.INBOX
        else []
    )


def _in_inbox(path: Path, since: date | None, needed: str = "") -> Kept:
    about = About(companies=frozenset({path.parent.name}))
    return Kept(path.relative_to(settings.INBOX).as_posix(), since, path.stat().st_size, needed, about)


def remove_from_inbox(keys: list[str]) -> None:
    """The file before its words: a file without words would be a riddle."""
    for key in keys:
        path = Path(settings.INBOX) / key
        path.unlink(missing_ok=True)
        path.with_name(path.name + WORDS).unlink(missing_ok=True)


def remove(keys: list[str]) -> None:
    for key in keys:
        path = Path(settings.VAR) / key
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


KEPT = (
    Things("parts", parts_found, removed=remove),
    Things("logs", logs_found, removed=remove),
    Things("inbox_done", inbox_done_found, removed=remove_from_inbox),
    Things("inbox_refused", inbox_refused_found, removed=remove_from_inbox),
    Rows("sessions", "django_session", "session_key", "t.expire_date", about=NOBODY),
    Rows(
        "tasks", "procrastinate_jobs", "id",
        "(SELECT coalesce(max(e.at), '-infinity') FROM procrastinate_events e WHERE e.job_id = t.id)",
        done="t.status NOT IN ('todo', 'doing')", about=NOBODY,
    ),
)  # fmt: skip
