"""What came of an outside step: written down by the job that carried it out, together with what follows from it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from onefold.commands.action import Command, action
from onefold.commands.faultpoint import faultpoint
from onefold.commands.scope import today
from onefold.domains import rulebook
from onefold.domains.customers.knowing import become_known
from onefold.domains.customers.references import own_keys_of
from onefold.domains.holdings.actions import end_sale, record_sale
from onefold.domains.orders import events
from onefold.domains.orders.actions import fall_together
from onefold.domains.orders.models import OrderItem, OrderStep
from onefold.domains.orders.moving import begin, begin_after, free_look_over, move, stop, together
from onefold.domains.orders.rules import (
    AUTHORISED,
    CANCELLED_REFUNDED,
    CAPTURING,
    DONE,
    ENDS,
    GIVEN_UP,
    IN_FORCE,
    ISSUE,
    ISSUED,
    ISSUING,
    PENDING,
    QUOTE,
    REFUND,
    RESTING,
    STEPS,
    UNDERWRITE,
    WITHDRAW,
    Standing,
    after_answer,
    pause_after,
)
from onefold.kernel import keys
from onefold.kernel.ids import pseudonym

REASON_LENGTH = 40


@action
def record(command: Command, *, operation_id: UUID, status: str, facts: dict[str, Any]) -> dict[str, Any]:
    """Write down what a step came to, move its item, begin what follows. Told twice, it is written down once."""
    step = _waiting(command, operation_id)
    if step is None:
        return {"state": ""}
    item = step.item
    facts = _as_promised(item, step.kind, facts)
    items = list(OrderItem.objects.filter(order_id=item.order_id).order_by("number"))
    now = Standing(bool(item.cancel_asked_at), together(item.order, items), item.issued_at is not None)
    then = after_answer(step.kind, status, facts, now)
    _close(command, step, status, then.reason, stuck=then.stuck)
    if then.stuck:
        return {"state": item.state}
    before = item.state
    if then.state != before or status != PENDING:
        move(command, item, then.state, then.reason[:REASON_LENGTH], **_kept(command, item, step, status, facts))
        _follow(command, item, then.state)
    faultpoint(f"orders.{step.kind.lower()}.before_commit")
    return {"state": item.state}


@action
def note_silence(command: Command, *, operation_id: UUID, reason: str, attempt: int) -> dict[str, Any]:
    """Nobody knows what became of it: the item says so, and it is looked up after a pause."""
    step = _waiting(command, operation_id)
    if step is None:
        return {"state": ""}
    pauses = rulebook.value("orders.step_pauses_s", today(command.at))
    step.due_at = timezone.now() + timedelta(seconds=pause_after(attempt, pauses))
    step.reason = reason[:REASON_LENGTH]
    step.save(update_fields=["due_at", "reason"])
    if step.item.state == STEPS[step.kind].doing:
        move(command, step.item, STEPS[step.kind].unknown, step.reason)
    return {"state": step.item.state}


@action
def note_not_arrived(command: Command, *, operation_id: UUID) -> dict[str, Any]:
    """The look-up says that it never arrived: it is on its way once more, under the same id."""
    step = _waiting(command, operation_id)
    if step is not None and step.item.state == STEPS[step.kind].unknown:
        move(command, step.item, STEPS[step.kind].doing)
    return {"state": step.item.state if step else ""}


@action
def end_what_is_over(command: Command, *, item_ids: list[UUID]) -> dict[str, Any]:
    """Quotes and decisions that bind nobody any more end; where the free look is over, the contract is in force."""
    ended = 0
    for item in _locked(command, item_ids):
        if item.state == ISSUED and free_look_over(item, command.at) and not _waits_for_others(item):
            move(command, item, IN_FORCE)
            command.emit(events.ItemInForce(str(item.item_id), str(item.contract_id), command.at.isoformat()))
        elif item.state in RESTING and item.ends_on and today(command.at) >= item.ends_on:
            stop(command, item, "OVER")
            fall_together(command, item)
        else:
            continue
        ended += 1
    return {"ended": ended}


def _waits_for_others(item: OrderItem) -> bool:
    """All or none: no contract is in force for good while another of its bundle may still fail."""
    items = list(OrderItem.objects.filter(order_id=item.order_id).order_by("number"))
    return together(item.order, items) and any(other.state not in (ISSUED, *ENDS) for other in items)


def _locked(command: Command, item_ids: list[UUID]) -> list[OrderItem]:
    asked = OrderItem.objects.filter(item_id__in=item_ids)
    for order_id in sorted(set(asked.values_list("order_id", flat=True))):
        command.lock(order_id)
    return list(asked.exclude(state__in=ENDS).select_related("order").order_by("item_id"))


def _waiting(command: Command, operation_id: UUID) -> OrderStep | None:
    """The step, its order locked; None where its outcome was written down before."""
    order_id = OrderStep.objects.filter(operation_id=operation_id).values_list("item__order_id", flat=True).get()
    command.lock(order_id)
    steps = OrderStep.objects.filter(operation_id=operation_id, state=OrderStep.State.WAITING)
    return steps.select_related("item__order").first()


def _as_promised(item: OrderItem, kind: str, facts: dict[str, Any]) -> dict[str, Any]:
    """An acceptance at another price than the binding quote's is a counter-offer, whatever the core calls it."""
    differs = facts.get("premium_minor") != item.quoted_minor
    if kind == UNDERWRITE and facts.get("decision") == "ACCEPT" and differs:
        return facts | {"decision": "COUNTER", "reason": "PRICE_DIFFERS"}
    return facts


def _close(command: Command, step: OrderStep, status: str, reason: str, *, stuck: bool) -> None:
    if status == PENDING:
        pause = rulebook.value("orders.referral_pause_s", today(command.at))
        step.due_at = timezone.now() + timedelta(seconds=pause)
    else:
        step.state = OrderStep.State.STUCK if stuck else status
        step.ended_at = None if stuck else command.at
    step.reason = reason[:REASON_LENGTH]
    step.save(update_fields=["state", "reason", "due_at", "ended_at"])


def _kept(command: Command, item: OrderItem, step: OrderStep, status: str, facts: dict[str, Any]) -> dict[str, Any]:
    """What of the answer stands on the item from now on."""
    if status == GIVEN_UP or (status != DONE and step.kind != UNDERWRITE):
        return {}
    if step.kind == QUOTE:
        return _price(facts) | {"quote_no": facts["quote_no"], "quoted_minor": facts["premium_minor"]}
    if step.kind == UNDERWRITE and "decision" in facts:
        return _price(facts) | {"application_no": facts["application_no"], "decision": facts["decision"]}
    if step.kind == ISSUE:
        return _contracted(command, item, facts)
    if step.kind == WITHDRAW and item.contract_id:
        end_sale(command, contract_id=item.contract_id, on=today(command.at))
    if step.kind == REFUND:
        return {"refunded_minor": item.premium_minor}
    return {}


def _price(facts: dict[str, Any]) -> dict[str, Any]:
    return {
        "parts": facts["parts"],
        "premium_minor": facts["premium_minor"],
        "currency": facts["currency"],
        "ends_on": date.fromisoformat(facts["until"]),
    }


def _contracted(command: Command, item: OrderItem, facts: dict[str, Any]) -> dict[str, Any]:
    """The contract is in the customer's picture at once, under the id by which the next day's feed will call it."""
    key, owner = keys.current(settings.SECRETS, keys.PSEUDONYM), item.owner_company_id
    record_id = UUID(pseudonym(key, "source", owner, facts["customer_no"]))
    become_known(
        command,
        source_record_id=record_id,
        company=owner,
        source_key=facts["customer_no"],
        customer_id=item.customer_id,
        through=item.seller_company_id,
    )
    contract_id = UUID(pseudonym(key, "contract", owner, facts["contract_no"]))
    record_sale(
        command,
        contract_id=contract_id,
        contract_no=facts["contract_no"],
        source_record_id=record_id,
        company=owner,
        series=item.series_id,
        product=item.product_id,
        channel=item.order.channel_id,
        seller=item.seller_id,
        valid_from=date.fromisoformat(facts["valid_from"]),
        valid_until=date.fromisoformat(facts["valid_until"]) if facts["valid_until"] else None,
        premium_minor=item.premium_minor or 0,
        currency=item.currency,
    )
    return {
        "contract_id": contract_id,
        "contract_no": facts["contract_no"],
        "issued_at": command.at,
        "free_look_until": datetime.fromisoformat(facts["free_look_until"]),
    }


def _follow(command: Command, item: OrderItem, state: str) -> None:
    """Begin the next step, tell others, and let the rest of a bundle follow."""
    if state == ISSUING:
        _issue(command, item)
    elif state == AUTHORISED:
        _capture_all(command, item)
    else:
        begin_after(command, item)
    if state == ISSUED:
        command.emit(_issued(item))
        if item.cancel_asked_at:  # the customer wanted out while it was being issued
            move(command, item, STEPS[WITHDRAW].doing, item.cancel_reason)
            begin_after(command, item)
    if state == CANCELLED_REFUNDED:
        command.emit(_cancelled(command, item))
    if state in ENDS and state != IN_FORCE:
        fall_together(command, item)


def _issue(command: Command, item: OrderItem) -> None:
    known = own_keys_of(command.viewer, [item.customer_id], item.owner_company_id).get(item.customer_id)
    operation_id = begin(
        command,
        item,
        ISSUE,
        {
            "application_no": item.application_no,
            "premium_minor": item.premium_minor,
            "currency": item.currency,
            "payment_id": str(item.payment_operation) if item.premium_minor else None,
            "customer": str(item.customer_id),
            "customer_no": known[0] if known else None,
            "channel": item.order.channel_id,
            "seller": item.seller_id,
        },
    )
    item.issue_operation = operation_id
    item.save(update_fields=["issue_operation"])


def _capture_all(command: Command, item: OrderItem) -> None:
    """All or none: money moves when it is there for every item, and not before."""
    items = list(OrderItem.objects.filter(order_id=item.order_id).select_related("order").order_by("number"))
    if all(other.state == AUTHORISED and not other.cancel_asked_at for other in items):
        for other in items:
            move(command, other, CAPTURING)
            begin_after(command, other)


def _issued(item: OrderItem) -> events.ItemIssued:
    order = item.order
    assert item.issued_at and item.free_look_until, "an issued item has its days"
    return events.ItemIssued(
        item_id=str(item.item_id),
        contract_id=str(item.contract_id),
        company=item.owner_company_id,
        series=item.series_id,
        product=item.product_id,
        customer_id=str(item.customer_id),
        seller_code=item.seller_id,
        selling_company=item.seller_company_id,
        channel=order.channel_id,
        referrer_code=order.referrer_code,
        accompanying_code=order.accompanying_code,
        servicer_code=order.servicer_code,
        premium_minor=item.premium_minor or 0,
        currency=item.currency,
        sold_at=order.proposed_at.isoformat(),
        issued_at=item.issued_at.isoformat(),
        free_look_until=item.free_look_until.isoformat(),
    )


def _cancelled(command: Command, item: OrderItem) -> events.ItemCancelled:
    return events.ItemCancelled(
        str(item.item_id),
        str(item.contract_id),
        item.cancel_reason,
        item.refunded_minor or 0,
        command.at.isoformat(),
    )
