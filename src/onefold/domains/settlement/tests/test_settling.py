"""From an issued contract to money: what each event books, once and in any order."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from onefold.domains.settlement import actions, refusals
from onefold.domains.settlement.models import Line, Movement, Recognition, Sale
from onefold.domains.settlement.tests.selling import (
    JOB,
    LIFE,
    accrued,
    balances,
    broken,
    cancelled,
    feed_says,
    issued,
    set_day,
    small_group,
    vested,
)  # fmt: skip
from onefold.kernel.ids import new_id


@pytest.fixture
def group(database, as_role):
    with as_role("batch"):
        small_group()
        yield


def test_a_motor_policy_sold_for_a_sister_company_with_a_specialist_along(group):
    """4,000 CNY: fee 12 % = 480; commission 8 % = 320, of which Lin 80 % = 256 and Zhao 20 % = 64; Zhao is HPC's own."""
    event = accrued(accompanying_code="ZHAO")
    assert balances() == {
        ("HPC", "FEE_EXPENSE", "HLIFE"): 41_600, ("HPC", "FEE_ACCRUED_PAYABLE", "HLIFE"): -41_600,
        ("HLIFE", "FEE_ACCRUED_RECEIVABLE", "HPC"): 41_600, ("HLIFE", "FEE_INCOME", "HPC"): -41_600,
        ("HLIFE", "COMMISSION_EXPENSE", ""): 25_600, ("HLIFE", "COMMISSION_ACCRUED", "LIN"): -25_600,
        ("HPC", "COMMISSION_EXPENSE", ""): 6_400, ("HPC", "COMMISSION_ACCRUED", "ZHAO"): -6_400,
    }  # fmt: skip
    vested(event)
    assert balances() == {
        ("HPC", "FEE_EXPENSE", "HLIFE"): 41_600, ("HPC", "VAT_INPUT", ""): 2_496, ("HPC", "FEE_PAYABLE", "HLIFE"): -44_096,
        ("HLIFE", "FEE_RECEIVABLE", "HPC"): 44_096, ("HLIFE", "FEE_INCOME", "HPC"): -41_600, ("HLIFE", "VAT_OUTPUT", ""): -2_496,
        ("HLIFE", "COMMISSION_EXPENSE", ""): 25_600, ("HLIFE", "COMMISSION_PAYABLE", "LIN"): -24_320, ("HLIFE", "TAX_WITHHELD", ""): -1_280,
        ("HPC", "COMMISSION_EXPENSE", ""): 6_400, ("HPC", "COMMISSION_PAYABLE", "ZHAO"): -6_080, ("HPC", "TAX_WITHHELD", ""): -320,
    }  # fmt: skip
    assert broken() == []


def test_a_contract_cancelled_in_its_free_look_leaves_nothing(group):
    event = accrued(**LIFE)
    with pytest.raises(refusals.StillInFreeLook):
        vested(event, "2026-06-20")
    cancelled(event, "2026-06-20", "FREE_LOOK")
    assert balances() == {}
    assert actions.vest(JOB, new_id(), item_id=event["item_id"], at="2026-06-26")["movements"] == 0
    assert broken() == []


def test_what_was_earned_goes_back_by_the_months_still_missing(group):
    event = vested(accrued())
    before = {line.line_id: line.amount_minor for line in Line.objects.all()}
    cancelled(event, "2026-09-20")  # three whole months of twelve
    back = dict(Movement.objects.filter(kind="CLAWED_BACK").values_list("line_id", "amount_minor"))
    assert back == {line: -minor * 9 // 12 for line, minor in before.items()}
    assert cancelled(event, "2026-09-21")["movements"] == 0
    assert broken() == []


def test_a_contract_that_a_feed_says_has_ended_goes_back_once(group):
    set_day(date(2026, 9, 20))
    event = vested(accrued())
    kept = [vested(accrued(number)) for number in (1, 2, 3)]
    feed_says({event["contract_id"]: "SURRENDERED", str(new_id()): "CANCELLED"})
    feed_says(
        dict(zip([one["contract_id"] for one in kept], ("EXPIRED", "NO_LONGER_REPORTED", "IN_FORCE"), strict=True))
    )
    assert actions.end_by_feeds(JOB, new_id())["movements"] == 2
    money = balances()
    cancelled(event, "2026-09-20")
    assert actions.end_by_feeds(JOB, new_id())["movements"] == 0
    assert balances() == money and ("HLIFE", "FEE_RECEIVABLE", "HPC") in money
    assert set(Movement.objects.filter(kind="CLAWED_BACK").values_list("line__sale_id", flat=True)) == {
        UUID(event["item_id"])
    }
    assert broken() == []


def test_a_feed_that_was_quicker_than_the_news_of_the_sale_is_not_forgotten(group):
    set_day(date(2026, 6, 20))
    event = issued(1, **LIFE)
    feed_says({event["contract_id"]: "CANCELLED"})
    actions.end_by_feeds(JOB, new_id())
    actions.accrue(JOB, new_id(), event=event)
    assert balances() == {} and broken() == []


def test_deferred_parts_of_many_sales_are_earned_in_a_few_questions(group):
    for number in range(12):
        vested(accrued(number, **LIFE))
    set_day(date(2027, 8, 1))
    with CaptureQueriesContext(connection) as asked:
        assert actions.vest_deferred(JOB, new_id())["sales"] == 12
    assert len(asked) <= 20 and broken() == []


def test_a_cancellation_told_before_the_sale_comes_to_the_same(group):
    early, late = issued(1, **LIFE), issued(2, **LIFE)
    cancelled(early, "2026-06-20", "FREE_LOOK")
    actions.accrue(JOB, new_id(), event=early)
    actions.accrue(JOB, new_id(), event=late)
    cancelled(late, "2026-06-20", "FREE_LOOK")
    kinds = [
        sorted(Movement.objects.filter(line__sale_id=event["item_id"]).values_list("kind", "amount_minor"))
        for event in (early, late)
    ]
    assert kinds[0] == kinds[1] and balances() == {} and broken() == []


def test_every_event_told_again_changes_nothing(group):
    event = vested(accrued(accompanying_code="ZHAO"))
    money = balances()
    vested(accrued(accompanying_code="ZHAO"))
    assert balances() == money and Movement.objects.count() == 6 and event


def test_the_deferred_part_is_earned_after_thirteen_months_if_the_contract_lasts(group):
    kept, ended = (vested(accrued(number, **LIFE)) for number in (1, 2))
    cancelled(ended, "2026-12-11")
    set_day(date(2027, 7, 10))
    assert actions.vest_deferred(JOB, new_id())["movements"] == 0
    set_day(date(2027, 7, 11))
    assert actions.vest_deferred(JOB, new_id()) == {"sales": 1, "movements": 1, "more": False}
    assert actions.vest_deferred(JOB, new_id())["movements"] == 0
    parts = {
        (event["item_id"], part): kind
        for event in (kept, ended)
        for part, kind in Movement.objects.filter(line__sale_id=event["item_id"]).order_by("journal__number").values_list("line__part", "kind")
    }  # fmt: skip
    assert parts[kept["item_id"], "DEFERRED"] == "VESTED" and parts[ended["item_id"], "DEFERRED"] == "CANCELLED"
    assert broken() == []


def test_an_unlicensed_referrer_is_recognised_and_paid_nothing(group):
    """The referrer's tenth goes to whom the rulebook says, here the seller."""
    accrued(1, referrer_code="TRAINEE")
    accrued(2, referrer_code="CHEN")
    paid = dict(Line.objects.filter(kind="COMMISSION", role="SELLER").values_list("sale_id", "amount_minor"))
    assert sorted(paid.values()) == [28_800, 32_000]
    assert list(Recognition.objects.values_list("role", "person")) == [("REFERRER", "TRAINEE")]
    assert not Line.objects.filter(payee="TRAINEE").exists()


@pytest.mark.parametrize(
    ("reason", "more"),
    [
        ("NO_AGREEMENT", {"company": "HHEALTH", "series": "HHEALTH.MEDICAL"}),
        ("NO_AGREEMENT", {"company": "HBANK", "series": "HBANK.CARD"}),
        ("SELLER_UNLICENSED", {"seller_code": "TRAINEE"}),
        ("SELLER_UNLICENSED", {"seller_code": "LEFT"}),
        ("SELLER_UNLICENSED", {"seller_code": "NOBODY"}),
        ("NOTHING_DUE", {"premium_minor": 0}),
    ],
)
def test_what_is_not_paid_is_explained(group, reason, more):
    accrued(**more)
    sale = Sale.objects.get()
    assert (sale.outcome, sale.reason) == ("EXPLAINED", reason)
    assert balances() == {} and broken() == []


def test_a_sale_was_under_agreement_when_it_was_sold_not_when_it_is_settled(group):
    accrued(company="HHEALTH", series="HHEALTH.MEDICAL", sold_at="2026-03-31T02:00:00+00:00")
    assert Sale.objects.get().outcome == "SETTLED"


def test_a_referrer_of_a_third_company_is_paid_through_that_company(group):
    """Song of the bank refers; HPC owes the bank Song's tenth as a fee, and HLIFE the rest: 480 in all."""
    event = vested(accrued(referrer_code="SONG"))
    assert event and balances()[("HPC", "FEE_PAYABLE", "HBANK")] == -3_392
    assert balances()[("HPC", "FEE_EXPENSE", "HLIFE")] + balances()[("HPC", "FEE_EXPENSE", "HBANK")] == 48_000
    assert balances()[("HBANK", "COMMISSION_PAYABLE", "SONG")] == -3_040
    assert broken() == []


def test_money_facts_are_never_changed(group, as_role):
    vested(accrued())
    for role, said in (("app", "permission denied"), ("batch", "permission denied"), ("owner", "for ever")):
        with as_role(role), pytest.raises(DatabaseError, match=said), connection.cursor() as cursor:
            cursor.execute("UPDATE settlement_movement SET amount_minor = 1")


def test_mutant_a_line_taken_out_of_the_settlement_is_missed(group, as_role):
    vested(accrued())
    with as_role("owner"), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE settlement_movement DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE settlement_movement NO FORCE ROW LEVEL SECURITY")
        cursor.execute("DELETE FROM settlement_movement WHERE kind = 'ACCRUED'")
    assert {"L7", "L10"} <= set(broken())
