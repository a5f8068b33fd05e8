"""The secrets with which messages are signed, from one key to the next.

A secret is made of the server's key and the webhook's id, so a new key is a new secret. Until the old key is destroyed each
message is signed with both, so that a company may change its own side when it likes.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings

from onefold.commands.action import Command, action
from onefold.commands.key_marks import hold_alone
from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.webhooks import refusals
from onefold.domains.webhooks.models import Webhook
from onefold.domains.webhooks.queries import webhooks_seen_by
from onefold.domains.webhooks.rules import secret_of
from onefold.kernel import keys
from onefold.kernel.keys import Ring


def secrets_of(ring: Ring, webhook_id: UUID, key_id: str, former_key_id: str) -> list[str]:
    """Return the secret of a webhook, then the one before it as long as its key lives."""
    live = {key.id for key in ring.live}
    former = [former_key_id] if former_key_id in live else []
    return [secret_of(ring.secret_of(one), webhook_id) for one in (key_id, *former)]


def secret_shown(made: dict[str, Any]) -> str:
    """The secret to be shown once: of a webhook just registered, or of `show_new_secret`. `made`: what the action gave back."""
    ring = keys.read(settings.SECRETS, keys.WEBHOOK)
    return secret_of(ring.secret_of(made.get("key_id", "")), UUID(made["webhook_id"]))


def webhooks_by_key(viewer: Viewer) -> dict[str, int]:
    """Return how many webhooks, not ended, have a secret of each key; an empty id stands for those of before keys had ids."""
    found: dict[str, int] = {}
    with reading(viewer):
        for key_id in webhooks_seen_by(viewer).filter(ended_at=None).values_list("key_id", flat=True):
            found[key_id] = found.get(key_id, 0) + 1
    return found


def secrets_waiting(viewer: Viewer) -> int:
    """Return how many webhooks, not ended, have a secret that their company has not fetched since the rotation."""
    with reading(viewer):
        return sum(row.secret_waits for row in webhooks_seen_by(viewer).filter(ended_at=None))


@action
def move_secrets(command: Command) -> dict[str, Any]:
    """Give every webhook a secret of the current key; the one the company has goes on signing too. Nobody registers one meanwhile.

    A secret that nobody has fetched when the next rotation comes is passed over: the company still checks with the one before it.
    """
    ring = hold_alone(settings.SECRETS, keys.WEBHOOK)
    key_id = ring.current.id
    rows = list(Webhook.objects.select_for_update().filter(ended_at=None).exclude(key_id=key_id))
    for row in rows:
        if not row.secret_waits:
            row.former_key_id = row.key_id or ring.oldest.id
        row.key_id = key_id
    Webhook.objects.bulk_update(rows, ["key_id", "former_key_id"])
    command.audit(key_id, webhooks=len(rows))
    return {"webhooks": len(rows)}


@action
def show_new_secret(command: Command, *, webhook_id: UUID) -> dict[str, Any]:
    """Hand the company's person or machine the secret that a rotation made, once; `secret_shown` makes it of the result, in which
    it is not. The secret before goes on signing too. Raises `WebhookUnknown`, `SecretShown`.
    """
    row = webhooks_seen_by(command.viewer).select_for_update().filter(webhook_id=webhook_id, ended_at=None).first()
    if row is None:
        raise refusals.WebhookUnknown()
    if not row.secret_waits:
        raise refusals.SecretShown()
    row.shown_key_id = row.key_id
    row.save(update_fields=["shown_key_id"])
    command.audit(str(webhook_id), key_id=row.key_id)
    return {"webhook_id": str(webhook_id), "key_id": row.key_id}
