"""What must be true now is judged again: at the proposal, at the application, at the issue. And what need not be."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from tests.selling import SYSTEM

from onefold.commands import clock
from onefold.commands.action import Command
from onefold.commands.scope import entered, reading
from onefold.commands.staging import stage_facts
from onefold.commands.viewer import Viewer
from onefold.domains.consent.actions import withdraw
from onefold.domains.consent.queries import consents_of, marketing_allowed
from onefold.domains.holdings import imports
from onefold.domains.holdings.models import Contract
from onefold.domains.holdings.queries import holdings_of
from onefold.domains.orders import actions, refusals
from onefold.domains.orders.rules import VOID_REFUNDED

ENDED = "UPDATE organisation_agencyagreement SET valid_until = '2026-06-30' WHERE agreement_no = 'AG-2018-001'"


def ends(shop, statement: str) -> None:
    with shop.as_role("batch"), entered(SYSTEM, clock.now(), read_only=False), connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount == 1


def test_an_agreement_that_has_ended_stops_the_proposal_and_the_application(shop):
    shop.to("disclosed")
    ends(shop, ENDED)
    with pytest.raises(refusals.SaleForbiddenNow, match="NO_AGENCY_AGREEMENT"):
        shop.apply()
    with pytest.raises(refusals.SaleForbiddenNow, match="NO_AGENCY_AGREEMENT"):
        shop.propose()


def test_and_the_payment_and_what_is_paid_already_is_not_issued_but_given_back(shop):
    shop.to("accepted"), shop.pay()
    with shop.as_role("batch"):
        from onefold.domains.orders.running import run_next

        assert run_next() and run_next()
    assert shop.states == ["ISSUING"]
    ends(shop, ENDED)
    shop.run()
    assert shop.states == [VOID_REFUNDED]
    assert shop.effects() == {"AUTHORISED": 1, "CAPTURED": 1, "REFUNDED": 1}


def test_a_seller_whose_registration_ended_sells_nothing(shop):
    shop.to("accepted")
    ends(shop, "UPDATE sellers_seller SET registration_no = NULL WHERE seller_id = 'HL1001'")
    ends(shop, "UPDATE sellers_seller SET valid_until = '2026-06-30' WHERE seller_id = 'HL1001'")
    with pytest.raises(refusals.SaleForbiddenNow, match="NO_SELLER"):
        shop.pay()


def test_a_purchase_needs_no_consent_to_marketing_and_our_own_approach_does(shop):
    """Nobody is refused a contract for having refused advertising (PIPL 16)."""
    with reading(shop.viewer):
        given = [row for row in consents_of(shop.viewer, shop.customer_id) if not row.withdrawn]
    for row in given:
        if row.from_company == "HLIFE":
            withdraw(Viewer.of_company("HLIFE"), uuid4(), consent_id=row.consent_id, why="ASKED")
    with reading(shop.viewer):
        assert (shop.customer_id, "HLIFE", "HPC") not in marketing_allowed(shop.viewer, [shop.customer_id])
    with pytest.raises(refusals.SaleForbiddenNow, match="NO_CONSENT"):
        shop.propose(need="OUTBOUND")
    shop.to("issued")
    assert shop.states == ["ISSUED"]


def merged(shop, rows: list[tuple], release_id: str) -> list[str]:
    """What the next feeds say, as a release merges it; returns the events it told of."""
    with shop.as_role("batch"), entered(SYSTEM, clock.now(), read_only=False) as at:
        stage_facts(release_id, Contract, imports.COLUMNS, rows)
        imports.merge(Command(uuid4(), "test", SYSTEM, at), release_id)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name FROM commands_outboxevent WHERE payload->>'contract_id' = %s AND name LIKE 'holdings.%%'",
                [str(contract_of(shop).contract_id)],
            )
            return [name for (name,) in cursor.fetchall()]


def contract_of(shop) -> Contract:
    return Contract.objects.get(contract_id=shop.contract_id)


def test_sale_and_feed_meet_in_one_contract(shop):
    """A feed that does not know of it yet changes nothing; the one that brings it finds it there; from then on the feed speaks."""
    shop.to("issued")
    shop.contract_id, number = shop.item.contract_id, shop.item.contract_no
    assert merged(shop, [], "a" * 12) == []
    assert still(shop) == ("IN_FORCE", True)
    with shop.as_role("batch"), reading(SYSTEM):
        known = contract_of(shop)
        row = (
            known.contract_id, number, known.source_record_id, "HPC", "HPC.MOTOR", known.product_id, known.channel_id,
            known.seller_code, "IN_FORCE", known.valid_from, known.valid_until, known.premium_minor, "CNY",
            known.known_from + timedelta(days=1),
        )  # fmt: skip
    assert merged(shop, [row], "b" * 12) == [], "the sale has told of it; the feed does not tell again"
    assert still(shop) == ("IN_FORCE", False)
    assert (
        len([one for one in holdings_of(Viewer.of_company("HPC"), shop.customer_id) if one.contract_no == number]) == 1
    )
    cancelled = (*row[:8], "CANCELLED", *row[9:])
    assert merged(shop, [cancelled], "c" * 12) == ["holdings.ContractEnded"]


def still(shop) -> tuple[str, bool]:
    with shop.as_role("batch"), reading(SYSTEM):
        found = contract_of(shop)
        return found.status, found.awaited_since is not None


def test_who_only_issues_looks_on(shop):
    shop.to("proposed")
    owner = Viewer.of_company("HPC")
    with pytest.raises(refusals.OrderUnknown):
        actions.cancel(owner, uuid4(), item_id=shop.item.item_id)
