"""What staff see of their company's machines: tokens with what they open, how long, and when they were last used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onefold.domains.organisation.queries import TokenRow
from onefold.domains.webhooks.queries import MessageRow, WebhookRow
from onefold.domains.webhooks.rules import TEST, TYPES
from onefold.web.words import Words, word

SCOPES: Words = {
    "FEEDS": gettext_lazy("Files and receipts"),
    "DECISIONS": gettext_lazy("Decisions"),
    "LEADS": gettext_lazy("Leads and outcomes"),
    "ORDERS": gettext_lazy("Orders and callbacks"),
    "WEBHOOKS": gettext_lazy("Being told of events"),
}
EVENTS: Words = {
    "lead.answered": gettext_lazy("A lead was answered"),
    "lead.corrected": gettext_lazy("An answer was taken back"),
    "consent.withdrawn": gettext_lazy("A consent was withdrawn"),
    "contact.blocked": gettext_lazy("A customer wants no contact"),
    "customer.silenced": gettext_lazy("A customer wants to be asked later"),
    "release.activated": gettext_lazy("A new release is in force"),
    TEST: gettext_lazy("Trial"),
}
FAULTS: Words = {
    "ANSWERED_NO": gettext_lazy("the receiver answered no"),
    "TIMED_OUT": gettext_lazy("no answer in time"),
    "NO_CONNECTION": gettext_lazy("no connection"),
    "CERTIFICATE_NOT_TRUSTED": gettext_lazy("certificate not trusted"),
    "ADDRESS_FORBIDDEN": gettext_lazy("the address may not be reached from here"),
    "ENDED": gettext_lazy("the webhook was ended"),
}
SOON = timedelta(days=30)


def scopes() -> list[dict[str, str]]:
    return [{"code": code, "text": word(SCOPES, code)} for code in SCOPES]


def tokens(rows: Sequence[TokenRow], at: datetime) -> list[dict[str, Any]]:
    """Newest first. A token that a newer one of its system has replaced may be taken back as soon as nobody uses it."""
    newest: set[object] = set()
    shown = []
    for row in rows:
        replaced = row.system_id in newest
        newest.add(row.system_id)
        shown.append(_token(row, at, replaced))
    return shown


def _token(row: TokenRow, at: datetime, replaced: bool) -> dict[str, Any]:
    opens = row.opens(at)
    return {
        "token_id": row.token_id,
        "name": row.name,
        "scopes": ", ".join(word(SCOPES, code) for code in row.scopes),
        "created_at": row.created_at,
        "expires_at": row.expires_at,
        "last_used_at": row.last_used_at,
        "state": _state(row, at, replaced),
        "opens": opens,
        "may_replace": opens and not replaced,
    }


def _state(row: TokenRow, at: datetime, replaced: bool) -> dict[str, str]:
    if row.revoked_at:
        return {"text": _("taken back"), "tone": "", "icon": "ban"}
    if not row.opens(at):
        return {"text": _("ended"), "tone": "", "icon": "x"}
    if replaced:
        return {"text": _("replaced, still opens"), "tone": "warn", "icon": "refresh"}
    if row.expires_at and row.expires_at - at < SOON:
        return {"text": _("ends soon"), "tone": "warn", "icon": "clock"}
    return {"text": _("in use"), "tone": "good", "icon": "check"}


def types() -> list[dict[str, str]]:
    return [{"code": code, "text": word(EVENTS, code)} for code in TYPES]


def webhook(row: WebhookRow) -> dict[str, Any]:
    state = {"text": _("in use"), "tone": "good", "icon": "check"}
    if row.dead:
        state = {"text": _("%(n)d put aside") % {"n": row.dead}, "tone": "bad", "icon": "warning"}
    elif row.secret_waits:
        state = {"text": _("new secret to be fetched"), "tone": "warn", "icon": "key"}
    elif row.waiting:
        state = {"text": _("%(n)d on their way") % {"n": row.waiting}, "tone": "busy", "icon": "clock"}
    events = ", ".join(word(EVENTS, code) for code in row.types)
    return {
        "webhook_id": row.webhook_id,
        "url": row.url,
        "events": events,
        "state": state,
        "secret_waits": row.secret_waits,
    }


def message(row: MessageRow, webhooks: Sequence[WebhookRow]) -> dict[str, Any]:
    """A message that was put aside, and why."""
    url = next((one.url for one in webhooks if one.webhook_id == row.webhook_id), "")
    answer = f" ({row.last_status})" if row.last_status else ""
    return {
        "message_id": row.message_id,
        "webhook_id": row.webhook_id,
        "event": word(EVENTS, row.type),
        "at": row.at,
        "url": url,
        "why": f"{word(FAULTS, row.reason)}{answer}",
        "attempts": row.attempts,
    }
