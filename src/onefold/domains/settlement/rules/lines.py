"""Attribution: who took part in a sale, and the lines of money that follow. Fixed by the rules of the day of the sale.

Money is credited once: the commission is split among the licensed persons who took part, the parts sum to the whole, and
nobody's place in a list matters. Who is not licensed is recognised, which is no money.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onefold.domains.settlement.rules.plans import Due, Plan
from onefold.domains.settlement.rules.rounding import MILLION, part_of
from onefold.kernel.money import allot

ROLES = ("SELLER", "REFERRER", "ACCOMPANYING", "SERVICER")
FEE, COMMISSION = "FEE", "COMMISSION"
NOW, DEFERRED = "NOW", "DEFERRED"


@dataclass(frozen=True, slots=True)
class Participant:
    """A person in a role. `licensed`: registered and in force on the day of the sale, for a company that may sell for the owner."""

    role: str
    person: str
    company: str
    licensed: bool


@dataclass(frozen=True, slots=True)
class Share:
    role: str
    person: str
    company: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Line:
    """One sum that one party owes another because of one sale. `payee` is a person, or empty for the company itself."""

    kind: str
    role: str
    payer_company: str
    payee_company: str
    payee: str
    part: str
    amount_minor: int
    vat_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True)
class Taxes:
    """Rates in millionths: value added tax on fees between companies, tax withheld from persons."""

    vat: int
    withheld: int


def shares_of(commission_minor: int, participants: Sequence[Participant], splits: Mapping[str, Any]) -> list[Share]:
    """Split the commission among the licensed by `fees.splits`; the weight of a role nobody may be paid for goes to `absent_to`.

    The parts sum to the whole; empty when nobody may be paid. The order of `participants` changes nothing. Raises
    `ValueError` when the weights do not sum to a million.
    """
    weights: dict[str, int] = splits["weights"]
    if sum(weights.values()) != MILLION or set(weights) != set(ROLES):
        raise ValueError("the weights of a split sum to a million over all roles")
    paid = {person.role: person for person in participants if person.licensed}
    if not paid or "SELLER" not in paid:
        return []
    carried = {role: weights[role] for role in paid}
    carried[splits["absent_to"] if splits["absent_to"] in paid else "SELLER"] += MILLION - sum(carried.values())
    roles = sorted(carried)
    amounts = allot(commission_minor, [carried[role] for role in roles], roles)
    return [
        Share(role, paid[role].person, paid[role].company, amount)
        for role, amount in zip(roles, amounts, strict=True)
        if amount
    ]


def recognised(participants: Sequence[Participant]) -> list[Participant]:
    """Return those who are recognised instead of paid."""
    return [person for person in participants if not person.licensed]


def lines_of(
    owner: str, selling_company: str, plan: Plan, due: Due, shares: Sequence[Share], taxes: Taxes
) -> list[Line]:
    """Return what is owed because of a sale: fees from the owner to companies, commission from each company to its persons.

    The selling company's fee is what is left of it after the shares of other companies' persons, so that the owner pays
    the fee of the plan whoever took part.
    """
    lines: list[Line] = []
    others = [share for share in shares if share.company != selling_company]
    if owner != selling_company:
        left = due.fee_minor - sum(share.amount_minor for share in others)
        lines += _parts(plan, FEE, "SELLER", owner, selling_company, "", left, taxes)
    for share in others:
        if share.company != owner:
            lines += _parts(plan, FEE, share.role, owner, share.company, "", share.amount_minor, taxes)
    for share in shares:
        lines += _parts(
            plan, COMMISSION, share.role, share.company, share.company, share.person, share.amount_minor, taxes
        )
    return lines


def _parts(
    plan: Plan, kind: str, role: str, payer: str, payee_company: str, payee: str, amount: int, taxes: Taxes
) -> list[Line]:
    """What is due now and what is deferred; taxes are reckoned on the whole and split with it."""
    weights, parts = [MILLION - plan.deferred, plan.deferred], [NOW, DEFERRED]
    vat = part_of(amount, taxes.vat) if kind == FEE else 0
    tax = part_of(amount, taxes.withheld) if kind == COMMISSION else 0
    split = zip(
        parts, allot(amount, weights, parts), allot(vat, weights, parts), allot(tax, weights, parts), strict=True
    )
    return [
        Line(kind, role, payer, payee_company, payee, part, minor, part_vat, part_tax)
        for part, minor, part_vat, part_tax in split
        if minor
    ]
