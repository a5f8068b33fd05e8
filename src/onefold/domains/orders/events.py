"""Facts this room tells others."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ItemIssued:
    """The owner company has issued the contract; paid in full. `sold_at`: when it was proposed. `company`: the owner."""

    item_id: str
    contract_id: str
    company: str
    series: str
    product: str
    customer_id: str
    seller_code: str
    selling_company: str
    channel: str
    referrer_code: str | None
    accompanying_code: str | None
    servicer_code: str | None
    premium_minor: int
    currency: str
    sold_at: str
    issued_at: str
    free_look_until: str


@dataclass(frozen=True)
class ItemInForce:
    """The free look is over."""

    item_id: str
    contract_id: str
    at: str


@dataclass(frozen=True)
class ItemCancelled:
    """An issued contract was taken back and everything paid was given back. `reason`: FREE_LOOK, or BUNDLE (all or none)."""

    item_id: str
    contract_id: str
    reason: str
    refunded_minor: int
    at: str
