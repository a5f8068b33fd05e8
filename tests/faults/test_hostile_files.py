"""Row 26: whatever is packed, linked, endless or entangled is refused in time and within little memory, and said why."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from onefold.analytics.landing.tests.world import CONTRACTS, CUSTOMERS, Gate
from onefold.seam import datasets
from tests.corpus.hostile import CASES, zip_of, zip_over_itself

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


def test_other_feeds_of_the_same_run_are_not_touched_and_nothing_of_a_hostile_file_is_seen(tmp_path: Path) -> None:
    gate = Gate(tmp_path).declare(CUSTOMERS, CONTRACTS)
    good = gate.send("customers", "no,name,born,idn", "1,王小明,1980-05-20,")
    hostile = gate.send("contracts", "no,cust,product,begins,premium", "a,1,T,2026-01-01,1.00")
    for name, make in (("zip of 10 GB", zip_over_itself), ("half a zip", lambda: zip_of(("a.csv", b"x"))[:-10])):
        gate.replace(1, make())
        landing = gate.land()
        assert landing.equation(good) == ("LOADED", 1, 1, 0, 0), name
        assert landing.arrival(hostile)["outcome"] == "REFUSED", name
        assert landing.rows(datasets.CONTRACTS) == []
        assert landing.rows(datasets.REJECTS) == []


def test_the_overlapped_zip_is_as_small_and_claims_as_much_as_it_should() -> None:
    assert len(zip_over_itself()) < 70_000
