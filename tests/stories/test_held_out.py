"""A held-out household is left alone on every way to it: the list, the counter, the interface, a colleague. Who comes with a need is
served, held out or silenced."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.core.cache import cache

from onefold.commands import clock
from onefold.commands.scope import entered, reading
from onefold.commands.viewer import Viewer
from onefold.domains.consent.actions import block_contact
from onefold.domains.customers.models import Customer
from onefold.domains.holdout.models import Arm
from onefold.domains.leads import refusals
from onefold.domains.leads.actions import answer
from onefold.domains.leads.referring import accept, refer
from onefold.domains.offers.actions import decide
from onefold.domains.offers.evidence import Made, decision_made
from onefold.domains.sellers.models import Seller
from onefold.web.api.tests.machines import Machine
from tests.stories.harbour import SYSTEM, World


@pytest.fixture
def world(harbour, as_role) -> World:
    return World(as_role)


@pytest.fixture
def lead(world):
    """Wei Ming's lead: (seller's viewer, lead)."""
    return world.lead_of("wei_ming")


def hold_out(as_role, customer: UUID) -> None:
    """The lot falls on the whole household, after the release."""
    with as_role("batch"), entered(SYSTEM, clock.now(), read_only=False):
        household = Customer.objects.get(customer_id=customer).household_id
        for member in Customer.objects.filter(household_id=household):
            Arm.objects.update_or_create(
                customer=member, defaults={"arm": "HOLDOUT", "drawn_on": clock.now().date(), "basis": "DRAWN"}
            )


def channel_of(as_role, viewer: Viewer) -> str:
    with as_role("batch"), reading(SYSTEM):
        return Seller.objects.get(seller_id=viewer.seller).channel_id


def asked(viewer: Viewer, customer: UUID, channel: str, series: str, reason: str) -> Made:
    done = decide(
        Viewer.of_company(viewer.company), uuid4(), decision_id=uuid4(), customer_id=customer, channel=channel,
        seller=viewer.seller, reason=reason, series=[series],
    )  # fmt: skip
    return decision_made(Viewer.of_company(viewer.company), UUID(done["evidence_id"]))


def test_the_sellers_click_on_a_lead_of_the_morning_is_refused(world, lead, as_role):
    viewer, row = lead
    hold_out(as_role, world.customer_of["wei_ming"])
    with pytest.raises(refusals.LeadForbiddenNow) as refused:
        answer(viewer, uuid4(), lead_id=row["lead_id"], code="INTERESTED")
    assert "HELD_OUT" in str(refused.value.data)


def test_at_the_counter_nothing_is_offered_and_the_customers_own_need_is_served(world, lead, as_role):
    viewer, row = lead
    customer, channel = world.customer_of["wei_ming"], channel_of(as_role, viewer)
    hold_out(as_role, customer)
    assert asked(viewer, customer, channel, row["series"], "OUTBOUND").offered == ()
    theirs = asked(viewer, customer, channel, row["series"], "INBOUND_NEED")
    assert [one.series for one in theirs.offered] == [row["series"]]


def test_a_silenced_customer_who_asks_is_served_too(world, lead, as_role):
    viewer, row = lead
    customer, channel = world.customer_of["wei_ming"], channel_of(as_role, viewer)
    block_contact(viewer, uuid4(), customer_id=customer)
    assert asked(viewer, customer, channel, row["series"], "OUTBOUND").offered == ()
    theirs = asked(viewer, customer, channel, row["series"], "INBOUND_NEED")
    assert [one.series for one in theirs.offered] == [row["series"]]


@pytest.mark.parametrize(("reason", "offered"), [("OUTBOUND", 0), ("INBOUND_NEED", 1)])
def test_the_interface_says_the_same(world, lead, as_role, reason, offered):
    viewer, row = lead
    customer, channel = world.customer_of["wei_ming"], channel_of(as_role, viewer)
    hold_out(as_role, customer)
    cache.clear()
    answered = Machine(Viewer.of_company(viewer.company), "DECISIONS").post(
        "/decisions",
        {
            "decision_id": str(uuid4()), "customer_id": str(customer), "channel": channel, "seller": viewer.seller,
            "reason": reason, "series": [row["series"]],
        },
    )  # fmt: skip
    assert answered.status_code == 201, answered.content
    assert len(answered.json()["offers"]) == offered


def test_no_colleague_is_sent_in_the_sellers_place(world, lead, as_role):
    viewer, row = lead
    hold_out(as_role, world.customer_of["wei_ming"])
    for colleague in colleagues(as_role, viewer):
        with pytest.raises((refusals.LeadForbiddenNow, refusals.ColleagueMayNot)):
            refer(viewer, uuid4(), lead_id=row["lead_id"], to_seller=colleague)


def test_what_was_referred_before_the_lot_fell_is_not_taken_over(world, lead, as_role):
    viewer, row = lead
    for colleague in colleagues(as_role, viewer):
        try:
            referral = refer(viewer, uuid4(), lead_id=row["lead_id"], to_seller=colleague)
        except refusals.ColleagueMayNot:
            continue
        break
    else:
        raise AssertionError("nobody could take Wei Ming's lead over")
    hold_out(as_role, world.customer_of["wei_ming"])
    with as_role("batch"), reading(SYSTEM):
        company = Seller.objects.get(seller_id=colleague).company_id
    with pytest.raises(refusals.LeadForbiddenNow):
        accept(Viewer.of_seller(colleague, company), uuid4(), referral_id=UUID(referral["referral_id"]))


def colleagues(as_role, viewer: Viewer) -> list[str]:
    with as_role("batch"), reading(SYSTEM):
        others = Seller.objects.exclude(seller_id=viewer.seller).order_by("seller_id")
        return list(others.values_list("seller_id", flat=True))
