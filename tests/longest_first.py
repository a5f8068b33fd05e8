"""Which files of tests begin first: those that take longest, so that no worker is left alone with one at the end.

A worker takes a file whole. Without this the files with the most tests would begin, which are short ones, and the longest, of a
few tests each, would come last.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, TypeVar

LONGEST = (
    "tests/faults/test_house_never_loses.py",
    "tests/stories/test_pruning.py",
    "tests/faults/test_run_never_loses.py",
    "tests/faults/test_publish_killed.py",
    "tests/faults/test_outlived.py",
    "tests/faults/test_migrations_under_load.py",
    "tests/faults/test_database_disk_full.py",
    "tests/faults/test_run_interrupted.py",
    "tests/stories/test_held.py",
    "tests/stories/test_disk_flat.py",
    "tests/faults/test_backup.py",
    "tests/faults/test_slow_clients.py",
    "tests/faults/test_landing_killed.py",
    "src/onefold/analytics/tests/test_run.py",
    "src/onefold/analytics/tests/test_quality.py",
)
"""by seconds, as measured; files of less than 15 s are not worth a line. The first has tests of the night only."""


class Collected(Protocol):
    """What pytest knows of a test before it runs."""

    path: Path


Test = TypeVar("Test", bound=Collected)


def longest_first(tests: Sequence[Test], home: Path) -> list[Test]:
    """The same tests: those of the longest files in front, all others in the order in which they were found."""
    place = {home / name: number for number, name in enumerate(LONGEST)}
    return sorted(tests, key=lambda test: place.get(test.path, len(LONGEST)))
