"""The telephone opens by the gate only: by day, while nothing forbids it; and each tap is judged anew."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from onefold.commands import clock
from onefold.commands.viewer import Viewer
from onefold.domains.leads.calling import calls_about
from onefold.domains.leads.planning import remind
from onefold.domains.leads.queries import LeadRow, open_leads_of
from onefold.kernel.ids import new_id
from onefold.web.tests.pages import text_of

SELLER = Viewer.of_seller("HL1001", "HLIFE")
CHINESE = {"accept-language": "zh-hans"}
TEN = datetime(2026, 6, 30, 2, 0, tzinfo=UTC)
"""Ten in the morning in Shanghai."""
NIGHT = datetime(2026, 6, 30, 13, 30, tzinfo=UTC)


@pytest.fixture
def client(harbour: str, sign_in: Any, as_role: Any) -> Any:
    at(as_role, TEN)
    return sign_in("hl1001")


@pytest.fixture
def wei_ming(client: Any) -> LeadRow:
    return next(row for row in open_leads_of(SELLER) if (row.customer.name, row.series) == ("韦明", "HPC.MOTOR"))


def at(as_role: Any, moment: datetime) -> None:
    with as_role("owner"):
        clock.set_demo_clock(moment)


def tapped(client: Any, lead_id: Any, command_id: Any, **more: Any) -> Any:
    return client.post(f"/today/{lead_id}/calls/", {"command_id": command_id}, **more)


def test_a_tap_opens_the_telephone_and_the_call_is_in_the_history(client, wei_ming):
    answer = tapped(client, wei_ming.lead_id, new_id())
    assert (answer.status_code, answer["Location"]) == (302, "tel:15400000001")
    assert len(calls_about(SELLER, wei_ming.lead_id)) == 1
    assert "Called" in text_of(client.get(f"/today/{wei_ming.lead_id}/"))


def test_a_double_tap_is_one_call_and_a_tap_an_hour_later_another(client, wei_ming, as_role):
    command_id = new_id()
    for hour, minute in ((2, 0), (2, 0), (3, 0)):
        at(as_role, TEN.replace(hour=hour, minute=minute))
        assert tapped(client, wei_ming.lead_id, command_id)["Location"].startswith("tel:")
    assert len(calls_about(SELLER, wei_ming.lead_id)) == 2


def test_a_page_left_open_into_the_night_opens_no_telephone(client, wei_ming, as_role):
    command_id, page = new_id(), f"/today/{wei_ming.lead_id}/"
    tapped(client, wei_ming.lead_id, command_id)
    at(as_role, NIGHT)
    answer = tapped(client, wei_ming.lead_id, command_id)
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert "may not be called now" in text_of(client.get(page))
    refused = tapped(client, wei_ming.lead_id, command_id, headers=CHINESE)
    assert refused["Location"] == page and "现在不得致电" in text_of(client.get(page, headers=CHINESE))
    assert len(calls_about(SELLER, wei_ming.lead_id)) == 1


def test_no_page_holds_a_way_round_the_gate(client, wei_ming):
    remind(SELLER, new_id(), lead_id=wei_ming.lead_id, kind="CALL", due_at=TEN.replace(hour=6), note="")
    for page in ("/today/", "/today/calendar/", f"/today/{wei_ming.lead_id}/"):
        body = client.get(page).content.decode()
        assert "tel:" not in body and f'action="/today/{wei_ming.lead_id}/calls/"' in body, page


def test_a_colleagues_lead_opens_nothing(client, wei_ming, sign_in):
    assert tapped(sign_in("hp2001"), wei_ming.lead_id, new_id()).status_code == 404
    assert calls_about(SELLER, wei_ming.lead_id) == []
