"""Days of runs and nights: what is kept comes to rest, class by class, however long it goes on."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from django.db import connection

from onefold.commands.retention import bytes_in
from onefold.commands.scope import reading, today
from onefold.domains import rulebook
from onefold.domains.intake.models import Batch
from onefold.jobs import pruning
from tests.stories.harbour import FOLDER, SYSTEM
from tests.stories.test_pruning import day_passes, own_var, ran  # noqa: F401

NIGHTLY = os.environ.get("ONEFOLD_NIGHTLY") == "1"
DAYS = int(os.environ.get("ONEFOLD_DAYS", "90" if NIGHTLY else "0"))
"""Simulated days, a run and a night each: half a minute of computing a day"""
AT_REST = ("lake", "vault", "exports", "jobs", "log")
GROWS_BY_LAW = "intake"
SLACK = 1.10


def sizes(var: Path) -> dict[str, int]:
    """Bytes of each part, and of the database as a whole."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        (database,) = cursor.fetchone()
    return {part: bytes_in(var / part) for part in (*AT_REST, GROWS_BY_LAW)} | {"database": database}


@pytest.mark.skipif(not DAYS, reason="long: ONEFOLD_NIGHTLY=1, or ONEFOLD_DAYS=N")
@pytest.mark.slow
def test_the_disk_comes_to_rest(own_var, tmp_path):  # noqa: F811
    from onefold.cli.work import receive_folders

    lines = (FOLDER / "data/hlife_contracts.csv").read_bytes().splitlines(keepends=True)
    seen: list[dict[str, int]] = []
    for day in range(DAYS):
        folder = tmp_path / f"day{day}"
        folder.mkdir()
        (folder / "hlife_contracts.csv").write_bytes(b"".join([*lines[:-1], lines[-1].rstrip() + b"\r\n" * (day + 1)]))
        receive_folders([folder])
        ran()
        day_passes(1)
        pruning.prune()
        seen.append(sizes(own_var))
        sys.stdout.write(f"{day + 1} {' '.join(f'{part}={size:,}' for part, size in seen[-1].items())}\n")
        sys.stdout.flush()
    with reading(SYSTEM) as at:
        rest = rulebook.value("retention.releases", today(at))["days"] + 2
        loaded = Batch.objects.filter(outcome="LOADED", feed="hlife_contracts").count()
    half = (rest + DAYS) // 2
    for part in AT_REST:
        first, second = (max(day[part] for day in days) for days in (seen[rest:half], seen[half:]))
        assert second <= first * SLACK, f"{part} grows: {first:,} to {second:,} bytes"
    assert loaded >= 1
