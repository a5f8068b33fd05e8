"""Rows past their term go, with a proof; a hold keeps them; who may hold what."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from onefold.commands import clock
from onefold.commands.action import CommandAnswerGone
from onefold.commands.models import AuditLine
from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer, ViewerKind
from onefold.domains.retention import actions, queries, refusals
from onefold.domains.retention.keepers import keepers, term_of
from onefold.domains.retention.models import Pruning
from onefold.kernel.ids import new_id

JOBS = Viewer.system("test")
COMPLIANCE = Viewer(ViewerKind.COMPANY, "user:1", company="HLIFE", roles=frozenset({"COMPLIANCE"}))
DESK = Viewer(ViewerKind.GROUP, "user:2", roles=frozenset({"CROSS_SELLING_DESK"}))
STEWARD = Viewer(ViewerKind.COMPANY, "user:3", company="HLIFE", roles=frozenset({"DATA_STEWARD"}))
TWENTY_YEARS, YOUNG = timedelta(days=7400), timedelta(days=30)


@pytest.fixture
def evidence(database, as_role):
    """Keys of the evidence that is there; `add(company, customer, age)` adds some."""

    class Evidence:
        def add(self, company: str, customer: Any, age: timedelta) -> str:
            key = new_id()
            with as_role("batch"), connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO offers_evidence (evidence_id, decision_id, company_code, seller_code, actor, customer_id, at, channel, "
                    "reason, release_id, rulebook_version, model_version, core_version, form, facts, verdict) "
                    "VALUES (%s, %s, %s, '', 'a', %s, %s, 'c', 'r', 'x', 'v', 'm', 1, 1, '', '')",
                    [key, new_id(), company, customer, clock.now() - age],
                )
            return str(key)

        def left(self) -> set[str]:
            with as_role("batch"), reading(JOBS), connection.cursor() as cursor:
                cursor.execute("SELECT evidence_id::text FROM offers_evidence")
                return {key for (key,) in cursor.fetchall()}

        def prune(self) -> dict[str, Any]:
            with as_role("batch"):
                return actions.let_go(JOBS, kind="evidence", on=today(clock.now()))

    return Evidence()


def test_what_is_past_its_term_goes_with_a_proof_and_the_rest_stays(evidence, as_role):
    old, young = evidence.add("HLIFE", new_id(), TWENTY_YEARS), evidence.add("HLIFE", new_id(), YOUNG)
    gone = evidence.prune()
    assert evidence.left() == {young}
    assert (gone["count"], gone["sha256"]) == (1, hashlib.sha256(old.encode()).hexdigest())
    with as_role("batch"), reading(JOBS):
        line = AuditLine.objects.get(action="retention.let_go", subject="evidence")
        row = Pruning.objects.get(kind="evidence")
    assert line.facts["count"] == 1 and line.facts["sha256"] == gone["sha256"]
    assert (row.went, row.went_bytes, row.sha256) == (1, gone["bytes"], gone["sha256"])
    assert evidence.prune()["count"] == 0


def test_a_hold_wins_over_every_term_until_it_is_lifted(evidence):
    held, other = new_id(), new_id()
    kept, free = evidence.add("HBANK", held, TWENTY_YEARS), evidence.add("HBANK", other, TWENTY_YEARS)
    hold = actions.set_hold(COMPLIANCE, subject="CUSTOMER", company="HLIFE", customer_id=held, why="case 7")
    assert evidence.prune()["count"] == 1
    assert evidence.left() == {kept} and free not in evidence.left()
    actions.lift_hold(COMPLIANCE, hold_id=hold["hold_id"], why="case closed")
    evidence.prune()
    assert evidence.left() == set()


def test_a_hold_on_a_company_or_on_everything(evidence):
    own, other = evidence.add("HLIFE", new_id(), TWENTY_YEARS), evidence.add("HBANK", new_id(), TWENTY_YEARS)
    actions.set_hold(DESK, subject="COMPANY", company="HLIFE", why="letter")
    evidence.prune()
    assert evidence.left() == {own}
    assert other not in evidence.left()
    actions.set_hold(DESK, subject="EVERYTHING", why="letter")
    with pytest.raises(refusals.HoldUnknown):
        actions.lift_hold(STEWARD, hold_id=new_id(), why="x")
    assert evidence.prune()["count"] == 0


@pytest.mark.parametrize(
    ("viewer", "inputs"),
    [
        (STEWARD, {"subject": "COMPANY", "company": "HLIFE"}),
        (COMPLIANCE, {"subject": "COMPANY", "company": "HBANK"}),
        (COMPLIANCE, {"subject": "EVERYTHING"}),
        (DESK, {"subject": "CUSTOMER", "company": "HLIFE", "customer_id": new_id()}),
    ],
)
def test_two_roles_set_holds_and_each_its_own(database, viewer, inputs):
    with pytest.raises(refusals.HoldNotYours):
        actions.set_hold(viewer, why="because", **inputs)


def test_a_hold_needs_a_reason_and_a_subject(database):
    with pytest.raises(refusals.ReasonMissing):
        actions.set_hold(DESK, subject="EVERYTHING", why="  ")
    with pytest.raises(refusals.HoldSubjectUnknown):
        actions.set_hold(COMPLIANCE, subject="CUSTOMER", company="HLIFE", why="case")


def test_a_hold_on_a_person_is_seen_by_its_company_alone(database, as_role):
    actions.set_hold(COMPLIANCE, subject="CUSTOMER", company="HLIFE", customer_id=new_id(), why="case")
    assert len(queries.holds_of(STEWARD)) == 1
    assert queries.holds_of(DESK) == [] and queries.holds_of(Viewer.of_company("HBANK")) == []
    with reading(DESK), connection.cursor() as cursor:  # the wall itself
        cursor.execute("SELECT count(*) FROM retention_legalhold")
        assert cursor.fetchone() == (0,)


def test_nothing_goes_as_of_a_day_to_come(database, as_role):
    with as_role("batch"), pytest.raises(refusals.DayToCome):
        actions.let_go(JOBS, kind="evidence", on=today(clock.now()) + timedelta(days=1))


def test_every_class_has_a_term_and_can_be_weighed_and_let_go(database, as_role):
    """The statements of all classes, on real tables."""
    with as_role("batch"):
        for keeper in keepers():
            term = term_of(keeper.name, date(2026, 6, 30))
            assert term.ends(date(2026, 6, 30)) >= date(2026, 6, 30)
            actions.note_kept(JOBS, kind=keeper.name, on=today(clock.now()))
            assert actions.let_go(JOBS, kind=keeper.name, on=today(clock.now()))["count"] >= 0
            keeper.clear()


def test_a_command_whose_answer_has_gone_is_refused_and_not_done_again(database, as_role):
    command_id, inputs = new_id(), {"subject": "EVERYTHING", "why": "letter"}
    actions.set_hold(DESK, command_id, **inputs)
    with as_role("batch"), reading_nobody(), connection.cursor() as cursor:
        cursor.execute("UPDATE commands_commandrecord SET at = at - interval '500 days'")
    with as_role("batch"):
        assert actions.let_go(JOBS, kind="command_results", on=today(clock.now()))["count"] == 0, "everything is held"
        hold = queries.holds_of(JOBS)[0]
    actions.lift_hold(DESK, hold_id=hold.hold_id, why="done")
    with as_role("batch"):
        assert actions.let_go(JOBS, kind="command_results", on=today(clock.now()))["count"] >= 1
    with pytest.raises(CommandAnswerGone):
        actions.set_hold(DESK, command_id, **inputs)
    assert len(queries.holds_of(DESK)) == 1


def reading_nobody():
    from django.db import transaction

    return transaction.atomic()


def test_the_day_is_the_groups_day(evidence):
    """What ended on the last day of the term's count stays until that day is over in the group's time zone."""
    now: datetime = clock.now()
    edge = today(now) - timedelta(days=0)
    evidence.add("HLIFE", new_id(), now - now.replace(year=edge.year - 20))
    assert evidence.prune()["count"] == 1
    evidence.add("HLIFE", new_id(), now - now.replace(year=edge.year - 20) - timedelta(days=1))
    assert evidence.prune()["count"] == 0
