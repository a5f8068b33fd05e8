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


def first_secret(made: dict[str, Any]) -> str:
    """The secret of a webhook just registered, to be shown once."""
    ring = keys.read(settings.SECRETS, keys.WEBHOOK)
    return secret_of(ring.secret_of(made.get("key_id", "")), UUID(made["webhook_id"]))


def webhooks_by_key(viewer: Viewer) -> dict[str, int]:
    """Return how many webhooks, not ended, have a secret of each key; an empty id stands for those of before keys had ids."""
    found: dict[str, int] = {}
    with reading(viewer):
        for key_id in webhooks_seen_by(viewer).filter(ended_at=None).values_list("key_id", flat=True):
            found[key_id] = found.get(key_id, 0) + 1
    return found


@action
def move_secrets(command: Command) -> dict[str, Any]:
    """Give every webhook a secret of the current key; the one before goes on signing too. Nobody registers one meanwhile."""
    ring = hold_alone(settings.SECRETS, keys.WEBHOOK)
    key_id = ring.current.id
    rows = list(Webhook.objects.select_for_update().filter(ended_at=None).exclude(key_id=key_id))
    for row in rows:
        row.former_key_id, row.key_id = row.key_id or ring.oldest.id, key_id
    Webhook.objects.bulk_update(rows, ["key_id", "former_key_id"])
    command.audit(key_id, webhooks=len(rows))
    return {"webhooks": len(rows)}
