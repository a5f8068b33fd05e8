"""Make a proposal: one or several products, each by itself, priced by the company that owns it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings

from onefold.commands.action import Command, action
from onefold.commands.scope import today
from onefold.commands.viewer import ViewerKind
from onefold.domains import rulebook
from onefold.domains.catalogue.models import Product
from onefold.domains.customers.references import person
from onefold.domains.leads.models import Lead, Referral
from onefold.domains.leads.protecting import protect
from onefold.domains.leads.referral_queries import accepted_by, referrals_about
from onefold.domains.leads.rules import ACCEPTED
from onefold.domains.leads.taking import own_lead
from onefold.domains.orders import refusals
from onefold.domains.orders.gates import refuse_proposal, refuse_unadvised
from onefold.domains.orders.models import Order, OrderItem
from onefold.domains.orders.moving import begin
from onefold.domains.orders.rules import CHOICES, EACH, INBOUND, OUTBOUND, QUOTE, QUOTING
from onefold.domains.orders.tables import refuse_unfit, table_of
from onefold.domains.sellers.queries import SellerRow, seller
from onefold.kernel.ids import new_id
from onefold.kernel.periods import age_on
from onefold.partners.machines import AddressBook
from onefold.partners.ports import NotConfigured
from onefold.policy.underwriting import AGE, checked


@dataclass(frozen=True)
class Wanted:
    """One product a customer may want, with the answers its price depends on."""

    product: str
    series: str
    owner: str
    answers: dict[str, int]
    age: int | None


@action
def propose(
    command: Command,
    *,
    customer_id: UUID,
    need: str,
    items: Sequence[Mapping[str, Any]],
    choice: str = "",
    lead_id: UUID | None = None,
    seller_code: str = "",
) -> dict[str, Any]:
    """Propose products to a customer; each is priced by its owner's core in a moment.

    `items`: `{"product": ..., "answers": {...}}`. `choice` (ALL or EACH) is said beforehand where there are several. A company's
    staff name the seller who stands for it. Raises `AdviceMissing`, `AdviceForbids`, `WarningFirst`, `SaleForbiddenNow`, `ProductNotOrderable`, `ProductTwice`, `ChoiceMissing`,
    `AnswersUnfit`, `BirthDateMissing`, `PartnerMissing`, `WithColleague`, `OrderUnknown`, `LeadUnknown`, `CustomerUnknown`.
    """
    who = _seller(command, seller_code)
    lead = own_lead(command, lead_id) if lead_id else None
    if need not in (OUTBOUND, INBOUND) or (lead is not None and lead.customer_id != customer_id):
        raise refusals.OrderUnknown()
    wanted = _wanted(command, customer_id, items)
    order = _order(command, customer_id, need, _choice(choice, wanted), who, lead)
    for each in wanted:
        refuse_unadvised(command.viewer, customer_id, each.series, command.at)
        refuse_proposal(command.viewer, customer_id, each.series, who.seller, lead, need)
        _refuse_unreachable(each.owner)
    order.save(force_insert=True)
    if lead is not None and lead.series_id in {each.series for each in wanted}:
        protect(command, lead)
    made = [_item(command, order, number, each) for number, each in enumerate(wanted, start=1)]
    command.audit(str(order.order_id), customer=str(customer_id), series=[each.series for each in wanted], need=need)
    return {"order_id": str(order.order_id), "items": [str(item.item_id) for item in made]}


def _seller(command: Command, seller_code: str) -> SellerRow:
    code = command.viewer.seller if command.viewer.kind == ViewerKind.SELLER else seller_code
    found = seller(command.viewer, code)
    if found is None or found.company != command.viewer.company:
        raise refusals.OrderUnknown()
    return found


def _wanted(command: Command, customer_id: UUID, items: Sequence[Mapping[str, Any]]) -> list[Wanted]:
    on = today(command.at)
    most = rulebook.value("orders.items_max", on)
    products = {row.product_id: row for row in Product.objects.select_related("series")}
    codes = [str(item.get("product", "")) for item in items]
    if not 0 < len(codes) <= most or len(set(codes)) < len(codes):
        raise refusals.ProductTwice(most=most)
    if set(codes) - products.keys():
        raise refusals.ProductNotOrderable()
    born_on = person(command.viewer, customer_id).born_on
    made = []
    for item, code in zip(items, codes, strict=True):
        series = products[code].series
        found = table_of(series.series_id, on)
        with refuse_unfit():
            answers = checked(found.questions("quote"), item.get("answers", {}))
        if born_on is None and found.asks_for(AGE):
            raise refusals.BirthDateMissing()
        age = age_on(born_on, on) if born_on and found.asks_for(AGE) else None
        made.append(Wanted(code, series.series_id, series.company_id, answers, age))
    return made


def _choice(choice: str, wanted: list[Wanted]) -> str:
    if len(wanted) == 1 and not choice:
        return EACH
    if choice not in CHOICES:
        raise refusals.ChoiceMissing()
    return choice


def _order(command: Command, customer_id: UUID, need: str, choice: str, who: SellerRow, lead: Lead | None) -> Order:
    handed = accepted_by(command.viewer, command.at).get(lead.lead_id) if lead else None
    along = [
        row
        for row in (referrals_about(command.viewer, lead.lead_id) if lead else [])
        if row.kind == Referral.Kind.ACCOMPANY and row.state == ACCEPTED
    ]
    return Order(
        order_id=new_id(),
        customer_id=customer_id,
        lead=lead,
        need=need,
        choice=choice,
        seller_id=who.seller,
        seller_company_id=who.company,
        channel_id=who.channel,
        referrer_code=handed.from_seller if handed else None,
        accompanying_code=along[0].to_seller if along else None,
        servicer_code=who.seller,
        proposed_at=command.at,
        by=command.viewer.key,
    )


def _item(command: Command, order: Order, number: int, wanted: Wanted) -> OrderItem:
    item: OrderItem = OrderItem.objects.create(
        item_id=new_id(),
        order=order,
        number=number,
        customer_id=order.customer_id,
        seller_id=order.seller_id,
        seller_company_id=order.seller_company_id,
        owner_company_id=wanted.owner,
        series_id=wanted.series,
        product_id=wanted.product,
        state=QUOTING,
        answers=wanted.answers,
        changed_at=command.at,
    )
    begin(
        command,
        item,
        QUOTE,
        {
            "reference": str(item.item_id),
            "series": wanted.series,
            "product": wanted.product,
            "age": wanted.age,
            "answers": wanted.answers,
        },
    )
    return item


def address_book() -> AddressBook:
    """Where the partners are to be found, by the settings."""
    return AddressBook.read(settings.PARTNERS)


def _refuse_unreachable(company: str) -> None:
    """Nobody begins what cannot be brought to an end."""
    try:
        address_book().core_of(company)
        address_book().gateway()
    except NotConfigured:
        raise refusals.PartnerMissing() from None
