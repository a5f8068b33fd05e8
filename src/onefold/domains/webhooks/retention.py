"""How messages go that were delivered or put aside."""

from __future__ import annotations

from onefold.commands.retention import Rows

KEPT = (
    Rows("messages", "webhooks_message", "message_id", "t.at", done="t.state <> 'WAITING'", company="t.company_code"),
)  # fmt: skip
