"""Who may be offered what, by dictionary and loop: the rules of the gates told a second time, sharing no code with the core.

Besides the tests, the check before a release judges every offer with it once more.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from onefold.analytics.reference.oracle import Row, World, known_at, valid_contracts

RequiredGrade = Callable[[str, Row], int]
"""(seller's company, row of product_series) -> lowest grade"""

GATES = {
    "ALREADY_HELD": 0,
    "NO_CONSENT": 1,
    "DO_NOT_CONTACT": 2,
    "NOT_ON_SALE": 3,
    "NO_SELLER": 4,
    "CHANNEL_NOT_AUTHORISED": 5,
    "NO_AGENCY_AGREEMENT": 6,
    "GRADE_TOO_LOW": 7,
    "TOO_YOUNG": 8,
    "TOO_OLD": 9,
    "SUPPRESSED": 10,
}


@dataclass
class Register:
    """The world of one day, in dictionaries."""

    world: World
    as_of: date
    known_on: date
    required_grade: RequiredGrade
    contracts_of: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    consents_of: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    shown_of: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    blocked: set[str] = field(default_factory=set)
    silenced: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        world = self.world
        self.customer_of = {row["source_id"]: row["customer_id"] for row in world["memberships"]}
        self.customers = {row["customer_id"]: row for row in world["customers"]}
        self.series = {row["series"]: row for row in world["product_series"]}
        self.home_of = {row["channel"]: row["company"] for row in world["channels"]}
        self.sellers = {row["seller"]: row for row in world["sellers"] if in_force(row, self.as_of)}
        self.may_sell = {
            (row["channel"], row["series"]) for row in world["channel_products"] if in_force(row, self.as_of)
        }
        agreements = [row for row in world["agency_agreements"] if in_force(row, self.as_of)]
        self.agreements = {(row["seller_company"], row["owner_company"]) for row in agreements}
        for contract in valid_contracts(world, self.as_of, self.known_on):
            self.contracts_of[contract["customer_id"]].append(contract)
        self._read_wishes()

    def _read_wishes(self) -> None:
        company_of = {row["source_id"]: row["company"] for row in self.world["source_records"]}
        withdrawn = {row["consent_id"] for row in self.world["consent_withdrawals"]}
        for row in self.world["consents"]:
            stands = row["purpose"] == "MARKETING" and self._stands(row) and row["consent_id"] not in withdrawn
            if (
                stands
                and company_of.get(row["source_id"]) == row["from_company"]
                and row["source_id"] in self.customer_of
            ):
                customer, route = self.customer_of[row["source_id"]], (row["from_company"], row["to_company"])
                self.consents_of[customer].add(route)
                if "HOLDINGS" in row["categories"].split(","):
                    self.shown_of[customer].add(route)
        for row in self.world["contact_blocks"]:
            if self._stands(row) and row["source_id"] in self.customer_of:
                self.blocked.add(self.customer_of[row["source_id"]])
        for row in self.world["suppressions"]:
            if self.as_of < row["until"]:
                self.silenced.add((row["customer_id"], row["series"]))

    def _stands(self, row: Row) -> bool:
        return in_force(row, self.as_of) and known_at(row, self.known_on)

    def seller_of(self, customer: str) -> Row | None:
        """Return the seller the customer is judged for."""
        latest_first = sorted(self.contracts_of[customer], key=lambda row: row["contract_id"])
        latest_first.sort(key=lambda row: row["valid_from"], reverse=True)
        for contract in latest_first:
            if contract["seller"] in self.sellers:
                return self.sellers[contract["seller"]]
        for contract in latest_first:
            house = sorted(
                code for code, row in self.sellers.items() if self.home_of.get(row["channel"]) == contract["company"]
            )
            if house:
                return self.sellers[house[int(customer[:8], 16) % len(house)]]
        return None

    def usable(self, customer: str, owner: str) -> bool:
        """Return whether the seller's company may use what the customer holds of `owner`."""
        seller = self.seller_of(customer)
        return seller is not None and (
            seller["company"] == owner or (owner, seller["company"]) in self.shown_of[customer]
        )

    def judge(self, customer: str, series: str) -> tuple[set[str], set[str]]:
        """Return the gates that forbid, and those of them that forbid because a fact is missing."""
        row, seller = self.series[series], self.seller_of(customer)
        against = set()
        if series in {contract["series"] for contract in self.contracts_of[customer]}:
            against.add("ALREADY_HELD")
        if seller is None or (seller["company"], row["company"]) not in self.consents_of[customer]:
            against.add("NO_CONSENT")
        if customer in self.blocked:
            against.add("DO_NOT_CONTACT")
        if row["on_sale_from"] is None or self.as_of < row["on_sale_from"]:
            against.add("NOT_ON_SALE")
        if row["on_sale_until"] is not None and self.as_of >= row["on_sale_until"]:
            against.add("NOT_ON_SALE")
        if (customer, series) in self.silenced or (customer, "ALL") in self.silenced:
            against.add("SUPPRESSED")
        against |= {"NO_SELLER"} if seller is None else self._against_seller(seller, row)
        too_something, unknown = self._ages(self.customers[customer], row)
        return against | too_something | unknown, unknown

    def _against_seller(self, seller: Row, series: Row) -> set[str]:
        against = set()
        if (seller["channel"], series["series"]) not in self.may_sell:
            against.add("CHANNEL_NOT_AUTHORISED")
        if seller["company"] != series["company"] and (seller["company"], series["company"]) not in self.agreements:
            against.add("NO_AGENCY_AGREEMENT")
        if seller["grade"] < self.required_grade(seller["company"], series):
            against.add("GRADE_TOO_LOW")
        return against

    def _ages(self, customer: Row, series: Row) -> tuple[set[str], set[str]]:
        limits = {"TOO_YOUNG": series["age_min"], "TOO_OLD": series["age_max"]}
        asked = {gate for gate, limit in limits.items() if limit is not None and customer["kind"] == "PERSON"}
        month = customer["birth_month"]
        if month is None or month > self.as_of:
            return set(), asked
        last_birthday = date(month.year, month.month, monthrange(month.year, month.month)[1])
        against = set()
        if "TOO_YOUNG" in asked and years_between(min(last_birthday, self.as_of), self.as_of) < series["age_min"]:
            against.add("TOO_YOUNG")
        if "TOO_OLD" in asked and years_between(month, self.as_of) > series["age_max"]:
            against.add("TOO_OLD")
        return against, set()


def in_force(row: Row, on: date) -> bool:
    return row["valid_from"] <= on and (row["valid_until"] is None or on < row["valid_until"])


def years_between(born_on: date, on: date) -> int:
    years = 0
    while (born_on.year + years + 1, born_on.month, born_on.day) <= (on.year, on.month, on.day):
        years += 1
    return years


def mask_of(gates: set[str]) -> int:
    return sum(1 << GATES[gate] for gate in gates)


def scores(register: Register) -> dict[tuple[str, str], tuple[int, str]]:
    """Return (customer, series) -> (score in millionths, held series that speaks most for it or empty text)."""
    held = {customer: {row["series"] for row in rows} for customer, rows in register.contracts_of.items() if rows}

    def holders(*wanted: str) -> int:
        return sum(1 for mine in held.values() if set(wanted) <= mine)

    found = {}
    for customer in register.customers:
        mine = {one for one in held.get(customer, set()) if register.usable(customer, register.series[one]["company"])}
        for series in register.series:
            best = (0, "")
            for one in sorted(mine - {series}):
                score = 1_000_000 * holders(one, series) // holders(one)
                if score > best[0]:
                    best = (score, one)
            if not mine and held:
                best = (1_000_000 * holders(series) // len(held), "")
            found[customer, series] = best
    return found
