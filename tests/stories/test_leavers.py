"""A seller leaves: every contract gets a successor by the next night, and holders of long life policies are told in thirty days."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection

from onefold.commands import clock
from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer
from onefold.domains.holdings.models import Contract
from onefold.domains.sellers.models import Seller
from onefold.domains.service import refusals
from onefold.domains.service.models import Notice, Reassignment
from onefold.domains.service.notices import FollowedRow, counts_of_followed, followed, note_told
from onefold.domains.service.reassigning import follow_all
from onefold.web.tests.pages import english as english
from onefold.web.tests.pages import text_of

CLOCK = Viewer.system("clock")
STEWARD = Viewer.of_company("HLIFE", "steward", frozenset({"STEWARD"}))
ELSEWHERE = Viewer.of_company("HBANK", "steward", frozenset({"STEWARD"}))


@pytest.fixture
def leaves(harbour, as_role):
    """`leaves("HL1001")`: today is that seller's first day away, and the night has passed; how many contracts it moved."""

    with as_role("batch"):
        follow_all(CLOCK)  # who left before

    def away(*codes: str) -> int:
        with as_role("batch"):
            Seller.objects.filter(seller_id__in=codes).update(valid_until=today(clock.now()))
            return follow_all(CLOCK)

    return away


@pytest.fixture
def of_lin(harbour, as_role) -> set[UUID]:
    """What HL1001 serves: own sales in force, and what came from somebody who left before."""
    with as_role("batch"):
        follow_all(CLOCK)
        own = Contract.objects.filter(seller_code="HL1001", status="IN_FORCE")
        taken = Reassignment.objects.filter(to_seller="HL1001")
        assert own.exists() and taken.exists(), "the story wants both"
        return {*own.values_list("contract_id", flat=True), *taken.values_list("contract_id", flat=True)}


def rows(viewer: Viewer, show: str = "followed") -> list[FollowedRow]:
    return followed(viewer, show, after=0, limit=1000)


def test_each_contract_in_force_has_one_successor_in_force_of_the_same_company(leaves, of_lin, as_role):
    assert len(of_lin) > 3
    assert leaves("HL1001") == len(of_lin)
    with as_role("batch"):
        made = list(Reassignment.objects.filter(from_seller="HL1001").select_related("to_seller"))
        assert {row.contract_id for row in made} == of_lin and len(made) == len(of_lin)
        assert all(row.to_seller.company_id == "HLIFE" and row.to_seller.valid_until is None for row in made)
        holders = [
            (row.customer_id, row.to_seller)
            for owner in ("HLIFE", "HPC", "HHEALTH")
            for row in rows(Viewer.of_company(owner))
            if row.from_seller == "HL1001"
        ]
        assert len(dict(holders)) == len(set(holders)), "one customer, one successor"
    assert leaves() == 0, "the next night there is nothing to do"


def test_who_takes_over_and_leaves_too_is_followed_again(leaves, of_lin, as_role):
    leaves("HL1001")
    with as_role("batch"):
        follower = Reassignment.objects.first().to_seller_id
        theirs = Reassignment.objects.filter(to_seller_id=follower).count()
        own = Contract.objects.filter(seller_code=follower, status="IN_FORCE").count()
    assert leaves(follower) == theirs + own
    with as_role("batch"):
        assert not Reassignment.objects.filter(from_seller=follower, to_seller__in=["HL1001", follower]).exists()


def test_where_nobody_is_left_contracts_wait_and_the_next_colleague_takes_them(leaves, of_lin, as_role):
    with as_role("batch"):
        everybody = list(Seller.objects.filter(company_id="HLIFE").values_list("seller_id", flat=True))
    leaves(*everybody)
    with as_role("batch"):
        waiting = Reassignment.objects.filter(to_seller=None).count()
    assert waiting >= len(of_lin) and leaves() == 0
    with as_role("batch"):
        Seller.objects.filter(seller_id="HL1002").update(valid_until=None)
    assert leaves() == waiting
    with as_role("batch"):
        newest = Reassignment.objects.order_by("contract_id", "-at", "-left_on").distinct("contract_id")
        assert set(newest.values_list("to_seller_id", flat=True)) == {"HL1002"}


def test_the_owner_tells_the_holders_in_time_and_once(leaves):
    leaves("HL1001")
    day = today(clock.now())
    due = [row for row in rows(STEWARD, "due") if row.from_seller == "HL1001"]
    assert due and {row.due_on for row in due} == {day + timedelta(days=30)}
    assert all(row.series.startswith("HLIFE.") for row in due)
    ids = [row.reassignment_id for row in due]
    with pytest.raises(refusals.NoticeDayImpossible):
        note_told(STEWARD, uuid4(), reassignment_ids=ids, told_on=day + timedelta(days=1), way="LETTER")
    with pytest.raises(refusals.NoticeWayUnknown):
        note_told(STEWARD, uuid4(), reassignment_ids=ids, told_on=day, way="PIGEON")
    for more in ([], [uuid4()]):
        with pytest.raises(refusals.ReassignmentUnknown):
            note_told(STEWARD, uuid4(), reassignment_ids=[*ids[: len(more)], *more], told_on=day, way="LETTER")
    assert note_told(STEWARD, uuid4(), reassignment_ids=ids[:1], told_on=day, way="CALL")["told"] == 1
    assert note_told(STEWARD, uuid4(), reassignment_ids=ids, told_on=day, way="LETTER")["told"] == len(ids) - 1
    assert not [row for row in rows(STEWARD, "due") if row.from_seller == "HL1001"]
    assert counts_of_followed(STEWARD)["told"] == len(ids)
    assert sorted(row.way for row in rows(STEWARD, "told")).count("CALL") == 1


def test_another_company_sees_and_tells_nothing(leaves):
    leaves("HL1001")
    ids = [row.reassignment_id for row in rows(STEWARD, "due")]
    assert {row.company for row in rows(ELSEWHERE)} <= {"HBANK"}
    with pytest.raises(refusals.ReassignmentUnknown):
        note_told(ELSEWHERE, uuid4(), reassignment_ids=ids, told_on=date(2026, 6, 30), way="LETTER")
    with reading(ELSEWHERE):
        assert not Reassignment.objects.filter(company_id="HLIFE").exists(), "the wall of the database itself"
    with pytest.raises(DatabaseError), reading(ELSEWHERE), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO service_notice (reassignment_id, company_id, told_on, way, at, by) VALUES (%s, 'HLIFE', now(), 'CALL', now(), 'x')",
            [ids[0]],
        )
    with reading(STEWARD):
        assert not Notice.objects.exists()


def test_the_pages_of_the_steward_and_of_the_successor(leaves, sign_in, as_role):
    manager = sign_in("manager.hlife")
    assert "Nobody is waiting to be told" in text_of(manager.get("/leavers/"))
    assert "no notice due" in text_of(manager.get("/leavers/?show=followed")), (
        "left in April, before there was a Onefold"
    )
    leaves("HL1001")
    page = manager.get("/leavers/")
    due = [row for row in rows(STEWARD, "due") if row.from_seller == "HL1001"]
    assert f"To be told {len(rows(STEWARD, 'due'))}" in text_of(page) and "30 days left" in text_of(page)
    assert "离职业务员" in text_of(manager.get("/leavers/", headers={"accept-language": "zh-hans"}))
    nothing = manager.post(
        "/leavers/notices/", {"command_id": uuid4(), "told_on": "2026-06-30", "way": "CALL"}, follow=True
    )
    assert "Nothing was written down" in text_of(nothing)
    told = {"command_id": uuid4(), "told_on": "2026-06-30", "way": "CALL", "reassignment_ids": [due[0].reassignment_id]}
    assert "1 holder is told" in text_of(manager.post("/leavers/notices/", told, follow=True))
    assert "by telephone" in text_of(manager.get("/leavers/?show=told"))
    with as_role("owner"):
        clock.set_demo_clock(clock.now() + timedelta(days=31))
    assert "1 day late" in text_of(manager.get("/leavers/"))
    successor = sign_in(str(due[0].to_seller).lower())
    assert "was with 林雅婷, who left on 30 Jun 2026" in text_of(successor.get("/today/passed/"))
