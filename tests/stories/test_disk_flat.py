"""Days of runs and nights: what is kept comes to rest, class by class, however long it goes on.

By default each day's release is the files of the first under another name, so that nights alone are tried; the nightly run
(`ONEFOLD_NIGHTLY=1`, 90 days; `ONEFOLD_DAYS=N`) makes each by a whole run.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection

from onefold.cli.work import receive_folders
from onefold.commands import clock
from onefold.commands.retention import bytes_in
from onefold.commands.scope import reading, today
from onefold.domains import rulebook
from onefold.domains.releases import actions as releases
from onefold.domains.releases.models import Activation, ActiveRelease, Release
from onefold.jobs import pruning
from onefold.kernel.ids import new_id
from tests.stories.harbour import FOLDER, SYSTEM
from tests.stories.test_pruning import day_passes, own_var, ran  # noqa: F401

DAYS = int(os.environ.get("ONEFOLD_DAYS", "90" if os.environ.get("ONEFOLD_NIGHTLY") == "1" else "0"))
"""Simulated days of whole runs: half a minute of computing each."""
NIGHTS = int(os.environ.get("ONEFOLD_NIGHTS", "90" if os.environ.get("ONEFOLD_NIGHTLY") == "1" else "18"))
AT_REST = ("lake", "vault", "exports", "jobs")
BY_LAW = "intake"
SLACK = 1.10


def test_nights_leave_what_the_terms_need(own_var):  # noqa: F811
    first = ActiveRelease.objects.get().release_id
    seen = nights(own_var, NIGHTS, lambda day: copied(own_var, first, day))
    lying = {path.name for path in (own_var / "lake/runs").iterdir() if path.is_dir()}
    assert term() <= len(lying) <= term() + 2 < NIGHTS, "those of the term, and the one in force"
    if NIGHTS > 40:
        comes_to_rest(seen)


@pytest.mark.skipif(not DAYS, reason="long: ONEFOLD_NIGHTLY=1, or ONEFOLD_DAYS=N")
def test_the_disk_comes_to_rest_under_whole_runs(own_var, tmp_path):  # noqa: F811
    lines = (FOLDER / "data/hlife_contracts.csv").read_bytes().splitlines(keepends=True)

    def run_of(day: int) -> None:
        folder = tmp_path / f"day{day}"
        folder.mkdir()
        (folder / "hlife_contracts.csv").write_bytes(b"".join(lines[: len(lines) - day % 3]) + b"\r\n" * day)
        receive_folders([folder])
        ran()

    seen = nights(own_var, DAYS, run_of)
    assert seen[-1][BY_LAW] > seen[0][BY_LAW], "what companies sent stays"
    comes_to_rest(seen)


def nights(var: Path, days: int, make: object) -> list[dict[str, int]]:
    """Let days pass: a release each, then the night; the bytes of each part after it."""
    seen = []
    for day in range(days):
        make(day)  # type: ignore[operator]
        day_passes(1)
        pruning.prune()
        seen.append(sizes(var))
        if day % 10 == 9:
            sys.stdout.write(f"{day + 1} {' '.join(f'{part}={size:,}' for part, size in seen[-1].items())}\n")
            sys.stdout.flush()
    return seen


def copied(var: Path, first: str, day: int) -> None:
    """A day's release, made of the first one's files, with what a run leaves beside it."""
    name, run_id = f"{day:032d}", new_id()
    source = var / "copy"
    if not source.exists():
        shutil.copytree(var / "lake/runs" / first, source / "lake")
        shutil.copytree(var / "vault/runs" / first, source / "vault")
    for part in ("lake", "vault"):
        shutil.copytree(source / part, var / part / "runs" / name, dirs_exist_ok=True)
    (var / "exports" / str(run_id)).mkdir(parents=True)
    (var / "exports" / str(run_id) / "x.parquet").write_bytes(b"x" * 10_000)
    (var / "jobs").mkdir(exist_ok=True)
    (var / "jobs" / f"{run_id}.json").write_bytes(b"x" * 1_000)
    end_run(run_id)
    Release.objects.create(release_id=name, as_of=today(clock.now()), rulebook_version="", code_version="", manifest={})
    seen = Activation.objects.create(release_id=name, activated_at=clock.now(), activated_by="test")
    ActiveRelease.objects.filter(id=1).update(release_id=name, activation=seen)
    (var / "lake/runs/LATEST").write_text(name)


def end_run(run_id: UUID) -> None:
    from onefold.domains.releases.models import Run

    Run.objects.create(run_id=run_id, state="RUNNING", requested_at=clock.now(), requested_by="test")
    releases.finish_run(SYSTEM, run_id=run_id, state="PUBLISHED")


def comes_to_rest(seen: list[dict[str, int]]) -> None:
    """From the longest term on nothing but what companies sent grows."""
    rest = 32
    half = (rest + len(seen)) // 2
    for part in AT_REST:
        before, after = (max(day[part] for day in days) for days in (seen[rest:half], seen[half:]))
        assert after <= before * SLACK, f"{part} grows: {before:,} to {after:,} bytes"


def term() -> int:
    with reading(SYSTEM) as at:
        return int(rulebook.value("retention.releases", today(at))["days"])


def sizes(var: Path) -> dict[str, int]:
    """Bytes of each part, and of the database as a whole."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        (database,) = cursor.fetchone()
    return {part: bytes_in(var / part) for part in (*AT_REST, BY_LAW)} | {"database": database}
