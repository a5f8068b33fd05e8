"""At the door: propose, refuse, confirm what was shown, apply, take the counter-offer, pay, cancel. What must be true now is judged again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone

from onefold.commands.action import Command, action
from onefold.commands.scope import today
from onefold.domains.orders import refusals
from onefold.domains.orders.gates import forbidden_now, refuse_if_forbidden, refuse_unadvised
from onefold.domains.orders.models import Application, Disclosure, OrderItem, OrderStep
from onefold.domains.orders.moving import (
    begin,
    drop,
    free_look_over,
    item_in_hand,
    items_in_hand,
    move,
    refuse_late,
    stop,
    together,
)
from onefold.domains.orders.rules import (
    ACCEPTED,
    AUTHORISATION,
    AUTHORISE,
    AUTHORISING,
    BUNDLE,
    COUNTERED,
    DISCLOSED,
    ENDS,
    FREE_LOOK,
    ISSUED,
    NOTHING_PAID,
    PAYERS,
    PAYING,
    POLICYHOLDER,
    PROPOSED,
    UNDERWRITE,
    UNDERWRITING,
)
from onefold.domains.orders.scope import items_seen_by
from onefold.domains.orders.tables import disclosures_for, refuse_unfit, table_of
from onefold.policy.underwriting import checked


@action
def refuse(command: Command, *, item_id: UUID) -> dict[str, Any]:
    """The customer does not want this one. Of a bundle of all or none the others end too. Raises `OrderUnknown`, `NotYetThere`."""
    item = item_in_hand(command, item_id)
    if item.state not in NOTHING_PAID:
        raise refusals.NotYetThere()
    drop(command, item, "REFUSED_BY_CUSTOMER")
    fall_together(command, item)
    return {"item_id": str(item_id), "state": item.state}


@action
def confirm_disclosures(command: Command, *, item_id: UUID, codes: Sequence[str]) -> dict[str, Any]:
    """The customer has confirmed these statements, each by itself; none is taken for granted.

    Raises `OrderUnknown`, `NotYetThere`, `OverBefore`, `DisclosuresIncomplete`.
    """
    item = item_in_hand(command, item_id)
    _refuse_unless(item, PROPOSED)
    refuse_late(item, command.at)
    wanted = disclosures_for(item.series_id, today(command.at))
    missing = {row.code for row in wanted} - set(codes)
    if missing or set(codes) - {row.code for row in wanted}:
        raise refusals.DisclosuresIncomplete(missing=len(missing))
    Disclosure.objects.bulk_create(
        Disclosure(item=item, code=row.code, version=row.version, confirmed_at=command.at, by=command.viewer.key)
        for row in wanted
    )
    move(command, item, DISCLOSED)
    return {"item_id": str(item_id), "state": item.state}


@action
def apply(
    command: Command,
    *,
    item_id: UUID,
    declarations: Mapping[str, int],
    signed: bool,
    parties: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Send the customer's application to the company that owns the product.

    `parties`: INSURED and BENEFICIARY by reference, where they are not the customer. Raises `OrderUnknown`, `NotYetThere`,
    `OverBefore`, `SignatureMissing`, `AnswersUnfit`, `SaleForbiddenNow`, `AdviceMissing`, `AdviceForbids`, `WarningFirst`.
    """
    item = item_in_hand(command, item_id)
    _refuse_unless(item, DISCLOSED)
    refuse_late(item, command.at)
    if not signed:
        raise refusals.SignatureMissing()
    found = table_of(item.series_id, today(command.at))
    with refuse_unfit():
        told = checked(found.questions("application"), declarations)
    _refuse_forbidden_now(command, item)
    Application.objects.create(
        item=item,
        declarations=told,
        parties={role: str((parties or {}).get(role) or item.customer_id) for role in PAYERS}
        | {POLICYHOLDER: str(item.customer_id)},
        signed_at=command.at,
        by=command.viewer.key,
    )
    move(command, item, UNDERWRITING)
    begin(command, item, UNDERWRITE, {"quote_no": item.quote_no, "declarations": told})
    return {"item_id": str(item_id), "state": item.state}


@action
def accept_counter(command: Command, *, item_id: UUID) -> dict[str, Any]:
    """The customer takes the contract at the underwriter's price. Raises `OrderUnknown`, `NotYetThere`, `OverBefore`."""
    item = item_in_hand(command, item_id)
    _refuse_unless(item, COUNTERED)
    refuse_late(item, command.at)
    move(command, item, ACCEPTED, item.reason)
    return {"item_id": str(item_id), "state": item.state, "premium_minor": item.premium_minor}


@action
def pay(command: Command, *, order_id: UUID, payer: str, account: str) -> dict[str, Any]:
    """Have the accepted items paid by a party to the contract; `account` is the gateway's token, whose holder it knows.

    All or each, as chosen. Raises `OrderUnknown`, `PayerNotParty`, `NotYetThere`, `OverBefore`, `SaleForbiddenNow`, `AdviceMissing`,
    `AdviceForbids`, `WarningFirst`.
    """
    if payer not in PAYERS:
        raise refusals.PayerNotParty()
    items = items_in_hand(command, order_id)
    ready = [item for item in items if item.state == ACCEPTED]
    others = {item.state for item in items} - {ACCEPTED}
    if not ready or (together(items[0].order, items) and others - set(AUTHORISATION)):
        raise refusals.NotYetThere()
    for item in ready:
        refuse_late(item, command.at)
        _refuse_forbidden_now(command, item)
        _authorise(command, item, payer, account)
    return {"order_id": str(order_id), "items": [str(item.item_id) for item in ready]}


@action
def cancel(command: Command, *, item_id: UUID) -> dict[str, Any]:
    """The customer wants out: before payment at once, while a step is under way when its outcome is known, within the free
    look with everything given back. Raises `OrderUnknown`, `NotYetThere`, `FreeLookOver`.
    """
    item = item_in_hand(command, item_id)
    if item.state == ISSUED and free_look_over(item, command.at):
        raise refusals.FreeLookOver(on=today(item.free_look_until) if item.free_look_until else "")
    if item.state not in (*NOTHING_PAID, *PAYING, ISSUED):
        raise refusals.NotYetThere()
    stop(command, item, FREE_LOOK if item.state == ISSUED else "CANCELLED")
    fall_together(command, item)
    return {"item_id": str(item_id), "state": item.state}


@action
def look_again(command: Command, *, item_id: UUID) -> dict[str, Any]:
    """Look now what became of the step under way, and not when its turn comes. What a partner refused to undo is asked of it anew.

    Raises `OrderUnknown`, `NotYetThere`.
    """
    if not items_seen_by(command.viewer).filter(item_id=item_id).exists():
        raise refusals.OrderUnknown()
    if not _asked_anew(command, item_id) and not _brought_forward(OrderStep.objects.filter(item_id=item_id)):
        raise refusals.NotYetThere()
    command.audit(str(item_id))
    return {"item_id": str(item_id)}


@action
def hear_of(command: Command, *, operation_id: UUID) -> dict[str, Any]:
    """A partner says that there is news of an operation. What it is, nobody takes its word for: it is looked up at once.

    Said of an operation that has ended it changes nothing. Raises `OrderUnknown`.
    """
    steps = OrderStep.objects.filter(operation_id=operation_id, item__in=items_seen_by(command.viewer))
    if not steps.exists():
        raise refusals.OrderUnknown()
    brought = _brought_forward(OrderStep.objects.filter(operation_id=operation_id))
    command.audit(str(operation_id), brought=brought)
    return {"operation_id": str(operation_id), "looked_up": bool(brought)}


def fall_together(command: Command, item: OrderItem) -> None:
    """All or none: where one of them ends without a contract, so do the others."""
    items = list(OrderItem.objects.filter(order_id=item.order_id).select_related("order").order_by("number"))
    if not together(item.order, items):
        return
    for other in items:
        if other.item_id != item.item_id and other.state not in ENDS and not other.cancel_asked_at:
            stop(command, other, BUNDLE)


def _refuse_forbidden_now(command: Command, item: OrderItem) -> None:
    """The gates, and the advice the proposal rested on."""
    refuse_unadvised(command.viewer, item.customer_id, item.series_id, item.order.proposed_at)
    refuse_if_forbidden(forbidden_now(command.viewer, item.order, item.series_id))


def _authorise(command: Command, item: OrderItem, payer: str, account: str) -> None:
    parties = Application.objects.get(item=item).parties
    move(command, item, AUTHORISING, payer=payer)
    operation_id = begin(
        command,
        item,
        AUTHORISE,
        {
            "reference": str(item.item_id),
            "amount_minor": item.premium_minor,
            "currency": item.currency,
            "payee": item.owner_company_id,
            "payer": parties[payer],
            "account": account,
        },
    )
    item.payment_operation = operation_id
    item.save(update_fields=["payment_operation"])


def _asked_anew(command: Command, item_id: UUID) -> bool:
    """A refusal is a partner's last word on an operation and is remembered there: whoever asks again asks as a new operation."""
    order_id = OrderItem.objects.filter(item_id=item_id).values_list("order_id", flat=True).get()
    command.lock(order_id)
    step = OrderStep.objects.filter(item_id=item_id, state=OrderStep.State.STUCK).select_related("item").first()
    if step is None:
        return False
    step.state, step.ended_at = OrderStep.State.REFUSED, command.at
    step.save(update_fields=["state", "ended_at"])
    begin(command, step.item, step.kind, step.body)
    return True


def _brought_forward(steps: Any) -> int:
    """Bring waiting steps forward to this moment; of a stuck one its partner may have news after all."""
    waiting = steps.filter(state__in=[OrderStep.State.WAITING, OrderStep.State.STUCK])
    return int(waiting.update(due_at=timezone.now(), state=OrderStep.State.WAITING))


def _refuse_unless(item: OrderItem, state: str) -> None:
    if item.state != state:
        raise refusals.NotYetThere()
