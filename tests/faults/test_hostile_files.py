"""Row 26: whatever is packed, linked, endless or entangled is refused in time and within little memory, and said why."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.corpus.hostile import CASES, zip_over_itself

SECONDS_MAX, PEAK_MB_MAX = 2.0, 256


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("hostile")
    for name, (_, make, _) in CASES.items():
        (folder / name.replace("/", "_")).write_bytes(make())
    before = {path.name: path.stat().st_size for path in folder.iterdir()}
    done = subprocess.run(
        [sys.executable, "-m", "tests.corpus.judging", str(folder)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert {path.name: path.stat().st_size for path in folder.iterdir()} == before
    yield {found["name"]: found for found in map(json.loads, done.stdout.splitlines())}
    for path in folder.iterdir():
        path.unlink()


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_a_hostile_file_is_refused_in_time_and_within_little_memory(
    verdicts: dict[str, dict[str, Any]], name: str
) -> None:
    found = verdicts[name]
    assert found["reason"] == CASES[name][2]
    assert found["seconds"] <= SECONDS_MAX
    assert found["peak_mb"] <= PEAK_MB_MAX


def test_the_overlapped_zip_is_as_small_and_claims_as_much_as_it_should() -> None:
    assert len(zip_over_itself()) < 70_000
