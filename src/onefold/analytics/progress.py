"""How far a run is, in a file that a watcher reads at any time and never finds half written. No value of the data is in it."""

from __future__ import annotations

import json
import os
import threading
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

HEARTBEAT_S = 2.0


class Progress:
    """The progress file of one run: step, done of total steps, started, finished, release_id or failed, heartbeat.

    While it is entered a thread renews `heartbeat`, so that a long step can be told from a dead process.
    """

    def __init__(self, path: Path, run_id: str, heartbeat_s: float = HEARTBEAT_S) -> None:
        self._path, self._heartbeat_s = path, heartbeat_s
        self._lock, self._over = threading.Lock(), threading.Event()
        self._state: dict[str, Any] = {
            "run_id": run_id,
            "step": None,
            "done": 0,
            "total": 0,
            "part": None,
            "started": _now(),
            "finished": None,
            "release_id": None,
            "failed": None,
        }
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Progress:
        self._tell()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def step(self, name: str, done: int, total: int) -> None:
        """A step begins; `done` steps of `total` are behind it."""
        self._tell(step=name, done=done, total=total, part=None)

    def part(self, done: int, total: int) -> None:
        """How far the step itself is, in whatever it counts (customers, batches)."""
        self._tell(part={"done": done, "total": total})

    def finish(self, release_id: str) -> None:
        self._tell(finished=_now(), release_id=release_id, done=self._state["total"], part=None)

    def fail(self, code: str, sentences: dict[str, str]) -> None:
        failed = {"code": code, "sentence": sentences["en"], "sentences": sentences}
        self._tell(finished=_now(), failed=failed)

    def _beat(self) -> None:
        while not self._over.wait(self._heartbeat_s):
            with suppress(OSError):  # no room for a beat: the next step, or the next beat, will tell
                self._tell()

    def _tell(self, **news: Any) -> None:
        with self._lock:
            self._state |= news
            part = self._path.with_suffix(".part")
            part.write_text(
                json.dumps(self._state | {"heartbeat": _now()}, ensure_ascii=False, indent=1), encoding="utf-8"
            )
            os.replace(part, self._path)


def _now() -> str:
    """The time of this machine: a watcher compares it with its own, no rule ever sees it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
