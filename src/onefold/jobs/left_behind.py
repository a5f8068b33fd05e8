"""Jobs left behind by a worker that died: the next one gives them back to their queue.

A queue has one worker, held to that by a lock that falls with the process. So a job that is being done, and not by us, is done by
nobody: its worker was killed, or could not write down that it had ended. It goes back into the queue; what jobs do may be
done again.
"""

from __future__ import annotations

import fcntl
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from procrastinate import exceptions, sql
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

from onefold.commands.outages import outage_of
from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.releases.actions import OPEN
from onefold.domains.releases.models import Run
from onefold.jobs.patience import patiently

PIPELINE = "pipeline"
LOOK_EVERY_S = 10.0
TRIES_MAX = 10
"""how often a job is begun whose worker dies each time"""
DJANGO = DjangoConnector()
QUEUES = JobManager(DJANGO)
"""over the connection of whichever thread asks: the worker's own is its event loop's alone"""
log = logging.getLogger("onefold.jobs")


@contextmanager
def taken_up(queue: str) -> Iterator[Callable[..., Any]]:
    """Be the queue's one worker; what was left behind goes back into the queue, now and whenever it is found. Yields the middleware
    by which jobs in our own hands are told from those.
    """
    with only_one(queue):
        in_hand: set[int] = set()
        patiently(f"jobs left behind of {queue}", lambda: take_up(queue, in_hand))
        over = threading.Event()
        looking = threading.Thread(target=_keep_looking, args=(queue, in_hand, over), name="left-behind", daemon=True)
        looking.start()
        try:
            yield _noting(in_hand)
        finally:
            over.set()
            looking.join()


@contextmanager
def only_one(queue: str) -> Iterator[None]:
    """Hold the lock of the queue's worker; a second one waits until the first has ended, however it does."""
    path = Path(settings.VAR) / f"worker-{queue}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _noting(in_hand: set[int]) -> Callable[..., Any]:
    def note(call_next: Callable[[], Any], context: Any, worker: Any) -> Any:
        in_hand.add(context.job.id)
        try:
            return call_next()
        except Exception as error:
            if outage_of(error):
                connection.close()  # the next job in this thread gets a new one
            raise
        finally:
            in_hand.discard(context.job.id)

    return note


def _keep_looking(queue: str, in_hand: set[int], over: threading.Event) -> None:
    """Twice seen as being done and not in our hands, for it takes a moment to take a job or to write down its end."""
    seen: set[int] = set()
    while not over.wait(LOOK_EVERY_S):
        try:
            left = being_done(queue) - in_hand
            give_back(left & seen)
            seen = left
            if queue == PIPELINE:
                give_runs_a_job()
        except Exception as error:
            if outage_of(error) is None:
                log.error("looking for jobs left behind: %s", type(error).__name__)
            connection.close()
    connection.close()


def take_up(queue: str, in_hand: set[int]) -> None:
    """Give back every job of the queue that is being done by nobody."""
    give_back(being_done(queue) - in_hand)
    if queue == PIPELINE:
        give_runs_a_job()


def being_done(queue: str) -> set[int]:
    return set(ProcrastinateJob.objects.filter(queue_name=queue, status="doing").values_list("id", flat=True))


def give_back(job_ids: set[int]) -> None:
    """Put jobs back into their queue; one that was begun too often, or has a twin waiting there, ends as failed."""
    for row in ProcrastinateJob.objects.filter(id__in=job_ids).order_by("id"):
        job, again = row.procrastinate_job, row.attempts < TRIES_MAX
        if again:
            try:
                QUEUES.retry_job_by_id(row.id, retry_at=datetime.now(UTC))
            except exceptions.UniqueViolation:
                again = False
        if not again:
            status = Status.FAILED.value
            DJANGO.execute_query(sql.queries["finish_job"], job_id=row.id, status=status, delete_job=False)
        log.warning("job %s was left behind and is %s", job.call_string, "done again" if again else "given up")


def give_runs_a_job() -> None:
    """A run that is open has a job that carries it out; where that is lost, it gets another. Two do no harm."""
    from onefold.jobs.tasks import run_pipeline  # a task imports the rooms, and they want Django set up

    jobs = ProcrastinateJob.objects.filter(task_name=run_pipeline.name, status__in=["todo", "doing"])
    with_job = set(jobs.values_list("args__run_id", flat=True))
    with reading(Viewer.system("worker")):
        open_runs = [str(run_id) for run_id in Run.objects.filter(state__in=OPEN).values_list("run_id", flat=True)]
    for run_id in open_runs:
        if run_id not in with_job:
            QUEUES.defer_job(run_pipeline.configure(task_kwargs={"run_id": run_id}).job)
