"""Releases and files go when their term is over, and nothing that a reader, a way back or a figure needs; killed anywhere, the next night ends it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from onefold.cli.work import receive_folders
from onefold.commands import clock
from onefold.commands.scope import reading
from onefold.commands.staging import ReleaseFolder
from onefold.config.databases import handed_over
from onefold.domains.indicators.models import IndicatorValue
from onefold.domains.intake.models import Batch
from onefold.domains.releases import actions as releases
from onefold.domains.releases import taking_back
from onefold.domains.releases.models import ActiveRelease, Release
from onefold.domains.retention import actions as retention
from onefold.jobs import pipeline, pruning
from onefold.jobs.inbox import Inbox
from onefold.kernel.ids import new_id
from onefold.kernel.retention import Ruling
from tests.stories.harbour import FOLDER, SYSTEM

ABOUT_FILES = {"arrivals", "rejects", "field_quality"}
"""Datasets that tell of files, not of customers: a file that has gone is told of no more."""
WORKER = "from onefold.jobs.worker import run_until_stopped; run_until_stopped('pipeline', wait=False)"


@pytest.fixture
def own_var(harbour, as_role, tmp_path, settings_of, monkeypatch) -> Iterator[Path]:
    """Harbour Group with a folder of its own, as the batch role; of its releases only the one in force."""
    var = tmp_path / "var"
    with as_role("batch"):
        others = but(str(ActiveRelease.objects.get().release_id))
        for part in ("lake", "vault", "intake", "secrets"):
            shutil.copytree(settings.VAR / part, var / part, ignore=others)
        monkeypatch.setenv("ONEFOLD_VAR", str(var))
        with settings_of(VAR=var):
            yield var


def but(release_id: str) -> Callable[[str, list[str]], list[str]]:
    """What `copytree` leaves out: the runs of tests before this one."""
    return lambda folder, names: (
        [name for name in names if name not in (release_id, "LATEST")] if Path(folder).name == "runs" else []
    )


def day_passes(days: int) -> None:
    clock.set_demo_clock(clock.now() + timedelta(days=days))


def ran() -> str:
    end = pipeline.run(releases.request_run(SYSTEM, new_id())["run_id"])
    assert end["state"] in ("PUBLISHED", "UNCHANGED"), end
    return str(end["release_id"])


def standing(var: Path) -> set[str]:
    lake, vault = (
        {path.name for path in (var / part / "runs").iterdir() if path.is_dir()} for part in ("lake", "vault")
    )
    assert lake == vault
    return lake


def gone_of(kind: str) -> int:
    return next(went.count for went in pruning.prune() if went.kind == kind)


def test_old_releases_go_and_the_way_back_stays_through_holds_and_kills(own_var, connections):
    first = ActiveRelease.objects.get().release_id
    day_passes(1)
    second = ran()
    day_passes(1)
    third = ran()
    day_passes(5)
    pruning.prune()
    assert standing(own_var) == {first, second, third}, "none is past its term"
    day_passes(20)
    hold = _hold("COMPANY", "HLIFE")
    pruning.prune()
    assert standing(own_var) == {first, second, third}, "a release holds every company's data"
    _lift(hold)
    preview = {row.kind: row for row in pruning.shown()}
    assert preview["releases"].weighed.counts[Ruling.GOES] == 1 and preview["releases"].weighed.bytes[Ruling.GOES] > 0
    assert standing(own_var) == {first, second, third}, "a preview changes nothing"
    for point in ("retention.marked.releases", "retention.renamed.releases"):
        assert _killed_at(point, own_var, connections) == signal.SIGKILL, point
        pointed = ActiveRelease.objects.get().release_id
        assert pointed == third and {second, third} <= standing_any(own_var)
    pruning.prune()
    assert standing(own_var) == {second, third} and not list(own_var.glob("lake/runs/*.part"))
    assert Release.objects.get(release_id=first).pruned_at is not None
    with reading(SYSTEM):
        assert not IndicatorValue.objects.filter(release_id=first).exists()
        assert IndicatorValue.objects.filter(release_id=second).exists()
    assert taking_back.roll_back(SYSTEM)["release_id"] == second
    day_passes(400)
    pruning.prune()
    assert standing(own_var) == {second, third}, "in force and the way to it"
    assert not list((own_var / "exports").iterdir()) and not list((own_var / "jobs").iterdir())


def standing_any(var: Path) -> set[str]:
    return {path.name for path in (var / "lake/runs").iterdir() if path.is_dir()}


def _hold(subject: str, company: str) -> str:
    from onefold.commands.viewer import Viewer, ViewerKind

    desk = Viewer(ViewerKind.GROUP, "user:desk", roles=frozenset({"CROSS_SELLING_DESK"}))
    return str(retention.set_hold(desk, subject=subject, company=company, why="letter")["hold_id"])


def _lift(hold: str) -> None:
    from onefold.commands.viewer import Viewer, ViewerKind

    desk = Viewer(ViewerKind.GROUP, "user:desk", roles=frozenset({"CROSS_SELLING_DESK"}))
    retention.lift_hold(desk, hold_id=hold, why="over")


def _killed_at(point: str, var: Path, connections: dict[str, Any]) -> int:
    """Prune in a process that dies at a point; the signal that ended it."""
    return -_ended_as("from onefold.jobs.pruning import prune; prune()", var, connections, ONEFOLD_FAULTPOINT=point)


def _ended_as(work: str, var: Path, connections: dict[str, Any], **told: str) -> int:
    """Work in a process of its own, as jobs do; its exit code."""
    here = connections["batch"].to(connection.settings_dict["NAME"])
    words = [sys.executable, "-c", f"import django; django.setup(); {work}"]
    environment = {**os.environ, **handed_over(here), "ONEFOLD_VAR": str(var), **told}
    return subprocess.run(words, cwd=FOLDER.parents[1], env=environment, check=False).returncode


def test_a_file_goes_only_when_no_figure_rests_on_it(own_var, tmp_path):
    refused, mended = tmp_path / "first", tmp_path / "second"
    good = (FOLDER / "data/hlife_contracts.csv").read_bytes().splitlines(keepends=True)
    for folder, lines in ((refused, [b"nothing;of;this\r\n", b"1;2;3\r\n"]), (mended, good[:-1])):
        folder.mkdir()
        (folder / "hlife_contracts.csv").write_bytes(b"".join(lines))
    receive_folders([refused])
    receive_folders([mended])
    previous = ran()
    bad = Batch.objects.get(feed="hlife_contracts", outcome="REFUSED")
    day_passes(400)
    with_it = analysed(own_var, previous)
    _age(own_var / "intake" / bad.sha256)
    assert gone_of("intake") == 1
    assert not (own_var / "intake" / bad.sha256).exists()
    assert Batch.objects.get(pk=bad.pk).pruned_at is not None
    without = analysed(own_var, previous)
    assert with_it.keys() == without.keys()
    assert {name for name in with_it if with_it[name] != without[name]} <= ABOUT_FILES
    loaded = set(Batch.objects.filter(outcome="LOADED").values_list("sha256", flat=True))
    day_passes(9000)
    pruning.prune()
    assert all((own_var / "intake" / sha256).exists() for sha256 in loaded), "every fact's history begins with them"


def analysed(var: Path, previous: str) -> dict[str, str]:
    """Make a release anew, nothing taken from what was read before; name of each dataset to its hash."""
    shutil.rmtree(var / "vault/landing", ignore_errors=True)
    (var / "lake/runs/LATEST").write_text(previous)
    run_id = releases.request_run(SYSTEM, new_id())["run_id"]
    folder = pipeline.analyse(run_id, lambda progress: None)
    releases.finish_run(SYSTEM, run_id=run_id, state="FAILED")
    described = {row["name"]: row["sha256"] for row in ReleaseFolder(folder.release_id).manifest["datasets"]}
    shutil.rmtree(var / "lake/runs" / folder.release_id)
    shutil.rmtree(var / "vault/runs" / folder.release_id)
    return described


def test_bytes_that_come_again_while_they_go_are_kept(own_var, monkeypatch):
    """Between the row and the removal somebody hands the same bytes in again."""
    from onefold.domains.intake import retention as kept_files

    sha256 = Batch.objects.filter(outcome="LOADED").values_list("sha256", flat=True).first()
    path = own_var / "intake" / sha256
    _age(path)
    os.rename(path, path.with_name(f"{sha256}{kept_files.GOING}"))  # killed while it was set aside
    kept_files.clear_files()
    assert path.exists(), "a receipt asks for it"
    stray = own_var / "intake" / ("0" * 64)
    stray.write_bytes(b"x")
    _age(stray)
    assert gone_of("unreceived") == 1 and not stray.exists()


def test_what_the_inbox_put_aside_goes_after_its_term_and_not_under_a_hold(own_var, tmp_path, settings_of):
    inbox = Inbox(tmp_path / "inbox")
    inbox.prepare()
    for name, company, words in (("hpc_relations_9.csv", "HPC", b"one file"), ("nobody.csv", "HLIFE", b"1;2")):
        (inbox.folder / company / name).write_bytes(words)
    assert [inbox.look(), inbox.look()] == [0, 2]
    (of_an_earlier_day := inbox.folder / f".done/HPC/{new_id()}-lost.csv").write_bytes(b"x")
    done, (refused, words) = inbox_files(inbox, ".done") - {of_an_earlier_day}, sorted(inbox_files(inbox, ".refused"))
    with settings_of(INBOX=str(inbox.folder)):
        day_passes(29)
        _age(words)
        assert gone_of("inbox_done") == gone_of("inbox_refused") == 0
        day_passes(2)
        _age(words, 91)
        holds = [_hold("COMPANY", company) for company in ("HPC", "HLIFE")]
        assert gone_of("inbox_done") == gone_of("inbox_refused") == 0, "held"
        for hold in holds:
            _lift(hold)
        assert {went.kind: went.count for went in pruning.prune() if "inbox" in went.kind} == {
            "inbox_done": 1, "inbox_refused": 1,
        }  # fmt: skip
    assert not any(path.exists() for path in (*done, refused, words)) and of_an_earlier_day.exists()


def inbox_files(inbox: Inbox, part: str) -> set[Path]:
    return set((inbox.folder / part).glob("*/*"))


def test_leftovers_past_their_term_go_as_the_worker_starts(own_var, connections):
    old, young = (own_var / "lake/runs" / f"{new_id()}.part" for _ in range(2))
    for path in (old, young):
        path.mkdir()
    _age(old)
    with pipeline.alone():
        assert _ended_as(WORKER, own_var, connections) == 0
    assert old.exists(), "a run is at work"
    assert _ended_as(WORKER, own_var, connections) == 0
    assert not old.exists() and young.exists()


def _age(path: Path, days: int = 40) -> None:
    old = path.stat().st_mtime - days * 86_400
    os.utime(path, (old, old))
