"""Register an address, try it out, end it; send a message again; write down for whom an event is news."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from onefold.commands.action import Command, action
from onefold.commands.key_marks import hold
from onefold.commands.scope import today
from onefold.commands.viewer import ViewerKind
from onefold.domains import rulebook
from onefold.domains.webhooks import refusals
from onefold.domains.webhooks.audiences import AUDIENCES
from onefold.domains.webhooks.models import Message, Webhook
from onefold.domains.webhooks.queries import messages_seen_by, webhooks_seen_by
from onefold.domains.webhooks.rules import TEST, TYPES, body_of, is_suitable
from onefold.kernel import keys
from onefold.kernel.ids import derived_id, new_id


@action
def register(command: Command, *, url: str, types: Sequence[str]) -> dict[str, Any]:
    """Have an address of the viewer's company told of events. Raises `WebhooksOfCompanies`, `AddressUnsuitable`,
    `TypesUnsuitable`, `WebhooksTooMany`.
    """
    company = command.viewer.company
    if command.viewer.kind != ViewerKind.COMPANY:
        raise refusals.WebhooksOfCompanies()
    if not is_suitable(url, demo=settings.DEMO):
        raise refusals.AddressUnsuitable()
    if not types or set(types) - set(TYPES):
        raise refusals.TypesUnsuitable(types=", ".join(TYPES))
    command.lock(f"webhooks:{company}")
    most = rulebook.value("machines.webhooks_per_company_max", today(command.at))
    if webhooks_seen_by(command.viewer).filter(ended_at=None).count() >= most:
        raise refusals.WebhooksTooMany(most=most)
    webhook = Webhook.objects.create(
        webhook_id=new_id(),
        company_code=company,
        url=url,
        types=sorted(set(types)),
        created_at=command.at,
        created_by=command.viewer.key,
        key_id=hold(settings.SECRETS, keys.WEBHOOK).current.id,
    )
    command.audit(str(webhook.webhook_id), types=webhook.types)
    return {
        "webhook_id": str(webhook.webhook_id),
        "types": webhook.types,
        "created_at": command.at,
        "key_id": webhook.key_id,
    }


@action
def end(command: Command, *, webhook_id: UUID) -> dict[str, Any]:
    """Tell this address nothing more; what waits for it is put aside. Doing it again changes nothing. Raises `WebhookUnknown`."""
    found = webhooks_seen_by(command.viewer).filter(webhook_id=webhook_id)
    if not found.exists():
        raise refusals.WebhookUnknown()
    found.filter(ended_at=None).update(ended_at=command.at, ended_by=command.viewer.key)
    waiting = messages_seen_by(command.viewer).filter(webhook_id=webhook_id, state=Message.State.WAITING)
    put_aside = waiting.update(state=Message.State.DEAD, reason="ENDED")
    command.audit(str(webhook_id), put_aside=put_aside)
    return {"webhook_id": str(webhook_id)}


@action
def try_out(command: Command, *, webhook_id: UUID) -> dict[str, Any]:
    """Send the address a message that means nothing. Raises `WebhookUnknown`."""
    webhook = webhooks_seen_by(command.viewer).filter(webhook_id=webhook_id, ended_at=None).first()
    if webhook is None:
        raise refusals.WebhookUnknown()
    message = _message(command, webhook, new_id(), TEST, {})
    message.save(force_insert=True)
    command.audit(str(webhook_id))
    return {"message_id": str(message.message_id)}


@action
def send_again(command: Command, *, webhook_id: UUID, message_id: UUID) -> dict[str, Any]:
    """Put a message that was put aside, or arrived, on its way once more, under the same id. Raises `MessageUnknown`, `MessageUnderWay`."""
    messages = messages_seen_by(command.viewer).filter(
        message_id=message_id, webhook_id=webhook_id, webhook__ended_at=None
    )
    if not messages.exists():
        raise refusals.MessageUnknown()
    again = Message.objects.filter(message_id=message_id).exclude(state=Message.State.WAITING)
    if not again.update(state=Message.State.WAITING, attempts=0, reason="", due_at=timezone.now()):
        raise refusals.MessageUnderWay()
    command.audit(str(message_id))
    return {"message_id": str(message_id)}


@action
def tell(command: Command, *, type: str, event: dict[str, Any]) -> dict[str, Any]:
    """Write a message for each webhook of each company that may know of this event. Called by the relay, once an event."""
    written = []
    for company, data in AUDIENCES[type](command.viewer, event):
        for webhook in Webhook.objects.filter(company_code=company, ended_at=None, types__contains=[type]):
            message_id = derived_id("webhook", str(command.command_id), str(webhook.webhook_id))
            written.append(_message(command, webhook, message_id, type, data))
    Message.objects.bulk_create(written, ignore_conflicts=True)  # told twice, it is one message
    command.audit(type, messages=len(written))
    return {"messages": len(written)}


def _message(command: Command, webhook: Webhook, message_id: UUID, type_: str, data: dict[str, Any]) -> Message:
    return Message(
        message_id=message_id,
        webhook=webhook,
        company_code=webhook.company_code,
        type=type_,
        body=body_of(message_id, type_, command.at.isoformat(), webhook.company_code, data),
        at=command.at,
        state=Message.State.WAITING,
        due_at=timezone.now(),  # waiting is done in real time, also where the demonstration's clock stands still
    )
