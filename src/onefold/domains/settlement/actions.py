"""Accrue at issue, vest after the free look, the deferred part after its months, and take back what a contract that ended did not earn.

Events may come in any order and more than once: a cancellation that comes first is remembered, and each step of a sale is one
operation for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from onefold.commands.action import Command, action
from onefold.commands.scope import today
from onefold.domains.holdings.queries import contracts_seen_by
from onefold.domains.settlement import booking, chart, refusals
from onefold.domains.settlement.attributing import Attributed, Attribution, day, read
from onefold.domains.settlement.booking import Moved, Step
from onefold.domains.settlement.models import Ending, Line, Recognition, Sale, Terms
from onefold.domains.settlement.rules import clawing_back
from onefold.domains.settlement.rules.lines import DEFERRED, NOW
from onefold.domains.settlement.rules.rounding import part_of
from onefold.kernel.ids import derived_id

BY_ORDER, BY_FEED = "ORDER", "FEED"
DEFERRED_AT_ONCE = 2_000


@action
def accrue(command: Command, *, event: dict[str, Any]) -> dict[str, Any]:
    """Attribute an issued contract (`orders.ItemIssued`) and book what is owed for it, once. Nothing is earned by it yet."""
    command.lock(event["item_id"])
    made = accrue_all(command, [event])
    sale = Sale.objects.get(item_id=event["item_id"])
    return {"item_id": event["item_id"], "outcome": sale.outcome, "reason": sale.reason, "movements": made}


def accrue_all(command: Command, events: Sequence[dict[str, Any]]) -> int:
    """Accrue many; those accrued before are passed over. Returns how many movements were made."""
    known = set(
        Sale.objects.filter(item_id__in=[event["item_id"] for event in events]).values_list("item_id", flat=True)
    )
    attribution = Attribution(command.viewer)
    sales = [attribution.of(issued) for issued in map(read, events) if issued.item_id not in known]
    lines = _write_sales(sales)
    issued_on = {sale.issued.item_id: sale.issued.issued_on for sale in sales}
    made = booking.carry_out(
        command,
        [
            Step(
                booking.ACCRUE, item_id, issued_on[item_id], tuple(booking.whole(line, chart.ACCRUED) for line in owed)
            )
            for item_id, owed in booking.by_sale(lines).items()
        ],
    )
    for item_id in Ending.objects.filter(item_id__in=list(issued_on)).values_list("item_id", flat=True):
        made += _wind_up(command, item_id)
    made += _end_by_feed(command, Sale.objects.filter(item_id__in=list(issued_on)))
    command.audit(str(sales[0].issued.item_id) if len(sales) == 1 else "", sales=len(sales), movements=made)
    return made


@action
def vest(command: Command, *, item_id: UUID, at: str) -> dict[str, Any]:
    """What is due now is earned: the free look is over (`orders.ItemInForce`). Raises `SaleUnknown`, `StillInFreeLook`."""
    item_id = UUID(str(item_id))
    command.lock(item_id)
    sale = Sale.objects.filter(item_id=item_id).first()
    if sale is None:
        raise refusals.SaleUnknown()
    if day(at) < sale.free_look_until:
        raise refusals.StillInFreeLook(until=sale.free_look_until)
    made = booking.carry_out(command, _vestings({item_id: day(at)}, NOW, booking.VEST))
    command.audit(str(item_id), movements=made)
    return {"item_id": str(item_id), "movements": made}


@action
def vest_deferred(command: Command) -> dict[str, Any]:
    """Earn the deferred parts whose months are over, of contracts that have not ended; some thousands at a time."""
    on = today(command.at)
    waiting = Line.objects.filter(part=DEFERRED, sale__deferred_until__lte=on).exclude(
        movements__kind__in=(chart.VESTED, chart.CANCELLED)
    )
    items = list(waiting.order_by("sale_id").values_list("sale_id", flat=True).distinct()[:DEFERRED_AT_ONCE])
    lasting = Sale.objects.filter(item_id__in=items).exclude(item_id__in=Ending.objects.values("item_id"))
    steps = _vestings(dict(lasting.values_list("item_id", "deferred_until")), DEFERRED, booking.VEST_DEFERRED)
    made = booking.carry_out(command, steps)
    command.audit("", sales=len(steps), movements=made)
    return {"sales": len(steps), "movements": made, "more": len(items) == DEFERRED_AT_ONCE}


@action
def claw_back(command: Command, *, item_id: UUID, reason: str, at: str, refunded_minor: int = 0) -> dict[str, Any]:
    """The contract ended (`orders.ItemCancelled`): what is not earned is cancelled, of what was earned some goes back, once."""
    return _end(command, UUID(str(item_id)), reason, day(at), refunded_minor, BY_ORDER)


@action
def end_by_feeds(command: Command) -> dict[str, Any]:
    """Contracts sold here that their companies' files have ended meanwhile: the same as if they had been cancelled here. Asked once
    a release, as a set: of a file's hundred thousand endings few were sold here."""
    made = _end_by_feed(command, Sale.objects.exclude(item_id__in=Ending.objects.values("item_id")))
    command.audit("", movements=made)
    return {"movements": made}


def _end_by_feed(command: Command, sales: QuerySet[Sale]) -> int:
    """The day is the owner's, if it is not one still to come."""
    on = today(command.at)
    ended = contracts_seen_by(command.viewer, on).exclude(status="IN_FORCE")
    said = {
        contract_id: (status, min(until or on, on))
        for contract_id, status, until in ended.filter(contract_id__in=sales.values("contract_id")).values_list(
            "contract_id", "status", "valid_until"
        )
    }
    found = sales.filter(contract_id__in=list(said)).select_related("terms").order_by("item_id")
    return sum(
        _end(command, sale.item_id, *said[sale.contract_id], 0, BY_FEED)["movements"]
        for sale in found
        if _goes_back(sale, said[sale.contract_id][0])
    )


def _goes_back(sale: Sale, reason: str) -> bool:
    return clawing_back.manner(sale.terms.content["clawback"], reason) != clawing_back.NONE


def _end(command: Command, item_id: UUID, reason: str, on: date, refunded_minor: int, source: str) -> dict[str, Any]:
    command.lock(item_id)
    sale = Sale.objects.select_related("terms").filter(item_id=item_id).first()
    if sale is not None and not _goes_back(sale, reason):
        return {"item_id": str(item_id), "movements": 0}
    _, first = Ending.objects.get_or_create(
        item_id=item_id,
        defaults={"reason": reason, "refunded_minor": refunded_minor, "ended_on": on, "source": source},
    )
    made = _wind_up(command, item_id) if first and sale is not None else 0
    command.audit(str(item_id), reason=reason, source=source, movements=made)
    return {"item_id": str(item_id), "movements": made}


def _wind_up(command: Command, item_id: UUID) -> int:
    sale, ending = Sale.objects.select_related("terms").get(item_id=item_id), Ending.objects.get(item_id=item_id)
    if not _goes_back(sale, ending.reason):
        return 0
    lines = list(Line.objects.filter(sale_id=item_id).order_by("line_id"))
    states = booking.states_of(lines)
    moved = [found for line in lines if (found := _taken_back(sale, ending, line, states[line.line_id]))]
    return booking.carry_out(
        command, [Step(booking.WIND_UP, item_id, max(ending.ended_on, sale.issued_on), tuple(moved))]
    )


def _taken_back(sale: Sale, ending: Ending, line: Line, state: str) -> Moved | None:
    if state == chart.ACCRUED:
        return booking.whole(line, chart.CANCELLED)
    if state != chart.VESTED:
        return None
    schedule = sale.terms.content["clawback"]
    back = clawing_back.goes_back(schedule, ending.reason, line.amount_minor, sale.issued_on, ending.ended_on)
    if not back:
        return None
    taxes = [part_of(minor, back, abs(line.amount_minor)) for minor in (line.vat_minor, line.tax_minor)]
    return Moved(line, chart.CLAWED_BACK, -back, -taxes[0], -taxes[1])


def _vestings(due_on: Mapping[UUID, date], part: str, step: str) -> list[Step]:
    """One step a sale: what is still only accrued of this part is earned on its day."""
    lines = booking.by_sale(Line.objects.filter(sale_id__in=list(due_on), part=part).order_by("line_id"))
    states = booking.states_of([line for owed in lines.values() for line in owed])
    return [
        Step(step, item_id, on, tuple(booking.whole(line, chart.VESTED) for line in lines.get(item_id, ()) if states[line.line_id] == chart.ACCRUED))
        for item_id, on in due_on.items()
    ]  # fmt: skip


def _write_sales(sales: Iterable[Attributed]) -> list[Line]:
    sales = list(sales)
    Terms.objects.bulk_create(
        {
            sale.terms.terms_id: Terms(
                terms_id=sale.terms.terms_id, rulebook_version=sale.terms.rulebook_version,
                plan=sale.terms.plan.plan if sale.terms.plan else "", content=sale.terms.content,
            )
            for sale in sales
        }.values(),
        ignore_conflicts=True,
    )  # fmt: skip
    Sale.objects.bulk_create([_sale(sale) for sale in sales], batch_size=booking.PIECE)
    Recognition.objects.bulk_create(
        [
            Recognition(sale_id=sale.issued.item_id, role=person.role, person=person.person, company_id=person.company)
            for sale in sales
            for person in sale.recognised
        ]
    )
    lines = [_line(sale, astuple(line)) for sale in sales for line in sale.lines]
    return list(Line.objects.bulk_create(lines, batch_size=booking.PIECE))


def _sale(sale: Attributed) -> Sale:
    issued, plan = sale.issued, sale.terms.plan
    return Sale(
        item_id=issued.item_id, contract_id=issued.contract_id, customer_id=issued.customer_id,
        owner_company_id=issued.company, selling_company_id=issued.selling_company, series=issued.series,
        product=issued.product, channel=issued.channel, seller_code=issued.codes["SELLER"],
        referrer_code=issued.codes["REFERRER"], accompanying_code=issued.codes["ACCOMPANYING"],
        servicer_code=issued.codes["SERVICER"], premium_minor=issued.premium_minor, currency=issued.currency,
        sold_on=issued.sold_on, issued_on=issued.issued_on, free_look_until=issued.free_look_until,
        deferred_until=clawing_back.months_after(issued.issued_on, plan.deferred_months if plan else 0),
        terms_id=sale.terms.terms_id, outcome=Sale.Outcome.EXPLAINED if sale.reason else Sale.Outcome.SETTLED,
        reason=sale.reason,
    )  # fmt: skip


def _line(sale: Attributed, values: tuple[Any, ...]) -> Line:
    kind, role, payer, payee_company, payee, part, amount, vat, tax = values
    item = str(sale.issued.item_id)
    return Line(
        line_id=derived_id("line", item, kind, role, payee_company, payee, part), sale_id=sale.issued.item_id, kind=kind, role=role,
        payer_company_id=payer, payee_company_id=payee_company, payee=payee, part=part, amount_minor=amount,
        vat_minor=vat, tax_minor=tax, currency=sale.issued.currency,
    )  # fmt: skip
