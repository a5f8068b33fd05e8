"""Faults to switch on: what goes wrong between two machines, so that one can see what comes of it.

SLOW: it takes its time. ERROR: a 5xx, and nothing was done. LOST_ANSWER: it was done, and nobody is told. LATE: nobody is told
now, and it is done some time later. DUPLICATE: the network delivers it twice.
REFUSE: the partner says no, for good.
"""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass
from typing import Any

SLOW, ERROR, LOST_ANSWER, LATE = "SLOW", "ERROR", "LOST_ANSWER", "LATE"
DUPLICATE, REFUSE = "DUPLICATE", "REFUSE"
MODES = (SLOW, ERROR, LOST_ANSWER, LATE, DUPLICATE, REFUSE)
MILLION = 1_000_000


@dataclass
class Planned:
    """The next `times` requests whose path holds `path` (empty: any). Of a question only SLOW and ERROR make sense."""

    mode: str
    path: str = ""
    times: int = 1
    seconds: float = 0.0


class Faults:
    """`planned` go first, in order; then `chance`: mode → millionths, drawn from a seed so that a run can be had again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: list[Planned] = []
        self._chance: dict[str, int] = {}
        self._seconds = 0.0
        self._draw = random.Random(0)

    def plan(self, wanted: dict[str, Any]) -> None:
        """Replace what was planned. Raises `ValueError` for a mode nobody knows."""
        planned = [Planned(**one) for one in wanted.get("planned", [])]
        chance = {mode: int(ppm) for mode, ppm in wanted.get("chance_ppm", {}).items()}
        if not {one.mode for one in planned} | chance.keys() <= set(MODES):
            raise ValueError("mode")
        with self._lock:
            self._planned, self._chance = planned, chance
            self._seconds = float(wanted.get("seconds", 0))
            self._draw = random.Random(wanted.get("seed", 0))

    def next_for(self, path: str, *, sent: bool = True) -> Planned | None:
        """What goes wrong with this request, if anything. `sent`: it is an operation, not a question; only those go wrong by chance."""
        with self._lock:
            for one in self._planned:
                if one.times > 0 and one.path in path and (sent or one.mode in (SLOW, ERROR)):
                    one.times -= 1
                    return one
            drawn = self._draw.randrange(MILLION)
            for mode, ppm in self._chance.items() if sent else ():
                if drawn < ppm:
                    return Planned(mode, seconds=self._seconds)
                drawn -= ppm
        return None
