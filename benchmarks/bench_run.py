"""One `onefold run`, from raw feeds received to a published release: seconds and memory of every step, and how they grow.

    ./onefold bench bench_run [CUSTOMERS ...]      (10,000 and 100,000; the growth is told between the first and the last size)

Every size has a group (one full extract and thirty days of increments) and a database of its own, in a process of its own. Memory is
the proportional share (PSS) of everything at work, PostgreSQL included, asked twice a second; a step of analytics also tells its own peak.
"""

from __future__ import annotations

import json
import math
import multiprocessing
import os
import shutil
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from machine import describe

HOME = Path(__file__).resolve().parents[1]
SIZES = (10_000, 100_000)
Step = tuple[str, float, int]
"""name, seconds, peak MB (0: not asked)"""

Told = tuple[list[Step], float, float, int]
"""steps, seconds of all, peak MB of everything, bytes of files"""


def main(sizes: tuple[int, ...] = SIZES) -> int:
    print(describe())
    told = {}
    for customers in sizes:
        with (
            tempfile.TemporaryDirectory(dir=_room()) as folder,
            ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as apart,
        ):
            told[customers] = apart.submit(measure, customers, folder).result()
        show(customers, *told[customers])
    if len(sizes) > 1:
        grow(sizes[0], told[sizes[0]][0], sizes[-1], told[sizes[-1]][0])
    return 0


def _room() -> Path:
    folder = Path(os.environ.get("ONEFOLD_BENCH", HOME / "var"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def measure(customers: int, folder: str) -> Told:
    """Make the group, receive it, run once."""
    os.environ["ONEFOLD_VAR"] = str(Path(folder) / "var")
    Path(folder).chmod(0o711)
    from onefold.cli import demo, place

    demo.choose_simulated(customers)
    found = place.connections()
    try:
        return _measured(customers, found)
    finally:
        from onefold import embedded

        embedded.stop(place.var())


def _measured(customers: int, found: Any) -> Told:
    from onefold.cli import demo, place
    from onefold.config.databases import connected_as

    group = demo.simulated(customers)
    place.migrate(found)
    demo.receive_by_day(found, group.folders)
    with connected_as(found, "batch"):
        began, steps, watch = time.monotonic(), Steps(), Watch()
        _run(steps)
        seconds = time.monotonic() - began
        watch.end()
    apart = _of_analytics()
    rows = sum(path.stat().st_size for path in place.beside_var("group").rglob("*") if path.is_file())
    shutil.rmtree(place.beside_var("group"))
    return [(name, took, apart.get(name, 0)) for name, took in steps.took()], seconds, watch.peak_mb, rows


def _run(steps: Steps) -> None:
    from onefold.cli.work import run_once

    if not run_once(steps.begin):
        raise SystemExit("the run failed")


class Steps:
    """When each step was first heard of; the last line told is how the run ended."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, float]] = [("export", time.monotonic())]

    def begin(self, line: str) -> None:
        self.heard.append((line.strip(), time.monotonic()))

    def took(self) -> list[tuple[str, float]]:
        ends = [at for _, at in self.heard[1:]]
        return [(name, end - at) for (name, at), end in zip(self.heard, ends, strict=False)]


def _of_analytics() -> dict[str, int]:
    from onefold.cli import place

    timings = next((place.var() / "lake" / "runs").glob("*/timings.json"))
    return {row["step"]: row["peak_mb"] for row in json.loads(timings.read_text())}


class Watch:
    """The memory of this process, its children and the database, twice a second."""

    def __init__(self) -> None:
        self.peak_mb, self._over = 0.0, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.5):
            self.peak_mb = max(self.peak_mb, sum(map(_share_mb, at_work())))


def at_work() -> list[int]:
    """This process and below, and the postmaster of our `var` and below."""
    from onefold.cli import place

    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(path.parent.name))
    roots = [os.getpid(), *(int(path.read_text().split()[0]) for path in place.var().rglob("postmaster.pid"))]
    found = []
    while roots:
        found.append(roots.pop())
        roots += children.get(found[-1], [])
    return found


def _share_mb(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def show(customers: int, steps: list[Step], seconds: float, peak_mb: float, size: int) -> None:
    print(
        f"{customers:,} customers, {size / 1e6:,.0f} MB of files: {seconds:,.1f} s, peak {peak_mb:,.0f} MB of everything"
    )
    for name, took, peak in steps:
        print(f"  {name:<22} {took:8.1f} s   {f'{peak:,} MB' if peak else '':>10}", flush=True)


def grow(small: int, few: list[Step], large: int, many: list[Step]) -> None:
    """Print b of seconds ~ customers^b for steps that take long enough to tell."""
    before = {name: took for name, took, _ in few}
    print(f"growth from {small:,} to {large:,} customers (1.00 = in proportion):")
    for name, took, _ in many:
        if before.get(name, 0) > 0.3:
            print(f"  {name:<22} {math.log(took / before[name]) / math.log(large / small):.2f}")
    total = sum(took for _, took, _ in many) / sum(before.values())
    print(f"  {'all':<22} {math.log(total) / math.log(large / small):.2f}")


if __name__ == "__main__":
    raise SystemExit(main(tuple(map(int, sys.argv[1:])) or SIZES))
