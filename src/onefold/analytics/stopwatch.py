"""What each step cost: seconds, and the most memory it held."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

Timings = list[dict[str, Any]]


@contextmanager
def timed(step: str, timings: Timings) -> Iterator[None]:
    """Add {step, seconds, peak_mb} to `timings` when the block ends, also when it fails."""
    _forget_peak()
    started = time.monotonic()
    try:
        yield
    finally:
        timings.append({"step": step, "seconds": round(time.monotonic() - started, 3), "peak_mb": peak_mb()})


def peak_mb() -> int:
    """The most resident memory since the last `timed` began; since the start of the process where Linux does not say."""
    with suppress(OSError, StopIteration):
        lines = Path("/proc/self/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _forget_peak() -> None:
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
