"""Fault row 28: the disk is full while a file comes in. A clean refusal, no partial file, other things go on, and go on after."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import skip_or_fail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from onefold.commands.viewer import Viewer
from onefold.domains.intake.bytes import clear_dead_parts, keep
from onefold.domains.intake.queries import latest_batches
from onefold.domains.intake.refusals import NoSpace
from onefold.domains.organisation.actions import issue_token
from onefold.jobs.inbox import Inbox
from onefold.kernel.ids import new_id

HPC, MEGABYTE = Viewer.of_company("HPC"), 1_048_576
FILES = "/api/v1/feeds/hpc_contracts/files"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MB with 3 MB of ballast on it."""
    disk = tmp_path / "disk"
    disk.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)]
    if os.geteuid() or subprocess.run(words, capture_output=True, check=False).returncode:
        skip_or_fail("disk", "mounting a small disk needs root and the right to mount")
    (disk / "ballast").write_bytes(b"x" * 3 * MEGABYTE)
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.fixture
def machine(harbour: str) -> Client:
    digest = hashlib.sha256(b"ofk_disk").hexdigest()
    issue_token(HPC, new_id(), company="HPC", name="core", token_sha256=digest)
    return Client(headers={"authorization": "Bearer ofk_disk"})


def test_bytes_that_find_no_room_leave_nothing_and_harm_nothing(small_disk: Path) -> None:
    folder = small_disk / "intake"
    standing = keep(folder, [b"was here before"], MEGABYTE)
    with pytest.raises(NoSpace):
        keep(folder, (b"y" * MEGABYTE for _ in range(3)), 10 * MEGABYTE)
    assert [path.name for path in folder.iterdir()] == [standing.sha256]
    (small_disk / "ballast").unlink()
    assert keep(folder, (b"y" * MEGABYTE for _ in range(3)), 10 * MEGABYTE).size == 3 * MEGABYTE


def test_the_doors_say_so_cleanly_and_go_on(small_disk: Path, machine: Client, settings_of: Any, sign_in: Any) -> None:
    content, before = b"z" * 2 * MEGABYTE, len(latest_batches(HPC, 500))
    steward = sign_in("steward.hpc")
    query = {"name": "hpc_relations_1.csv", "command_id": str(new_id())}
    with settings_of(VAR=small_disk, FILE_UPLOAD_TEMP_DIR=str(small_disk)):
        raw = machine.post(FILES, content, "text/csv", query_params={"name": "night.csv"})
        form = machine.post(FILES, {"file": SimpleUploadedFile("night.csv", content)})
        page = steward.post("/intake/files/", content, content_type="application/octet-stream", query_params=query)
        for answer in (raw, form):
            assert (answer.status_code, answer.json()["code"]) == (507, "NO_SPACE")
        assert page.status_code == 503
        assert "There is no space left" in page.content.decode()
        assert machine.get("/api/v1/feeds").status_code == 200, "who only reads notices nothing"
        assert steward.get("/intake/").status_code == 200
        assert {path.name for path in small_disk.rglob("*") if path.is_file()} == {"ballast"}
        assert len(latest_batches(HPC, 500)) == before
        (small_disk / "ballast").unlink()
        assert machine.post(FILES, content, "text/csv", query_params={"name": "night.csv"}).status_code == 201


def test_the_inbox_keeps_the_file_until_there_is_room(
    small_disk: Path, database: str, as_role: Any, settings_of: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "inbox"
    (folder / "HPC").mkdir(parents=True)
    file = folder / "HPC" / "hpc_relations_1.csv"
    file.write_bytes(b"z" * 2 * MEGABYTE)
    with as_role("batch"), settings_of(VAR=small_disk):
        inbox = Inbox(folder)
        assert [inbox.look() for _ in range(3)] == [0, 0, 0]
        assert file.exists()
        (small_disk / "ballast").unlink()
        assert inbox.look() == 1
    assert not file.exists()


def test_what_killed_writers_left_is_cleared_and_what_is_being_written_is_not(tmp_path: Path) -> None:
    folder = tmp_path / "intake"
    folder.mkdir()
    dead = folder / "of-somebody-killed.part"
    dead.write_bytes(b"half")
    seen: list[int] = []

    def chunks() -> Iterator[bytes]:
        yield b"begun"
        seen.append(clear_dead_parts(folder, age_s=0))
        seen.append(len(list(folder.glob("*.part"))))

    kept = keep(folder, chunks(), MEGABYTE)
    assert seen == [1, 1], "the dead one went, the one being written stayed"
    assert [path.name for path in folder.iterdir()] == [kept.sha256]


def test_an_upload_that_is_killed_leaves_no_name(settings_of: Any, tmp_path: Path) -> None:
    """While a form's file is written there is nothing on the disk that anybody would have to clear."""
    from onefold.web.uploads import BoundedUpload

    with settings_of(FILE_UPLOAD_TEMP_DIR=str(tmp_path)):
        upload = BoundedUpload(None)
        upload.new_file("file", "night.csv", "text/csv", None)
        upload.receive_data_chunk(b"z" * MEGABYTE, 0)
        assert list(tmp_path.iterdir()) == []
        finished = upload.file_complete(MEGABYTE)
        assert finished is not None and finished.read() == b"z" * MEGABYTE
        finished.close()
