"""Decide what, if anything, to speak about with a customer now; what it rested on is written down in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from onefold.commands.action import Command, action
from onefold.commands.prepared import answers, insert
from onefold.commands.scope import today
from onefold.decision.core import CORE_VERSION
from onefold.domains import rulebook
from onefold.domains.customers.references import whom_we_call
from onefold.domains.offers import evidence
from onefold.domains.offers.conclusions import FORM, FORMS, packed
from onefold.domains.offers.gathering import Question, gather
from onefold.domains.offers.models import Evidence
from onefold.domains.offers.terms import terms
from onefold.domains.releases.queries import in_force
from onefold.kernel.ids import new_id


@action
def decide(
    command: Command,
    *,
    decision_id: UUID,
    channel: str,
    reason: str,
    customer_id: UUID | None = None,
    customer_key: str = "",
    seller: str = "",
    series: Sequence[str] = (),
) -> dict[str, Any]:
    """Decide for one customer, by what is true at this moment and the scores of the release in force, by the batch's own core.

    Either `customer_id` or `customer_key`, the company's own. `reason`: OUTBOUND (we come) or INBOUND_NEED (the customer did).
    Raises `NothingPublished`, `CustomerUnknown`, `ChannelNotYours`, `SellerNotYours`, `SeriesUnknown`.
    """
    asked_first = [in_force()] if customer_id else [in_force(), whom_we_call(customer_key)]
    release, who = [*answers(command.viewer, *asked_first), customer_id][:2]
    asked = Question(who, channel, seller, reason, tuple(series))
    known = terms(command.viewer, release, today(command.at))
    facts = gather(command.viewer, asked, known, release, command.at)
    content = vars(facts)
    verdict = FORMS[FORM](content, CORE_VERSION)
    row = _evidence(command, asked, packed(content), packed(verdict))
    row.decision_id, row.release_id, row.model_version = decision_id, release.release_id, known.models_version
    insert(row)
    command.audit(str(who), evidence=str(row.evidence_id), channel=channel, reason=reason)
    evidence.remember(row, content, verdict)
    return {"evidence_id": str(row.evidence_id)}


def _evidence(command: Command, asked: Question, facts: bytes, verdict: bytes) -> Evidence:
    return Evidence(
        evidence_id=new_id(),
        company_code=command.viewer.company,
        seller_code=command.viewer.seller,
        actor=command.viewer.key,
        customer_id=asked.customer_id,
        at=command.at,
        channel=asked.channel,
        reason=asked.reason,
        rulebook_version=rulebook.loaded().version,
        core_version=CORE_VERSION,
        form=FORM,
        facts=facts,
        verdict=verdict,
    )
