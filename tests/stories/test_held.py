"""A release that would lose facts is held: readers keep the one before until two persons let it pass, or one drops it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import conftest
import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection

from onefold.cli import work
from onefold.cli.work import receive_folders, run_to_its_end
from onefold.commands import clock
from onefold.commands.facts import published_facts
from onefold.commands.models import AuditLine, OutboxEvent
from onefold.commands.outbox import drain
from onefold.commands.scope import entered, reading
from onefold.commands.viewer import Viewer
from onefold.domains.intake.models import Batch, FeedData
from onefold.domains.organisation.models import UserScope
from onefold.domains.releases import actions, holding, refusals
from onefold.domains.releases.held_queries import hold as hold_of
from onefold.domains.releases.held_queries import open_hold, past_holds
from onefold.domains.releases.models import Activation, Hold, Run, StagedDataset
from onefold.jobs import pipeline
from tests.faults.test_publish_killed import fingerprint
from tests.stories.harbour import FOLDER, SYSTEM

DESK = frozenset({"CROSS_SELLING_DESK"})
STEWARD = frozenset({"DATA_STEWARD"})
ONE, TWO = Viewer.of_group("user:one", DESK), Viewer.of_group("user:two", STEWARD)
DATA = FOLDER / "data"


def send(tmp_path: Path, name: str, change: Callable[[list[bytes]], list[bytes]]) -> None:
    """The company sends its whole file anew, changed. Called as the batch role."""
    folder = tmp_path / uuid4().hex
    folder.mkdir()
    (folder / name).write_bytes(b"".join(change((DATA / name).read_bytes().splitlines(keepends=True))))
    receive_folders([folder], lambda line: None)


def run() -> dict[str, Any]:
    return run_to_its_end(lambda line: None)


@pytest.fixture(scope="module")
def held_template(connections, harbour_template, tmp_path_factory) -> Iterator[str]:
    """A database in which a release is held: 40 % of one company's contracts, and all in force of a small one, are gone from their files."""
    with cloned(connections, harbour_template, "batch") as name:
        folder = tmp_path_factory.mktemp("sent")
        two_hours_later(connections, name)
        send(folder, "hpc_contracts.csv", lambda lines: lines[:-15])
        send(folder, "hhealth_contracts.csv", lambda lines: lines[:3])
        end = run()
        assert end["state"] == "HELD", end
        connection.close()
        yield name


def two_hours_later(connections, name: str) -> None:
    conftest._connect_as(connections, "owner", name)
    clock.set_demo_clock(clock.now() + timedelta(hours=2))
    conftest._connect_as(connections, "batch", name)


@pytest.fixture
def held(connections, held_template) -> Iterator[tuple[UUID, dict[str, Any]]]:
    """What is held, and what readers see. As the batch role, in a database of the test's own."""
    with cloned(connections, held_template, "batch"):
        yield open_hold(SYSTEM).hold_id, fingerprint()


@contextmanager
def cloned(connections, template: str, role: str) -> Iterator[str]:
    with conftest._cloned(connections, template) as name:
        conftest._connect_as(connections, role, name)
        yield name


def found(hold_id: UUID, viewer: Viewer = SYSTEM) -> dict[tuple[str, str], tuple[int | None, int | None]]:
    return {(row.fact, row.company): (row.before, row.now) for row in hold_of(viewer, hold_id).falls}


def test_what_fell_is_named_company_by_company_and_readers_keep_what_they_see(held):
    hold_id, before = held
    with reading(SYSTEM):
        seen = next(row for row in Activation.objects.order_by("activation_id")).release_id
    assert before["release"] == seen != hold_of(SYSTEM, hold_id).release_id
    falls = found(hold_id)
    assert {("contracts", "HPC"), ("contracts", "HHEALTH"), ("contracts", "")} <= falls.keys()
    assert falls["contracts", "HHEALTH"][1] == 0
    assert not any(company == "HLIFE" and fact == "contracts" for fact, company in falls)
    with pytest.raises(refusals.ReleaseHeld):
        actions.activate(SYSTEM, release_id=hold_of(SYSTEM, hold_id).release_id)
    assert run()["state"] == "HELD"
    assert open_hold(SYSTEM).hold_id == hold_id, "the same release is held once"


def test_two_persons_let_it_pass_and_the_same_person_twice_does_not(held):
    hold_id, before = held
    command = uuid4()
    for _ in range(2):
        assert not holding.approve(ONE, command, hold_id=hold_id, why="the portfolio was sold")["passed"]
    with pytest.raises(refusals.SecondPersonMissing):
        holding.approve(ONE, uuid4(), hold_id=hold_id, why="and again")
    with pytest.raises(refusals.WhyMissing):
        holding.approve(TWO, uuid4(), hold_id=hold_id, why="  ")
    with pytest.raises(refusals.NotAJudge):
        holding.approve(Viewer.of_company("HPC", "user:hpc", STEWARD), uuid4(), hold_id=hold_id, why="ours is right")
    with pytest.raises(refusals.NotAJudge):
        holding.approve(Viewer.of_group("user:three", frozenset({"COMPLIANCE"})), hold_id=hold_id, why="so be it")
    (first,) = hold_of(TWO, hold_id).approvals
    assert (first.by, first.why) == ("user:one", "the portfolio was sold")
    assert fingerprint() == before
    assert holding.approve(TWO, uuid4(), hold_id=hold_id, why="the contract of sale is in the file")["passed"]
    assert fingerprint() == before, "readers wait for the activation"
    release_id = hold_of(SYSTEM, hold_id).release_id
    assert pipeline.activate_passed(release_id)["changed"]
    assert not pipeline.activate_passed(release_id)["changed"]
    now = fingerprint()
    assert now["release"] == release_id
    assert now["contracts"] != before["contracts"]
    with reading(SYSTEM):
        assert Run.objects.get(release_id=release_id).state == "PUBLISHED"
        assert {line.action for line in AuditLine.objects.filter(subject=release_id)} >= {"releases.approve"}
        assert OutboxEvent.objects.filter(name="releases.ReleasePassed").count() == 1


def test_the_database_itself_wants_two_persons(held, as_role):
    hold_id, _ = held
    holding.approve(ONE, uuid4(), hold_id=hold_id, why="so be it")
    with as_role("app"), pytest.raises(IntegrityError, match="two persons"), entered(ONE, at(), read_only=False):
        Hold.objects.filter(hold_id=hold_id).update(state="PASSED", ended_at=at(), ended_by=ONE.key)


def test_dropped_it_is_gone_and_the_next_run_is_compared_with_what_readers_see(held):
    hold_id, before = held
    release_id = hold_of(SYSTEM, hold_id).release_id
    with pytest.raises(refusals.WhyMissing):
        holding.drop(ONE, hold_id=hold_id, why="")
    holding.drop(ONE, hold_id=hold_id, why="HPC sends it again")
    drain(
        {
            "releases.ReleaseDropped": {
                "clear": lambda command, event: holding.clear(command, release_id=event["release_id"])
            }
        }
    )
    assert staged_of(release_id) == ([], 0)
    with reading(SYSTEM):
        assert Run.objects.get(release_id=release_id).state == "DROPPED"
    with pytest.raises(refusals.HoldEnded):
        holding.approve(TWO, hold_id=hold_id, why="too late")
    assert run()["state"] == "HELD", "the same files are the same release, and it is held again"
    assert fingerprint() == before


def test_healthy_data_take_the_place_of_what_is_held(held, tmp_path):
    hold_id, before = held
    held_release = hold_of(SYSTEM, hold_id).release_id
    with reading(SYSTEM):
        ages = dict(FeedData.objects.values_list("feed", "data_at"))
        sent = Batch.objects.filter(feed="hhealth_contracts").order_by("-batch_id").first().received_at
    assert ages["hhealth_contracts"] < sent, "readers see the older data, and are told so"
    for name in ("hpc_contracts.csv", "hhealth_contracts.csv"):
        send(tmp_path, name, lambda lines: [*lines[:-1], lines[-1].rstrip(b"\r\n") + b"\r\n\r\n"])
    assert run()["state"] == "PUBLISHED"
    assert open_hold(SYSTEM) is None
    assert [row.state for row in past_holds(SYSTEM)] == ["SUPERSEDED"]
    assert staged_of(held_release) == ([], 0)
    now = fingerprint()
    assert (now["contracts"], now["consents"]) == (before["contracts"], before["consents"])
    with reading(SYSTEM):
        assert FeedData.objects.get(feed="hhealth_contracts").data_at > ages["hhealth_contracts"]


def test_the_terminal_says_what_is_held_and_ends_with_a_code_of_its_own(held, monkeypatch, capsys):
    hold_id, _before = held
    from onefold.cli.held import show_all

    monkeypatch.setattr(work, "as_jobs", lambda: contextmanager(lambda: iter([None]))())
    assert work.run([]) == work.HELD_EXIT
    told = capsys.readouterr().out
    assert f"onefold held --pass {hold_id}" in told
    assert "contracts HPC: from" in told
    assert show_all() == 0


def test_a_company_sees_its_own_part_and_the_holding_no_small_count(held, as_role):
    hold_id, _ = held
    with as_role("app"):
        group, hpc = found(hold_id, ONE), found(hold_id, Viewer.of_company("HPC", "user:hpc", STEWARD))
        assert group["contracts", "HHEALTH"] == (None, 0), "ten customers or fewer are not told to the holding"
        assert {company for _, company in hpc} <= {"HPC", ""}
        row = hold_of(Viewer.of_company("HPC", "user:hpc", STEWARD), hold_id)
        assert (row.elsewhere, row.may_judge) == (True, False)


def test_every_fact_that_is_staged_is_on_the_list(held):
    """What a room stages and does not list could vanish unseen. What is held is staged."""
    hold_id, _ = held
    staged = {table.rsplit("_", 1)[0].strip('"') for table in staged_of(hold_of(SYSTEM, hold_id).release_id)[0]}
    listed = {fact.model._meta.db_table for fact in published_facts()}
    assert staged - {"leads_offered"} == listed, "offers are counted by their leads"


@pytest.mark.parametrize("harm", ["gone", "altered"])
def test_a_kept_file_that_is_gone_or_altered_changes_nothing_for_readers(harbour, as_role, tmp_path, harm):
    with as_role("batch"):
        before = fingerprint()
        with reading(SYSTEM):
            batch = Batch.objects.filter(feed="hpc_contracts").order_by("batch_id").last()
        kept = Path(settings.VAR) / "intake" / batch.sha256
        send(tmp_path, "hlife_contracts.csv", lambda lines: lines[:-1])
        with harmed(kept, harm):
            end = run()
        assert end["state"] in ("HELD", "FAILED"), end
        if end["state"] == "HELD":
            assert str(batch.batch_id) in {str(row.batch_id) for row in open_hold(SYSTEM).files}
        assert fingerprint() == before


@contextmanager
def harmed(kept: Path, harm: str) -> Iterator[None]:
    """A kept file, and whatever was kept of its reading, as bad luck leaves it; put back after."""
    aside, read = kept.with_suffix(".aside"), Path(settings.VAR) / "vault" / "landing"
    shutil.copy(kept, aside)
    shutil.rmtree(read, ignore_errors=True)
    kept.chmod(0o600)
    kept.unlink() if harm == "gone" else kept.write_bytes(kept.read_bytes()[:-400])
    try:
        yield
    finally:
        kept.unlink(missing_ok=True)
        shutil.move(aside, kept)


def staged_of(release_id: str) -> tuple[list[str], int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'staging' AND tablename LIKE %s",
            [f"%{release_id[:12]}"],
        )
        tables = [name for (name,) in cursor.fetchall()]
    with reading(SYSTEM):
        return tables, StagedDataset.objects.filter(release_id=release_id).count()


def at() -> Any:
    return clock.now()


@pytest.fixture
def persons(held, sign_in, as_role) -> Iterator[tuple[Any, Any]]:
    """The desk, and a steward of the holding, at the pages."""
    with as_role("owner"):
        user = get_user_model().objects.create(username="steward.group")
        UserScope.objects.create(user=user, role="DATA_STEWARD", company_code="")
    with as_role("app"):
        yield sign_in("desk"), sign_in("steward.group")


def test_the_pages_say_what_is_held_to_whom_it_concerns_and_take_their_word(held, persons):
    hold_id, _before = held
    desk, steward = persons
    page = f"/operations/held/{hold_id}/"
    assert page in desk.get("/intake/").content.decode()
    assert page in steward.get("/operations/").content.decode()
    shown = desk.get(page).content.decode()
    assert "Contracts in force" in shown
    assert "a few" in shown
    assert "有效合同" in desk.get(page, headers={"Accept-Language": "zh-hans"}).content.decode()
    first = {"command_id": str(uuid4()), "why": "the portfolio was sold"}
    for _ in range(2):
        assert desk.post(f"{page}approval/", first).status_code == 302
    again = desk.post(f"{page}approval/", {**first, "command_id": str(uuid4())})
    assert again.status_code == 409
    seen = steward.get(page).content.decode()
    assert "<b>desk</b>" in seen
    assert "the portfolio was sold" in seen
    assert steward.post(f"{page}approval/", {"command_id": str(uuid4()), "why": "I have seen it"}).status_code == 302
    assert "Passed by two persons" in desk.get(page).content.decode()
