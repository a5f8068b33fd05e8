"""How a visit went to which a colleague came along: who led, who learned, who closed. Either of the two says it; the last word counts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from onefold.commands.action import Command, action
from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer
from onefold.domains.leads import events, refusals
from onefold.domains.leads.models import Referral, Visit
from onefold.domains.leads.referral_queries import ReferralRow, referral
from onefold.domains.leads.rules import ACCEPTED
from onefold.domains.leads.scope import referrals_seen_by


@dataclass(frozen=True)
class VisitRow:
    """One visit as it was last told. `learned_by`, `closed_by`: empty where nobody did."""

    held_on: date
    led_by: str
    learned_by: str
    closed_by: str


@action
def note_visit(
    command: Command, *, referral_id: UUID, held_on: date, led_by: str, learned_by: str = "", closed_by: str = ""
) -> dict[str, Any]:
    """Write down how it went; said again, it is corrected. Raises `ReferralUnknown`, `NobodyAlong`, `VisitUnfit`, `VisitDayImpossible`."""
    command.lock(referral_id)
    row = referral(command.viewer, referral_id)
    if row is None or command.viewer.seller not in (row.from_seller, row.to_seller):
        raise refusals.ReferralUnknown()
    if not went_along(row):
        raise refusals.NobodyAlong()
    both = {row.from_seller, row.to_seller}
    if led_by not in both or learned_by not in {"", *both} - {led_by} or closed_by not in {"", *both}:
        raise refusals.VisitUnfit()
    if not today(row.offered_at) <= held_on <= today(command.at):
        raise refusals.VisitDayImpossible()
    Visit.objects.create(
        referral_id=referral_id,
        number=Visit.objects.filter(referral_id=referral_id).count(),
        held_on=held_on,
        led_by_id=led_by,
        learned_by_id=learned_by or None,
        closed_by_id=closed_by or None,
        at=command.at,
        by=command.viewer.key,
    )
    command.audit(str(referral_id), held_on=held_on.isoformat(), led_by=led_by)
    command.emit(
        events.VisitNoted(str(referral_id), str(row.lead_id), held_on.isoformat(), led_by, learned_by, closed_by)
    )
    return {"referral_id": str(referral_id)}


def went_along(row: ReferralRow) -> bool:
    """Return whether a colleague has agreed to come along."""
    return row.kind == Referral.Kind.ACCOMPANY and row.state == ACCEPTED


def visits_of(viewer: Viewer, rows: Collection[ReferralRow]) -> dict[UUID, VisitRow]:
    """Return how the visits of these referrals went, as last told; none for those of which nothing was said."""
    asked = [row.referral_id for row in rows if went_along(row)]
    if not asked:
        return {}
    with reading(viewer) as at:
        seen = referrals_seen_by(viewer, today(at)).filter(referral_id__in=asked)
        told = Visit.objects.filter(referral__in=seen).order_by("referral_id", "-number").distinct("referral_id")
        found = told.values_list("referral_id", "held_on", "led_by_id", "learned_by_id", "closed_by_id")
        return {
            referral_id: VisitRow(on, led, learned or "", closed or "")
            for referral_id, on, led, learned, closed in found
        }
