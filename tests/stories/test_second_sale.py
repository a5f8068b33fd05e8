"""The customer's own wish starts the same chain as an offer: from a counter, a telephone, a seller; no consent to advertising is needed."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError
from hypothesis import given
from hypothesis import strategies as st

from onefold.commands import clock
from onefold.commands.scope import entered, reading
from onefold.commands.viewer import Viewer
from onefold.domains.consent.actions import block_contact
from onefold.domains.leads import refusals
from onefold.domains.leads.actions import answer
from onefold.domains.leads.models import Lead, Need
from onefold.domains.leads.needs import note_need
from onefold.domains.leads.queries import lead, open_leads_of
from onefold.domains.leads.rules import assigned
from onefold.web.tests.pages import text_of
from tests.stories.harbour import World

LIN, COUNTER = Viewer.of_seller("HL1001", "HLIFE"), Viewer.of_company("HLIFE", "counter", frozenset({"COUNTER"}))


@pytest.fixture
def wei(harbour, as_role) -> UUID:
    return World(as_role).customer_of["wei_ming"]


def asks(viewer: Viewer, customer: UUID, series: str = "HPC.MOTOR", source: str = "COUNTER", **more: str) -> dict:
    return note_need(viewer, uuid4(), customer_id=customer, series=series, source=source, **more)


def on_list(seller: Viewer) -> list[tuple[str, str]]:
    return [(row.series, row.asked) for row in open_leads_of(seller)]


def test_what_was_asked_at_the_counter_is_first_on_the_serving_sellers_list(wei):
    done = asks(COUNTER, wei, "HPC.HOME", note="for the new flat")
    assert done["seller"] == "HL1001"
    assert on_list(LIN)[0] == ("HPC.HOME", "COUNTER")
    assert lead(LIN, UUID(done["lead_id"])).wish == "for the new flat"


def test_whoever_refused_all_advertising_is_served_all_the_same(wei):
    """Blocked, and no consent to any offer: the wish is answered, an offer is not."""
    done = asks(COUNTER, wei)
    block_contact(COUNTER, uuid4(), customer_id=wei)
    assert ("HPC.MOTOR", "COUNTER") in on_list(LIN)
    answer(LIN, uuid4(), lead_id=UUID(done["lead_id"]), code="INTERESTED")
    assert [row for row in open_leads_of(LIN) if row.customer_id == wei and not row.asked] == []


def test_a_no_of_last_month_does_not_hide_todays_wish_and_todays_no_hides_it(wei, as_role):
    done = asks(COUNTER, wei)
    later(as_role, 1)
    answer(LIN, uuid4(), lead_id=UUID(done["lead_id"]), code="DECLINED", reason="NO_NEED")
    assert ("HPC.MOTOR", "COUNTER") not in on_list(LIN)
    later(as_role, 1)
    asks(COUNTER, wei, source="CALL_CENTRE")
    assert ("HPC.MOTOR", "CALL_CENTRE") in on_list(LIN)


def test_a_wish_is_not_worked_on_for_ever(wei, as_role):
    asks(COUNTER, wei, "HPC.HOME")
    later(as_role, 31)
    assert ("HPC.HOME", "COUNTER") not in on_list(LIN)


def later(as_role, days: int) -> None:
    with as_role("batch"):
        clock.set_demo_clock(clock.now() + timedelta(days=days))


def test_the_customers_choice_comes_first_and_must_be_able(wei):
    chosen = asks(COUNTER, wei, "HPC.HOME", wished="HL1002")
    assert chosen["seller"] == "HL1002"
    with pytest.raises(refusals.SellerMayNot):
        asks(COUNTER, wei, "HPC.HOME", wished="HB3001")


def test_what_nobody_of_the_company_may_sell_or_what_is_no_product_is_refused(wei):
    with pytest.raises(refusals.NobodyMaySell):
        asks(COUNTER, wei, "HTRUST.FAMILY")
    with pytest.raises(refusals.WishUnknown):
        asks(COUNTER, wei, "NOTHING")
    with pytest.raises(refusals.WishUnknown):
        asks(COUNTER, wei, source="RUMOUR")


def test_the_same_click_twice_is_one_need(wei):
    command = uuid4()
    for _ in range(2):
        note_need(COUNTER, command, customer_id=wei, series="HPC.HOME", source="COUNTER")
    with reading(COUNTER):
        assert Need.objects.count() == 1


def test_the_database_lets_no_company_make_anothers_lead_or_a_lead_nobody_asked_for(wei, as_role):
    done = asks(COUNTER, wei, "HPC.HOME")
    with reading(COUNTER):
        made = Lead.objects.get(lead_id=done["lead_id"])
    stranger = Viewer.of_company("HTRUST")
    with reading(stranger):
        assert not Need.objects.exists()
    made.lead_id = uuid4()
    with pytest.raises(DatabaseError), entered(COUNTER, clock.now(), read_only=False):
        made.save(force_insert=True)


def test_a_counter_writes_it_down_on_the_customers_page(wei, sign_in):
    client = sign_in("counter.hbank")
    page = client.get(f"/customers/{wei}/")
    assert "The customer asks for something" in text_of(page)
    form = {
        "command_id": str(uuid4()),
        "series": "HBANK.CARD",
        "source": "COUNTER",
        "note": "a second card",
        "wished": "",
    }
    said = text_of(client.post(f"/customers/{wei}/needs/", form, follow=True))
    assert "It stands first on the list of" in said, said


ABLE = st.dictionaries(st.sampled_from("abcdef"), st.tuples(st.booleans(), st.integers(0, 5)))


@given(able=ABLE, serving=st.sets(st.sampled_from("abcdef")), wished=st.sampled_from(["", *"abcdef"]))
def test_wish_before_service_before_nearness_before_load(able, serving, wished):
    code = assigned(able, wished=wished, serving=serving)
    if wished:
        assert code == (wished if wished in able else None)
    elif not able:
        assert code is None
    else:
        assert (code in serving) == bool(serving & able.keys())
        rivals = [one for one in able if (one in serving) == (code in serving)]
        assert all((not able[code][0], able[code][1]) <= (not able[one][0], able[one][1]) for one in rivals)
