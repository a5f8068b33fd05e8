"""What may be said of a customer's circumstances, and what follows from what several said. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from onefold.kernel.periods import add_months
from onefold.policy.feed_targets import CIRCUMSTANCES

BORN_ON = "BORN_ON"
HEEDED_BY_ALL = ("STATUS", "CAPACITY", "PROFILING")
KINDS = (BORN_ON, *CIRCUMSTANCES)
GONE = ("DECEASED", "CLOSED", "IN_LIQUIDATION")
SAID_BY = ("CUSTOMER", "DOCUMENT", "RELATIVE", "RISK_TEST")
ONLY_OF: dict[str, dict[str, tuple[str, ...]]] = {
    "PERSON": {"STATUS": ("ACTIVE", "DECEASED")},
    "ORGANISATION": {"STATUS": ("ACTIVE", "CLOSED", "IN_LIQUIDATION"), "CAPACITY": (), "INCOME": (), BORN_ON: ()},
}
"""Words that fit one kind of customer only; a kind that is not named takes all its words."""
EARLIEST_BIRTH = date(1900, 1, 1)


@dataclass(frozen=True)
class ToldRow:
    """One statement. `voice`: whose record it hangs on (None: an answer of somebody without one). `company` is empty where the
    viewer may not know it."""

    told_id: UUID
    voice: UUID | None
    kind: str
    value: str
    told_on: date
    recorded_at: datetime
    valid_until: date | None
    company: str = ""
    retracted: bool = False
    in_release: bool = True

    def counts(self, on: date) -> bool:
        return not self.retracted and self.told_on <= on and (self.valid_until is None or on < self.valid_until)


@dataclass(frozen=True)
class Known:
    """What is to be gone by: of each voice its latest word of a kind, of several voices what protects the customer most (of incomes
    the highest, so that only what is surely too much is refused)."""

    gone: bool = False
    incapable: bool = False
    limited: bool = False
    refuses_profiling: bool = False
    risk_level: int | None = None
    income: int | None = None
    born_on: date | None = None


def known_of(rows: Iterable[ToldRow], on: date, valid_months: int, bands: Mapping[str, int]) -> Known:
    """`valid_months`: how long a risk test counts (0: for ever); `bands`: upper end of each band of incomes."""
    latest: dict[tuple[UUID | None, str], ToldRow] = {}
    for row in sorted((row for row in rows if row.counts(on)), key=_order):
        latest[row.voice, row.kind] = row
    said: dict[str, list[ToldRow]] = {}
    for (_, kind), row in latest.items():
        said.setdefault(kind, []).append(row)
    levels = [
        int(row.value)
        for row in said.get("RISK_LEVEL", [])
        if not valid_months or row.told_on > add_months(on, -valid_months)
    ]
    incomes = [bands[row.value] for row in said.get("INCOME", []) if row.value in bands]
    births = sorted(said.get(BORN_ON, []), key=lambda row: row.told_id.hex)
    return Known(
        gone=any(row.value in GONE for row in said.get("STATUS", [])),
        incapable=any(row.value == "NONE" for row in said.get("CAPACITY", [])),
        limited=any(row.value == "LIMITED" for row in said.get("CAPACITY", [])),
        refuses_profiling=any(row.value == "REFUSED" for row in said.get("PROFILING", [])),
        risk_level=min(levels, default=None),
        income=max(incomes, default=None),
        born_on=date.fromisoformat(births[-1].value) if births else None,
    )


def _order(row: ToldRow) -> tuple[date, datetime, str]:
    """The last in this order counts: the latest day, then what was recorded last; ids of answers grow as time does."""
    return row.told_on, row.recorded_at, row.told_id.hex


def words_of(kind: str, of: str, bands: Iterable[str]) -> tuple[str, ...]:
    """The words in which a circumstance of a customer (PERSON or ORGANISATION) may be told; none for a day of birth."""
    only = ONLY_OF.get(of, {}).get(kind)
    words = tuple(bands) if kind == "INCOME" else CIRCUMSTANCES.get(kind, ())
    return words if only is None else only


def value_fits(kind: str, value: str, of: str, bands: Iterable[str], on: date) -> bool:
    """Whether `value` may be told of a customer of this kind on this day."""
    if kind != BORN_ON:
        return value in words_of(kind, of, bands)
    if of == "ORGANISATION":
        return False
    try:
        return EARLIEST_BIRTH <= date.fromisoformat(value) <= on
    except ValueError:
        return False


def day_fits(kind: str, told_on: date, on: date, valid_months: int) -> bool:
    """Not of a day to come; the result of a risk test only while it counts."""
    if told_on > on:
        return False
    return kind != "RISK_LEVEL" or not valid_months or told_on > add_months(on, -valid_months)
