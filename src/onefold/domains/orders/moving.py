"""How items move and steps begin: used by every action of the room, so that no two do it differently."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from onefold.commands.action import Command
from onefold.commands.scope import today
from onefold.domains.leads.needs import fulfil
from onefold.domains.leads.protecting import renew
from onefold.domains.orders import refusals
from onefold.domains.orders.models import Order, OrderItem, OrderStep
from onefold.domains.orders.rules import (
    AUTHORISED,
    CAPTURE,
    CAPTURING,
    ENDS,
    ISSUED,
    NOTHING_PAID,
    PAYING,
    REFUND,
    STEPS,
    VOID,
    VOID_UNPAID,
    VOIDING,
    WITHDRAW,
    WITHDRAWING,
    check,
    kept_together,
)
from onefold.domains.orders.scope import items_sold_by
from onefold.kernel.ids import new_id


def items_in_hand(command: Command, order_id: UUID) -> list[OrderItem]:
    """Return the items of an order that the viewer may carry on, the order locked; raise `OrderUnknown`."""
    command.lock(order_id)
    found = list(_with_order(items_sold_by(command.viewer)).filter(order_id=order_id).order_by("number"))
    if not found:
        raise refusals.OrderUnknown()
    return found


def item_in_hand(command: Command, item_id: UUID) -> OrderItem:
    """The same for one item."""
    order_id = items_sold_by(command.viewer).filter(item_id=item_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise refusals.OrderUnknown()
    return next(item for item in items_in_hand(command, order_id) if item.item_id == item_id)


def _with_order(items: QuerySet[OrderItem]) -> QuerySet[OrderItem]:
    return items.select_related("order", "order__lead")


def move(command: Command, item: OrderItem, state: str, reason: str = "", **facts: Any) -> None:
    """Change an item's state, and what came with it. Raises `Illegal`."""
    check(item.state, state)
    changed = {"state": state, "reason": reason, "changed_at": command.at, **facts}
    for name, value in changed.items():
        setattr(item, name, value)
    item.save(update_fields=list(changed))
    command.audit(str(item.item_id), state=state, reason=reason)
    _go_on_with_the_lead(command, item)


def _go_on_with_the_lead(command: Command, item: OrderItem) -> None:
    """While the sale of what a lead is about goes on, it stays the seller's; with the contract it has come to its end."""
    lead = item.order.lead
    if lead is None or lead.series_id != item.series_id:
        return
    if item.state == ISSUED:
        fulfil(command, lead)
    elif item.state not in ENDS:
        renew(command, lead)


def begin(command: Command, item: OrderItem, kind: str, body: dict[str, Any]) -> UUID:
    """Write the intent of an outside step down. Who carries it out finds it once this has been committed."""
    now = timezone.now()
    step = OrderStep.objects.create(
        operation_id=new_id(), item=item, kind=kind, body=body, asked_at=command.at, begun_at=now, due_at=now
    )
    return step.operation_id


def _about_payment(command: Command, item: OrderItem, kind: str) -> None:
    begin(command, item, kind, {"of": str(item.payment_operation)})


def begin_after(command: Command, item: OrderItem) -> None:
    """Begin the step that the state an item has just come into asks for, if it asks for one."""
    if item.state == CAPTURING:
        _about_payment(command, item, CAPTURE)
    elif item.state == STEPS[VOID].doing:
        _about_payment(command, item, VOID)
    elif item.state == STEPS[REFUND].doing:
        _about_payment(command, item, REFUND)
    elif item.state == WITHDRAWING:
        begin(command, item, WITHDRAW, {"of": str(item.issue_operation), "reason": item.cancel_reason or item.reason})


def drop(command: Command, item: OrderItem, reason: str) -> None:
    """Nothing was paid: the item ends here, and nobody asks a partner about it any more."""
    item.steps.filter(state=OrderStep.State.WAITING).update(
        state=OrderStep.State.DROPPED, reason=reason, ended_at=command.at
    )
    move(command, item, VOID_UNPAID, reason)


def stop(command: Command, item: OrderItem, reason: str) -> None:
    """Bring an item to an end from wherever it is: drop it, let go of the money, take the contract back - or note the wish
    where a step is under way, whose outcome decides what is to be undone."""
    if item.state in NOTHING_PAID:
        drop(command, item, reason)
    elif item.state == AUTHORISED:
        _wish(command, item, reason)
        move(command, item, VOIDING, reason)
        begin_after(command, item)
    elif item.state == ISSUED:
        _wish(command, item, reason)
        move(command, item, WITHDRAWING, reason)
        begin_after(command, item)
    elif item.state in PAYING:
        _wish(command, item, reason)


def _wish(command: Command, item: OrderItem, reason: str) -> None:
    item.cancel_reason, item.cancel_asked_at = reason[:20], command.at
    item.save(update_fields=["cancel_reason", "cancel_asked_at"])
    command.audit(str(item.item_id), cancel=reason)


def together(order: Order, items: list[OrderItem]) -> bool:
    return kept_together(order.choice, len(items))


def free_look_over(item: OrderItem, at: datetime) -> bool:
    return item.free_look_until is not None and at >= item.free_look_until


def refuse_late(item: OrderItem, at: datetime) -> None:
    """Raises `OverBefore` where the quote or decision no longer binds the company."""
    if item.ends_on is not None and today(at) >= item.ends_on:
        raise refusals.OverBefore(on=item.ends_on)
