"""With whom a customer's wish is: taken in time it stays, left or forgotten it goes on, and when nobody is left it waits for anybody."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from onefold.commands import clock
from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.leads import refusals
from onefold.domains.leads.actions import answer
from onefold.domains.leads.exports import export
from onefold.domains.leads.mine import needs_of
from onefold.domains.leads.models import Need, NeedLeft, NeedTaken
from onefold.domains.leads.needs import note_need
from onefold.domains.leads.passing import leave, pass_on, pass_on_late, take_up, take_waiting, waiting_for_anybody
from onefold.domains.leads.queries import lead, open_leads_of
from onefold.domains.leads.referral_queries import qualified
from onefold.domains.sellers.queries import sellers
from onefold.seam import datasets
from onefold.web.tests.pages import english as english
from onefold.web.tests.pages import text_of
from tests.stories.harbour import World

COUNTER = Viewer.of_company("HLIFE", "counter", frozenset({"COUNTER"}))
SERIES = "HPC.HOME"


@pytest.fixture
def wei(harbour, as_role) -> UUID:
    return World(as_role).customer_of["wei_ming"]


@pytest.fixture
def night(as_role):
    """The clock's job, some hours later."""

    def passes(hours: int) -> int:
        with as_role("batch"):
            clock.set_demo_clock(clock.now() + timedelta(hours=hours))
            return pass_on_late()

    return passes


def asks(customer: UUID, **more: str) -> dict[str, str]:
    return note_need(COUNTER, uuid4(), customer_id=customer, series=SERIES, source="COUNTER", **more)


def seller(code: str) -> Viewer:
    return Viewer.of_seller(code, "HLIFE")


def able() -> list[str]:
    with reading(COUNTER) as at:
        own = [row for row in sellers(COUNTER).values() if row.company == "HLIFE"]
        return [row.seller for row in qualified(COUNTER, SERIES, "HPC", own, at.date())]


def has_it(code: str) -> bool:
    return any(row.series == SERIES and row.asked for row in open_leads_of(seller(code)))


def test_what_is_not_taken_in_a_day_goes_to_the_next_and_keeps_its_end(wei, night):
    done = asks(wei)
    first = lead(seller(done["seller"]), UUID(done["lead_id"]))
    assert first.take_until is not None
    assert night(23) == 0 and has_it(done["seller"])
    assert night(2) == 1
    assert not has_it(done["seller"])
    with reading(COUNTER):
        now = Need.objects.get(left=None)
        before = Need.objects.get(need_id=done["need_id"])
    assert now.seller_id != before.seller_id and has_it(now.seller_id)
    assert (now.at, now.expires_on, now.note) == (before.at, before.expires_on, before.note)
    assert night(0) == 0, "once"


@pytest.mark.parametrize("how", ["said so", "answered"])
def test_what_is_taken_stays(wei, night, how):
    done = asks(wei)
    who, lead_id = seller(done["seller"]), UUID(done["lead_id"])
    if how == "said so":
        for command in [uuid4()] * 2:
            take_up(who, command, lead_id=lead_id)
    else:
        answer(who, uuid4(), lead_id=lead_id, code="NOT_REACHED")
    assert night(48) == 0 and has_it(done["seller"])
    assert lead(who, lead_id).take_until is None
    with reading(COUNTER):
        assert NeedTaken.objects.count() == 1


def test_it_goes_round_all_who_may_and_then_waits_for_anybody_of_the_company(wei, night):
    rounds = able()
    asks(wei)
    for _ in rounds:
        assert night(25) == 1
    assert night(25) == 0
    with reading(COUNTER):
        had = list(Need.objects.values_list("seller_id", flat=True))
        assert sorted(had) == sorted(rounds), "each once"
        assert NeedLeft.objects.filter(waits=True).count() == 1
    assert not any(has_it(code) for code in rounds)
    late = seller(rounds[-1])
    waiting = waiting_for_anybody(late)
    assert [row.series for row in waiting] == [SERIES]
    taken = take_waiting(late, uuid4(), need_id=waiting[0].need_id)
    assert has_it(rounds[-1]) and waiting_for_anybody(late) == []
    assert lead(late, UUID(taken["lead_id"])).take_until is None
    with pytest.raises(refusals.NeedGone):
        take_waiting(seller(rounds[0]), uuid4(), need_id=waiting[0].need_id)


def test_another_companys_seller_sees_nothing_of_what_waits(wei, night):
    asks(wei)
    for _ in able():
        night(25)
    stranger = Viewer.of_seller("HB3001", "HBANK")
    assert waiting_for_anybody(stranger) == []
    with reading(stranger):
        assert not Need.objects.exists() and not NeedLeft.objects.exists()


def test_whoever_cannot_passes_it_on_at_once_and_no_one_elses(wei):
    done = asks(wei)
    stranger = seller(next(code for code in able() if code != done["seller"]))
    with pytest.raises(refusals.LeadUnknown):
        leave(stranger, uuid4(), lead_id=UUID(done["lead_id"]))
    passed = leave(seller(done["seller"]), uuid4(), lead_id=UUID(done["lead_id"]))
    assert passed["seller"] != done["seller"] and has_it(passed["seller"]) and not has_it(done["seller"])
    with pytest.raises(refusals.NeedGone):
        leave(seller(done["seller"]), uuid4(), lead_id=UUID(done["lead_id"]))


def test_the_clock_takes_nothing_from_who_took_it_meanwhile(wei, night):
    done = asks(wei)
    take_up(seller(done["seller"]), uuid4(), lead_id=UUID(done["lead_id"]))
    with pytest.raises(refusals.NeedGone):
        pass_on(COUNTER, uuid4(), need_id=UUID(done["need_id"]), late=True)


def test_asked_again_it_goes_on_where_it_is_and_where_the_customer_wishes_it_moves(wei):
    done = asks(wei)
    take_up(seller(done["seller"]), uuid4(), lead_id=UUID(done["lead_id"]))
    again = asks(wei, note="again")
    assert again["seller"] == done["seller"]
    assert lead(seller(done["seller"]), UUID(again["lead_id"])).take_until is None, "taken, and still"
    other = next(code for code in able() if code != done["seller"])
    moved = asks(wei, wished=other)
    assert moved["seller"] == other and has_it(other) and not has_it(done["seller"])


def test_a_seller_takes_it_on_the_phone_passes_it_on_and_takes_what_waits(wei, night, sign_in):
    done = asks(wei)
    client, page = sign_in(done["seller"].lower()), f"/today/{done['lead_id']}/"
    assert "The customer is waiting" in text_of(client.get(page))
    assert "take it by" in text_of(client.get("/today/"))
    command = {"command_id": str(uuid4())}
    for _ in range(2):
        said = text_of(client.post(f"{page}need/leaving/", command, follow=True))
        assert "Passed on to the next colleague" in said, "sent twice counts once"
    for _ in able():
        night(25)
    today = client.get("/today/")
    assert "Asked for, and nobody has it" in text_of(today)
    address = re.search(r'action="(/today/needs/[^"]+)"', today.content.decode())
    assert address
    said = text_of(client.post(address[1], {"command_id": str(uuid4())}, follow=True))
    assert "It is yours" in said and "The customer is waiting" not in said


def test_asked_again_while_it_waits_it_waits_no_more(wei, night):
    asks(wei)
    for _ in able():
        night(25)
    anybody = seller(able()[0])
    assert waiting_for_anybody(anybody)
    again = asks(wei)
    assert has_it(again["seller"]) and waiting_for_anybody(anybody) == []


def test_the_funnel_counts_a_wish_once_however_many_had_it(wei, night, as_role):
    asks(wei)
    for _ in able():
        night(25)
    with as_role("batch"), reading(Viewer.system("test")):
        leads = dict(export())[datasets.LEADS].to_pylist()
    asked = [row for row in leads if row["source"] == "ASKED"]
    assert len(asked) == 1 and len(able()) > 1


def test_the_customer_is_told_when_nobody_took_it(wei, night):
    oneself = Viewer.of_customer(str(wei))
    done = asks(wei)
    assert [(row.seller, row.taken) for row in needs_of(oneself)] == [(done["seller"], False)]
    for _ in able():
        night(25)
    assert [(row.seller, row.taken) for row in needs_of(oneself)] == [("", False)]
    take_waiting(seller(able()[0]), uuid4(), need_id=waiting_for_anybody(seller(able()[0]))[0].need_id)
    assert [(row.seller, row.taken) for row in needs_of(oneself)] == [(able()[0], True)]
