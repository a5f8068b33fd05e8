"""Rows 24, 50 for our own files: one that went or was altered holds the run by name, and readers see what they saw."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from onefold.cli.work import receive_folders
from onefold.commands.scope import reading
from onefold.domains.intake.models import Batch
from onefold.domains.releases import actions
from onefold.domains.releases.failures import failure_in
from onefold.domains.releases.models import ActiveRelease, Run
from onefold.jobs import pipeline
from onefold.kernel.ids import new_id
from onefold.seam.verifying import verify_all
from tests.faults.test_publish_killed import fingerprint
from tests.stories.harbour import FOLDER, SYSTEM


@pytest.fixture
def news(harbour, as_role, tmp_path) -> Iterator[dict[str, Any]]:
    """One file of the group has come again, changed, and waits for a run."""
    with as_role("batch"):
        before = fingerprint()
        lines = (FOLDER / "data" / "hlife_contracts.csv").read_bytes().splitlines(keepends=True)
        (tmp_path / "hlife_contracts.csv").write_bytes(b"".join(lines[:-3]))
        receive_folders([tmp_path])
        yield before


def run() -> dict[str, Any]:
    return pipeline.run(actions.request_run(SYSTEM, new_id())["run_id"])


def received() -> Path:
    with reading(SYSTEM):
        return Path(settings.VAR) / "intake" / hashes_received()[0]


def of_release(folder: str, name: str) -> Callable[[], Path]:
    def path() -> Path:
        with reading(SYSTEM):
            release = ActiveRelease.objects.get().release_id
        return Path(settings.VAR) / folder / "runs" / release / name

    return path


def salts() -> Path:
    return Path(settings.VAR) / "vault" / "keys" / "source_identities.HLIFE.parquet"


def pointer() -> Path:
    return Path(settings.VAR) / "lake" / "runs" / "LATEST"


def hashes_received() -> list[str]:
    """The SHA-256 of every file received whose bytes are kept."""
    with reading(SYSTEM):
        return sorted(set(Batch.objects.filter(pruned_at=None).values_list("sha256", flat=True)))


NIGHTLY = pytest.mark.nightly
BOTH = ("KEPT_FILE_MISSING", "KEPT_FILE_ALTERED")


@pytest.mark.parametrize(
    ("kept", "codes"),
    [
        pytest.param(received, ("KEPT_FILE_MISSING",), id="received"),
        pytest.param(pointer, ("KEPT_FILE_MISSING",), id="pointer"),
        pytest.param(of_release("lake", "memberships.parquet"), BOTH, id="memberships", marks=NIGHTLY),
        pytest.param(of_release("lake", "manifest.json"), BOTH, id="manifest", marks=NIGHTLY),
        pytest.param(of_release("lake", "checksums.json"), ("CHECKSUMS_MISSING",) * 2, id="checksums", marks=NIGHTLY),
        pytest.param(salts, BOTH, id="salts", marks=NIGHTLY),
    ],
)
def test_a_run_is_held_until_the_file_is_back(news, kept, codes):
    path = kept()
    content = path.read_bytes()
    for code, damaged in zip(codes, (None, content[:-2] + b"x\x00"), strict=False):
        path.unlink() if damaged is None else path.write_bytes(damaged)
        try:
            end = run()
            assert (end["state"], end["failure"].split(":")[0]) == (Run.State.FAILED, code)
            assert len(end["failure"]) < 300, "the whole sentence is shown"
            assert (
                path.name in failure_in("zh-hans", "", end["failure_told"])
                and not failure_in("zh-hans", "", end["failure_told"]).isascii()
            )
            assert fingerprint() == news
        finally:
            path.write_bytes(content)


def test_with_every_file_back_the_run_is_the_undisturbed_one(news):
    path = received()
    content = path.read_bytes()
    path.unlink()
    assert run()["state"] == Run.State.FAILED
    told = [one.code for one in verify_all(Path(settings.VAR), hashes_received())]
    assert told == ["KEPT_FILE_MISSING"]
    path.write_bytes(content)
    assert run()["state"] == Run.State.PUBLISHED
    assert fingerprint()["contracts"] != news["contracts"]
    assert not list(verify_all(Path(settings.VAR), hashes_received()))
    altered = of_release("vault", "source_identities.parquet")()
    good = altered.read_bytes()
    altered.write_bytes(good[:1000] + b"?" + good[1001:])
    try:
        assert [one.code for one in verify_all(Path(settings.VAR))] == ["KEPT_FILE_ALTERED"]
    finally:
        altered.write_bytes(good)
