"""Who is looking. A viewer is plain data; the database reads it from the transaction's settings and filters by it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class ViewerKind(StrEnum):
    COMPANY = "company"
    """Staff of one company: its own facts, and others' under a consent in force."""
    GROUP = "group"
    """Staff of the holding: aggregates only, never a fact about a customer."""
    SERVICE_CENTRE = "service_centre"
    """Shared service centre: nothing without a mandate (mandates come with the service room)."""
    SELLER = "seller"
    """A seller: as the own company, and only the own leads."""
    CUSTOMER = "customer"
    """The customer: everything about oneself."""
    SYSTEM = "system"
    """A job. Only the batch role lets it through; in a web process it sees nothing."""


@dataclass(frozen=True)
class Viewer:
    """Who is looking, for which company, in which roles. `key` names the actor in commands and audit lines."""

    kind: ViewerKind
    key: str
    company: str = ""
    seller: str = ""
    customer: str = ""
    roles: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def system(cls, job: str) -> Viewer:
        return cls(ViewerKind.SYSTEM, f"system:{job}")

    @classmethod
    def of_company(cls, company: str, key: str = "", roles: frozenset[str] = frozenset()) -> Viewer:
        return cls(ViewerKind.COMPANY, key or f"company:{company}", company=company, roles=roles)

    @classmethod
    def of_seller(cls, seller: str, company: str, key: str = "") -> Viewer:
        return cls(
            ViewerKind.SELLER, key or f"seller:{seller}", company=company, seller=seller, roles=frozenset({"SELLER"})
        )

    @classmethod
    def of_group(cls, key: str = "group", roles: frozenset[str] = frozenset()) -> Viewer:
        return cls(ViewerKind.GROUP, key, roles=roles)

    @classmethod
    def of_customer(cls, customer: str, key: str = "") -> Viewer:
        return cls(ViewerKind.CUSTOMER, key or f"customer:{customer}", customer=customer)
