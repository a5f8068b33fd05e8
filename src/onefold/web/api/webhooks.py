"""Addresses of the company's that are told of events, and every message to them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from ninja import Query, Router, Schema, Status
from pydantic import Field

from onefold.commands.viewer import Viewer
from onefold.domains.organisation.models import Scope
from onefold.domains.webhooks import actions
from onefold.domains.webhooks.queries import messages_of, webhook_of, webhooks_of
from onefold.domains.webhooks.rules import TYPES, URL_MAX
from onefold.domains.webhooks.secret_keys import secret_shown, show_new_secret
from onefold.kernel.ids import new_id
from onefold.web.api.bodies import IDEMPOTENCY_KEY, command_of
from onefold.web.api.entrance import Token
from onefold.web.api.shapes import Problem
from onefold.web.api.words import asks_only

router = Router(auth=Token(Scope.WEBHOOKS), tags=["Webhooks"])
ASKED = {(401, 403, 404, 422, 429, 503, 507): Problem}
LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
PORT = "(:[1-9][0-9]{0,3}|:[1-5][0-9]{4})?"
URL = rf"^(https://{LABEL}(\.{LABEL})*|http://(127\.0\.0\.1|localhost)){PORT}([/?][!-\"$-~]*)?$"
Type = StrEnum("Type", {name.replace(".", "_").upper(): name for name in TYPES})  # type: ignore[misc]
CHANGED = {(400, 401, 403, 404, 409, 422, 429, 503, 507): Problem}


class WebhookIn(Schema):
    """`url`: https; in a demonstration also http to the machine itself."""

    url: str = Field(max_length=URL_MAX, pattern=URL)
    types: list[Type] = Field(min_length=1, max_length=len(Type))


class WebhookMade(Schema):
    """`secret`: what signatures are made with. It is in this answer only (and in the same one, asked for again with the same key)."""

    webhook_id: UUID
    url: str
    types: list[str]
    created_at: datetime
    secret: str


class WebhookOut(Schema):
    """`waiting`: messages on their way; `dead`: put aside after the last try; `secret_waits`: the operator changed keys, and nobody
    has fetched the new secret yet."""

    webhook_id: UUID
    url: str
    types: list[str]
    created_at: datetime
    waiting: int
    dead: int
    secret_waits: bool


class SecretOut(Schema):
    """The new secret. It is in this answer only (and in the same one, asked for again with the same key)."""

    webhook_id: UUID
    secret: str


class MessageOut(Schema):
    message_id: UUID
    type: str
    body: str
    at: datetime
    state: str
    attempts: int
    due_at: datetime
    last_status: int | None
    reason: str
    delivered_at: datetime | None


class MessageId(Schema):
    message_id: UUID


@router.get("/webhooks", response={200: list[WebhookOut], **ASKED}, url_name="webhooks", summary="Your webhooks")
def webhooks(request: Any) -> Any:
    return [asdict(row) for row in webhooks_of(request.auth)]


@router.post(
    "/webhooks",
    response={201: WebhookMade, **CHANGED},
    url_name="webhooks",
    summary="Have an address told of events",
    openapi_extra={"parameters": [IDEMPOTENCY_KEY]},
)
def register(request: Any, body: WebhookIn) -> Any:
    viewer: Viewer = request.auth
    made = actions.register(
        viewer, command_of(request, viewer.key), url=body.url, types=[str(name) for name in body.types]
    )
    return Status(201, {**made, "url": body.url, "secret": secret_shown(made)})


@router.get("/webhooks/{webhook_id}", response={200: WebhookOut, **ASKED}, url_name="webhook", summary="One of them")
def webhook(request: Any, webhook_id: UUID) -> Any:
    return asdict(webhook_of(request.auth, webhook_id))


@router.delete(
    "/webhooks/{webhook_id}", response={204: None, **ASKED}, url_name="webhook", summary="Tell an address nothing more"
)
def end(request: Any, webhook_id: UUID) -> Any:
    actions.end(request.auth, new_id(), webhook_id=webhook_id)
    return Status(204, None)


@router.post(
    "/webhooks/{webhook_id}/secret",
    response={200: SecretOut, **CHANGED},
    url_name="webhook_secret",
    summary="Fetch the new secret, once, after the operator changed keys",
    openapi_extra={"parameters": [IDEMPOTENCY_KEY]},
)
def fetch_secret(request: Any, webhook_id: UUID) -> Any:
    viewer: Viewer = request.auth
    made = show_new_secret(viewer, command_of(request, viewer.key), webhook_id=webhook_id)
    return {"webhook_id": webhook_id, "secret": secret_shown(made)}


@router.post(
    "/webhooks/{webhook_id}/trial",
    response={202: MessageId, **ASKED},
    url_name="webhook_trial",
    summary="Send the address a message that means nothing",
)
def try_out(request: Any, webhook_id: UUID) -> Any:
    return Status(202, actions.try_out(request.auth, new_id(), webhook_id=webhook_id))


@router.get(
    "/webhooks/{webhook_id}/messages",
    response={200: list[MessageOut], **ASKED},
    url_name="messages",
    summary="What was sent, waits, or was put aside",
)
def messages(
    request: Any,
    webhook_id: UUID,
    state: Literal["WAITING", "DELIVERED", "DEAD"] | None = None,
    after: UUID | None = None,
    limit: int = Query(50, ge=1, le=200),
) -> Any:
    """In the order of their ids; ask with `after` the last one for the following page."""
    asks_only(request, "state", "after", "limit")
    rows = messages_of(request.auth, webhook_id, state=state or "", after=after, limit=limit)
    return [asdict(row) for row in rows]


@router.post(
    "/webhooks/{webhook_id}/messages/{message_id}/repetition",
    response={202: MessageId, (401, 403, 404, 409, 422, 429, 503, 507): Problem},
    url_name="message_repetition",
    summary="Send a message once more",
)
def send_again(request: Any, webhook_id: UUID, message_id: UUID) -> Any:
    """Under the same id, so that a receiver that has it already can tell."""
    done = actions.send_again(request.auth, new_id(), webhook_id=webhook_id, message_id=message_id)
    return Status(202, done)
