"""How the evidence of decisions goes when the law no longer asks for it."""

from __future__ import annotations

from onefold.commands.retention import Rows

KEPT = (
    Rows("evidence", "offers_evidence", "evidence_id", "t.at", company="t.company_code", customer="t.customer_id"),
)  # fmt: skip
