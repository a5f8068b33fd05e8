"""Bringing the tables to this version while people work: no migration makes others wait behind it.

An ALTER TABLE queues behind whoever reads the table, and every later reader queues behind the ALTER. So a migration waits for a
lock for a moment only, gives it up, and tries again. Each is one transaction together with the note that it was applied, so
what was cut off is done again as a whole.
"""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from psycopg import errors

from onefold.kernel.refusals import Kind, Refusal

LOCK_WAIT_MS = 200
PAUSE_S = 0.3
PATIENCE_S = 600.0
ONE_MIGRATOR = 0x0_4E_0F_02D  # any number of our own, the same in every process


class TablesBusy(Refusal):
    code = "TABLES_BUSY"
    kind = Kind.UNAVAILABLE
    sentence = {
        "en": "The tables could not be brought to this version: for {seconds} s somebody held a table that has to change. "
        "Nothing is half done. End long work on the database, then start again.",
        "zh-Hans": "数据表未能升级到本版本：{seconds} 秒内一直有会话占用需要变更的表。未留下半途结果。请结束数据库上的长任务后重新启动。",
    }


class WholeMigrations(MigrationExecutor):
    """Django notes a migration with deferred statements (any with a foreign key) as applied only after its commit: killed in
    between, it is applied and not noted, and no later migrator gets past it. Here both are one transaction.
    """

    def apply_migration(self, state: Any, migration: Migration, fake: bool = False, fake_initial: bool = False) -> Any:
        if not migration.atomic:
            return super().apply_migration(state, migration, fake, fake_initial)
        with transaction.atomic():
            return super().apply_migration(state, migration, fake, fake_initial)


def migrate(patience_s: float = PATIENCE_S) -> None:
    """Apply the migrations that are missing, over Django's connection (the owner's). Raises `TablesBusy`."""
    with _the_only_migrator(patience_s):
        patiently(_apply_missing, patience_s)


def _apply_missing() -> None:
    from django.core.management import call_command

    command: Any = importlib.import_module("django.core.management.commands.migrate")
    command.MigrationExecutor = WholeMigrations  # the command offers no other way to choose it
    call_command("migrate", verbosity=0, skip_checks=True)


def patiently(change: Callable[[], None], patience_s: float = PATIENCE_S) -> int:
    """Carry out `change`, which may be done again from its beginning; return how often it gave way. Raises `TablesBusy`."""
    deadline, gave_way = time.monotonic() + patience_s, 0
    with _short_waits():
        while True:
            try:
                change()
                return gave_way
            except OperationalError as error:
                if not isinstance(error.__cause__, errors.LockNotAvailable):
                    raise
                if time.monotonic() > deadline:
                    raise TablesBusy(seconds=round(patience_s)) from None
            if not gave_way:
                print("A table that has to change is in use; waiting for a free moment …", file=sys.stderr, flush=True)
            gave_way += 1
            time.sleep(PAUSE_S)


@contextmanager
def _short_waits() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        before = cursor.fetchone()[0]
        cursor.execute(f"SET lock_timeout = '{LOCK_WAIT_MS}ms'")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [before])


@contextmanager
def _the_only_migrator(patience_s: float) -> Iterator[None]:
    """Two programs started at once do not both migrate; the lock falls with the session, however that ends."""
    deadline = time.monotonic() + patience_s
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [ONE_MIGRATOR])
            if cursor.fetchone()[0]:
                break
            if time.monotonic() > deadline:
                raise TablesBusy(seconds=round(patience_s))
            time.sleep(PAUSE_S)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_MIGRATOR])
