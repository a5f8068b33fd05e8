"""The job file is read once and refused without repeating what it says."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from onefold.analytics.job import JobBroken, job_of, read_job

BATCH = {
    "batch_id": "b1",
    "feed": "hpc_contracts",
    "path": "/x",
    "received_at": "2026-06-30T09:00:00+08:00",
    "sha256": "ab",
}


def content(**more: Any) -> dict[str, Any]:
    plain = {
        "run_id": "r",
        "var": "/v",
        "as_of": "2026-06-30",
        "known_on": "2026-06-30T12:00:00+00:00",
        "exports": "/e",
        "batches": [BATCH],
    }
    return plain | more


def test_instants_are_read_in_utc() -> None:
    job = job_of(content())
    assert job.batches[0].received_at == datetime(2026, 6, 30, 1, tzinfo=UTC)
    assert (job.as_of, job.rulebook) == (date(2026, 6, 30), None)


def test_a_day_of_knowledge_means_its_end() -> None:
    assert job_of(content(known_on="2026-06-30")).known_at == datetime(2026, 6, 30, 23, 59, 59, 999999, tzinfo=UTC)


def test_what_came_after_the_moment_of_knowledge_is_none_of_the_runs_business() -> None:
    late = BATCH | {"batch_id": "b2", "received_at": "2026-06-30T12:00:01+00:00"}
    assert [batch.batch_id for batch in job_of(content(batches=[BATCH, late])).batches] == ["b1"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "no JSON, line 1"),
        ("[]", "a value has the wrong form"),
        (json.dumps(content(as_of="30.06.2026 Zhang Wei")), "a value has the wrong form"),
        (json.dumps(content(known_on="2026-06-30T12:00:00")), "a value has the wrong form"),
        (json.dumps({name: value for name, value in content().items() if name != "exports"}), "exports is missing"),
    ],
)
def test_a_broken_job_says_what_is_wrong_and_no_value(text: str, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "job.json"
    path.write_text(text)
    with pytest.raises(JobBroken) as refusal:
        read_job(path)
    assert refusal.value.data == {"problem": problem}


def test_a_job_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JobBroken):
        read_job(tmp_path / "none.json")
