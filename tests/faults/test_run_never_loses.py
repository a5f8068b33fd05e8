"""Whatever dies, wherever: what is published in the end is what an undisturbed run publishes, row for row, and nobody is asked.

`ONEFOLD_NIGHTLY=1` kills the database at every point too, and at fifty random moments; else at a few. ONEFOLD_SEED repeats.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from conftest import HERE, VAR, _cloned, _connect_as
from django.conf import settings
from django.db import connection, transaction

from onefold import embedded
from onefold.cli.work import receive_folders
from onefold.commands import clock
from onefold.commands.scope import reading, tell_database
from onefold.commands.staging import ReleaseFolder, staging_table
from onefold.config.databases import HANDED, handed_over
from onefold.domains.customers.models import Customer
from onefold.domains.holdings.models import Contract
from onefold.domains.releases import actions, holding
from onefold.domains.releases.models import ActiveRelease, Run, StagedTable
from onefold.domains.releases.refusals import StagingChanged, StagingShort
from onefold.jobs import pipeline
from onefold.kernel.ids import new_id
from tests.stories.harbour import FOLDER, SYSTEM

NIGHTLY = os.environ.get("ONEFOLD_NIGHTLY") == "1"
MOMENTS = 50 if NIGHTLY else 1
SEED = int(os.environ.get("ONEFOLD_SEED", random.SystemRandom().randrange(10_000)))
STARTS_MAX, PAUSE_S = 80, 0.2
ROOMS = [room.split(".")[-2] for room in settings.PUBLISHED_ROOMS]
TRIED = ROOMS if NIGHTLY else random.Random(SEED).sample(ROOMS, 3)
"""rooms after whose staging and merging something dies: by day a few, by night all"""
OF_THE_RELAY = ["relay.before_commit"]
OF_THE_RUN = [
    "commands.before_commit", "pipeline.begun", "pipeline.exported", "pipeline.job_written", "pipeline.analysing",
    "pipeline.analysed", "releases.recorded", "releases.announced", *(f"releases.staged.{room}" for room in TRIED),
    "releases.examined",
    "releases.verified", *(f"releases.merged.{room}" for room in TRIED), "releases.activated",
]  # fmt: skip
ELSEWHERE = ("inbox.", "orders.", "retention.", "keys.")
"""points of other ways: test_inbox_killed.py, orders/tests/test_faults.py, test_pruning.py and the tests of keys"""
FACTS = (
    "holdings_contract",
    "consent_consent",
    "customers_searchtoken",
    "sellers_seller",
    "customers_membership",
    "activations",
)
WITHOUT_FACTS = ("procrastinate_", "commands_", "auth_", "account_", "mfa_", "django_", "releases_")


@dataclass(frozen=True)
class Place:
    """A database in which Harbour Group is published and a changed file has asked for the next run."""

    connections: dict[str, Any]
    name: str
    run_id: str
    before: str
    house: subprocess.Popen[str]
    traps: Path

    def start(self, part: str, victim: str = "itself", **more: Any) -> int:
        """Start relay or worker once; return how it ended."""
        order = {
            "part": part, "victim": victim, "traps": str(self.traps),
            "database": handed_over(self.connections["batch"].to(self.name))[HANDED], **more,
        }  # fmt: skip
        self.house.stdin.write(f"{json.dumps(order)}\n")
        self.house.stdin.flush()
        return int(self.house.stdout.readline())

    def set_traps(self, points: list[str]) -> None:
        for point in points:
            (self.traps / point).touch()

    def left(self) -> set[str]:
        return {path.name for path in self.traps.iterdir()}

    def live_on(self, victim: str = "itself", **more: Any) -> list[int]:
        """Start relay and worker again for as long as they end badly or the run has no end, as the supervisor does."""
        ends = [self.start("relay", victim)]
        for number in range(STARTS_MAX):
            ends.append(self.start("worker", victim, **(more if not number else {})))
            if ends[-1] == 0 and self.state().state not in actions.OPEN:
                return ends
            if ends[-1]:
                ends.append(self.start("relay", victim))
            time.sleep(PAUSE_S)
        raise AssertionError(f"no end after {STARTS_MAX} starts: {ends}")

    def state(self) -> Run:
        until_there()
        with reading(SYSTEM):
            return Run.objects.get(run_id=self.run_id)


def until_there() -> None:
    """Return when the database answers, which may just have been killed."""
    deadline = time.monotonic() + 60
    while True:
        try:
            connection.close()
            connection.ensure_connection()
            return
        except Exception:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def facts(*only: str) -> dict[str, tuple[int, str]]:
    """Every table of the rooms: how many rows, and a hash of them without the numbers the database counts itself. Or `only` some."""
    found = {}
    with reading(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.table_name, array_agg(c.column_name::text) FILTER (WHERE c.is_identity = 'YES' OR c.column_default LIKE "
            "'nextval%%') FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name) "
            "WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' GROUP BY 1 ORDER BY 1"
        )
        tables = [row for row in cursor.fetchall() if not row[0].startswith(WITHOUT_FACTS)]
        for table, counted in tables:
            if only and table not in only:
                continue
            cursor.execute(
                f"SELECT count(*), coalesce(md5(string_agg(row, E'\\n' ORDER BY row)), '') "
                f"FROM (SELECT (to_jsonb(t) - %s::text[])::text AS row FROM {table} t) rows",
                [counted or []],
            )
            found[table] = cursor.fetchone()
        cursor.execute(
            "SELECT count(*), md5(string_agg(name || payload::text, E'\\n' ORDER BY name, payload::text)) "
            "FROM commands_outboxevent WHERE name <> 'releases.RunRequested'"
        )
        found["events"] = cursor.fetchone()
        cursor.execute("SELECT count(*), string_agg(release_id, ' ' ORDER BY activation_id) FROM releases_activation")
        found["activations"] = cursor.fetchone()
    return found


@pytest.fixture(scope="module")
def asked(connections, harbour_template) -> Iterator[tuple[str, str, str]]:
    """The name of a database that a changed file has come to, its run, and the release before."""
    with _cloned(connections, harbour_template) as name:
        _connect_as(connections, "batch", name)
        changed = VAR / "changed"
        shutil.rmtree(changed, ignore_errors=True)
        changed.mkdir(parents=True)
        lines = (FOLDER / "data" / "hlife_contracts.csv").read_bytes().splitlines(keepends=True)
        (changed / "hlife_contracts.csv").write_bytes(b"".join(lines[:-3]))
        receive_folders([changed], lambda line: None)
        run_id = actions.request_run(SYSTEM, new_id())["run_id"]
        with reading(SYSTEM):
            before = ActiveRelease.objects.get().release_id
        connection.close()
        yield name, run_id, before


@pytest.fixture(scope="module")
def house() -> Iterator[subprocess.Popen[str]]:
    words = [sys.executable, "-m", "tests.faults.house"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(words, cwd=HERE, **pipes) as process:
        yield process
        process.stdin.close()


@pytest.fixture(scope="module")
def _watched(connections) -> Iterator[None]:
    """The database's own keeper, as `onefold up` starts it."""
    with subprocess.Popen([sys.executable, "-m", "onefold.embedded", "watch", str(VAR)]) as keeper:
        yield
        keeper.terminate()
    embedded.ensure(VAR, test=True)


@pytest.fixture
def place(connections, asked, house, tmp_path, _watched) -> Iterator[Place]:
    name, run_id, before = asked
    traps = tmp_path / "traps"
    traps.mkdir()
    with _cloned(connections, name) as mine:
        _connect_as(connections, "batch", mine)
        forget(run_id)
        yield Place(connections, mine, run_id, before, house, traps)
        until_there()


def forget(run_id: str) -> None:
    """No try of this run has left anything on the disk but, perhaps, the release it makes."""
    for path in (VAR / "jobs").glob(f"{run_id}*"):
        path.unlink()
    shutil.rmtree(VAR / "exports" / run_id, ignore_errors=True)


def forget_release(place: Place) -> None:
    """The analysis has everything to do again, and the release before is the last one made."""
    with reading(SYSTEM):
        (VAR / "lake" / "runs" / "LATEST").write_text(place.before)
    for runs in (VAR / "lake" / "runs", VAR / "vault" / "runs"):
        for made in runs.iterdir():
            if made.is_dir() and made.name != place.before:
                shutil.rmtree(made)


@pytest.fixture(scope="module")
def undisturbed(connections, asked, house, tmp_path_factory) -> dict[str, Any]:
    """What a run publishes when nothing dies, and how many seconds its worker took."""
    name, run_id, before = asked
    with _cloned(connections, name) as mine:
        _connect_as(connections, "batch", mine)
        forget(run_id)
        place = Place(connections, mine, run_id, before, house, tmp_path_factory.mktemp("none"))
        forget_release(place)
        old, began = facts(), time.monotonic()
        assert place.live_on() == [0, 0]
        assert place.state().state == Run.State.PUBLISHED
        new = facts()
        assert sum(old[table] != new[table] for table in old) > 10
        return {"facts": new, "old": old, "seconds": time.monotonic() - began, "run": run_id}


def assert_as_undisturbed(place: Place, undisturbed: dict[str, Any], how: Any) -> None:
    run = place.state()
    assert (run.state, run.failure) == (Run.State.PUBLISHED, ""), how
    now = facts()
    other = {table: (now[table], told) for table, told in undisturbed["facts"].items() if now[table] != told}
    assert not other, (how, other)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'")
        assert cursor.fetchone() == (0,), how
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'staging'")
        assert cursor.fetchone() == (0,), how


def test_every_point_at_which_a_process_may_die_is_tried_here():
    declared = set()
    for path in (HERE / "src").rglob("*.py"):
        declared |= {
            re.sub(r"\{.*?\}", "*", name) for name in re.findall(r'[^_]faultpoint\(f?"([^"]+)"\)', path.read_text())
        }
    tried = {re.sub(r"(releases\.(?:staged|merged))\..*", r"\1.*", point) for point in (*OF_THE_RELAY, *OF_THE_RUN)}
    assert {name for name in declared if not name.startswith(ELSEWHERE)} == tried


def test_relay_and_worker_killed_at_every_point_in_turn(place, undisturbed):
    place.set_traps(OF_THE_RELAY)
    assert place.start("relay") == -signal.SIGKILL
    place.set_traps(OF_THE_RUN)
    assert place.start("relay") == 0 or place.start("relay") == 0
    for _ in OF_THE_RUN:
        left = place.left()
        if not left - OF_ITS_END:
            break
        assert place.start("worker") == -signal.SIGKILL, left
        now = facts()
        seen = undisturbed["facts"] if "releases.activated" not in place.left() else undisturbed["old"]
        assert all(now[table] == seen[table] for table in SEEN_BY_READERS), (left, "a mixture")
    place.live_on()
    assert place.left() <= OF_ITS_END
    assert_as_undisturbed(place, undisturbed, "itself")


OF_ITS_END: set[str] = set()
SEEN_BY_READERS = (
    "holdings_contract",
    "consent_consent",
    "customers_searchtoken",
    "sellers_seller",
    "customers_membership",
)


@pytest.fixture
def staged(place, undisturbed) -> str:
    """The release of the run is staged and found plausible, and not yet active; its id."""
    release_id = pipeline.analyse(UUID(place.run_id), quiet).release_id
    actions.announce(SYSTEM, release_id=release_id)
    pipeline.stage_all(release_id)
    assert not holding.examine(SYSTEM, release_id=release_id)["held"]
    return release_id


def quiet(progress: dict[str, Any]) -> None:
    pass


def refused(release_id: str) -> str:
    """The tables that activation names as changed; it has published nothing."""
    with pytest.raises(StagingChanged) as refusal:
        actions.activate(SYSTEM, release_id=release_id)
    with reading(SYSTEM):
        assert ActiveRelease.objects.get().release_id != release_id
    return str(refusal.value.data["tables"])


@pytest.mark.parametrize("immediately", [False, True], ids=["kill -9", "stop -m immediate"])
def test_a_crash_between_staging_and_activation_publishes_no_emptiness(place, undisturbed, staged, immediately):
    """The finding: 5,043 of 5,043 contracts closed, by an activation of tables that PostgreSQL had emptied."""
    with reading(SYSTEM):
        filled = set(
            StagedTable.objects.filter(rows__gt=0, table__startswith="staging.").values_list("table", flat=True)
        )
    if immediately:
        assert embedded.stop(VAR, immediately=True)
    else:
        os.kill(embedded.running(VAR).pid, signal.SIGKILL)
    until_there()
    assert len(filled) > 10
    assert set(refused(staged).split(", ")) == filled
    now = facts(*FACTS)
    assert all(now[table] == undisturbed["old"][table] for table in FACTS)
    place.live_on()
    assert_as_undisturbed(place, undisturbed, immediately)


DAMAGES = {
    "a row too few": "DELETE FROM {contracts} WHERE ctid = (SELECT min(ctid) FROM {contracts})",
    "a row too many": "INSERT INTO {contracts} SELECT * FROM {contracts} LIMIT 1",
    "another value": "UPDATE {contracts} SET premium_minor = premium_minor + 1 WHERE premium_minor > 0",
    "the table gone": "DROP TABLE {contracts}",
    "emptied": "TRUNCATE {contracts}",
    "a derived figure": "UPDATE indicators_indicatorvalue SET numerator = numerator + 1 WHERE release_id = '{release}'",
    "a marker that says nothing": "DELETE FROM releases_stagedtable",
}


def test_what_is_not_as_it_was_staged_is_refused_and_staged_again(place, undisturbed, staged):
    contracts = staging_table(staged, Contract)
    for damage, words in DAMAGES.items():
        with transaction.atomic(), connection.cursor() as cursor:
            tell_database(SYSTEM, clock.now())
            cursor.execute(words.format(contracts=contracts, release=staged))
        assert refused(staged), damage
        pipeline.stage_all(staged)
    place.live_on()
    assert_as_undisturbed(place, undisturbed, "damages")


def test_fewer_rows_than_the_manifest_says_are_not_staged(place, undisturbed, staged, monkeypatch):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {staging_table(staged, Customer)}")
    says = ReleaseFolder.rows_said
    monkeypatch.setattr(ReleaseFolder, "rows_said", lambda folder, dataset: says(folder, dataset) + 1)
    with pytest.raises(StagingShort, match="customers_customer"):
        pipeline.stage_all(staged)


def test_the_database_killed_at_points_of_the_run(place, undisturbed):
    few = ["pipeline.analysing", "releases.verified", f"releases.merged.{TRIED[1]}"]
    place.set_traps(OF_THE_RUN if NIGHTLY else few)
    ends = place.live_on("postgres")
    assert not place.left(), ends
    assert_as_undisturbed(place, undisturbed, ends)


@pytest.mark.parametrize("number", range(MOMENTS))
def test_killed_at_a_random_moment(place, undisturbed, number):
    chance = random.Random(SEED * 1_000 + number)
    victim = ("itself", "analytics", "postgres")[number % 3 if NIGHTLY else (SEED + number) % 3]
    after = chance.uniform(0.0, 1.1) * undisturbed["seconds"]
    sys.stderr.write(f"ONEFOLD_SEED={SEED}: {victim} after {after:.2f} s\n")
    forget_release(place)
    ends = place.live_on(victim, after=after)
    assert_as_undisturbed(place, undisturbed, (SEED, number, victim, after, ends))
