"""The dialler's gate: by day, while nothing forbids it, a number is handed out; at night or against a wish it is not; recordings are told of once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from onefold.commands import clock
from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.leads import refusals
from onefold.domains.leads.actions import answer
from onefold.domains.leads.calling import calls_about, dial, note_recording, number_of
from onefold.domains.leads.models import Call
from onefold.domains.leads.needs import note_need
from tests.stories.harbour import SYSTEM, World

NIGHT = datetime(2026, 6, 30, 13, 30, tzinfo=UTC)
"""Half past nine in the evening in Shanghai."""


@pytest.fixture
def lead(harbour, as_role) -> tuple[Viewer, UUID, UUID]:
    """Lin's lead about Wei Ming: the seller, the lead, the customer."""
    world = World(as_role)
    seller, row = world.lead_of("wei_ming")
    return seller, UUID(str(row["lead_id"])), world.customer_of["wei_ming"]


def at(as_role: Any, moment: datetime) -> None:
    with as_role("owner"):
        clock.set_demo_clock(moment)


def test_by_day_a_number_is_handed_out_and_written_down(lead):
    seller, lead_id, _ = lead
    call_id = UUID(dial(seller, uuid4(), lead_id=lead_id)["call_id"])
    assert number_of(seller, lead_id) == "15400000001"
    assert [row.call_id for row in calls_about(seller, lead_id)] == [call_id]


def test_twice_with_one_id_is_one_call(lead):
    seller, lead_id, _ = lead
    command_id = uuid4()
    assert dial(seller, command_id, lead_id=lead_id) == dial(seller, command_id, lead_id=lead_id)
    assert len(calls_about(seller, lead_id)) == 1


def test_at_night_nobody_is_called_also_who_asked_for_it(lead, as_role):
    seller, lead_id, customer_id = lead
    wanted = note_need(seller, uuid4(), customer_id=customer_id, series="HPC.MOTOR", source="SELLER")
    at(as_role, NIGHT)
    for one in {lead_id, UUID(wanted["lead_id"])}:
        with pytest.raises(refusals.CallForbiddenNow) as refused:
            dial(seller, uuid4(), lead_id=one)
        assert "QUIET_TIME" in refused.value.sentence_in("en") and "不得致电" in refused.value.sentence_in("zh-Hans")
    with as_role("batch"), reading(SYSTEM):
        assert not Call.objects.exists()


def test_who_wants_to_be_left_alone_is_not_called(lead):
    seller, lead_id, _ = lead
    answer(seller, uuid4(), lead_id=lead_id, code="DO_NOT_CONTACT")
    with pytest.raises((refusals.CallForbiddenNow, refusals.LeadAnsweredBefore)):
        dial(seller, uuid4(), lead_id=lead_id)


def test_nobody_elses_lead_is_dialled(lead):
    _, lead_id, _ = lead
    with pytest.raises(refusals.LeadUnknown):
        dial(Viewer.of_seller("HB3001", "HBANK"), uuid4(), lead_id=lead_id)


def test_a_recording_is_told_of_once_by_its_reference(lead):
    seller, lead_id, _ = lead
    call_id = UUID(dial(seller, uuid4(), lead_id=lead_id)["call_id"])
    for unfit in ("", " ", "x" * 101):
        with pytest.raises(refusals.ReferenceUnfit):
            note_recording(seller, uuid4(), call_id=call_id, reference=unfit)
    note_recording(seller, uuid4(), call_id=call_id, reference="REC-2026-0001")
    assert [row.recording for row in calls_about(seller, lead_id)] == ["REC-2026-0001"]
    with pytest.raises(refusals.RecordingNotedBefore):
        note_recording(seller, uuid4(), call_id=call_id, reference="REC-2026-0002")
    with pytest.raises(refusals.CallUnknown):
        note_recording(Viewer.of_seller("HB3001", "HBANK"), uuid4(), call_id=call_id, reference="REC")


def test_the_history_of_the_lead_shows_it(lead, sign_in):
    seller, lead_id, _ = lead
    call_id = UUID(dial(seller, uuid4(), lead_id=lead_id)["call_id"])
    note_recording(seller, uuid4(), call_id=call_id, reference="REC-7")
    page = sign_in(seller.seller.lower()).get(f"/today/{lead_id}/").content.decode()
    assert "Called" in page and "REC-7" in page
