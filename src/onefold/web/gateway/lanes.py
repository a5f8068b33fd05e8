"""Threads for complete requests, apart by kind: who hands in files never stands before who opens a page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Done = TypeVar("Done")


class LaneFull(Exception):
    """As many requests wait already as may."""


class Lane:
    """So many threads, and a queue of at most `waiting_max` before them. Threads are made when they are needed first, so that a
    lane may be made before a process is forked."""

    def __init__(self, name: str, threads: int, waiting_max: int) -> None:
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix=f"onefold-{name}")
        self.most = threads + waiting_max
        self.inside = 0

    async def run(self, work: Callable[[], Done]) -> Done:
        """Return what `work` returns, done in a thread of this lane. Raises `LaneFull` without doing it."""
        if self.inside >= self.most:
            raise LaneFull
        self.inside += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self.pool, work)
        finally:
            self.inside -= 1
