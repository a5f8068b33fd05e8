"""What Onefold asks of the outside: a company's core and a payment gateway. Whoever speaks to a real one writes an adapter for this.

Each method takes the operation's id, made and kept before anything is sent. A partner keeps it for ever: the same id gives the
first answer and no second effect, and `lookup` says what came of it. Every answer is DONE, REFUSED (for good, nothing has
happened) or PENDING (to be looked up again later). Anything else - no answer in time, a broken line, a 5xx - is `Silent`: nobody
knows whether it happened, and only `lookup` can tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

DONE, REFUSED, PENDING = "DONE", "REFUSED", "PENDING"
STATUSES = (DONE, REFUSED, PENDING)


@dataclass(frozen=True)
class Answered:
    """What a partner says came of an operation. REFUSED: `facts["reason"]` is a code."""

    status: str
    facts: dict[str, Any]

    @property
    def reason(self) -> str:
        return str(self.facts.get("reason", ""))


class Silent(Exception):
    """No answer that says anything. `reason` is a code for logs and the operations page."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotConfigured(Exception):
    """Nobody has said where this partner is to be found."""


@dataclass(frozen=True)
class Call:
    """One operation on its way: its id, the business instant, and how long to wait for the answer."""

    operation_id: UUID
    at: datetime
    timeout_s: float


class CompanyCore(Protocol):
    """The core system of the company that owns the product. Raises `Silent` from every method."""

    def quote(self, call: Call, facts: dict[str, Any]) -> Answered:
        """facts: reference, series, product, age (None = not asked), answers. DONE: quote_no, until, parts, premium_minor, currency."""
        ...

    def apply(self, call: Call, facts: dict[str, Any]) -> Answered:
        """facts: quote_no, declarations. DONE: application_no, decision, reason, until, parts, premium_minor, currency.
        PENDING: the same with decision REFER."""
        ...

    def issue(self, call: Call, facts: dict[str, Any]) -> Answered:
        """facts: application_no, premium_minor, currency, payment_id, customer, customer_no, channel, seller.
        DONE: contract_no, customer_no, valid_from, valid_until, free_look_until."""
        ...

    def withdraw(self, call: Call, facts: dict[str, Any]) -> Answered:
        """facts: of (the issue's operation id), reason. Take back what it issued, or see to it that it never will.
        DONE: contract_no, None where nothing was issued."""
        ...

    def lookup(self, call: Call) -> Answered | None:
        """Return what came of the operation; None = it never arrived."""
        ...


class Payments(Protocol):
    """A payment gateway. Raises `Silent` from every method."""

    def authorise(self, call: Call, facts: dict[str, Any]) -> Answered:
        """facts: reference, amount_minor, currency, payee, payer, account. DONE: payment_id."""
        ...

    def capture(self, call: Call, facts: dict[str, Any]) -> Answered:
        """facts: of (the authorisation's operation id)."""
        ...

    def void(self, call: Call, facts: dict[str, Any]) -> Answered:
        """facts: of. Let go of what was authorised, or see to it that it never is. REFUSED IS_CAPTURED: refund instead."""
        ...

    def refund(self, call: Call, facts: dict[str, Any]) -> Answered:
        """facts: of. Give back the whole of what was captured, to where it came from."""
        ...

    def lookup(self, call: Call) -> Answered | None:
        """Return what came of the operation; None = it never arrived."""
        ...
