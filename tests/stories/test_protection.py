"""Whose a customer's matter is: what a seller has in hand no colleague works on, and it comes free when nothing happens about it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from onefold.commands import clock
from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer
from onefold.domains import rulebook
from onefold.domains.leads import refusals
from onefold.domains.leads.actions import answer, correct
from onefold.domains.leads.models import Lead, Need, Offered, Protection
from onefold.domains.leads.needs import ask, note_need
from onefold.domains.leads.passing import leave, pass_on_late, take_up, take_waiting, waiting_for_anybody
from onefold.domains.leads.planning import remind
from onefold.domains.leads.queries import lead, open_leads_of
from onefold.domains.leads.referral_queries import qualified
from onefold.domains.leads.referring import accept, refer
from onefold.domains.sellers.queries import sellers
from onefold.kernel.ids import derived_id
from onefold.web.tests.pages import english as english
from onefold.web.tests.pages import text_of
from tests.stories.harbour import World
from tests.stories.test_taking_needs import COUNTER, SERIES, able, asks, has_it, seller

NEEDS_HELD_MAX, PROTECTION_DAYS = "contact.needs_held_max", "contact.protection_days"


@pytest.fixture
def wei(harbour, as_role) -> UUID:
    return World(as_role).customer_of["wei_ming"]


@pytest.fixture
def days_pass(as_role):
    def pass_by(days: int) -> int:
        with as_role("batch"):
            clock.set_demo_clock(clock.now() + timedelta(days=days))
            return pass_on_late()

    return pass_by


def taken(customer: UUID) -> tuple[str, UUID]:
    """A wish, and the seller who took it."""
    done = asks(customer)
    take_up(seller(done["seller"]), uuid4(), lead_id=UUID(done["lead_id"]))
    return done["seller"], UUID(done["lead_id"])


def colleague_of(code: str) -> str:
    return next(one for one in able() if one != code)


def days() -> int:
    return rulebook.value(PROTECTION_DAYS, today(clock.now()))["HOME"]


def offered_to(code: str, customer: UUID, as_role) -> UUID:
    """The same matter as a lead of a colleague's, as an earlier release could have made it."""
    made = derived_id("lead", customer.hex, SERIES, code)
    with as_role("batch"):
        like = Lead.objects.filter(customer_id=customer, series_id=SERIES).first()
        Lead.objects.create(
            lead_id=made, customer_id=customer, series_id=SERIES, owner_company_id="HPC", seller_id=code,
            seller_company_id="HLIFE", channel_id=like.channel_id, opened_at=clock.now(),
        )  # fmt: skip
    return made


def test_what_is_taken_and_left_lying_goes_on_when_its_days_are_over(wei, days_pass):
    code, _ = taken(wei)
    assert days_pass(days() - 1) == 0 and has_it(code)
    assert days_pass(1) == 1 and not has_it(code)
    with reading(COUNTER):
        assert Need.objects.get(left=None).seller_id != code
        assert not Protection.objects.filter(until__gt=today(clock.now())).exists(), "nobody has taken it yet"


@pytest.mark.parametrize("how", ["interest", "plan"])
def test_what_is_worked_on_stays(wei, days_pass, how):
    code, lead_id = taken(wei)
    assert days_pass(days() - 1) == 0
    if how == "interest":
        answer(seller(code), uuid4(), lead_id=lead_id, code="INTERESTED")
    else:
        due_at = clock.now() + timedelta(days=2)
        remind(seller(code), uuid4(), lead_id=lead_id, kind="TASK", due_at=due_at)
    assert days_pass(days() - 1) == 0 and has_it(code)
    assert days_pass(1) == 1 and not has_it(code)


def test_an_attempt_that_reached_nobody_keeps_nothing(wei, days_pass):
    code, lead_id = taken(wei)
    days_pass(days() - 1)
    answer(seller(code), uuid4(), lead_id=lead_id, code="NOT_REACHED")
    assert days_pass(1) == 1


def test_no_colleague_works_on_it_meanwhile_and_everyone_may_after(wei, as_role, days_pass):
    code, _ = taken(wei)
    other = colleague_of(code)
    theirs = offered_to(other, wei, as_role)
    for what in (
        lambda: answer(seller(other), uuid4(), lead_id=theirs, code="INTERESTED"),
        lambda: refer(seller(other), uuid4(), lead_id=theirs, to_seller=colleague_of(other)),
        lambda: note_need(seller(other), uuid4(), customer_id=wei, series=SERIES, source="SELLER"),
    ):
        with pytest.raises(refusals.WithColleague):
            what()
    assert lead(seller(other), theirs).hold.seller == code
    answer(seller(other), uuid4(), lead_id=theirs, code="NOT_REACHED")  # what was, is written down
    days_pass(days())
    with reading(COUNTER):
        now = Need.objects.get(left=None).seller_id
    if now != other:
        leave(seller(now), uuid4(), lead_id=lead_now(now, wei))
    answer(seller(other), uuid4(), lead_id=theirs, code="INTERESTED")
    assert lead(seller(other), theirs).hold.seller == other


def lead_now(code: str, customer: UUID) -> UUID:
    return next(row.lead_id for row in open_leads_of(seller(code)) if row.customer_id == customer and row.asked)


def test_a_no_a_slip_and_leaving_it_set_it_free(wei):
    code, lead_id = taken(wei)

    def held() -> str:
        hold = lead(seller(code), lead_id).hold
        return hold.seller if hold else ""

    said = answer(seller(code), uuid4(), lead_id=lead_id, code="DECLINED")
    assert held() == ""
    correct(seller(code), uuid4(), outcome_id=UUID(said["outcome_id"]))
    assert held() == code, "as it was before the slip"
    said = answer(seller(code), uuid4(), lead_id=lead_id, code="INTERESTED")
    correct(seller(code), uuid4(), outcome_id=UUID(said["outcome_id"]))
    assert held() == code, "still taken"
    leave(seller(code), uuid4(), lead_id=lead_id)
    assert held() == ""


def test_interest_keeps_an_offer_on_the_list_that_the_release_drops_and_a_slip_does_not(harbour, as_role):
    row = next(row for row in open_leads_of(COUNTER) if row.action == "SELL" and not row.asked)
    who = seller(row.seller)
    said = answer(who, uuid4(), lead_id=row.lead_id, code="INTERESTED")
    assert lead(who, row.lead_id).hold.seller == row.seller
    correct(who, uuid4(), outcome_id=UUID(said["outcome_id"]))
    assert lead(who, row.lead_id).hold is None
    answer(who, uuid4(), lead_id=row.lead_id, code="INTERESTED")
    with as_role("batch"):
        Offered.objects.filter(lead_id=row.lead_id).delete()
    assert row.lead_id in {one.lead_id for one in open_leads_of(who)}


def test_the_customer_chooses_whoever_has_it(wei):
    code, _ = taken(wei)
    other = colleague_of(code)
    moved = asks(wei, wished=other)
    assert moved["seller"] == other and has_it(other) and not has_it(code)
    take_up(seller(other), uuid4(), lead_id=UUID(moved["lead_id"]))
    assert lead(seller(other), UUID(moved["lead_id"])).hold.seller == other


def test_in_the_portal_it_goes_where_it_is_in_hand(wei):
    code, _ = taken(wei)
    oneself = Viewer.of_customer(str(wei))
    done = ask(oneself, uuid4(), series=SERIES, company="HLIFE")
    assert done["seller"] == code


def test_a_handover_takes_it_along(wei):
    code, lead_id = taken(wei)
    other = colleague_of(code)
    asked = refer(seller(code), uuid4(), lead_id=lead_id, to_seller=other)
    done = accept(seller(other), uuid4(), referral_id=UUID(asked["referral_id"]))
    assert lead(seller(other), UUID(done["lead_id"])).hold.seller == other


def test_another_company_learns_nothing_of_it(wei):
    taken(wei)
    with reading(Viewer.of_seller("HB3001", "HBANK")):
        assert not Protection.objects.exists()


def test_full_hands_get_no_more_unless_the_customer_names_them(wei, monkeypatch):
    whole = rulebook.value
    first = able()[0]
    asks(wei, wished=first)
    monkeypatch.setattr(rulebook, "value", lambda name, on: 1 if name == NEEDS_HELD_MAX else whole(name, on))
    liu = next(customer for customer in names() if customer != wei)
    got = asks(liu)
    assert got["seller"] not in ("", first)
    assert asks(liu, wished=first)["seller"] == first, "named"
    assert asks(liu)["seller"] == first, "works on it already"


def names() -> list[UUID]:
    return sorted({row.customer_id for row in open_leads_of(COUNTER)})


def test_with_all_hands_full_it_waits_and_who_is_full_takes_none(wei, monkeypatch):
    whole = rulebook.value
    others = [customer for customer in names() if customer != wei]
    for code, customer in zip(able(), others, strict=False):
        asks(customer, wished=code)
    assert len(others) >= len(able())
    monkeypatch.setattr(rulebook, "value", lambda name, on: 1 if name == NEEDS_HELD_MAX else whole(name, on))
    done = asks(wei)
    assert done["seller"] == ""
    anybody = able()[0]
    waiting = waiting_for_anybody(seller(anybody))
    assert [row.series for row in waiting] == [SERIES]
    with pytest.raises(refusals.HandsFull):
        take_waiting(seller(anybody), uuid4(), need_id=waiting[0].need_id)
    monkeypatch.undo()
    take_waiting(seller(anybody), uuid4(), need_id=waiting[0].need_id)
    assert lead_now(anybody, wei) and waiting_for_anybody(seller(anybody)) == []


def test_both_read_on_the_phone_whose_it_is(wei, as_role, sign_in):
    code, lead_id = taken(wei)
    other = colleague_of(code)
    theirs = offered_to(other, wei, as_role)
    assert "Yours alone until" in text_of(sign_in(code.lower()).get(f"/today/{lead_id}/"))
    page = text_of(sign_in(other.lower()).get(f"/today/{theirs}/"))
    assert "A colleague of yours works on this with the customer" in page
    assert not any(
        words in page for words in ("What to say", "Hand over", "Make a proposal", "Interested", "not qualified")
    )


def test_an_offer_leaves_the_list_of_whoever_it_stands_on_while_a_colleague_has_it(harbour):
    rows = [row for row in open_leads_of(COUNTER) if row.action == "SELL" and row.owner_company == "HLIFE"]
    row = rows[0]
    with reading(COUNTER) as at:
        own = [one for one in sellers(COUNTER).values() if one.company == "HLIFE" and one.seller != row.seller]
        other = qualified(COUNTER, row.series, row.owner_company, own, at.date())[0].seller
    made = note_need(COUNTER, uuid4(), customer_id=row.customer_id, series=row.series, source="COUNTER", wished=other)
    offered = {one.lead_id for one in open_leads_of(seller(row.seller))}
    assert row.lead_id in offered, "a wish nobody has taken yet hides nothing"
    take_up(seller(other), uuid4(), lead_id=UUID(made["lead_id"]))
    assert row.lead_id not in {one.lead_id for one in open_leads_of(seller(row.seller))}
    leave(seller(other), uuid4(), lead_id=UUID(made["lead_id"]))
    with reading(COUNTER):
        now = Need.objects.filter(customer_id=row.customer_id, series_id=row.series, left=None)
        assert not now.filter(seller_id=other).exists()
