"""Fault rows 10 and 12: no process ends because the database is away, and each goes on with its work when it is back."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from conftest import VAR
from django.db import connection

from onefold import embedded
from onefold.commands.action import Command, action
from onefold.commands.outages import is_down
from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.config.databases import handed_over
from onefold.domains.intake.queries import latest_batches
from onefold.domains.releases import actions
from onefold.domains.releases.models import Run
from onefold.jobs import pipeline
from onefold.kernel.ids import derived_id, new_id
from tests.faults.server import away, comes_true, frozen, kill, killed_again_and_again

HOME = Path(__file__).resolve().parents[2]
NIGHTLY = os.environ.get("ONEFOLD_NIGHTLY") == "1"
PROCESSES = ("relay", "worker", "orders", "inbox")
SYSTEM, HPC = Viewer.system("test"), Viewer.of_company("HPC")


@contextmanager
def at_work(environment: dict[str, str], logs: Path) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """The processes of jobs as `onefold up` starts them."""
    with ExitStack() as ends:
        started = {}
        for name in PROCESSES:
            log = ends.enter_context((logs / f"{name}.log").open("wb"))
            words = [sys.executable, "-m", "onefold.jobs", name]
            started[name] = subprocess.Popen(words, cwd=HOME, env=environment, stdout=log, stderr=log)
        try:
            yield started
        finally:
            for process in started.values():
                process.terminate()
            for process in started.values():
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()


def one(question: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        row = cursor.fetchone()
    return row[0] if row else None


def work_is_done(inbox: Path, number: int) -> None:
    """An event is relayed, a job carried out, a file taken: by processes that connect anew if they must."""
    before = len(latest_batches(HPC, 500))
    (inbox / "HPC" / f"hpc_relations_{number}.csv").write_bytes(f"file {number}".encode())
    job = one(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, args, status, attempts) "
        "VALUES ('orders', 'onefold.complete_orders', 0, NULL, '{\"timestamp\": 0}', 'todo', 0) RETURNING id"
    )
    comes_true(lambda: len(latest_batches(HPC, 500)) > before, 120)
    comes_true(lambda: one("SELECT status::text FROM procrastinate_jobs WHERE id = %s", job) == "succeeded", 120)
    comes_true(lambda: not one("SELECT count(*) FROM commands_outboxevent WHERE relayed_at IS NULL"), 120)


@pytest.mark.parametrize("how", ["immediate", pytest.param("frozen", marks=pytest.mark.nightly)])
def test_jobs_outlive_an_outage_and_go_on(
    harbour: str, as_role: Any, connections: Any, tmp_path: Path, how: str
) -> None:
    inbox = tmp_path / "inbox"
    environment = {
        **os.environ, **handed_over(connections["batch"].to(harbour)), "ONEFOLD_INBOX": str(inbox), "ONEFOLD_DEMO": "1",
    }  # fmt: skip
    with as_role("batch"), at_work(environment, tmp_path) as processes:
        comes_true(lambda: (inbox / "HPC").is_dir(), 120)
        work_is_done(inbox, 1)
        connection.close()
        with frozen(VAR) if how == "frozen" else away(VAR, how):
            comes_true(lambda: b"does not answer" in (tmp_path / "relay.log").read_bytes(), 60)
            time.sleep(900 if NIGHTLY else 0)
            assert {name: process.poll() for name, process in processes.items()} == dict.fromkeys(PROCESSES)
        work_is_done(inbox, 2)
        assert {name: process.poll() for name, process in processes.items()} == dict.fromkeys(PROCESSES)
    for name in ("relay", "worker", "orders"):
        told = (tmp_path / f"{name}.log").read_text()
        assert told.count("does not answer") <= 1 and told.count("answers again") <= 1, told
        assert "Traceback" not in told, told


def test_a_run_goes_on_when_the_database_is_back(harbour: str, as_role: Any) -> None:
    """Killed while it analyses (at whichever of its steps is told first), stages and activates; nobody asks for the run again."""
    shown: list[str] = []

    def break_off(progress: dict[str, Any]) -> None:
        step = str(progress.get("step") or "export")
        part = step if step in ("export", "stage", "activate") else "analysis"
        if part != "export" and part not in shown:
            shown.append(part)
            kill(VAR)
            threading.Timer(1.0, lambda: embedded.ensure(VAR, test=True)).start()

    with as_role("batch"):
        _another_file()
        run_id = UUID(actions.request_run(SYSTEM, new_id())["run_id"])
        end = pipeline.run(run_id, break_off)
        assert shown == ["analysis", "stage", "activate"]
        assert end["state"] == Run.State.PUBLISHED, end
        with reading(SYSTEM):
            assert Run.objects.get(run_id=run_id).state == Run.State.PUBLISHED


def _another_file() -> None:
    from django.conf import settings

    from onefold.domains.intake.handing_in import hand_in

    source = HOME / "examples/harbour/data/hpc_relations.csv"
    content = source.read_bytes()
    lines = content.splitlines(keepends=True)
    hand_in(HPC, new_id(), file_name="hpc_relations.csv", feed="", chunks=[b"".join(lines[:-1])])
    assert Path(settings.VAR).exists()


@action
def note(command: Command, *, subject: str) -> dict[str, Any]:
    """One line, once."""
    command.audit(subject)
    return {"noted": subject}


def test_no_acknowledged_write_is_lost_and_none_done_twice_while_the_server_is_killed(
    harbour: str, as_role: Any
) -> None:
    """Row 10: writers keep their command's id until they are answered; the server dies every few seconds."""
    draw, seconds = random.Random(20261130), 1800 if NIGHTLY else 8
    every = (lambda: draw.uniform(5, 40)) if NIGHTLY else (lambda: draw.uniform(0.5, 1.5))
    acknowledged: list[UUID] = []
    until = time.monotonic() + seconds

    def write(writer: int) -> None:
        number = 0
        while time.monotonic() < until:
            number += 1
            command_id = derived_id("row10", str(writer), str(number))
            while True:
                try:
                    note(SYSTEM, command_id, subject=str(command_id))
                    acknowledged.append(command_id)
                    break
                except Exception as error:
                    assert is_down(error), repr(error)
                    connection.close()
                    time.sleep(0.05)
        connection.close()

    with as_role("batch"):
        with killed_again_and_again(VAR, every) as back:
            writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
            for thread in writers:
                thread.start()
            for thread in writers:
                thread.join()
        connection.close()
        assert back, "the server was never killed"
        with reading(SYSTEM):
            subjects = [str(command_id) for command_id in acknowledged]
            kept = one("SELECT count(*) FROM commands_auditline WHERE subject = ANY (%s)", subjects)
            distinct = one("SELECT count(DISTINCT subject) FROM commands_auditline WHERE subject = ANY (%s)", subjects)
        assert (kept, distinct) == (len(acknowledged), len(acknowledged)), "lost, or done twice"


@pytest.mark.nightly
def test_stopping_while_the_database_is_away_takes_no_longer(harbour: str, connections: Any, tmp_path: Path) -> None:
    environment = {**os.environ, **handed_over(connections["batch"].to(harbour)), "ONEFOLD_INBOX": str(tmp_path / "in")}
    with at_work(environment, tmp_path) as processes:
        comes_true(lambda: (tmp_path / "in" / "HPC").is_dir(), 120)
        time.sleep(1)
        with away(VAR):
            for process in processes.values():
                process.send_signal(signal.SIGTERM)
            codes = {name: process.wait(30) for name, process in processes.items()}
        assert set(codes.values()) <= {0, -signal.SIGTERM}, codes
