"""A customer asks of their own accord: the need becomes somebody's lead, without anybody's consent to advertising (second sale)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count

from onefold.commands.action import Command, action
from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer, ViewerKind
from onefold.decision.gates import OF_OUR_APPROACH, gates_in, mask_of
from onefold.domains import rulebook
from onefold.domains.catalogue.queries import series as catalogue_series
from onefold.domains.customers.queries import region_of
from onefold.domains.customers.references import companies_knowing, person
from onefold.domains.leads import events, refusals
from onefold.domains.leads.models import Lead, Need, NeedLeft, NeedTaken
from onefold.domains.leads.protecting import hold_of, protect, release
from onefold.domains.leads.referral_queries import load_of, qualified
from onefold.domains.leads.rules import NEED_SOURCES, assigned
from onefold.domains.leads.scope import leads_seen_by, needs_open, needs_waiting
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
    nearest colleague who may sell it and has least to do. Where all hold as many as they may, it waits for anybody (seller = "").

    Raises `CustomerUnknown`, `WishUnknown`, `NoteTooLong`, `SellerMayNot`, `NobodyMaySell`, `WithColleague`, and `LeadForbiddenNow` where a gate
    forbids the sale whoever brings it.
    """
    who, row = person(command.viewer, customer_id), catalogue_series(command.viewer).get(series)
    if row is None or who.kind not in row.kinds or source not in NEED_SOURCES:
        raise refusals.WishUnknown()
    refuse_long_note(command, note)
    command.lock(f"need of {customer_id} for {series}")
    before, holder = _same_before(command, customer_id, series)
    choice = next_seller(command, customer_id, series, wished=wished, holder=holder)
    chosen, waits = choice.seller, choice.full and not wished and not command.viewer.seller
    refuse_forbidden(command, customer_id, series, chosen.seller)
    on = today(command.at)
    need = Need(
        customer_id=customer_id,
        series_id=series,
        source=source,
        note=note,
        at=command.at,
        expires_on=on + timedelta(days=rulebook.value("contact.need_valid_days", on)),
        instead_of=before,
    )
    give(command, chosen, need, instead_of=choice.held_by, waits=waits)
    if command.viewer.seller == chosen.seller or (chosen.seller == holder and _is_taken(before)):
        take(command, need)
    elif waits:
        let_go(command, need, waits=True)
    command.audit(str(customer_id), need=str(need.need_id), series=series, source=source, seller=chosen.seller)
    command.emit(
        events.NeedNoted(str(need.need_id), str(need.lead_id), str(customer_id), series, source, chosen.seller)
    )
    if waits:
        command.emit(events.NeedWaits(str(need.need_id), chosen.company))
    return {"need_id": str(need.need_id), "lead_id": str(need.lead_id), "seller": "" if waits else chosen.seller}


def ask(
    viewer: Viewer, command_id: UUID, *, series: str, company: str, note: str = "", wished: str = ""
) -> dict[str, Any]:
    """What a customer asks for in the portal. The company it is asked of - one that knows the customer - writes it down, as its counter
    would, and nothing but who will answer comes back.

    Raises what `note_need` raises; `WishUnknown` also for a company that does not know the customer.
    """
    if viewer.kind != ViewerKind.CUSTOMER or company not in companies_knowing(viewer, UUID(viewer.customer)):
        raise refusals.WishUnknown()
    desk = Viewer.of_company(company, viewer.key)
    done: dict[str, Any] = note_need(
        desk,
        command_id,
        customer_id=UUID(viewer.customer),
        series=series,
        source="PORTAL",
        note=note,
        wished=wished,
    )
    return done


def _same_before(command: Command, customer_id: UUID, series: str) -> tuple[Need | None, str]:
    """The same wish said to the company before and still counting, and with whom it is: it goes on there, unless the customer wishes for
    somebody else. One that waits for anybody is with nobody."""
    on, company = today(command.at), command.viewer.company
    with_somebody = needs_open(on).filter(seller_company_id=company)
    for needs in (with_somebody, needs_waiting(on, company)):
        same = needs.filter(customer_id=customer_id, series_id=series).order_by("-given_at")
        found = same.first()
        if found is not None:
            command.lock(found.need_id)
            if same.filter(need_id=found.need_id).exists():  # not passed on or taken while we waited
                return found, found.seller_id if needs is with_somebody else ""
    return None, ""


def _is_taken(need: Need | None) -> bool:
    return need is not None and NeedTaken.objects.filter(need_id=need.need_id).exists()


@dataclass(frozen=True)
class Choice:
    """Who gets a wish. `full`: who holds as many wishes as one may, and was chosen for want of another; `held_by`: whose it was."""

    seller: SellerRow
    full: bool
    held_by: str


def next_seller(
    command: Command,
    customer_id: UUID,
    series: str,
    *,
    wished: str = "",
    holder: str = "",
    passed: Collection[str] = (),
) -> Choice:
    """Who gets it, in compliance's order: the customer's wish, who works on it, who serves, then capacity nearby; none of those who `passed`.

    Raises `SellerMayNot`, `NobodyMaySell`, and `WithColleague` for a seller where it is a colleague's alone.
    """
    viewer = command.viewer
    owner = catalogue_series(viewer)[series].company
    hold = hold_of(command, (customer_id, series, viewer.company))
    if hold is not None and viewer.seller not in ("", hold.seller):
        raise refusals.WithColleague(until=hold.until)
    holder = hold.seller if hold is not None else holder
    with reading(viewer) as at:
        own = [row for row in sellers(viewer).values() if row.company == viewer.company and row.seller not in passed]
        able = {row.seller: row for row in qualified(viewer, series, owner, own, today(at))}
        serving = {holder} if holder else {row.seller for row in verdicts_of(viewer, customer_id) if row.seller}
        region, load = region_of(viewer, customer_id), load_of(viewer)
        full = set(full_hands(viewer, today(at))) - {holder, wished}
    if wished and wished not in able:
        raise refusals.SellerMayNot()
    mine = viewer.seller if viewer.kind == ViewerKind.SELLER else ""
    code = assigned(
        {code: (region is not None and row.region == region, load.get(code, 0)) for code, row in able.items()},
        wished=wished or mine,
        serving=serving,
        full=full,
    )
    if code is None or (mine and code != mine):
        raise refusals.NobodyMaySell()
    return Choice(able[code], code in full, hold.seller if hold is not None else "")


def full_hands(viewer: Viewer, on: date) -> list[str]:
    """The sellers, as far as the viewer may see, who hold as many wishes as one may."""
    most = rulebook.value("contact.needs_held_max", on)
    held = needs_open(on).filter(seller_company_id=viewer.company).values_list("seller_id")
    return list(held.annotate(held=Count("need_id")).filter(held__gte=most).values_list("seller_id", flat=True))


def refuse_forbidden(command: Command, customer_id: UUID, series: str, seller: str) -> None:
    """Refuse what no gate of the sale allows; whether we may approach the customer is no matter, for the customer came."""
    blocked = judge_now(command.viewer, customer_id, series, seller).blocked & ~NO_MATTER
    if blocked:
        raise refusals.LeadForbiddenNow(gates=", ".join(gate.name for gate in gates_in(blocked)))


def give(command: Command, chosen: SellerRow, need: Need, *, instead_of: str = "", waits: bool = False) -> None:
    """Put a wish on the list of the seller chosen: the row, and the seller's own lead unless a release or an earlier wish made it.
    `instead_of`: whose alone the matter was; where the customer wishes for another, it is that seller's no more. `waits`: nobody has to take it by a time."""
    on = today(command.at)
    need.need_id = new_id()
    need.lead_id = derived_id("lead", need.customer_id.hex, need.series_id, chosen.seller)
    need.seller_id, need.seller_company_id, need.by = chosen.seller, chosen.company, command.viewer.key
    need.given_at = command.at
    hours = 0 if waits else rulebook.value("contact.need_taking_hours", on)
    need.take_until = command.at + timedelta(hours=hours)
    if need.instead_of is not None:
        let_go(command, need.instead_of, waits=False)
    need.save(force_insert=True)
    owner = catalogue_series(command.viewer)[need.series_id].company
    lead = Lead(
        lead_id=need.lead_id, customer_id=need.customer_id, series_id=need.series_id, owner_company_id=owner,
        seller_id=chosen.seller, seller_company_id=chosen.company, channel_id=chosen.channel, opened_at=command.at,
    )  # fmt: skip
    Lead.objects.bulk_create([lead], ignore_conflicts=True)
    if instead_of not in ("", chosen.seller):
        release(command, _lead_of(command, need, instead_of))


def _lead_of(command: Command, need: Need, seller: str) -> Lead:
    lead: Lead = leads_seen_by(command.viewer).get(
        customer_id=need.customer_id, series_id=need.series_id, seller_id=seller
    )
    return lead


def let_go(command: Command, need: Need, *, waits: bool) -> None:
    """Write down that it is no longer with its seller, nor the seller's alone; `waits`: nor with anybody else."""
    left = NeedLeft(
        need_id=need.need_id,
        customer_id=need.customer_id,
        seller_company_id=need.seller_company_id,
        waits=waits,
        at=command.at,
        by=command.viewer.key,
    )
    left.save(force_insert=True)
    release(command, need)


def take(command: Command, need: Need) -> bool:
    """Write down that the seller works on it now, and that it is the seller's alone, unless it was let go meanwhile; return whether it
    is the seller's. Taken twice is taken once. Raises `WithColleague`."""
    command.lock(need.need_id)
    if NeedLeft.objects.filter(need_id=need.need_id).exists():
        return False
    protect(command, need.lead)
    taken = NeedTaken(
        need_id=need.need_id,
        seller_id=need.seller_id,
        seller_company_id=need.seller_company_id,
        at=command.at,
        by=command.viewer.key,
    )
    NeedTaken.objects.bulk_create([taken], ignore_conflicts=True)
    return True


def take_asked(command: Command, lead_id: UUID) -> None:
    """Working on a lead takes what the customer asked for about it, where nobody said so before."""
    for need in needs_open(today(command.at)).filter(lead_id=lead_id, taken=None):
        take(command, need)


def fulfil(command: Command, lead: Lead) -> None:
    """The customer has the contract: the wish has come to its end, and is nobody's matter any more."""
    for need in needs_open(today(command.at)).filter(lead_id=lead.lead_id):
        let_go(command, need, waits=False)
    release(command, lead)
