"""What a journal is before it is written. Pure: no database, no clock."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from onefold.kernel.ids import derived_id


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of account. `mirrors`: the kind in which the counterparty keeps the exact opposite."""

    code: str
    mirrors: str = ""
    no_overdraft: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One posting to be made: debit positive, credit negative, in minor units."""

    company: str
    kind: Kind
    amount_minor: int
    currency: str
    counterparty: str = ""

    @property
    def account_id(self) -> UUID:
        return account_id(self.company, self.kind.code, self.counterparty, self.currency)


@dataclass(frozen=True, slots=True)
class Draft:
    """A journal to be made. `operation_id` was made before asking, `event` names the fact that is booked."""

    operation_id: UUID
    effective_on: date
    event: str
    entries: tuple[Entry, ...]
    reverses: UUID | None = None


@lru_cache(maxsize=100_000)
def account_id(company: str, kind: str, counterparty: str, currency: str) -> UUID:
    return derived_id("account", company, kind, counterparty, currency)


def left_over(entries: Sequence[Entry]) -> tuple[str, int] | None:
    """Return the first currency whose amounts do not sum to zero, and what is left over; None when all do."""
    sums: Counter[str] = Counter()
    for entry in entries:
        sums[entry.currency] += entry.amount_minor
    return next(((currency, minor) for currency, minor in sorted(sums.items()) if minor), None)


def has_enough(entries: Sequence[Entry]) -> bool:
    """Return whether there are at least two postings, each of some amount."""
    return len(entries) >= 2 and all(entry.amount_minor for entry in entries)


def body_sha256(draft: Draft) -> str:
    """The hash of what a journal says. `invariants.BODY` computes the same from the tables."""
    lines = sorted((str(entry.account_id), entry.amount_minor) for entry in draft.entries)
    postings = ",".join(f"{account}:{amount}" for account, amount in lines)
    text = f"{draft.operation_id}|{draft.effective_on}|{draft.event}|{draft.reverses or ''}|{postings}"
    return hashlib.sha256(text.encode()).hexdigest()


def month_of(day: date) -> date:
    return day.replace(day=1)


def next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
