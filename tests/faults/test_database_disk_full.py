"""Fault row 28: the database's own disk is full. Everybody is told, nothing is half written, and it goes on when there is room."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from conftest import skip_or_fail
from django.contrib.auth import get_user_model
from django.db import connection, connections
from django.test import Client

from onefold import embedded
from onefold.cli import schema
from onefold.commands.action import Command, action
from onefold.commands.outages import outage_of
from onefold.commands.viewer import Viewer
from onefold.config.databases import HANDED, connected_as, database, handed_over
from tests.faults.server import comes_true

HOME = Path(__file__).resolve().parents[2]
PAGE = 8192
STEWARD = Viewer.of_company("HPC")


@pytest.fixture(scope="module")
def small_server() -> Iterator[tuple[Path, dict[str, embedded.Connection]]]:
    """An embedded server whose data lie on a disk of 220 MB, with the product's tables."""
    folder = Path(tempfile.mkdtemp(prefix="of-full-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None))
    folder.chmod(0o755)
    words = ["mount", "-t", "tmpfs", "-o", "size=220m", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(words, capture_output=True, check=False).returncode:
        folder.rmdir()
        skip_or_fail("disk", "mounting a small disk needs root and the right to mount")
    var = folder / "var"
    try:
        found = embedded.ensure(var)  # a real one: commands open no other
        with connected_as(found, "owner"):
            schema.migrate()
        yield var, found
    finally:
        embedded.stop(var, immediately=True)
        subprocess.run(["umount", "-l", str(folder)], check=True)
        folder.rmdir()


@pytest.fixture
def there(small_server: tuple[Path, dict[str, embedded.Connection]]) -> Iterator[Path]:
    """Django's connections lead to the small server."""
    var, found = small_server
    before = {one.alias: dict(one.settings_dict) for one in connections.all()}
    for one in connections.all():
        one.close()
        role = "app" if one.alias == "default" else "signin"
        one.settings_dict.update(database(handed_over(found[role])[HANDED]))
    try:
        yield var
    finally:
        for one in connections.all():
            one.close()
            one.settings_dict.update(before[one.alias])


@contextmanager
def full(var: Path) -> Iterator[None]:
    """Not a page is left for the database to grow by."""
    ballast = var.parent / "ballast"
    with ballast.open("wb", buffering=0) as file:
        while True:
            try:
                file.write(b"x" * PAGE)
            except OSError:
                break
    try:
        yield
    finally:
        ballast.unlink()


@action
def keep_much(command: Command, *, mark: str) -> dict[str, Any]:
    """Writes what a full disk has no room for: more than the pages that happen to be half empty."""
    for number in range(3_000):
        command.audit(f"{mark}{number}", padding="y" * 900)
    return {"kept": mark}


def lines_of(mark: str) -> int:
    from onefold.commands.scope import reading

    with reading(Viewer.system("test")), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM commands_auditline WHERE subject LIKE %s", [f"{mark}%"])
        return int(cursor.fetchone()[0])


def test_writing_is_refused_whole_reading_goes_on_and_all_is_well_after(
    there: Path, small_server: tuple[Path, dict[str, embedded.Connection]]
) -> None:
    _, found = small_server
    with connected_as(found, "batch"):
        system = Viewer.system("test")
        keep_much(system, mark="before.")
        with full(there):
            refused = 0
            for number in range(40):
                try:
                    keep_much(system, mark=f"full{number}.")
                except Exception as error:
                    said = outage_of(error)
                    assert said is not None and said.code in ("DISK_FULL", "DATABASE_AWAY"), repr(error)
                    refused += said.code == "DISK_FULL"
                    if refused:
                        break
            assert refused, "the disk was never full"
            assert lines_of("before.") == 3_000, "who only reads notices nothing"
        counted = {lines_of(f"full{number}.") for number in range(40)}
        assert counted <= {0, 3_000}, "whole or not at all"

        def kept() -> bool:
            try:
                return bool(keep_much(system, mark="after."))
            except Exception:
                connection.close()
                return False

        assert comes_true(kept, within_s=30) < 30
        assert lines_of("after.") == 3_000


def test_signing_in_on_a_full_disk_says_so_in_both_languages(
    there: Path, small_server: tuple[Path, dict[str, embedded.Connection]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The session is what signing in writes; one of that size finds no room anywhere."""
    from django.contrib.sessions.backends.db import SessionStore

    _, found = small_server
    with connected_as(found, "owner"):
        get_user_model().objects.create_user("somebody", password="a long enough pass phrase")
    whole = SessionStore.encode
    monkeypatch.setattr(SessionStore, "encode", lambda self, data: whole(self, data | {"_": os.urandom(1 << 22).hex()}))
    client = Client(raise_request_exception=False)
    with full(there):
        asked = {"login": "somebody", "password": "a long enough pass phrase"}
        answer = client.post("/sign-in/", asked)
        text = answer.content.decode()
        assert answer.status_code == 503 and answer["Retry-After"] == "60"
        assert "disk is full" in text and "磁盘已满" in text
        assert client.get("/sign-in/").status_code == 200


def test_a_command_says_so_without_a_traceback(there: Path, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "hpc_relations_1.csv").write_bytes(b"z" * (1 << 20))
    environment = {**os.environ, "ONEFOLD_VAR": str(there)}
    words = [sys.executable, "-m", "onefold", "ingest", str(folder)]
    with full(there):
        ended = subprocess.run(words, cwd=HOME, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == os.EX_TEMPFAIL, ended.stderr
    assert "Traceback" not in ended.stderr
    assert "no space left" in ended.stderr or "disk is full" in ended.stderr
    assert not list((there / "intake").glob("*")), "nothing half written"
