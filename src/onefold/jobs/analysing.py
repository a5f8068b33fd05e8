"""The analytics side of a run: the rooms' facts exported, the job file, the process started, followed and, at the latest with us, ended.

A job file is written whole, after everything it speaks of is on disk: so whoever finds one may go on from it.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
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
from onefold.commands.scope import today
from onefold.commands.staging import ReleaseFolder
from onefold.commands.viewer import Viewer
from onefold.domains.intake.queries import received_batches
from onefold.domains.releases.queries import published
from onefold.jobs.patience import patiently
from onefold.kernel import log_files
from onefold.kernel.disk import on_disk
from onefold.kernel.room import DiskFull
from onefold.seam import checksums, store

JOBS = Viewer.system("pipeline")
POLL_S = 0.2
LEFTOVER_S = 10.0
NO_ROOM = 4
"""how the analytics process ends when the disk is full"""
Follow = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class AnalyticsFailed(Exception):
    """The analytics process ended without a release; the sentences say why in each language, without any value of the data."""

    code: str
    sentences: dict[str, str]


class AnalyticsCutOff(Exception):
    """The analytics process died before it could say anything: killed, out of memory, the machine going down."""


def analyse(run_id: UUID, follow: Follow) -> ReleaseFolder:
    """Make a release of everything received so far; nothing is published yet. What an interrupted try made is gone on with.

    Raises `AnalyticsFailed` when it says no, `AnalyticsCutOff` when it died, `KeptFileBroken` where the release before is not whole.
    """
    at = clock.now()
    job = Path(settings.VAR) / "jobs" / f"{run_id}.json"
    if not _is_of_today(job, at):
        _write_job(job, run_id, at)
    faultpoint("pipeline.job_written")
    release_id = _made_of(job) or follow_process(job, follow)
    faultpoint("pipeline.analysed")
    return ReleaseFolder(release_id)


def _made_of(job: Path) -> str:
    """The release that an interrupted try of this very job made whole already, if it did."""
    with contextlib.suppress(OSError, ValueError):
        release_id = str(json.loads(_progress_of(job).read_text()).get("release_id") or "")
        if release_id and (ReleaseFolder(release_id).lake / "manifest.json").exists():
            return release_id
    return ""


def _progress_of(job: Path) -> Path:
    return job.with_suffix(".progress.json")


def _is_of_today(job: Path, at: datetime) -> bool:
    """Whether a job file is there and speaks of today: a release of yesterday is not worth finishing."""
    with contextlib.suppress(OSError, ValueError, KeyError):
        return bool(json.loads(job.read_text())["as_of"] == today(at).isoformat())
    return False


def _write_job(path: Path, run_id: UUID, at: datetime) -> None:
    var = Path(settings.VAR)
    exports = var / "exports" / str(run_id)
    _progress_of(path).unlink(missing_ok=True)
    batches = patiently("a run", lambda: received_batches(JOBS))
    if patiently("a run", lambda: published(JOBS)):
        # Who is whose customer comes from the run before: without it the next must not look like the first.
        checksums.present(var / "lake" / "runs" / "LATEST", "?")
    shutil.rmtree(exports, ignore_errors=True)
    patiently("a run", lambda: export_rooms(exports))
    faultpoint("pipeline.exported")
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
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(job, indent=1))
    on_disk(part)
    os.replace(part, path)
    on_disk(path.parent)


def export_rooms(folder: Path) -> None:
    """Write the rooms' own facts in one repeatable-read snapshot, so that they fit together; they are on disk then."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute(
                "SELECT set_config('app.viewer', 'system', true), set_config('app.at', %s, true)", [clock_text()]
            )
        for room in settings.EXPORTING_ROOMS:
            for dataset, table in import_string(f"{room}.export")():
                store.write(folder, dataset, table)
    for file in (*folder.iterdir(), folder, folder.parent):
        on_disk(file)


def clock_text() -> str:
    return clock.now().isoformat()


def follow_process(job: Path, follow: Follow) -> str:
    """Run `python -m onefold.analytics JOB` to its end, passing on its progress; return the release id.

    The process gets no database address, and ends with this one. Raises `AnalyticsFailed` with the sentence it left, or
    `AnalyticsCutOff`.
    """
    progress = _progress_of(job)
    progress.unlink(missing_ok=True)
    end_leftover()
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_DATABASE")}
    log_file = Path(settings.VAR) / "log" / "analytics.log"
    log_file.parent.mkdir(parents=True, exist_ok=True)
    if log_files.is_full(log_file):
        log_files.set_aside(log_file)
    words = [sys.executable, "-m", "onefold.analytics", str(job), "--tied"]
    with (
        log_file.open("ab") as output,
        subprocess.Popen(words, env=environment, stdin=subprocess.PIPE, stdout=output, stderr=output) as process,
    ):
        try:
            while process.poll() is None:
                time.sleep(POLL_S)
                faultpoint("pipeline.analysing")
                if progress.exists():
                    follow(json.loads(progress.read_text()))
        finally:
            process.kill()
    state = json.loads(progress.read_text()) if progress.exists() else {}
    follow(state)
    if process.returncode == NO_ROOM:
        raise DiskFull()
    return _released(process.returncode, state)


def _released(code: int, state: dict[str, Any]) -> str:
    failure = state.get("failed")
    if failure:
        raise AnalyticsFailed(failure["code"], failure["sentences"])
    if code or not state.get("release_id"):
        raise AnalyticsCutOff(f"ended with {code} and without a word")
    return str(state["release_id"])


def end_leftover() -> None:
    """End an analytics process whose run has died. Whoever holds the lock of runs started none, so one at work is nobody's."""
    lock = Path(settings.VAR) / "run.lock"
    lock.touch()
    deadline = time.monotonic() + LEFTOVER_S
    with lock.open("r") as file:
        while time.monotonic() < deadline:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                _kill_analytics(lock.read_text())
                time.sleep(POLL_S)
            else:
                return


def _kill_analytics(noted: str) -> None:
    """Kill the process that noted itself in the lock it holds, if it is what we take it for."""
    words = Path("/proc") / noted / "cmdline"
    if noted.isdigit() and (not words.parent.parent.exists() or b"onefold.analytics" in words.read_bytes()):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(int(noted), signal.SIGKILL)
