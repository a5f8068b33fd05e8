"""A company's webhooks and their messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer, ViewerKind
from onefold.domains.webhooks.models import Message, Webhook
from onefold.domains.webhooks.refusals import WebhookUnknown

FIRST = UUID(int=0)


@dataclass(frozen=True)
class WebhookRow:
    webhook_id: UUID
    url: str
    types: tuple[str, ...]
    created_at: datetime
    waiting: int
    dead: int
    secret_waits: bool


@dataclass(frozen=True)
class MessageRow:
    """`last_status`: what the receiver answered last; None while nobody did."""

    message_id: UUID
    webhook_id: UUID
    type: str
    body: str
    at: datetime
    state: str
    attempts: int
    due_at: datetime
    last_status: int | None
    reason: str
    delivered_at: datetime | None


def webhooks_seen_by(viewer: Viewer) -> QuerySet[Webhook]:
    """The second wall: a company's own."""
    if viewer.kind == ViewerKind.COMPANY:
        return Webhook.objects.filter(company_code=viewer.company)
    return Webhook.objects.all() if viewer.kind == ViewerKind.SYSTEM else Webhook.objects.none()


def messages_seen_by(viewer: Viewer) -> QuerySet[Message]:
    if viewer.kind == ViewerKind.COMPANY:
        return Message.objects.filter(company_code=viewer.company)
    return Message.objects.all() if viewer.kind == ViewerKind.SYSTEM else Message.objects.none()


def webhooks_of(viewer: Viewer) -> list[WebhookRow]:
    """Return the webhooks in use, oldest first, with what waits for each and what was put aside."""
    with reading(viewer):
        rows = webhooks_seen_by(viewer).filter(ended_at=None).order_by("webhook_id")
        counted = rows.annotate(
            waiting=Count("message", filter=Q(message__state=Message.State.WAITING)),
            dead=Count("message", filter=Q(message__state=Message.State.DEAD)),
        )
        return [
            WebhookRow(
                row.webhook_id, row.url, tuple(row.types), row.created_at, row.waiting, row.dead, row.secret_waits
            )
            for row in counted
        ]


def webhook_of(viewer: Viewer, webhook_id: UUID) -> WebhookRow:
    """Return one webhook in use; raise `WebhookUnknown` for none or another company's."""
    found = next((row for row in webhooks_of(viewer) if row.webhook_id == webhook_id), None)
    if found is None:
        raise WebhookUnknown()
    return found


def messages_of(
    viewer: Viewer, webhook_id: UUID | None = None, *, state: str = "", after: UUID | None = None, limit: int
) -> list[MessageRow]:
    """Return messages, of one webhook or all, in the order of their ids. Raises `WebhookUnknown`."""
    with reading(viewer):
        rows = messages_seen_by(viewer).filter(message_id__gt=after or FIRST, webhook__ended_at=None)
        if webhook_id:
            if not webhooks_seen_by(viewer).filter(webhook_id=webhook_id, ended_at=None).exists():
                raise WebhookUnknown()
            rows = rows.filter(webhook_id=webhook_id)
        if state:
            rows = rows.filter(state=state)
        return [
            MessageRow(
                row.message_id, row.webhook_id, row.type, row.body, row.at, row.state, row.attempts, row.due_at,
                row.last_status, row.reason, row.delivered_at,
            )
            for row in rows.order_by("message_id")[:limit]
        ]  # fmt: skip
