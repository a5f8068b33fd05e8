"""A run from files to release: the same input gives the same bytes; whatever breaks it, there is a whole release or none."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from onefold import policy
from onefold.analytics import __main__ as door
from onefold.analytics import checks
from onefold.analytics import manifest as manifests
from onefold.analytics import run as runs
from onefold.analytics.checks.rows import RowsLost
from onefold.analytics.job import job_of
from onefold.analytics.manifest import inputs_of, knowledge_of, read_manifest
from onefold.analytics.run import RunInProgress, StepIncomplete, one_at_a_time, run
from onefold.analytics.steps import STEPS, Step, Work
from onefold.analytics.tests.worlds import LEARNT
from onefold.kernel import keys
from onefold.seam import checksums, datasets, store, vault

DATA = Path(__file__).parents[4] / "examples" / "harbour" / "data"
SECRET = b"k" * 32


RULEBOOK = policy.load()


def job_content(var: Path) -> dict[str, Any]:
    """A job over Harbour Group's files, all received at one moment."""
    (var / "exports" / "0197").mkdir(parents=True, exist_ok=True)
    checksums.begin(var / "exports" / "0197")
    for purpose in (keys.PSEUDONYM, keys.VAULT):
        keys.write(var / "secrets", keys.ring_of(purpose, SECRET))
    batches = [
        {
            "batch_id": f"{name}-{path.stem}",
            "feed": name,
            "path": str(path),
            "received_at": "2026-06-30T04:00:00+00:00",
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in sorted(DATA.glob("*.csv"))
        for name, feed in RULEBOOK.feeds.items()
        if feed.takes_file(path.name)
    ]
    return {
        "run_id": "0197", "var": str(var), "as_of": "2026-06-30", "known_on": "2026-06-30T05:00:00+00:00",
        "rulebook": None, "exports": str(var / "exports" / "0197"), "batches": batches,
    }  # fmt: skip


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation in which Harbour Group was run once."""
    var = tmp_path_factory.mktemp("var")
    run(job_of(job_content(var)))
    return var


@pytest.fixture
def var(released: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(released, tmp_path / "var"))


def release(var: Path) -> Path:
    return var / "lake" / "runs" / (var / "lake" / "runs" / "LATEST").read_text()


def test_a_release_holds_every_dataset_of_the_lake_and_says_so(released: Path) -> None:
    manifest = read_manifest(release(released))
    assert [entry["name"] for entry in manifest.datasets] == sorted(
        name for name, one in datasets.ALL.items() if not one.vault
    )
    for entry in manifest.datasets:
        path = store.path_of(release(released), datasets.ALL[entry["name"]])
        assert entry["sha256"] == checksums.sha256_of(path)
    rows = {entry["name"]: entry["rows"] for entry in manifest.datasets}
    assert (rows["customers"], rows["source_records"], rows["contracts"]) == (40, 101, 116)
    assert rows["offers"] > 5
    assert len(manifest.definitions) == 14
    assert len(manifest.arrivals) == len(job_content(released)["batches"])


def test_a_second_run_on_the_same_input_is_the_same_release(var: Path) -> None:
    before = {path.name: path.read_bytes() for path in release(var).iterdir()}
    later = job_content(var) | {"run_id": "0198", "known_on": "2026-07-01T09:00:00+00:00"}
    assert run(job_of(later)).release_id == release(var).name
    assert {path.name: path.read_bytes() for path in release(var).iterdir()} == before


def test_made_anew_from_the_same_input_every_byte_is_the_same(var: Path) -> None:
    made = release(var)
    before = {path.name: path.read_bytes() for path in made.iterdir() if path.name != "timings.json"}
    shutil.rmtree(made.parent)
    run(job_of(job_content(var)))
    assert {path.name: path.read_bytes() for path in made.iterdir() if path.name != "timings.json"} == before


def changed(change: str, content: dict[str, Any], tmp_path: Path) -> tuple[dict[str, Any], str, bytes]:
    """The job's content, version of the rulebook and key, one thing of them changed."""
    if change == "a batch less":
        content["batches"] = content["batches"][:-1]
    if change == "another time":
        content["batches"][0]["received_at"] = "2026-06-30T03:00:00+00:00"
    if change == "another day":
        content["as_of"] = "2026-06-29"
    if change == "a withdrawal":
        row = {"consent_id": ["c"], "withdrawn_at": [LEARNT]}
        store.write(tmp_path, datasets.CONSENT_WITHDRAWALS, pa.table(row))
        content["exports"] = str(tmp_path)
    return content, "other" if change == "another rulebook" else "book", b"o" if change == "another key" else b"k"


CHANGES = ["a batch less", "another time", "another day", "a withdrawal", "another rulebook", "another key"]


@pytest.mark.parametrize("change", CHANGES)
def test_other_input_is_another_release(change: str, released: Path, tmp_path: Path) -> None:
    plain = job_content(released)
    content, rulebook, key = changed(change, job_content(released), tmp_path)
    assert inputs_of(job_of(content), rulebook, key) != inputs_of(job_of(plain), "book", b"k")


def test_the_order_of_batches_and_the_hour_of_the_run_change_nothing(released: Path) -> None:
    plain = job_content(released)
    other = plain | {
        "batches": list(reversed(plain["batches"])),
        "run_id": "0199",
        "known_on": "2026-06-30T23:00:00+00:00",
    }
    assert inputs_of(job_of(other), "book", b"k") == inputs_of(job_of(plain), "book", b"k")
    assert knowledge_of(job_of(other)) == knowledge_of(job_of(plain))


def test_other_receipts_for_the_same_files_are_another_release(released: Path) -> None:
    """A release names receipts (arrivals, rejects), so one made for another database's receipts must not be taken again."""
    plain = job_content(released)
    renamed = [batch | {"batch_id": f"x{number}"} for number, batch in enumerate(plain["batches"])]
    assert inputs_of(job_of(plain | {"batches": renamed}), "book", b"k") != inputs_of(job_of(plain), "book", b"k")


def test_other_code_is_another_release(monkeypatch: pytest.MonkeyPatch, released: Path) -> None:
    job = job_of(job_content(released))
    before = inputs_of(job, "book", b"k")
    monkeypatch.setattr(manifests, "code_version", lambda: "newer")
    assert inputs_of(job, "book", b"k") != before


def as_people_decided(memberships: pa.Table) -> pa.Table:
    """Customer ids that no hash of today would give."""
    older = [f"{number:032x}" for number in range(len(memberships))]
    place = memberships["customer_id"].dictionary_encode().combine_chunks().indices.to_pylist()
    column = memberships.schema.get_field_index("customer_id")
    return memberships.set_column(column, "customer_id", pa.array([older[number] for number in place]))


def test_in_the_next_run_customers_keep_their_ids_and_who_was_forgotten_stays_forgotten(var: Path) -> None:
    before = as_people_decided(store.read(release(var), datasets.MEMBERSHIPS))
    store.write(release(var), datasets.MEMBERSHIPS, before)
    records_of = Counter(before["customer_id"].to_pylist())
    forgotten = next(row["source_id"] for row in before.to_pylist() if records_of[row["customer_id"]] == 1)
    assert vault.forget(var / "vault", [forgotten]) == 1
    first = release(var).name
    run(job_of(job_content(var) | {"as_of": "2026-06-29"}))
    assert release(var).name != first
    assert store.read(release(var), datasets.MEMBERSHIPS).to_pylist() == before.to_pylist()
    opening = vault.VaultKeys.for_folder(var / "vault", SECRET)
    identities = vault.open_(var / "vault" / "runs" / release(var).name, datasets.SOURCE_IDENTITIES, opening)
    assert set(before["source_id"].to_pylist()) - set(identities["source_id"].to_pylist()) == {forgotten}


def test_the_vault_is_for_its_owner_alone(released: Path) -> None:
    assert (released / "vault").stat().st_mode & 0o777 == 0o700


def test_steps_declare_an_order_in_which_everything_read_was_written() -> None:
    written: set[str] = set()
    for step in STEPS:
        assert {dataset.name for dataset in step.reads} <= written, step.name
        assert not written & {dataset.name for dataset in step.writes}, step.name
        written |= {dataset.name for dataset in step.writes}
    assert written == set(datasets.ALL)


def test_a_step_that_leaves_less_than_it_declares_stops_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lazy = {step.name: step for step in STEPS}["spells"]
    monkeypatch.setattr(runs, "STEPS", [replace(lazy, carry_out=lambda work: None)])
    with pytest.raises(StepIncomplete, match="spells"):
        run(job_of(job_content(tmp_path)))


def test_a_second_run_beside_the_first_is_refused(var: Path) -> None:
    with one_at_a_time(var), pytest.raises(RunInProgress):
        run(job_of(job_content(var)))
    assert run(job_of(job_content(var))).release_id == release(var).name


def test_nobody_received_nothing_and_that_is_a_release_too(tmp_path: Path) -> None:
    manifest = run(job_of(job_content(tmp_path) | {"batches": []}))
    assert {entry["rows"] for entry in manifest.datasets if entry["name"] in ("customers", "offers", "arrivals")} == {0}


def write_job(var: Path, content: dict[str, Any]) -> Path:
    path = var / "jobs" / "0197.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))
    return path


def told(job: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(job.with_suffix(".progress.json").read_text())
    return found


def start(job: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "onefold.analytics", str(job)], stderr=subprocess.PIPE, stdout=subprocess.PIPE
    )


@pytest.mark.slow
def test_killed_in_the_middle_it_leaves_no_release_and_the_next_run_makes_it(tmp_path: Path, released: Path) -> None:
    job = write_job(tmp_path, job_content(tmp_path))
    process = start(job)
    runs_folder, deadline = tmp_path / "lake" / "runs", time.monotonic() + 120
    while not list(runs_folder.glob("*.part/spells.parquet")) and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert told(job)["finished"] is None
    assert [path.suffix for path in runs_folder.iterdir()] == [".part"]
    assert start(job).wait() == door.RELEASED
    assert told(job)["release_id"] == release(tmp_path).name
    assert sorted(path.name for path in runs_folder.iterdir()) == sorted(["LATEST", release(tmp_path).name])
    assert read_manifest(release(tmp_path)).datasets == read_manifest(release(released)).datasets


def only_step(monkeypatch: pytest.MonkeyPatch, carry_out: Callable[[Work], None]) -> None:
    monkeypatch.setattr(runs, "STEPS", [Step("checks", (), (), carry_out)])


def test_a_rule_that_stops_the_run_is_told_with_code_and_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(work: Work) -> None:
        raise RowsLost(batch_id="b1", feed="hpc", rows_in=10, accounted=9)

    only_step(monkeypatch, stop)
    job = write_job(tmp_path, job_content(tmp_path))
    assert door.main([str(job)]) == door.STOPPED
    assert (told(job)["failed"]["code"], told(job)["release_id"], told(job)["step"]) == ("ROWS_LOST", None, "checks")
    assert "未发布" in told(job)["failed"]["sentences"]["zh-Hans"]
    assert not (tmp_path / "lake" / "runs" / "LATEST").exists()


def work_in(var: Path, *reads: datasets.Dataset) -> Work:
    sealed = var / "vault" / "runs" / release(var).name
    names = frozenset(dataset.name for dataset in reads)
    job = job_of(job_content(var))
    return Work(job, LEARNT, RULEBOOK, release(var), sealed, None, SECRET, SECRET, lambda done, total: None, names)


def test_a_step_reads_nothing_it_does_not_declare(released: Path) -> None:
    work = work_in(released, datasets.SELLERS, datasets.SELLER_IDENTITIES)
    assert work.read(datasets.SELLERS).num_rows == work.unseal(datasets.SELLER_IDENTITIES).num_rows > 0
    for attempt in (lambda: work.read(datasets.OFFERS), lambda: work.unseal(datasets.SOURCE_IDENTITIES)):
        with pytest.raises(PermissionError):
            attempt()
    with work.opened() as lake, pytest.raises(PermissionError):
        lake.table("offers")


def test_every_check_is_carried_out_before_a_release(monkeypatch: pytest.MonkeyPatch, released: Path) -> None:
    called: list[str] = []
    for name in checks.__all__:
        monkeypatch.setattr(checks, name, lambda *words, name=name: called.append(name))
    work = work_in(released)
    assert STEPS[-1].name == "checks"
    STEPS[-1].carry_out(work)
    assert sorted(called) == sorted(checks.__all__)


def test_a_bug_is_told_by_kind_and_place_and_never_by_its_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stumble(work: Work) -> None:
        raise ValueError("could not convert Zhang Wei 110101199003070011")

    only_step(monkeypatch, stumble)
    job = write_job(tmp_path, job_content(tmp_path))
    assert door.main([str(job)]) == door.BUG
    output = capsys.readouterr()
    assert told(job)["failed"]["code"] == "BUG"
    assert "Zhang" not in json.dumps(told(job)) + output.err + output.out
    assert "ValueError" in output.err and "stumble" in output.err


def test_a_job_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    job = write_job(tmp_path, {"run_id": "x"})
    assert door.main([str(job)]) == door.NO_JOB
    assert told(job)["failed"]["code"] == "JOB_BROKEN"


def test_a_rulebook_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "book" / "contact").mkdir(parents=True)
    (tmp_path / "book" / "contact" / "limits.yaml").write_text("values: 3\n")
    job = write_job(tmp_path, job_content(tmp_path) | {"rulebook": str(tmp_path / "book")})
    assert door.main([str(job)]) == door.STOPPED
    assert told(job)["failed"]["code"] == "RULEBOOK_BROKEN"
    assert "limits.yaml" in told(job)["failed"]["sentence"]
