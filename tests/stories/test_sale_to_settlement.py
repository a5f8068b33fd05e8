"""A sale on a phone becomes money between two companies: orders, holdings, settlement and ledger, joined by their events."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from onefold.commands import clock, outbox
from onefold.config.reactions import REACTIONS
from onefold.domains.settlement import closing
from onefold.domains.settlement.models import Clearing, Movement, Sale, Statement
from onefold.domains.settlement.tests.selling import JOB, balances, broken
from tests.sandboxes import running
from tests.selling import selling


def relay(as_role) -> None:
    """What the relay does; runs of the pipeline are not asked for here."""
    kept = {name: to for name, to in REACTIONS.items() if name.split(".")[0] in ("orders", "holdings", "settlement")}
    with as_role("batch"):
        outbox.drain(kept)


@pytest.fixture(scope="module")
def partners(tmp_path_factory):
    with running(tmp_path_factory.mktemp("partners")) as both:
        yield both


@pytest.fixture
def shop(harbour, as_role, settings_of, partners):
    with settings_of(PARTNERS=partners.text):
        yield selling(as_role, partners)


def test_a_sale_on_a_phone_is_accrued_earned_and_settled_to_the_cent(shop, as_role):
    shop.to("issued")
    relay(as_role)
    with as_role("batch"):
        sold = Sale.objects.get(item_id=shop.item.item_id)
        assert (sold.outcome, sold.owner_company_id, sold.selling_company_id) == ("SETTLED", "HPC", "HLIFE")
        assert (sold.contract_id, sold.premium_minor) == (shop.item.contract_id, shop.item.premium_minor)
        assert set(Movement.objects.values_list("kind", flat=True)) == {"ACCRUED"} and broken() == []
    shop.complete()
    relay(as_role)
    with as_role("batch"):
        month = clock.now().date().replace(day=1)
        clock.set_demo_clock(clock.now() + timedelta(days=40))
        closing.close_until(JOB, month)
        row = Clearing.objects.get()
        earned = sum(Movement.objects.filter(line__payee="", kind="VESTED").values_list("payable_minor", flat=True))
        assert (row.debtor_id, row.creditor_id, row.net_minor) == ("HPC", "HLIFE", earned) and earned > 0
        assert Statement.objects.filter(person=sold.seller_code, paid_minor__gt=0).exists()
        assert not closing.close_month(JOB, month)["settled"]
        assert broken() == [] and dead() == 0


def test_a_contract_taken_back_in_its_free_look_leaves_no_money(shop, as_role, partners):
    life = selling(as_role, partners, "HL1001", "HLIFE.TERM.STD")
    life.to("issued", "HLIFE.TERM.STD")
    relay(as_role)
    life.cancel()
    life.run_to_the_end()
    relay(as_role)
    with as_role("batch"):
        kinds = set(Movement.objects.filter(line__sale_id=life.item.item_id).values_list("kind", flat=True))
        assert kinds == {"ACCRUED", "CANCELLED"} and not balances()
        assert broken() == [] and dead() == 0


def dead() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM commands_delivery WHERE state = 'DEAD'")
        return int(cursor.fetchone()[0])
