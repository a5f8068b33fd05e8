"""Facts this room tells others."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ConsentWithdrawn:
    consent_id: str
    from_company: str
    to_company: str


@dataclass(frozen=True)
class ContactBlocked:
    block_id: str
    customer_id: str
