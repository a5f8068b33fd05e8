"""Reads every hostile file in a process that may not have more than 512 MB, and says what became of each as JSON lines.

`python -m tests.corpus.judging FOLDER`: reason, seconds, highest resident memory in MB, bytes written below FOLDER.
"""

from __future__ import annotations

import ctypes
import json
import resource
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa

from onefold.analytics.landing.columns import read_column
from onefold.analytics.landing.rows import sheet_of
from onefold.analytics.landing.shapes import Batch, FileRefused
from onefold.seam.checksums import sha256_of
from tests.corpus.feeds import feed_of
from tests.corpus.hostile import CASES

LIMIT = 512 * 2**20


def main(folder: Path) -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (LIMIT, LIMIT))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    for name, (kind, _, _) in CASES.items():
        path = folder / name.replace("/", "_")
        pa.default_memory_pool().release_unused()
        ctypes.CDLL("libc.so.6").malloc_trim(0)
        Path("/proc/self/clear_refs").write_text("5")
        started = time.perf_counter()
        reason = verdict(path, kind)
        seconds = time.perf_counter() - started
        status = Path("/proc/self/status").read_text()
        peak = int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) // 1024
        sys.stdout.write(json.dumps({"name": name, "reason": reason, "seconds": seconds, "peak_mb": peak}) + "\n")


def verdict(path: Path, kind: str) -> str:
    """Why the file was refused, or the first rule by which a row was set aside."""
    format_, _, encoding = kind.partition("-")
    feed = feed_of(format_, "a", "b", encoding=encoding or "utf-8")
    try:
        sheet = sheet_of(Batch("b", "corpus", path, datetime(2026, 6, 30, tzinfo=UTC), sha256_of(path)), feed)
    except FileRefused as refusal:
        return refusal.reason
    rules = sheet.frame["_rule"].drop_nulls().to_list()
    for column in feed.columns:
        rules += read_column(column, sheet.frame, date(2026, 6, 30)).rules.drop_nulls().to_list()
    return rules[0] if rules else "LOADED"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
