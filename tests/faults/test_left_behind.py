"""Jobs whose worker died are done again, runs get their job back, and a dead run's analytics process is ended."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from onefold.config.databases import handed_over
from onefold.domains.releases import actions
from onefold.jobs import analysing, left_behind
from onefold.jobs.tasks import complete_orders, run_pipeline
from onefold.kernel.ids import new_id
from tests.stories.harbour import SYSTEM

DO_NOTHING = {"timestamp": 0}


@pytest.fixture(autouse=True)
def _as_batch(database, as_role) -> Iterator[None]:
    with as_role("batch"):
        yield


def deferred() -> int:
    return int(left_behind.QUEUES.defer_job(complete_orders.configure(task_kwargs=DO_NOTHING).job).id)


def begun_by_a_dead_worker() -> int:
    """A job that a worker took before it was killed."""
    job_id = deferred()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM procrastinate_fetch_job_v2(ARRAY['orders'], (SELECT worker_id FROM procrastinate_register_worker_v1()))"
        )
        assert cursor.fetchone() == (job_id,)
    return job_id


def status(job_id: int) -> str:
    return str(ProcrastinateJob.objects.get(id=job_id).status)


WORKER = (
    "import django; django.setup(); from onefold.jobs.worker import run_until_stopped as w; w('orders', wait=False)"
)


def test_a_job_left_behind_is_done_by_the_next_worker(connections, database):
    job_id = begun_by_a_dead_worker()
    mine = os.environ | handed_over(connections["batch"].to(database))
    subprocess.run([sys.executable, "-c", WORKER], env=mine, check=True, timeout=300)
    assert status(job_id) == "succeeded"


def test_a_job_in_our_own_hands_is_left_there():
    job_id = begun_by_a_dead_worker()
    left_behind.take_up("orders", {job_id})
    assert status(job_id) == "doing"


def test_a_job_whose_twin_waits_already_ends():
    job_id, twin = begun_by_a_dead_worker(), deferred()
    left_behind.take_up("orders", set())
    assert (status(job_id), status(twin)) == ("failed", "todo")


def test_a_job_whose_worker_dies_each_time_is_given_up():
    job_id = begun_by_a_dead_worker()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET attempts = %s WHERE id = %s", [left_behind.TRIES_MAX, job_id])
    left_behind.take_up("orders", set())
    assert status(job_id) == "failed"


def test_a_run_that_is_open_and_has_no_job_gets_one_and_only_one():
    run_id = actions.request_run(SYSTEM, new_id())["run_id"]
    for _ in range(2):
        left_behind.take_up("pipeline", set())
        jobs = ProcrastinateJob.objects.filter(task_name=run_pipeline.name).values_list("args", "queue_name", "lock")
        assert list(jobs) == [({"run_id": run_id}, "pipeline", "pipeline")]


TIED = """
import threading, time
from onefold.analytics.__main__ import end_with_parent
threading.Thread(target=end_with_parent, daemon=True).start()
print("works", flush=True)
time.sleep(600)
"""


def test_an_analytics_process_ends_with_the_one_that_started_it():
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", TIED], **pipes) as process:
        assert process.stdout.readline() == b"works\n"
        assert process.poll() is None
        process.stdin.close()
        assert process.wait(60) == 1


HOLDING = "import fcntl, os, sys, time; f = open(sys.argv[1], 'a'); fcntl.flock(f, fcntl.LOCK_EX); f.truncate(0); print(os.getpid(), file=f, end='', flush=True); print('held', flush=True); time.sleep(600)"


@pytest.mark.parametrize(("called", "ended"), [("onefold.analytics", True), ("a.stranger", False)])
def test_one_that_did_not_end_is_ended_before_another_begins(called, ended, monkeypatch):
    monkeypatch.setattr(analysing, "LEFTOVER_S", 10.0 if ended else 0.3)
    lock = Path(settings.VAR) / "run.lock"
    words: list[Any] = [sys.executable, "-c", HOLDING, lock, called]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as left:
        assert left.stdout.readline() == b"held\n"
        left.send_signal(signal.SIGSTOP)
        analysing.end_leftover()
        if ended:
            assert left.wait(10) == -signal.SIGKILL
            with lock.open() as free:
                fcntl.flock(free, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            assert left.poll() is None
        left.kill()
