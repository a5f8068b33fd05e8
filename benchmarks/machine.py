"""What every benchmark prints first: the machine, so that a figure can be read."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Sequence


def describe() -> str:
    """Return one line: cores, memory, load, Python."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    return f"machine: {os.cpu_count()} cores, {memory:.0f} GiB, load {load:.1f}, {platform.system()}, Python {platform.python_version()}"


def quantiles(seconds: Sequence[float]) -> tuple[float, float, float]:
    """Return median, 95th percentile and maximum in milliseconds."""
    ordered = sorted(second * 1000 for second in seconds)
    return statistics.median(ordered), ordered[int(len(ordered) * 0.95)], ordered[-1]
