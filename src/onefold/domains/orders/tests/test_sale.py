"""A sale without a hitch, and what must be true on the way."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from tests.selling import CAR, HOME, MOTOR, SYSTEM, selling

from onefold.commands import clock
from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.holdings.models import Contract
from onefold.domains.holdings.queries import holdings_of
from onefold.domains.leads.mine import needs_of
from onefold.domains.leads.needs import note_need
from onefold.domains.leads.passing import pass_on_late
from onefold.domains.leads.queries import lead
from onefold.domains.orders import actions, refusals
from onefold.domains.orders.queries import order, steps_open
from onefold.domains.orders.rules import CANCELLED_REFUNDED, IN_FORCE, VOID_UNPAID


def events(as_role, name: str) -> list[dict]:
    from onefold.commands.models import OutboxEvent

    with as_role("batch"), reading(SYSTEM):
        return list(
            OutboxEvent.objects.filter(name=f"orders.{name}").order_by("event_id").values_list("payload", flat=True)
        )


def test_from_a_proposal_to_cover_each_effect_once(shop, as_role):
    shop.to("issued")
    assert shop.path == [
        "QUOTING", "PROPOSED", "DISCLOSED", "UNDERWRITING", "ACCEPTED", "AUTHORISING", "CAPTURING", "ISSUING", "ISSUED",
    ]  # fmt: skip
    assert shop.effects() == {"ISSUED": 1, "AUTHORISED": 1, "CAPTURED": 1}
    told = events(as_role, "ItemIssued")
    assert [one["premium_minor"] for one in told] == [421_000]
    assert UUID(told[0]["contract_id"]) == shop.item.contract_id
    assert shop.complete() == 1 and shop.states == [IN_FORCE]
    assert [one["contract_id"] for one in events(as_role, "ItemInForce")] == [told[0]["contract_id"]]


def test_the_contract_is_in_the_customers_picture_at_once(shop):
    shop.to("issued")
    owner = Viewer.of_company("HPC")
    held = [row for row in holdings_of(owner, shop.customer_id) if row.contract_id == shop.item.contract_id]
    assert [(row.series, row.in_force, row.premium_minor) for row in held] == [("HPC.MOTOR", True, 421_000)]


def test_another_companys_contract_makes_the_customer_known_there(shop, as_role):
    shop.to("issued")
    contract_id = shop.item.contract_id
    assert (shop.item.owner_company, shop.viewer.company) == ("HPC", "HLIFE")
    with as_role("batch"), reading(SYSTEM):
        contract = Contract.objects.get(contract_id=contract_id)
        assert contract.source_record.company_id == "HPC"
        assert contract.source_record.membership.customer_id == shop.customer_id


def test_what_costs_nothing_is_issued_without_the_gateway(shop, as_role, sandboxes):
    bank = selling(as_role, sandboxes, "HB3001", "HBANK.CARD.STD")
    bank.to("issued", "HBANK.CARD.STD")
    assert bank.states == ["ISSUED"] and bank.effects() == {"ISSUED": 1}


def test_a_price_is_itemised_and_its_parts_are_the_price(shop):
    shop.to("proposed", MOTOR, HOME, choice="EACH")
    for item in shop.now.items:
        assert sum(minor for _, minor in item.parts) == item.premium_minor > 0


def test_nothing_is_chosen_or_confirmed_beforehand(shop):
    with pytest.raises(refusals.ChoiceMissing):
        shop.propose(MOTOR, HOME)
    shop.to("proposed")
    with pytest.raises(refusals.DisclosuresIncomplete):
        actions.confirm_disclosures(shop.viewer, uuid4(), item_id=shop.item.item_id, codes=["TERMS_AND_PRICE"])
    shop.disclose()
    with pytest.raises(refusals.SignatureMissing):
        actions.apply(shop.viewer, uuid4(), item_id=shop.item.item_id, declarations={}, signed=False)


def test_each_by_itself_one_is_refused_and_the_other_bought(shop):
    shop.to("proposed", MOTOR, HOME, choice="EACH")
    motor, home = shop.now.items
    actions.refuse(shop.viewer, uuid4(), item_id=home.item_id)
    shop.disclose(motor), shop.run(), shop.apply(motor), shop.run(), shop.pay(), shop.run()
    assert shop.states == ["ISSUED", VOID_UNPAID]


def test_all_or_none_one_declined_ends_the_other(shop):
    shop.to("proposed", MOTOR, HOME, choice="ALL")
    shop.disclose()
    motor, home = shop.now.items
    shop.apply(motor), shop.run()
    assert shop.states[0] == "ACCEPTED"
    with pytest.raises(refusals.NotYetThere):
        shop.pay()
    actions.refuse(shop.viewer, uuid4(), item_id=home.item_id)
    assert shop.states == [VOID_UNPAID, VOID_UNPAID]
    assert shop.effects(motor) == {} and shop.effects(home) == {}


def test_all_or_none_money_moves_when_it_is_there_for_all(shop):
    shop.to("issued", MOTOR, HOME, choice="ALL")
    assert shop.states == ["ISSUED", "ISSUED"]
    assert "AUTHORISED" in shop.path
    assert all(shop.effects(item)["CAPTURED"] == 1 for item in shop.now.items)


@pytest.mark.parametrize(
    ("answers", "declared", "state"),
    [({}, {"private_use": 0}, "COUNTERED"), ({"claims": 5}, {}, "REFERRED"), ({"vehicle_age": 15}, {}, VOID_UNPAID)],
)
def test_the_underwriter_answers_in_four_ways(shop, answers, declared, state):
    shop.to("proposed", answers=answers)
    shop.disclose(), shop.apply(**declared), shop.run()
    assert shop.states == [state]
    assert shop.item.reason


def test_a_counter_offer_is_taken_by_the_customer_before_it_is_paid(shop):
    shop.to("proposed")
    shop.disclose(), shop.apply(private_use=0), shop.run()
    with pytest.raises(refusals.NotYetThere):
        shop.pay()
    actions.accept_counter(shop.viewer, uuid4(), item_id=shop.item.item_id)
    shop.pay(), shop.run()
    assert shop.states == ["ISSUED"] and shop.item.premium_minor == 523_000 > shop.item.quoted_minor


def test_what_was_referred_goes_on_when_the_underwriter_has_decided(shop):
    shop.to("proposed", answers={"claims": 5})
    shop.disclose(), shop.apply(), shop.run()
    operation_id = next(row.operation_id for row in steps_open(shop.viewer) if row.item_id == shop.item.item_id)
    actions.look_again(shop.viewer, uuid4(), item_id=shop.item.item_id)
    shop.run()
    assert shop.states == ["REFERRED"]
    shop.sandboxes.core.post("/v1/HPC/rulings", {"operation_id": str(operation_id), "decision": "ACCEPT"})
    actions.look_again(shop.viewer, uuid4(), item_id=shop.item.item_id)
    shop.run()
    assert shop.states == ["ACCEPTED"]


def test_a_quote_that_is_over_ends_the_item(shop):
    shop.to("proposed")
    with shop.as_role("owner"):
        clock.set_demo_clock(clock.now() + timedelta(days=30))
    with pytest.raises(refusals.OverBefore):
        shop.disclose()
    assert shop.complete() == 1
    assert shop.states == [VOID_UNPAID] and shop.item.reason == "OVER"


def test_within_the_free_look_everything_comes_back(shop, as_role):
    shop.to("issued", "HLIFE.TERM.STD")
    shop.cancel()
    shop.run()
    assert shop.states == [CANCELLED_REFUNDED]
    assert shop.effects() == {"ISSUED": 1, "WITHDRAWN": 1, "AUTHORISED": 1, "CAPTURED": 1, "REFUNDED": 1}
    assert [(one["reason"], one["refunded_minor"]) for one in events(as_role, "ItemCancelled")] == [
        ("FREE_LOOK", shop.item.premium_minor)
    ]
    held = [row for row in holdings_of(shop.viewer, shop.customer_id) if row.contract_id == shop.item.contract_id]
    assert [row.status for row in held] == ["CANCELLED"]


@pytest.mark.parametrize(
    ("account", "reason"), [("acct.the-seller", "PAYER_IS_ANOTHER"), ("empty.", "NOT_ENOUGH_MONEY")]
)
def test_who_is_no_party_does_not_pay_and_another_account_may_be_tried(shop, account, reason):
    shop.to("accepted")
    with pytest.raises(refusals.PayerNotParty):
        shop.pay(payer="SELLER")
    shop.pay(account=account if account.startswith("acct") else f"empty.{shop.customer_id}")
    shop.run()
    assert (shop.item.state, shop.item.reason) == ("ACCEPTED", reason)
    shop.pay(), shop.run()
    assert shop.states == ["ISSUED"]


def test_somebody_elses_order_is_no_order(shop):
    shop.to("proposed")
    other = Viewer.of_seller("HP2002", "HPC")
    for ask in (lambda: order(other, shop.order_id), lambda: actions.cancel(other, uuid4(), item_id=shop.item.item_id)):
        with pytest.raises(refusals.OrderUnknown):
            ask()


def test_without_partners_nothing_begins(shop, settings_of):
    with settings_of(PARTNERS=""), pytest.raises(refusals.PartnerMissing):
        shop.propose()


def test_an_answer_out_of_range_or_not_asked_is_refused(shop):
    for answers in ({"claims": 99}, {"religion": 1}):
        with pytest.raises(refusals.AnswersUnfit):
            shop.propose(answers=answers)
    assert CAR["claims"] == 0


def test_a_wish_stays_the_sellers_while_its_sale_goes_on_and_ends_with_the_contract(shop, as_role):
    asked = note_need(
        shop.viewer, uuid4(), customer_id=shop.customer_id, series=MOTOR.rsplit(".", 1)[0], source="SELLER"
    )
    lead_id, oneself = UUID(asked["lead_id"]), Viewer.of_customer(str(shop.customer_id))

    def held_until() -> date | None:
        hold = lead(shop.viewer, lead_id).hold
        return hold.until if hold else None

    def days_pass(days: int) -> int:
        with as_role("batch"):
            clock.set_demo_clock(clock.now() + timedelta(days=days))
            return pass_on_late()

    first = held_until()
    assert days_pass(5) == 0 and needs_of(oneself)
    shop.propose(lead_id=lead_id)
    assert held_until() == first + timedelta(days=5), "a proposal counts the days anew"
    days_pass(2)
    shop.run()
    shop.disclose()
    assert held_until() == first + timedelta(days=7), "and so does each step of the sale"
    shop.apply()
    shop.run()
    shop.pay()
    shop.run_to_the_end()
    assert shop.states == ["ISSUED"]
    assert held_until() is None and needs_of(oneself) == []
    assert days_pass(20) == 0, "what is sold goes to no colleague"
