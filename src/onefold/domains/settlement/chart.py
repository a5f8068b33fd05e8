"""The accounts of the settlement, and which journal lines a movement of money makes (adr/0019)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from onefold.domains.ledger.rules import Entry, Kind
from onefold.domains.settlement.rules.lines import FEE

FEE_EXPENSE, FEE_INCOME = Kind("FEE_EXPENSE"), Kind("FEE_INCOME")
ACCRUED_PAYABLE = Kind("FEE_ACCRUED_PAYABLE", mirrors="FEE_ACCRUED_RECEIVABLE")
ACCRUED_RECEIVABLE = Kind("FEE_ACCRUED_RECEIVABLE", mirrors="FEE_ACCRUED_PAYABLE")
PAYABLE = Kind("FEE_PAYABLE", mirrors="FEE_RECEIVABLE")
RECEIVABLE = Kind("FEE_RECEIVABLE", mirrors="FEE_PAYABLE")
CLEARING = Kind("CLEARING", mirrors="CLEARING")
VAT_INPUT, VAT_OUTPUT = Kind("VAT_INPUT"), Kind("VAT_OUTPUT")
COMMISSION_EXPENSE, COMMISSION_ACCRUED = Kind("COMMISSION_EXPENSE"), Kind("COMMISSION_ACCRUED")
COMMISSION_PAYABLE, COMMISSION_TO_PAY = Kind("COMMISSION_PAYABLE"), Kind("COMMISSION_TO_PAY")
TAX_WITHHELD = Kind("TAX_WITHHELD")

ACCRUED, VESTED, CANCELLED, CLAWED_BACK = "ACCRUED", "VESTED", "CANCELLED", "CLAWED_BACK"


@dataclass(frozen=True, slots=True)
class Move:
    """A movement of one line, signed: what is cancelled or clawed back is negative."""

    kind: str
    line_kind: str
    payer: str
    payee_company: str
    payee: str
    currency: str
    amount_minor: int
    vat_minor: int
    tax_minor: int

    @property
    def payable_minor(self) -> int:
        if self.kind in (ACCRUED, CANCELLED):
            return 0
        return self.amount_minor + self.vat_minor if self.line_kind == FEE else self.amount_minor - self.tax_minor


def entries_of(moves: Iterable[Move]) -> tuple[Entry, ...]:
    """Return the journal's lines for some movements, one for each account that moves at all."""
    sums: dict[tuple[str, Kind, str, str], int] = defaultdict(int)
    for move in moves:
        for company, kind, counterparty, minor in _fee(move) if move.line_kind == FEE else _commission(move):
            sums[company, kind, counterparty, move.currency] += minor
    return tuple(
        Entry(company, kind, minor, currency, counterparty)
        for (company, kind, counterparty, currency), minor in sums.items()
        if minor
    )


def _fee(move: Move) -> list[tuple[str, Kind, str, int]]:
    """Both companies in one journal, so that what one claims is what the other owes."""
    o, s, net, vat = move.payer, move.payee_company, move.amount_minor, move.vat_minor
    if move.kind in (ACCRUED, CANCELLED):
        return [
            (o, FEE_EXPENSE, s, net),
            (o, ACCRUED_PAYABLE, s, -net),
            (s, ACCRUED_RECEIVABLE, o, net),
            (s, FEE_INCOME, o, -net),
        ]
    owed = [
        (o, VAT_INPUT, "", vat),
        (o, PAYABLE, s, -net - vat),
        (s, RECEIVABLE, o, net + vat),
        (s, VAT_OUTPUT, "", -vat),
    ]
    if move.kind == VESTED:
        return [*owed, (o, ACCRUED_PAYABLE, s, net), (s, ACCRUED_RECEIVABLE, o, -net)]
    return [*owed, (o, FEE_EXPENSE, s, net), (s, FEE_INCOME, o, -net)]


def _commission(move: Move) -> list[tuple[str, Kind, str, int]]:
    company, person, net, tax = move.payer, move.payee, move.amount_minor, move.tax_minor
    if move.kind in (ACCRUED, CANCELLED):
        return [(company, COMMISSION_EXPENSE, "", net), (company, COMMISSION_ACCRUED, person, -net)]
    owed = [(company, COMMISSION_PAYABLE, person, tax - net), (company, TAX_WITHHELD, "", -tax)]
    if move.kind == VESTED:
        return [*owed, (company, COMMISSION_ACCRUED, person, net)]
    return [*owed, (company, COMMISSION_EXPENSE, "", net)]


def netting(debtor: str, creditor: str, currency: str, owed_minor: int, counter_minor: int) -> tuple[Entry, ...]:
    """What two companies owe each other becomes one sum on CLEARING, the same at both."""
    net = owed_minor - counter_minor
    lines = [
        (debtor, PAYABLE, creditor, owed_minor), (debtor, RECEIVABLE, creditor, -counter_minor), (debtor, CLEARING, creditor, -net),
        (creditor, RECEIVABLE, debtor, -owed_minor), (creditor, PAYABLE, debtor, counter_minor), (creditor, CLEARING, debtor, net),
    ]  # fmt: skip
    return tuple(Entry(company, kind, minor, currency, other) for company, kind, other, minor in lines if minor)


def paying(company: str, person: str, currency: str, minor: int) -> tuple[Entry, ...]:
    """What a person is to be paid for a month leaves what is owed and waits for the payroll."""
    return (
        Entry(company, COMMISSION_PAYABLE, minor, currency, person),
        Entry(company, COMMISSION_TO_PAY, -minor, currency, person),
    )
