"""The folder that files are dropped into: whole files only, killed between any two steps, nothing lost, nothing twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.config.databases import handed_over
from onefold.domains.intake.models import Batch
from onefold.jobs.inbox import Inbox

SYSTEM = Viewer.system("test")
ROOT = Path(__file__).parents[2]
ONE_TAKING = """
import sys, django
django.setup()
from pathlib import Path
from onefold.jobs.inbox import Inbox
inbox = Inbox(Path(sys.argv[1]))
inbox.look(); inbox.look()
"""


@pytest.fixture
def folder(database, as_role, tmp_path) -> Any:
    """An inbox with one company's folder; jobs look after it."""
    (tmp_path / "HPC").mkdir()
    with as_role("batch"):
        yield tmp_path


def receipts() -> list[tuple[str, str, str]]:
    with reading(SYSTEM):
        return list(Batch.objects.order_by("batch_id").values_list("feed", "file_name", "outcome"))


def everything_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_file_is_taken_when_it_has_come_to_rest_and_moved_away(folder):
    inbox, file = Inbox(folder), folder / "HPC" / "hpc_relations_1.csv"
    file.write_bytes(b"half")
    assert inbox.look() == 0, "seen once is not at rest"
    file.write_bytes(b"half and the rest")
    assert inbox.look() == 0, "it has changed since"
    assert inbox.look() == 1
    assert not file.exists()
    (done,) = (folder / ".done" / "HPC").iterdir()
    assert done.name.endswith("-hpc_relations_1.csv")
    assert done.read_bytes() == b"half and the rest"
    assert receipts() == [("hpc_relations", "hpc_relations_1.csv", "RECEIVED")]


def test_unfinished_hidden_and_foreign_things_are_left_alone(folder):
    for name in ("a.csv.part", "b.tmp", ".hidden.csv", "c.FILEPART"):
        (folder / "HPC" / name).write_bytes(b"x")
    (folder / "HPC" / "folder.csv").mkdir()
    (folder / "HPC" / "link.csv").symlink_to("/etc/hostname")
    (folder / "on-the-ground.csv").write_bytes(b"x")
    before = everything_in(folder)
    inbox = Inbox(folder)
    assert [inbox.look() for _ in range(3)] == [0, 0, 0]
    assert everything_in(folder) == before
    assert receipts() == []


@pytest.mark.parametrize(
    ("company", "name", "content", "code"),
    [
        ("HPC", "strange.csv", b"x", "FEED_UNKNOWN"),
        ("HPC", "hlife_contracts.csv", b"x", "FEED_UNKNOWN"),
        ("NOBODY", "hpc_contracts.csv", b"x", "FEED_UNKNOWN"),
        ("HPC", "hpc_relations.csv", b"", "FILE_EMPTY"),
    ],
)
def test_what_nobody_takes_is_put_aside_with_a_sentence(folder, company, name, content, code):
    (folder / company).mkdir(exist_ok=True)
    (folder / company / name).write_bytes(content)
    inbox = Inbox(folder)
    inbox.look(), inbox.look()
    left = everything_in(folder)
    assert len(left) == 2
    (words,) = (text.decode() for path, text in left.items() if path.endswith(".txt"))
    assert words.startswith(code)
    assert "。" in words
    assert content in left.values()
    assert receipts() == []


def test_one_file_that_cannot_be_read_does_not_keep_the_others_waiting(folder, monkeypatch):
    for name in ("hpc_relations_1.csv", "hpc_relations_2.csv"):
        (folder / "HPC" / name).write_bytes(name.encode())
    inbox = Inbox(folder)
    inbox.look()
    from onefold.jobs import inbox as module

    real = module.hand_in
    monkeypatch.setattr(
        module, "hand_in", lambda *words, **more: 1 / 0 if "_1" in more["file_name"] else real(*words, **more)
    )
    assert inbox.look() == 1
    assert (folder / "HPC" / "hpc_relations_1.csv").exists()


def test_the_same_file_dropped_again_is_another_arrival(folder):
    inbox = Inbox(folder)
    for _ in range(2):
        (folder / "HPC" / "hpc_relations_1.csv").write_bytes(b"same")
        inbox.look(), inbox.look()
    assert [outcome for _, _, outcome in receipts()] == ["RECEIVED", "DUPLICATE_FILE"]
    assert len(list((folder / ".done" / "HPC").iterdir())) == 2


@pytest.mark.parametrize(
    "point", ["inbox.read", "commands.before_commit", "inbox.received", "inbox.moved", "inbox.refused"]
)
def test_killed_between_any_two_steps_nothing_is_lost_and_nothing_taken_twice(folder, connections, point):
    """`kill -9` at each step; then another process looks. A file of two feeds, and one that nobody takes."""
    contents = {"hpc_customers_1.csv": b"two feeds read me", "strange.csv": b"nobody reads me"}
    for name, content in contents.items():
        (folder / "HPC" / name).write_bytes(content)
    here = connections["batch"].to(connection.settings_dict["NAME"])
    environment = {**os.environ, **handed_over(here), "ONEFOLD_FAULTPOINT": point}
    words = [sys.executable, "-c", ONE_TAKING, str(folder)]
    killed = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    after_kill = everything_in(folder)
    assert set(contents.values()) <= set(after_kill.values()), "both files are still somewhere"
    inbox = Inbox(folder)
    inbox.look(), inbox.look()
    assert sorted(receipts()) == [
        ("hpc_contact_blocks", "hpc_customers_1.csv", "RECEIVED"),
        ("hpc_customers", "hpc_customers_1.csv", "RECEIVED"),
    ]
    left = everything_in(folder)
    assert sorted(left[path] for path in left if not path.endswith(".txt")) == sorted(contents.values())
    assert not list((folder / "HPC").iterdir())
