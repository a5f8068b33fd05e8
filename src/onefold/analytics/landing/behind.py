"""Writing behind the replay: one file is written while the next target is replayed, so both cores work and memory holds two targets."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

from onefold.seam.store import Written


class Behind:
    """Does one thing after the other in a thread of its own; whoever hands in the next waits for the one before. What went wrong
    there is raised here."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="writing")
        self._waiting: Future[Written] | None = None
        self._done: list[Written] = []

    def write(self, task: Callable[[], Written]) -> None:
        self._settle()
        self._waiting = self._pool.submit(task)

    def written(self) -> list[Written]:
        """What was written since the last time it was asked for, in the order it was handed in."""
        self._settle()
        done, self._done = self._done, []
        return done

    def _settle(self) -> None:
        if self._waiting:
            waiting, self._waiting = self._waiting, None
            self._done.append(waiting.result())

    def __enter__(self) -> Behind:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown()
