"""The intake: eight companies' customer files of ten columns, from bytes to landed and sealed, beside Polars merely reading them.

    ./onefold bench bench_intake [ROWS] [SMALL_FILES]      (2,600,000 rows in eight files; then SMALL_FILES=100 small ones a day)

Each part runs in a process of its own. Seconds are of the clock and of all processors together; the peak is the sum of what the
processes held at once, asked ten times a second. *validated* = typed, rules applied, pseudonymised, deduplicated, written to
the lake and sealed.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import resource
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import intake_files as files
import polars as pl
from machine import describe

from onefold.analytics.landing import Batch, land
from onefold.analytics.landing.arrival import arrive
from onefold.analytics.landing.facts import Pseudonyms

START = datetime(2026, 6, 1, 8, tzinfo=UTC)
KEY, VAULT_KEY = bytes(range(32)), bytes(range(1, 33))
HOME = Path(__file__).resolve().parents[1]


def main(rows: int = 2_600_000, small: int = 100) -> int:
    print(describe())
    (HOME / "var").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=HOME / "var") as name:
        folder = Path(name)
        each = rows // len(files.COMPANIES)
        for company in files.COMPANIES:
            files.write_file(folder / f"{files.name_of(company)}.csv", company, 0, each, seed=7)
        size = sum(path.stat().st_size for path in folder.glob("*.csv"))
        print(f"{each * 8:,} rows in {len(files.COMPANIES)} files, {size / 2**20:.0f} MB, two of them in GB18030")
        read = measured("Polars reads", read_only, folder, rows=rows)
        measured("read and typed", typed, folder, rows=rows)
        landed = measured("landed", land_all, folder, "1", 0, rows=rows)
        print(f"  landed / Polars: {landed / read:.1f} times the seconds")
        measured("landed again", land_all, folder, "1", 0, rows=rows)
        for number in range(small):
            company = files.COMPANIES[number % 8]
            files.write_file(folder / f"{files.name_of(company)}_{number}.csv", company, number * 50, 500, seed=number)
        measured(f"and {small} files of 500", land_all, folder, "1", small, rows=small * 500)
        measured("and nothing new", land_all, folder, "1", small, rows=small * 500)
    return 0


def measured(title: str, part: object, *words: object, rows: int) -> float:
    """Carry out one part in a process of its own; print and return its seconds."""
    process = multiprocessing.get_context("spawn").Process(target=part, args=words)  # type: ignore[arg-type]
    before, began = _cpu_of_children(), time.monotonic()
    process.start()
    watch = Watch(process.pid or 0)
    process.join()
    seconds, cpu = time.monotonic() - began, _cpu_of_children() - before
    watch.end()
    if process.exitcode:
        raise SystemExit(f"{title}: ended with {process.exitcode}")
    print(
        f"  {title:<22} {seconds:7.1f} s  {cpu:7.1f} CPU s  {rows / seconds:10,.0f} rows/s  "
        f"{rows / cpu * 2:10,.0f} rows/s if both cores were free   peak {watch.peak_mb:,.0f} MB",
        flush=True,
    )
    return seconds


def read_only(folder: Path) -> None:
    for company in files.COMPANIES:
        encoding = "gb18030" if company in files.IN_GB18030 else "utf8"
        pl.read_csv(folder / f"{files.name_of(company)}.csv", infer_schema=False, encoding=encoding)


def typed(folder: Path) -> None:
    feeds = files.write_feeds(folder / "feeds", "increment")
    for batch in batches_of(folder, 0):
        arrive(batch, feeds[batch.feed], {}, Pseudonyms(KEY))


def land_all(folder: Path, code: str, small: int) -> None:
    feeds = files.write_feeds(folder / "feeds", "increment")
    known, vault = START + timedelta(days=99), folder / "vault"
    land(
        batches_of(folder, small), feeds, files.CATALOGUE, KEY, known, folder / "lake", vault / "run", VAULT_KEY,
        salts_in=vault, kept=vault / "landing", code=code,
    )  # fmt: skip


def batches_of(folder: Path, small: int) -> list[Batch]:
    names = [(files.name_of(company), f"{files.name_of(company)}.csv") for company in files.COMPANIES]
    names += [
        (files.name_of(files.COMPANIES[n % 8]), f"{files.name_of(files.COMPANIES[n % 8])}_{n}.csv")
        for n in range(small)
    ]
    found = []
    for number, (feed, name) in enumerate(names):
        path = folder / name
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        found.append(Batch(f"{number:06d}", feed, path, START + timedelta(seconds=number), digest))
    return found


class Watch:
    """What a process and its children hold in memory, asked ten times a second."""

    def __init__(self, pid: int) -> None:
        self._pid, self.peak_mb, self._over = pid, 0.0, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.1):
            self.peak_mb = max(self.peak_mb, sum(map(_held_mb, _family(self._pid))))


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *(each for child in children for each in _family(int(child)))]


def _held_mb(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    except OSError:
        return 0.0


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:])))
