"""One run: export the rooms' facts, start the analytics process, follow it, stage room by room, activate.

Every step may be interrupted and done again. Analytics is started as a process and never imported; what passes between the
two is a job file, a progress file and the release's folder.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

from onefold.commands import clock
from onefold.commands.faultpoint import faultpoint
from onefold.commands.outages import outage_of
from onefold.commands.scope import reading, today
from onefold.commands.staging import ReleaseFolder
from onefold.commands.viewer import Viewer
from onefold.domains.intake import imports as arrivals
from onefold.domains.intake.queries import received_batches
from onefold.domains.releases import actions, held_queries, holding, queries
from onefold.domains.releases.models import Run
from onefold.domains.releases.refusals import ReleaseHalfStaged, StagingChanged
from onefold.jobs.patience import patiently
from onefold.kernel import log_files
from onefold.kernel.refusals import Refusal
from onefold.kernel.room import DiskFull
from onefold.seam import checksums, store

JOBS = Viewer.system("pipeline")
A_RUN = "a run"
NO_ROOM = 4
"""how the analytics process ends when the disk is full"""
POLL_S = 0.2
STAGED_AT_ONCE = 2
"""rooms whose rows go into the database side by side: one is made ready while the server takes in the other"""
STAGINGS = 3
"""how often a release is staged before the run gives up: a server that crashed meanwhile has emptied what was there"""
INTERRUPTED = "INTERRUPTED: The process ended before the run did. Nothing was published; run again."
log = logging.getLogger("onefold.pipeline")
Follow = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class AnalyticsFailed(Exception):
    """The analytics process ended without a release; `sentence` says why, without any value of the data."""

    code: str
    sentence: str


def run(run_id: UUID, follow: Follow = lambda progress: None) -> dict[str, Any]:
    """Carry out a run that was asked for; return its end state and release. Never raises for a failed analytics process.

    One at a time: while another process runs, this one waits. A run that somebody else has taken already (the terminal, before
    the worker) is left alone.
    """
    with alone(follow):
        patiently(A_RUN, _bury_interrupted)
        if not _note(run_id, Run.State.WAITING, state=Run.State.RUNNING, step="export"):
            return {"state": "TAKEN", "release_id": None, "failure": ""}
        return _carry_out(run_id, follow)


@contextmanager
def alone(follow: Follow = lambda progress: None) -> Iterator[None]:
    """Hold the lock of this installation's runs. It falls with the process, however that ends."""
    path = Path(settings.VAR) / "pipeline.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            follow({"step": "waiting for another run"})
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _bury_interrupted() -> None:
    """Whoever holds the lock is the only one running: a run that still says so has died, and its page should say that."""
    with reading(JOBS):
        dead = list(Run.objects.filter(state=Run.State.RUNNING).values_list("run_id", flat=True))
    for run_id in dead:
        actions.finish_run(JOBS, run_id=run_id, state=Run.State.FAILED, failure=INTERRUPTED)


def _carry_out(run_id: UUID, follow: Follow) -> dict[str, Any]:
    try:
        folder = analyse(run_id, follow)
        return publish(run_id, folder, follow)
    except (AnalyticsFailed, Refusal) as failure:
        sentence = failure.sentence if isinstance(failure, AnalyticsFailed) else failure.sentence_in("en")
        return _end(run_id, Run.State.FAILED, failure=f"{failure.code}: {sentence}")
    except Exception as error:
        outage = outage_of(error)
        if outage is None:
            _end(run_id, Run.State.FAILED, failure="An unexpected error; see the log of jobs.")
            raise
        return _end(run_id, Run.State.FAILED, failure=f"{outage.code}: {outage.sentence_in('en')}")


def _end(run_id: UUID, state: str, **more: Any) -> dict[str, Any]:
    ended: dict[str, Any] = patiently(A_RUN, lambda: actions.finish_run(JOBS, run_id=run_id, state=state, **more))
    return ended


def analyse(run_id: UUID, follow: Follow) -> ReleaseFolder:
    """Make a release of everything received so far; nothing is published yet. Raises `AnalyticsFailed`, `KeptFileBroken`."""
    at = clock.now()
    exports = Path(settings.VAR) / "exports" / str(run_id)
    batches = patiently(A_RUN, lambda: received_batches(JOBS))
    if patiently(A_RUN, lambda: queries.published(JOBS)):
        # Who is whose customer comes from the run before: without it the next must not look like the first.
        checksums.present(Path(settings.VAR) / "lake" / "runs" / "LATEST", "?")
    patiently(A_RUN, lambda: export_rooms(exports))
    job = _write_job(run_id, at, batches, exports)

    def both(progress: dict[str, Any]) -> None:
        _note_progress(run_id, progress)
        follow(progress)

    return ReleaseFolder(follow_process(job, both))


def export_rooms(folder: Path) -> None:
    """Write the rooms' own facts in one repeatable-read snapshot, so that they fit together."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute(
                "SELECT set_config('app.viewer', 'system', true), set_config('app.at', %s, true)", [clock_text()]
            )
        for room in settings.EXPORTING_ROOMS:
            for dataset, table in import_string(f"{room}.export")():
                store.write(folder, dataset, table)


def clock_text() -> str:
    return clock.now().isoformat()


def _write_job(run_id: UUID, at: datetime, batches: list[dict[str, Any]], exports: Path) -> Path:
    var = Path(settings.VAR)
    job = {
        "run_id": str(run_id),
        "var": str(var),
        "as_of": today(at).isoformat(),
        "known_on": at.isoformat(),
        "rulebook": settings.RULEBOOK,
        "exports": str(exports),
        "batches": [
            batch | {"path": str(var / "intake" / batch["sha256"]), "received_at": batch["received_at"].isoformat()}
            for batch in batches
        ],
    }
    path = var / "jobs" / f"{run_id}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(job, indent=1))
    return path


def follow_process(job: Path, follow: Follow) -> str:
    """Run `python -m onefold.analytics JOB` to its end, passing on its progress; return the release id.

    The process gets no database address. Raises `AnalyticsFailed` with the sentence the process left.
    """
    progress = job.with_suffix(".progress.json")
    progress.unlink(missing_ok=True)
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_DATABASE")}
    log_file = Path(settings.VAR) / "log" / "analytics.log"
    log_file.parent.mkdir(parents=True, exist_ok=True)
    if log_files.is_full(log_file):
        log_files.set_aside(log_file)
    with log_file.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "onefold.analytics", str(job)], env=environment, stdout=output, stderr=output
        )
        while process.poll() is None:
            time.sleep(POLL_S)
            if progress.exists():
                follow(json.loads(progress.read_text()))
    state = json.loads(progress.read_text()) if progress.exists() else {}
    follow(state)
    if process.returncode == NO_ROOM:
        raise DiskFull()
    if process.returncode or not state.get("release_id"):
        failure = state.get("failed") or {}
        raise AnalyticsFailed(
            failure.get("code", "ANALYTICS_DIED"),
            failure.get("sentence", f"The analytics process ended with {process.returncode}; see log/analytics.log."),
        )
    return str(state["release_id"])


def publish(run_id: UUID, folder: ReleaseFolder, follow: Follow) -> dict[str, Any]:
    """Stage room by room, then activate. May be interrupted anywhere and done again; the release in force is left alone."""
    active = patiently(A_RUN, lambda: queries.published(JOBS))
    patiently(A_RUN, lambda: arrivals.record(JOBS, folder))
    if active and active.release_id == folder.release_id:
        patiently(A_RUN, lambda: arrivals.record_ages(JOBS))
        return _end(run_id, Run.State.UNCHANGED, release_id=folder.release_id)
    patiently(A_RUN, lambda: actions.announce(JOBS, release_id=folder.release_id))
    _note(run_id, step="stage")
    follow({"step": "stage"})

    def judge_and_activate() -> bool:
        if holding.examine(JOBS, release_id=folder.release_id)["held"]:
            return False
        _note(run_id, step="activate")
        follow({"step": "activate"})
        actions.activate(JOBS, release_id=folder.release_id, run_id=str(run_id))
        return True

    if not _with_staged(folder.release_id, judge_and_activate):
        return _end(run_id, Run.State.HELD, release_id=folder.release_id)
    faultpoint("releases.activated")
    return _end(run_id, Run.State.PUBLISHED, release_id=folder.release_id)


def activate_passed(release_id: str) -> dict[str, Any]:
    """Let readers see a held release that two persons have passed; nothing happens where that has been done, or is right no more."""
    with alone(lambda progress: None):
        if not held_queries.awaits_activation(JOBS, release_id):
            return {"release_id": release_id, "changed": False}
        return _with_staged(release_id, lambda: actions.activate(JOBS, release_id=release_id))


def _with_staged(release_id: str, then: Callable[[], Any]) -> Any:
    """Stage a release and do what needs it staged and whole; once more where a crash of the server has emptied it meanwhile."""
    for attempt in range(1, STAGINGS + 1):
        stage_all(release_id)
        try:
            return patiently(A_RUN, then)
        except (ReleaseHalfStaged, StagingChanged) as refusal:
            log.warning("%s", refusal.sentence_in("en"))
            if attempt == STAGINGS:
                raise
    raise AssertionError("unreachable")


def stage_all(release_id: str) -> None:
    """Stage every room's share; what is staged already and still whole is not staged again."""
    with ThreadPoolExecutor(STAGED_AT_ONCE) as pool:
        for staged in [pool.submit(_stage, release_id, room) for room in reversed(settings.PUBLISHED_ROOMS)]:
            staged.result()


def _stage(release_id: str, room: str) -> None:
    """Stage one room over a connection of its own: rooms know nothing of each other before they are merged."""
    try:
        patiently(A_RUN, lambda: actions.stage(JOBS, release_id=release_id, room=room))
        faultpoint(f"releases.staged.{room.split('.')[-2]}")
    finally:
        connection.close()


def _note_progress(run_id: UUID, progress: dict[str, Any]) -> None:
    _note(
        run_id,
        step=str(progress.get("step") or "")[:60],
        steps_done=int(progress.get("done") or 0),
        steps_total=int(progress.get("total") or 0),
    )


def _note(run_id: UUID, *only_if: str, **fields: Any) -> bool:
    """Write progress: no fact of the business, so without a command. `only_if`: states in which alone it is written."""
    return patiently(A_RUN, lambda: _noted(run_id, *only_if, **fields))


def _noted(run_id: UUID, *only_if: str, **fields: Any) -> bool:
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.viewer', 'system', true)")
        runs = Run.objects.filter(run_id=run_id, state__in=only_if or Run.State.values)
        return bool(runs.update(**fields))
