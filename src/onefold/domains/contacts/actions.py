"""Write down an attempt; let an answer silence what it was about; take both back when it was a slip."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from onefold.commands.action import Command, action
from onefold.domains.contacts import events
from onefold.domains.contacts.models import Attempt, Retraction, Suppression, Touch
from onefold.domains.customers.references import household_of
from onefold.kernel.ids import new_id


@action
def record_attempt(
    command: Command,
    *,
    customer_id: UUID,
    channel: str,
    seller: str,
    series: str,
    outcome: str,
    answer_id: UUID | None = None,
    counted: bool = True,
) -> dict[str, Any]:
    """Write down that somebody tried to reach the customer about a series, and what came of it.

    `answer_id`: the answer it is part of, under whose id it can be retracted. `counted`: false where the call it answers was
    counted as the household's contact already.
    """
    attempt = Attempt.objects.create(
        attempt_id=answer_id or new_id(),
        customer_id=customer_id,
        company_id=command.viewer.company,
        channel_id=channel,
        seller_code=seller,
        series_code=series,
        outcome=outcome,
        at=command.at,
        by=command.viewer.key,
    )
    Touch.objects.bulk_create(
        Touch(touch_id=attempt.attempt_id, household_id=household_id, at=command.at, company_id=command.viewer.company)
        for household_id in (household_of(command.viewer, customer_id) if counted else ())
    )
    command.audit(str(customer_id), outcome=outcome, series=series)
    return {"attempt_id": str(attempt.attempt_id)}


@action
def silence(
    command: Command, *, customer_id: UUID, series: str, until: date, answer_id: UUID | None = None
) -> dict[str, Any]:
    """Offer this series (ALL: any series) to the customer no more before `until`, over all companies and channels."""
    Suppression.objects.create(
        suppression_id=answer_id or new_id(),
        customer_id=customer_id,
        series_code=series,
        until=until,
        company_id=command.viewer.company or None,
        at=command.at,
        by=command.viewer.key,
    )
    command.audit(str(customer_id), series=series, until=until.isoformat())
    command.emit(events.CustomerSilenced(str(customer_id), series, until.isoformat()))
    return {"until": until}


@action
def retract(command: Command, *, answer_id: UUID) -> dict[str, Any]:
    """Let the attempt and the silence of an answer count no more. Other answers' silences stay as they are."""
    Retraction.objects.create(
        answer_id=answer_id, company_id=command.viewer.company, at=command.at, by=command.viewer.key
    )
    command.audit(str(answer_id))
    command.emit(events.AnswerRetracted(str(answer_id)))
    return {"answer_id": str(answer_id)}
