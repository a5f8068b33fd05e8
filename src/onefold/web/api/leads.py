"""Leads of the company's sellers, and what came of them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Query, Router, Schema, Status
from pydantic import Field

from onefold.commands.viewer import Viewer
from onefold.domains.leads.actions import answer
from onefold.domains.leads.calling import dial, note_recording, number_of
from onefold.domains.leads.listing import lead_as_told, page_of
from onefold.domains.leads.rules import OUTCOMES
from onefold.domains.organisation.models import Scope
from onefold.kernel.ids import derived_id
from onefold.web.api.entrance import Token
from onefold.web.api.shapes import Problem
from onefold.web.api.words import CODE, asks_only

PAGE_MAX = 200
router = Router(auth=Token(Scope.LEADS), tags=["Leads"])
WORKED = {(400, 401, 403, 404, 409, 422, 429, 503, 507): Problem}


class LastOutcome(Schema):
    code: str
    not_until: date | None
    at: datetime


class LeadOut(Schema):
    """One customer, one series, one seller. `customer_keys`: your own keys of the customer. `score` in millionths, `value_minor` in minor
    units of the group's currency, `rank`: place on the seller's list.
    """

    lead_id: UUID
    customer_id: UUID
    customer_keys: list[str]
    series: str
    owner_company: str
    seller: str
    channel: str
    action: str
    score: int
    value_minor: int
    basis: int
    rank: int
    because: str
    opened_at: datetime
    last_outcome: LastOutcome | None


class LeadsOut(Schema):
    """`next`: ask with `after=next` for the following page; empty on the last one."""

    leads: list[LeadOut]
    next: UUID | None


class OutcomeIn(Schema):
    """`outcome_id`: an id of your own making; the same again is answered like the first time and has no second effect. `reason`: for
    DECLINED, one of the rulebook's (contact.declined_reasons).
    """

    outcome_id: UUID
    code: str = Field(max_length=30, pattern="^[A-Z_]+$", description=", ".join(OUTCOMES))
    not_until: date | None = Field(None, description="for NOT_UNTIL: the first day on which one may ask again")
    reason: str = Field("", max_length=30, pattern="^[A-Z_]*$")


class OutcomeOut(Schema):
    lead_id: UUID
    code: str
    until: date | None


@router.get(
    "/leads",
    response={200: LeadsOut, (401, 403, 404, 422, 429, 503, 507): Problem},
    url_name="leads",
    summary="Leads of your sellers, page by page",
)
def leads(
    request: Any,
    seller: str = Query("", max_length=20, pattern=f"{CODE}|^$"),
    channel: str = Query("", max_length=40, pattern=f"{CODE}|^$"),
    after: UUID | None = None,
    limit: int = Query(50, ge=1, le=PAGE_MAX),
) -> Any:
    """What may be worked on now: offered by the release in force, not closed, not silenced, with consent. A page may therefore be
    shorter than `limit`, also empty, while `next` says that there is more.
    """
    asks_only(request, "seller", "channel", "after", "limit")
    page = page_of(request.auth, seller=seller, channel=channel, after=after, limit=limit)
    return {"leads": [asdict(lead) for lead in page.leads], "next": page.next}


@router.post(
    "/leads/{lead_id}/outcomes",
    response={201: OutcomeOut, **WORKED},
    url_name="outcomes",
    summary="Report what came of a lead",
)
def outcomes(request: Any, lead_id: UUID, body: OutcomeIn) -> Any:
    """Written down as the lead's seller's answer, with all that follows from it: "not until" silences every company. Interest is
    refused where the offer may not be made any more.
    """
    viewer: Viewer = request.auth
    seller = Viewer.of_seller(lead_as_told(viewer, lead_id).seller, viewer.company, viewer.key)
    command_id = derived_id("api.outcome", viewer.key, str(body.outcome_id))
    done = answer(seller, command_id, lead_id=lead_id, code=body.code, not_until=body.not_until, reason=body.reason)
    return Status(201, {"lead_id": lead_id, "code": done["code"], "until": done["until"]})


class CallIn(Schema):
    """`request_id`: an id of your own making; the same again hands out nothing new."""

    request_id: UUID


class CallOut(Schema):
    call_id: UUID
    phone: str


class RecordingIn(Schema):
    """`reference`: where you keep the recording; the sound itself stays with you."""

    reference: str = Field(min_length=1, max_length=100)


class RecordingOut(Schema):
    call_id: UUID


@router.post(
    "/leads/{lead_id}/calls",
    response={201: CallOut, **WORKED},
    url_name="calls",
    summary="Ask whether a lead's customer may be called now; the number, if so",
)
def calls(request: Any, lead_id: UUID, body: CallIn) -> Any:
    """The dialler's gate: not at night, not against a wish to be left alone, not where the offer is forbidden by now. What is let through is
    written down; what is not is a 409 with the gates.
    """
    viewer: Viewer = request.auth
    seller = Viewer.of_seller(lead_as_told(viewer, lead_id).seller, viewer.company, viewer.key)
    done = dial(seller, derived_id("api.call", viewer.key, str(body.request_id)), lead_id=lead_id)
    return Status(201, {"call_id": done["call_id"], "phone": number_of(seller, lead_id)})


@router.post(
    "/calls/{call_id}/recording",
    response={201: RecordingOut, **WORKED},
    url_name="recordings",
    summary="Say where a call's recording is kept",
)
def recordings(request: Any, call_id: UUID, body: RecordingIn) -> Any:
    """Said once of a call; the same again, with the same reference, is answered like the first time."""
    viewer: Viewer = request.auth
    command_id = derived_id("api.recording", viewer.key, str(call_id), body.reference)
    note_recording(viewer, command_id, call_id=call_id, reference=body.reference)
    return Status(201, {"call_id": call_id})
