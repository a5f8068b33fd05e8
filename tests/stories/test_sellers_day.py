"""A seller's day beyond the answer: a slip taken back, plans kept, a lead handed to a colleague who may sell."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from onefold.cli.work import run_once
from onefold.commands import outbox
from onefold.commands.clock import set_demo_clock
from onefold.commands.scope import entered, reading
from onefold.commands.viewer import Viewer
from onefold.config.reactions import REACTIONS
from onefold.decision.gates import Gate, gates_in
from onefold.domains.consent.actions import withdraw as withdraw_consent
from onefold.domains.consent.queries import consents_of
from onefold.domains.contacts.actions import silence
from onefold.domains.contacts.queries import attempts_with
from onefold.domains.leads import refusals
from onefold.domains.leads.actions import answer, correct
from onefold.domains.leads.mine import refuse_offer
from onefold.domains.leads.models import Lead, Referral, ReferralStep
from onefold.domains.leads.planning import postpone, remind, settle
from onefold.domains.leads.plans import plans_of
from onefold.domains.leads.queries import lead as lead_page
from onefold.domains.leads.queries import open_leads_of
from onefold.domains.leads.referral_queries import colleagues_for, referrals_of
from onefold.domains.leads.referring import accept, decline, expire, refer, withdraw
from onefold.domains.offers.queries import judge_now
from onefold.seam import datasets, store
from tests.stories.harbour import SYSTEM, World

NOW = datetime(2026, 6, 30, 2, 0, tzinfo=UTC)
"""Where the demonstration's clock stands: ten in the morning in Shanghai."""
WEI_MINGS = "wei_ming"


@pytest.fixture
def world(harbour, as_role) -> World:
    return World(as_role)


@pytest.fixture
def clock(as_role):
    def moved(at: datetime) -> None:
        with as_role("batch"), transaction.atomic():
            set_demo_clock(at)

    return moved


def on_list(viewer: Viewer, lead_id) -> bool:
    return str(lead_id) in {str(row.lead_id) for row in open_leads_of(viewer)}


# --- a slip ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["DECLINED", "DO_NOT_CONTACT", "NOT_UNTIL", "INTERESTED"])
def test_a_slip_taken_back_leaves_the_lead_as_it_was(world, code):
    viewer, lead = world.lead_of(WEI_MINGS)
    day = date(2026, 9, 1) if code == "NOT_UNTIL" else None
    done = answer(viewer, uuid4(), lead_id=lead["lead_id"], code=code, not_until=day)
    correct(viewer, uuid4(), outcome_id=done["outcome_id"])
    assert on_list(viewer, lead["lead_id"])
    customer = world.customer_of[WEI_MINGS]
    assert judge_now(viewer, customer, lead["series"], viewer.seller).blocked == 0
    assert attempts_with(viewer, customer) == []
    assert lead_page(viewer, lead["lead_id"]).last_code is None


def test_a_slip_is_taken_back_within_minutes_or_not_at_all(world, clock):
    viewer, lead = world.lead_of(WEI_MINGS)
    done = answer(viewer, uuid4(), lead_id=lead["lead_id"], code="DECLINED")
    clock(NOW + timedelta(minutes=10))
    with pytest.raises(refusals.UndoTooLate):
        correct(viewer, uuid4(), outcome_id=done["outcome_id"])
    assert not on_list(viewer, lead["lead_id"])


def test_only_the_newest_answer_is_taken_back_and_only_once(world):
    viewer, lead = world.lead_of(WEI_MINGS)
    first = answer(viewer, uuid4(), lead_id=lead["lead_id"], code="NOT_REACHED")
    second = answer(viewer, uuid4(), lead_id=lead["lead_id"], code="DECLINED")
    with pytest.raises(refusals.UndoNotLast):
        correct(viewer, uuid4(), outcome_id=first["outcome_id"])
    correct(viewer, uuid4(), outcome_id=second["outcome_id"])
    with pytest.raises(refusals.UndoNotLast):
        correct(viewer, uuid4(), outcome_id=second["outcome_id"])
    with pytest.raises(refusals.OutcomeUnknown):
        correct(Viewer.of_seller("HL1002", "HLIFE"), uuid4(), outcome_id=first["outcome_id"])


def test_a_silence_somebody_else_heard_stays_when_a_slip_is_taken_back(world):
    viewer, lead = world.lead_of(WEI_MINGS)
    customer = world.customer_of[WEI_MINGS]
    silence(Viewer.of_company("HPC"), uuid4(), customer_id=customer, series=lead["series"], until=date(2026, 8, 1))
    done = answer(viewer, uuid4(), lead_id=lead["lead_id"], code="DECLINED")
    correct(viewer, uuid4(), outcome_id=done["outcome_id"])
    assert gates_in(judge_now(viewer, customer, lead["series"], viewer.seller).blocked) == [Gate.SUPPRESSED]


def test_a_reason_goes_with_a_refusal_and_is_one_of_the_list(world):
    viewer, lead = world.lead_of(WEI_MINGS)
    for code, reason in (("DECLINED", "BECAUSE"), ("NOT_REACHED", "NO_NEED")):
        with pytest.raises(refusals.ReasonUnknown):
            answer(viewer, uuid4(), lead_id=lead["lead_id"], code=code, reason=reason)
    answer(viewer, uuid4(), lead_id=lead["lead_id"], code="DECLINED", reason="NO_NEED")


def test_a_lead_put_off_comes_back_when_its_day_has_come(world, clock):
    viewer, lead = world.lead_of(WEI_MINGS)
    answer(viewer, uuid4(), lead_id=lead["lead_id"], code="NOT_UNTIL", not_until=date(2026, 7, 10))
    clock(NOW + timedelta(days=9))
    assert not on_list(viewer, lead["lead_id"])
    clock(NOW + timedelta(days=10))
    assert on_list(viewer, lead["lead_id"])


def test_what_sellers_heard_goes_to_the_next_run_without_slips(world, as_role):
    viewer, lead = world.lead_of(WEI_MINGS)
    slip = answer(viewer, uuid4(), lead_id=lead["lead_id"], code="DO_NOT_CONTACT")
    correct(viewer, uuid4(), outcome_id=slip["outcome_id"])
    kept = answer(viewer, uuid4(), lead_id=lead["lead_id"], code="DECLINED", reason="TOO_EXPENSIVE")
    other, blocked = world.lead_of("jin_mei")
    answer(other, uuid4(), lead_id=blocked["lead_id"], code="DO_NOT_CONTACT")
    with as_role("batch"):
        assert run_once()
        from onefold.commands.staging import ReleaseFolder
        from onefold.domains.releases.queries import active_release_id

        with reading(SYSTEM):
            folder = ReleaseFolder(active_release_id(SYSTEM))
    heard = {row["outcome_id"]: row for row in store.read(folder.lake, datasets.OUTCOMES).to_pylist()}
    assert slip["outcome_id"].replace("-", "") not in heard
    assert heard[kept["outcome_id"].replace("-", "")]["reason"] == "TOO_EXPENSIVE"
    wishes = store.read(folder.lake, datasets.BLOCK_WISHES).column("customer_id").to_pylist()
    assert wishes == [world.customer_of["jin_mei"].hex]


# --- plans -----------------------------------------------------------------------------------------------------------


def test_a_plan_stands_until_it_is_settled_moved_or_done_by_the_call(world):
    viewer, lead = world.lead_of(WEI_MINGS)
    made = remind(
        viewer, uuid4(), lead_id=lead["lead_id"], kind="CALL", due_at=NOW + timedelta(hours=2), note="after lunch"
    )
    assert [(row.kind, row.note) for row in plans_of(viewer, NOW + timedelta(days=1))] == [("CALL", "after lunch")]
    moved = postpone(viewer, uuid4(), reminder_id=made["reminder_id"], due_at=NOW + timedelta(days=1))
    assert plans_of(viewer, NOW + timedelta(days=1)) == []
    with pytest.raises(refusals.ReminderSettled):
        settle(viewer, uuid4(), reminder_id=made["reminder_id"], how="DONE")
    settle(viewer, uuid4(), reminder_id=moved["reminder_id"], how="DONE")
    assert plans_of(viewer, NOW + timedelta(days=2)) == []


def test_a_call_that_was_due_is_done_by_calling(world, clock):
    viewer, lead = world.lead_of(WEI_MINGS)
    remind(viewer, uuid4(), lead_id=lead["lead_id"], kind="CALL", due_at=NOW + timedelta(hours=2))
    clock(NOW + timedelta(hours=1))
    answer(viewer, uuid4(), lead_id=lead["lead_id"], code="NOT_REACHED")
    assert plans_of(viewer, NOW + timedelta(days=1)) == []


@pytest.mark.parametrize("hours", [11, 16, 22.9])
def test_no_call_is_planned_into_the_quiet_hours(world, hours):
    """From nine in the evening (11 hours on) until nine in the morning (23 hours on)."""
    viewer, lead = world.lead_of(WEI_MINGS)
    with pytest.raises(refusals.QuietTimeThen):
        remind(viewer, uuid4(), lead_id=lead["lead_id"], kind="CALL", due_at=NOW + timedelta(hours=hours))
    remind(viewer, uuid4(), lead_id=lead["lead_id"], kind="VISIT", due_at=NOW + timedelta(hours=hours))


@pytest.mark.parametrize("due_at", [NOW - timedelta(minutes=1), NOW + timedelta(days=366)])
def test_a_plan_needs_a_time_that_makes_sense(world, due_at):
    viewer, lead = world.lead_of(WEI_MINGS)
    with pytest.raises(refusals.ReminderDayImpossible):
        remind(viewer, uuid4(), lead_id=lead["lead_id"], kind="TASK", due_at=due_at)


def test_a_no_ends_the_plans_and_a_slip_taken_back_revives_them(world):
    viewer, lead = world.lead_of(WEI_MINGS)
    remind(viewer, uuid4(), lead_id=lead["lead_id"], kind="VISIT", due_at=NOW + timedelta(hours=5))
    done = answer(viewer, uuid4(), lead_id=lead["lead_id"], code="DO_NOT_CONTACT")
    assert plans_of(viewer, NOW + timedelta(days=1)) == []
    with pytest.raises(refusals.ContactNotWanted):
        remind(viewer, uuid4(), lead_id=lead["lead_id"], kind="VISIT", due_at=NOW + timedelta(hours=6))
    correct(viewer, uuid4(), outcome_id=done["outcome_id"])
    assert len(plans_of(viewer, NOW + timedelta(days=1))) == 1


def test_somebody_elses_plan_and_lead_look_like_none(world):
    viewer, lead = world.lead_of(WEI_MINGS)
    made = remind(viewer, uuid4(), lead_id=lead["lead_id"], kind="TASK", due_at=NOW + timedelta(hours=5))
    other = Viewer.of_seller("HL1002", "HLIFE")
    with pytest.raises(refusals.ReminderUnknown):
        settle(other, uuid4(), reminder_id=made["reminder_id"], how="DONE")
    with pytest.raises(refusals.LeadUnknown):
        remind(other, uuid4(), lead_id=lead["lead_id"], kind="TASK", due_at=NOW + timedelta(hours=5))
    assert plans_of(other, NOW + timedelta(days=2)) == []


# --- referrals -------------------------------------------------------------------------------------------------------


@pytest.fixture
def referred(world):
    """Wei Ming's lead about motor cover, handed by HL1001 of Harbour Life to somebody of Harbour P&C."""
    viewer, lead = world.lead_of(WEI_MINGS)
    with reading(viewer):
        found = colleagues_for(viewer, Lead.objects.get(lead_id=lead["lead_id"]))
    colleague = next(row.seller for row in found if row.seller.company == "HPC")
    made = refer(viewer, uuid4(), lead_id=lead["lead_id"], to_seller=colleague.seller, note="asked about it twice")
    return viewer, lead, Viewer.of_seller(colleague.seller, colleague.company), made["referral_id"]


def state_of(viewer: Viewer, referral_id: str) -> str | None:
    return {str(row.referral_id): row.state for row in referrals_of(viewer)}.get(referral_id)


def test_only_those_may_be_asked_whose_channel_agreement_grade_and_consent_reach(world):
    viewer, lead = world.lead_of(WEI_MINGS)
    with reading(viewer):
        found = colleagues_for(viewer, Lead.objects.get(lead_id=lead["lead_id"]))
    assert found and viewer.seller not in {row.seller.seller for row in found}
    assert {row.seller.company for row in found} <= {"HLIFE", "HPC"}
    with pytest.raises(refusals.ColleagueMayNot):
        refer(viewer, uuid4(), lead_id=lead["lead_id"], to_seller="HB3002")


def test_a_handover_leaves_the_list_and_becomes_the_colleagues_lead_when_accepted(world, referred):
    viewer, lead, colleague, referral_id = referred
    assert not on_list(viewer, lead["lead_id"])
    assert state_of(viewer, referral_id) == state_of(colleague, referral_id) == "OFFERED"
    taken = accept(colleague, uuid4(), referral_id=referral_id)
    row = next(row for row in open_leads_of(colleague) if str(row.lead_id) == taken["lead_id"])
    assert (row.customer.name, row.series, row.referred_by) == ("韦明", lead["series"], viewer.seller)
    assert state_of(viewer, referral_id) == "ACCEPTED"
    answer(colleague, uuid4(), lead_id=taken["lead_id"], code="INTERESTED")
    done = answer(colleague, uuid4(), lead_id=taken["lead_id"], code="DECLINED", reason="NO_NEED")
    assert state_of(viewer, referral_id) == "CLOSED"
    correct(colleague, uuid4(), outcome_id=done["outcome_id"])
    assert state_of(viewer, referral_id) == "ACCEPTED"


def test_what_the_customer_refuses_in_the_portal_ends_for_both_sides(world, referred, as_role):
    viewer, lead, colleague, referral_id = referred
    taken = accept(colleague, uuid4(), referral_id=referral_id)
    row = next(row for row in open_leads_of(colleague) if str(row.lead_id) == taken["lead_id"])
    refuse_offer(Viewer.of_customer(str(row.customer_id)), uuid4(), lead_id=lead["lead_id"])
    assert not on_list(viewer, lead["lead_id"]) and not on_list(colleague, taken["lead_id"])
    with as_role("batch"):
        outbox.drain({"leads.OfferRefused": REACTIONS["leads.OfferRefused"]})
    assert state_of(viewer, referral_id) == state_of(colleague, referral_id) == "CLOSED"


def test_what_a_colleague_leaves_comes_back_with_the_reason(referred):
    viewer, lead, colleague, referral_id = referred
    with pytest.raises(refusals.ReasonUnknown):
        decline(colleague, uuid4(), referral_id=referral_id, reason="RAIN")
    decline(colleague, uuid4(), referral_id=referral_id, reason="NO_TIME")
    assert on_list(viewer, lead["lead_id"])
    assert [(row.state, row.reason) for row in referrals_of(viewer)] == [("DECLINED", "NO_TIME")]
    with pytest.raises(refusals.ReferralNotOpen):
        accept(colleague, uuid4(), referral_id=referral_id)


def test_what_nobody_takes_in_time_comes_back_by_itself(referred, clock, as_role):
    viewer, lead, colleague, referral_id = referred
    clock(NOW + timedelta(hours=48))
    assert on_list(viewer, lead["lead_id"])
    with pytest.raises(refusals.ReferralNotOpen):
        accept(colleague, uuid4(), referral_id=referral_id)
    with as_role("batch"):
        assert expire(SYSTEM, uuid4()) == {"expired": 1}
        assert expire(SYSTEM, uuid4()) == {"expired": 0}
    assert state_of(viewer, referral_id) == "EXPIRED"


def test_a_referral_can_be_taken_back_until_it_is_accepted(referred):
    viewer, lead, colleague, referral_id = referred
    with pytest.raises(refusals.ReferralUnknown):
        withdraw(colleague, uuid4(), referral_id=referral_id)
    with pytest.raises(refusals.ReferralOpen):
        refer(viewer, uuid4(), lead_id=lead["lead_id"], to_seller=colleague.seller)
    withdraw(viewer, uuid4(), referral_id=referral_id)
    assert on_list(viewer, lead["lead_id"])


def test_a_colleague_of_another_company_sees_nothing_without_the_consent_by_either_wall(referred, as_role):
    viewer, lead, colleague, referral_id = referred
    for consent in consents_of(viewer, open_customer(viewer, lead)):
        if (consent.from_company, consent.to_company) == ("HLIFE", "HPC") and not consent.withdrawn:
            withdraw_consent(Viewer.of_company("HLIFE"), uuid4(), consent_id=consent.consent_id, why="CUSTOMER_WISH")
    assert state_of(colleague, referral_id) is None
    with as_role("batch"):
        assert state_of(colleague, referral_id) is None
    with reading(colleague):
        assert not Referral.objects.exists() and not ReferralStep.objects.exists()
    with pytest.raises(refusals.ReferralUnknown):
        accept(colleague, uuid4(), referral_id=referral_id)
    assert state_of(viewer, referral_id) == "OFFERED"


def open_customer(viewer: Viewer, lead):
    return lead_page(viewer, lead["lead_id"]).customer_id


def test_nobody_else_sees_a_referral_and_nobody_makes_a_lead_without_one(referred, as_role):
    viewer, lead, _, referral_id = referred
    third = Viewer.of_seller("HL1002", "HLIFE")
    for role in ("app", "batch"):
        with as_role(role):
            assert referrals_of(third) == []
    with reading(third):
        assert not Referral.objects.exists()
    with pytest.raises(refusals.ReferralUnknown):
        accept(third, uuid4(), referral_id=referral_id)
    stolen = Lead(
        lead_id=uuid4(),
        customer_id=open_customer(viewer, lead),
        series_id=lead["series"],
        owner_company_id="HPC",
        seller_id="HL1002",
        seller_company_id="HLIFE",
        channel_id="HLIFE.AGENTS",
        opened_at=NOW,
    )
    with pytest.raises(DatabaseError, match="row-level security"), entered(third, NOW, read_only=False):
        Lead.objects.bulk_create([stolen])


def test_who_may_sell_shares_and_who_may_not_is_recognised(world):
    viewer, lead = world.lead_of(WEI_MINGS)
    with reading(viewer):
        colleague = colleagues_for(viewer, Lead.objects.get(lead_id=lead["lead_id"]))[0].seller
    refer(viewer, uuid4(), lead_id=lead["lead_id"], to_seller=colleague.seller)
    assert referrals_of(viewer)[0].credit == "SHARE"


def test_a_specialist_asked_along_leaves_the_lead_where_it_is(world):
    viewer, lead = world.lead_of(WEI_MINGS)
    with reading(viewer):
        colleague = colleagues_for(viewer, Lead.objects.get(lead_id=lead["lead_id"]))[0].seller
    made = refer(viewer, uuid4(), lead_id=lead["lead_id"], to_seller=colleague.seller, kind="ACCOMPANY")
    assert on_list(viewer, lead["lead_id"])
    accept(Viewer.of_seller(colleague.seller, colleague.company), uuid4(), referral_id=made["referral_id"])
    assert on_list(viewer, lead["lead_id"])
    assert state_of(viewer, made["referral_id"]) == "ACCEPTED"
