"""A customer asks of their own accord: the need becomes somebody's lead, without anybody's consent to advertising (second sale)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from onefold.commands.action import Command, action
from onefold.commands.scope import reading, today
from onefold.commands.viewer import ViewerKind
from onefold.decision.gates import OF_OUR_APPROACH, gates_in, mask_of
from onefold.domains import rulebook
from onefold.domains.catalogue.queries import series as catalogue_series
from onefold.domains.customers.queries import region_of
from onefold.domains.customers.references import person
from onefold.domains.leads import events, refusals
from onefold.domains.leads.models import Lead, Need
from onefold.domains.leads.referral_queries import load_of, qualified
from onefold.domains.leads.rules import NEED_SOURCES, assigned
from onefold.domains.leads.taking import refuse_long_note
from onefold.domains.offers.queries import judge_now, verdicts_of
from onefold.domains.sellers.queries import SellerRow, sellers
from onefold.kernel.ids import derived_id, new_id

NO_MATTER = mask_of(*OF_OUR_APPROACH)


@action
def note_need(
    command: Command, *, customer_id: UUID, series: str, source: str, note: str = "", wished: str = ""
) -> dict[str, Any]:
    """Write down what the customer asks for; it is the lead of whom the customer wishes, else of the serving seller, else of the
    nearest colleague who may sell it and has least to do.

    Raises `CustomerUnknown`, `WishUnknown`, `NoteTooLong`, `SellerMayNot`, `NobodyMaySell`, and `LeadForbiddenNow` where a gate
    forbids the sale whoever brings it.
    """
    who, row = person(command.viewer, customer_id), catalogue_series(command.viewer).get(series)
    if row is None or who.kind not in row.kinds or source not in NEED_SOURCES:
        raise refusals.WishUnknown()
    refuse_long_note(command, note)
    chosen = _chosen(command, customer_id, series, row.company, wished)
    _refuse_forbidden(command, customer_id, series, chosen.seller)
    on = today(command.at)
    need = Need(
        need_id=new_id(),
        lead_id=derived_id("lead", customer_id.hex, series, chosen.seller),
        customer_id=customer_id,
        series_id=series,
        seller_id=chosen.seller,
        seller_company_id=chosen.company,
        source=source,
        note=note,
        at=command.at,
        expires_on=_expires(on),
        by=command.viewer.key,
    )
    need.save(force_insert=True)
    _open_lead(command, need, row.company, chosen)
    command.audit(str(customer_id), need=str(need.need_id), series=series, source=source, seller=chosen.seller)
    command.emit(
        events.NeedNoted(str(need.need_id), str(need.lead_id), str(customer_id), series, source, chosen.seller)
    )
    return {"need_id": str(need.need_id), "lead_id": str(need.lead_id), "seller": chosen.seller}


def _expires(on: date) -> date:
    return on + timedelta(days=rulebook.value("contact.need_valid_days", on))


def _chosen(command: Command, customer_id: UUID, series: str, owner: str, wished: str) -> SellerRow:
    """Compliance's order: the customer's wish, the seller who serves, then capacity nearby."""
    viewer = command.viewer
    with reading(viewer) as at:
        own = [row for row in sellers(viewer).values() if row.company == viewer.company]
        able = {row.seller: row for row in qualified(viewer, series, owner, own, today(at))}
        serving = {row.seller for row in verdicts_of(viewer, customer_id) if row.seller}
        region, load = region_of(viewer, customer_id), load_of(viewer)
    if wished and wished not in able:
        raise refusals.SellerMayNot()
    mine = viewer.seller if viewer.kind == ViewerKind.SELLER else ""
    code = assigned(
        {code: (region is not None and row.region == region, load.get(code, 0)) for code, row in able.items()},
        wished=wished or mine,
        serving=serving,
    )
    if code is None or (mine and code != mine):
        raise refusals.NobodyMaySell()
    return able[code]


def _refuse_forbidden(command: Command, customer_id: UUID, series: str, seller: str) -> None:
    blocked = judge_now(command.viewer, customer_id, series, seller).blocked & ~NO_MATTER
    if blocked:
        raise refusals.LeadForbiddenNow(gates=", ".join(gate.name for gate in gates_in(blocked)))


def _open_lead(command: Command, need: Need, owner: str, chosen: SellerRow) -> None:
    """The seller's own lead, unless a release or an earlier need made it."""
    new = Lead(
        lead_id=need.lead_id, customer_id=need.customer_id, series_id=need.series_id, owner_company_id=owner,
        seller_id=chosen.seller, seller_company_id=chosen.company, channel_id=chosen.channel, opened_at=command.at,
    )  # fmt: skip
    Lead.objects.bulk_create([new], ignore_conflicts=True)
