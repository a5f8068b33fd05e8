"""Row 51: tables change while people read and write; a migrator that is killed is followed by one that finishes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import connection

from onefold.cli import schema
from onefold.config.databases import connected_as, handed_over

NIGHTLY = os.environ.get("ONEFOLD_NIGHTLY") == "1"
KILLS = 20 if NIGHTLY else 1
READER_S_MAX = 1.0
CHANGE = "ALTER TABLE busy ADD COLUMN added_under_load integer"
MIGRATOR = """
import os, signal, sys
import django
django.setup()
from django.db.migrations.executor import MigrationExecutor
from onefold.cli import schema

noting = MigrationExecutor.record_migration

def note(self, migration):
    if f"{migration.app_label}.{migration.name}" == sys.argv[1]:
        os.kill(os.getpid(), signal.SIGKILL)
    noting(self, migration)

MigrationExecutor.record_migration = note
schema.migrate()
"""
QUEUED = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query = %s"
SHAPE = """
SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT tablename, policyname, coalesce(qual, ''), coalesce(with_check, '') FROM pg_policies
UNION ALL SELECT c.conrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid), '' FROM pg_constraint c
ORDER BY 1, 2, 3, 4
"""


def session(words: Any) -> psycopg.Connection[Any]:
    return psycopg.connect(**words.parameters(), autocommit=True)


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.01)


class Readers:
    """Sessions that read the table again and again, and how long the slowest answer took."""

    def __init__(self, words: Any) -> None:
        self.words, self.ended, self.slowest, self.answers = words, threading.Event(), 0.0, 0
        self.threads = [threading.Thread(target=self._read) for _ in range(3)]

    def _read(self) -> None:
        with session(self.words) as reader:
            while not self.ended.is_set():
                began = time.monotonic()
                reader.execute("SELECT count(*) FROM busy")
                self.slowest = max(self.slowest, time.monotonic() - began)
                self.answers += 1

    def __enter__(self) -> Readers:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.ended.set()
        for thread in self.threads:
            thread.join()


@pytest.fixture
def here(database: str, connections: dict[str, Any]) -> dict[str, Any]:
    here = {role: known.to(database) for role, known in connections.items()}
    with session(here["owner"]) as owner:
        owner.execute("CREATE TABLE busy AS SELECT generate_series(1, 1000) AS number")
    return here


def alter() -> None:
    with connection.cursor() as cursor:
        cursor.execute(CHANGE)


def test_a_table_changes_behind_a_long_read_and_no_reader_waits_for_it(here: dict[str, Any]) -> None:
    owner, gave_way = here["owner"], []
    with Readers(owner) as readers:
        holder = session(owner)
        holder.execute("BEGIN")
        holder.execute("SELECT count(*) FROM busy")

        def change() -> None:
            with connected_as(here, "owner"):
                gave_way.append(schema.patiently(alter, patience_s=30))
                connection.close()

        changer = threading.Thread(target=change)
        changer.start()
        with session(owner) as watcher:
            wait_until(lambda: watcher.execute(QUEUED, [CHANGE]).fetchone() == (1,))
            wait_until(lambda: watcher.execute(QUEUED, [CHANGE]).fetchone() == (0,))
            wait_until(lambda: watcher.execute(QUEUED, [CHANGE]).fetchone() == (1,))
        holder.execute("COMMIT")
        holder.close()
        changer.join()
    assert gave_way and gave_way[0] >= 1
    assert readers.answers > 100
    assert readers.slowest < READER_S_MAX, f"a reader waited {readers.slowest:.2f} s for a migration"


def test_a_table_that_is_never_free_is_said_so_and_left_as_it_was(here: dict[str, Any]) -> None:
    with session(here["owner"]) as holder, holder.transaction():
        holder.execute("SELECT count(*) FROM busy")
        with connected_as(here, "owner"), pytest.raises(schema.TablesBusy):
            schema.patiently(alter, patience_s=0.5)


def test_a_migrator_killed_at_any_moment_is_followed_by_one_that_finishes(
    database: str, connections: dict[str, Any], template: str
) -> None:
    """At some moments by chance; and where Django leaves a gap, between a migration and the note that it was applied."""
    from onefold.embedded import drop_database, prepare_database

    owner, name = connections["owner"], f"{database}_anew"
    here, chance = owner.to(name), random.Random(int(os.environ.get("ONEFOLD_SEED", "51")))
    for _ in range(KILLS):
        prepare_database(owner, name)
        try:
            with migrator(here) as running:
                wait_for_tables(here, chance.randrange(5, 60), running)
                running.kill()
            assert running.returncode == -signal.SIGKILL, "it was done before it could be killed"
            for noted in sorted({"customers.0006_links", "leads.0001_initial"} - applied(here)):
                assert migrator(here, dies_at=noted).wait() == -signal.SIGKILL, noted
            assert migrator(here).wait() == 0
            assert shape(here) == shape(owner.to(template))
        finally:
            drop_database(owner, name)


def migrator(here: Any, dies_at: str = "") -> subprocess.Popen[bytes]:
    """A process that migrates; `dies_at`: kills itself as it is about to note that this migration was applied."""
    words = [sys.executable, "-c", MIGRATOR, dies_at]
    return subprocess.Popen(words, env={**os.environ, **handed_over(here)})


def wait_for_tables(words: Any, more: int, migrator: subprocess.Popen[bytes]) -> None:
    """Until the migrator has made so many tables more, or has ended."""
    count = "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    with session(words) as looking:
        before = looking.execute(count).fetchone()[0]
        while migrator.poll() is None and looking.execute(count).fetchone()[0] < before + more:
            time.sleep(0.01)


def applied(words: Any) -> set[str]:
    with session(words) as looking:
        return {name for (name,) in looking.execute("SELECT app || '.' || name FROM django_migrations").fetchall()}


def shape(words: Any) -> list[tuple[Any, ...]]:
    with session(words) as looking:
        return looking.execute(SHAPE).fetchall()
