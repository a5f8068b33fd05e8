"""What staff see of their company's machines: tokens with what they open, how long, and when they were last used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onefold.domains.organisation.queries import TokenRow
from onefold.web.words import Words, word

SCOPES: Words = {
    "FEEDS": gettext_lazy("Files and receipts"),
    "DECISIONS": gettext_lazy("Decisions"),
    "LEADS": gettext_lazy("Leads and outcomes"),
    "WEBHOOKS": gettext_lazy("Being told of events"),
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
