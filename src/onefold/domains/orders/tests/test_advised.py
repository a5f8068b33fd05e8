"""What needs advice is sold on advice given before, and on no other: at the proposal, the application, the payment and the issue."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from tests.sandboxes import running
from tests.selling import RICH, selling

from onefold.commands import clock
from onefold.domains.advice.actions import analyse_needs, give_opinion, insist
from onefold.domains.orders import gates, refusals
from onefold.domains.orders.queries import changes_of
from onefold.domains.orders.rules import VOID_REFUNDED

TERM, SERIES = "HLIFE.TERM.STD", "HLIFE.TERM"


@pytest.fixture(scope="module")
def partners(tmp_path_factory):
    with running(tmp_path_factory.mktemp("partners")) as both:
        yield both


@pytest.fixture
def shop(harbour, as_role, settings_of, partners):
    """A customer who may buy term life from the own company, and who was advised so and left it at that."""
    with settings_of(PARTNERS=partners.text):
        yield selling(as_role, partners, product=TERM)


def advised(shop, *needs: str, yearly_minor: int | None = None) -> dict:
    later(shop, minutes=1)
    analyse_needs(
        shop.viewer,
        uuid4(),
        customer_id=shop.customer_id,
        needs=list(needs) or ["LIFE"],
        budget_minor=100_000_000,
        income=RICH,
    )
    return give_opinion(shop.viewer, uuid4(), customer_id=shop.customer_id, series=SERIES, yearly_minor=yearly_minor)


def later(shop, **by: int) -> None:
    with shop.as_role("batch"):
        clock.set_demo_clock(clock.now() + timedelta(**by))


def proposed(shop) -> None:
    """A proposal, with nobody giving advice on the way."""
    from tests.selling import ANSWERS

    from onefold.domains.orders import proposing

    wanted = [{"product": TERM, "answers": ANSWERS[TERM]}]
    made = proposing.propose(shop.viewer, uuid4(), customer_id=shop.customer_id, need="INBOUND_NEED", items=wanted)
    shop.order_id = UUID(made["order_id"])
    shop.run()


def test_without_an_opinion_nothing_is_proposed_and_the_refusal_says_what_to_do(shop):
    later(shop, days=31)
    with pytest.raises(refusals.AdviceMissing) as refused:
        proposed(shop)
    assert "opinion" in refused.value.sentence_in("en") and "适当性意见" in refused.value.sentence_in("zh-Hans")


def test_what_does_not_suit_is_not_sold(shop):
    opinion = advised(shop, yearly_minor=900_000_000)
    assert opinion["verdict"] == "UNSUITABLE"
    with pytest.raises(refusals.AdviceForbids):
        proposed(shop)


def test_advice_against_it_is_sold_against_only_when_the_customer_was_warned_and_insists(shop):
    opinion = advised(shop, "MOTOR")
    assert (opinion["verdict"], opinion["reasons"]) == ("STOP_ADVISED", ["NEED_MISMATCH"])
    with pytest.raises(refusals.WarningFirst):
        proposed(shop)
    insist(shop.viewer, uuid4(), opinion_id=UUID(opinion["opinion_id"]), warned=["NEED_MISMATCH"], own_will=True)
    proposed(shop)
    assert shop.item.state == "PROPOSED"


def test_no_sale_is_made_first_and_assessed_after(shop):
    """An opinion that came after the proposal carries no application: it has to be proposed anew."""
    advised(shop)
    proposed(shop)
    shop.disclose()
    advised(shop)
    with pytest.raises(refusals.AdviceMissing):
        shop.apply()
    proposed(shop)
    shop.disclose()
    shop.apply()
    assert shop.item.state == "UNDERWRITING"


def test_advice_that_turns_before_payment_stops_it_and_before_issue_brings_the_money_back(shop):
    advised(shop)
    proposed(shop)
    shop.disclose()
    shop.apply()
    shop.run()
    advised(shop, "MOTOR")
    with pytest.raises(refusals.AdviceMissing):
        shop.pay()
    assert shop.item.state == "ACCEPTED"


def test_what_is_paid_is_not_issued_once_the_advice_is_overtaken(shop):
    advised(shop)
    proposed(shop)
    shop.disclose()
    shop.apply()
    shop.run()
    shop.pay()
    advised(shop, "MOTOR")
    shop.run_to_the_end()
    assert shop.item.state == VOID_REFUNDED
    assert "ADVICE_MISSING" in {change.reason for change in changes_of(shop.viewer, shop.item.item_id)}
    effects = shop.effects()
    assert "ISSUED" not in effects and effects.get("CAPTURED", 0) == effects.get("REFUNDED", 0)


def test_a_car_needs_no_opinion_and_an_organisation_judges_for_itself(shop, monkeypatch):
    from onefold.commands.scope import reading

    with reading(shop.viewer) as at:
        assert not gates.opinion_needed(shop.viewer, shop.customer_id, "HPC.MOTOR", at)
        assert gates.opinion_needed(shop.viewer, shop.customer_id, "HFUND.EQUITY", at)
        monkeypatch.setattr(gates, "person", lambda *_: type("Firm", (), {"kind": "ORGANISATION"}))
        assert not gates.opinion_needed(shop.viewer, shop.customer_id, "HFUND.EQUITY", at)
