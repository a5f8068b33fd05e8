"""One run: export the rooms' facts, start the analytics process, follow it, stage room by room, activate.

Every step may be interrupted and done again. Analytics is started as a process and never imported; what passes between the
two is a job file, a progress file and the release's folder. A run that was cut off is taken up by whoever next holds the lock
of runs: the worker, which starts with that, or a terminal.
"""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from onefold.commands.faultpoint import faultpoint
from onefold.commands.outages import DatabaseAway, DatabaseHeldUp, outage_of
from onefold.commands.scope import reading
from onefold.commands.staging import ReleaseFolder
from onefold.domains.intake import imports as arrivals
from onefold.domains.releases import actions, held_queries, holding, queries
from onefold.domains.releases.failures import told_of
from onefold.domains.releases.models import Run
from onefold.domains.releases.refusals import ReleaseHalfStaged, RunBroke, RunCutOff, StagingChanged
from onefold.jobs.analysing import JOBS, AnalyticsCutOff, AnalyticsFailed, Follow, analyse
from onefold.jobs.patience import Patience, patiently, stopping
from onefold.kernel.refusals import Refusal

A_RUN = "a run"
STAGED_AT_ONCE = 2
"""rooms whose rows go into the database side by side: one is made ready while the server takes in the other"""
STAGINGS = 3
"""how often a release is staged before the run gives up: a server that crashed meanwhile has emptied what was there"""
ATTEMPTS = 5
"""how often a run is begun; one that brings its process, the database or the machine down each time must end"""
log = logging.getLogger("onefold.pipeline")


def run(run_id: UUID, follow: Follow = lambda progress: None) -> dict[str, Any]:
    """Carry out a run that was asked for; return its end state and release. Never raises for a failed analytics process.

    One at a time: while another process runs, this one waits. Runs that were cut off before come first, for they know less. A run
    that somebody else has ended already (the terminal, before the worker) is left as it ended.
    """
    with alone(follow):
        for earlier in patiently(A_RUN, _cut_off):
            if earlier != run_id:
                _take_up(earlier, follow)
        return _take_up(run_id, follow)


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


@contextmanager
def alone_at_once() -> Iterator[bool]:
    """The same lock if nobody has it; yields False, without it, where somebody does."""
    path = Path(settings.VAR) / "pipeline.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _cut_off() -> list[UUID]:
    """Whoever holds the lock is the only one running: a run that still says so has died."""
    with reading(JOBS):
        return list(
            Run.objects.filter(state=Run.State.RUNNING).order_by("requested_at").values_list("run_id", flat=True)
        )


def _take_up(run_id: UUID, follow: Follow) -> dict[str, Any]:
    """Carry a run to its end, however often it is cut off, within `ATTEMPTS`; return how it ended. Raises what cut it off where
    this process was told to end: the run stays open, and the next worker takes it up.
    """
    patience = Patience(f"run {run_id}")
    while True:
        try:
            attempts = patiently(A_RUN, lambda: _begin(run_id))
            if attempts:
                return _carry_out(run_id, attempts, follow)
            with reading(JOBS):
                return dict(Run.objects.values(*actions.ENDED).get(run_id=run_id))
        except Exception as error:
            if not is_cut_off(error) or stopping.is_set():
                raise
            log.warning("run %s was cut off: %s", run_id, type(error).__name__)
            follow({"step": "cut off, going on"})
            patience.bear(error)


def is_cut_off(error: Exception) -> bool:
    """Nobody said no: the database or the analytics process was gone, and what was done so far can be gone on with."""
    return isinstance(error, AnalyticsCutOff) or isinstance(outage_of(error), DatabaseAway | DatabaseHeldUp)


def _begin(run_id: UUID) -> int:
    """Note that a run is begun or taken up; return how often that was so, 0 if it has ended."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.viewer', 'system', true)")
        still_open = Run.objects.filter(run_id=run_id, state__in=actions.OPEN)
        if not still_open.update(state=Run.State.RUNNING, attempts=F("attempts") + 1):
            return 0
        return int(Run.objects.values_list("attempts", flat=True).get(run_id=run_id))


def _carry_out(run_id: UUID, attempts: int, follow: Follow) -> dict[str, Any]:
    def both(progress: dict[str, Any]) -> None:
        _note_progress(run_id, progress)
        follow(progress)

    faultpoint("pipeline.begun")
    try:
        if attempts > ATTEMPTS:
            raise RunCutOff()
        both({"step": "export"})
        return publish(run_id, analyse(run_id, both), both)
    except Exception as error:
        if is_cut_off(error):
            raise
        end = _end(run_id, Run.State.FAILED, failure_told=_told_of(error))
        if not isinstance(error, AnalyticsFailed | Refusal) and outage_of(error) is None:
            raise
        return end


def _end(run_id: UUID, state: str, **more: Any) -> dict[str, Any]:
    ended: dict[str, Any] = patiently(A_RUN, lambda: actions.finish_run(JOBS, run_id=run_id, state=state, **more))
    return ended


def _told_of(error: Exception) -> dict[str, Any]:
    if isinstance(error, AnalyticsFailed):
        return {"code": error.code, "data": {}, "sentences": error.sentences}
    return told_of((error if isinstance(error, Refusal) else outage_of(error)) or RunBroke())


def publish(run_id: UUID, folder: ReleaseFolder, follow: Follow) -> dict[str, Any]:
    """Stage room by room, then activate. May be interrupted anywhere and done again; the release in force is left alone."""
    active = patiently(A_RUN, lambda: queries.published(JOBS))
    patiently(A_RUN, lambda: arrivals.record(JOBS, folder))
    faultpoint("releases.recorded")
    if active and active.release_id == folder.release_id:
        patiently(A_RUN, lambda: arrivals.record_ages(JOBS))
        return _end(run_id, Run.State.UNCHANGED, release_id=folder.release_id)
    patiently(A_RUN, lambda: actions.announce(JOBS, release_id=folder.release_id))
    faultpoint("releases.announced")
    follow({"step": "stage"})

    def judge_and_activate() -> bool:
        if holding.examine(JOBS, release_id=folder.release_id)["held"]:
            return False
        faultpoint("releases.examined")
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
        if not patiently(A_RUN, lambda: held_queries.awaits_activation(JOBS, release_id)):
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
    """Write progress: no fact of the business, so without a command, and nothing to stop for when the database is away."""
    try:
        with transaction.atomic(durable=True):
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('app.viewer', 'system', true)")
            counted = (
                {"steps_done": progress.get("done") or 0, "steps_total": progress["total"] or 0}
                if "total" in progress
                else {}
            )
            Run.objects.filter(run_id=run_id).update(step=str(progress.get("step") or "")[:60], **counted)
    except Exception as error:
        if outage_of(error) is None:
            raise
        connection.close()
