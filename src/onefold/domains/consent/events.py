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


@dataclass(frozen=True)
class BlockRetracted:
    """A do-not-contact wish had been written down by mistake."""

    block_id: str
