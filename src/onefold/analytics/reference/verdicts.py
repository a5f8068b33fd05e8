"""Who may be offered what, by dictionary and loop: the rules of the gates told a second time, sharing no code with the core.

Besides the tests, the check before a release judges every offer with it once more.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from onefold.analytics.reference.day import Day
from onefold.analytics.reference.household_contacts import Contacts
from onefold.analytics.reference.oracle import Row, World, known_at, valid_contracts
from onefold.analytics.reference.told import Told
from onefold.policy import Rulebook, Series

GATES = {
    "ALREADY_HELD": 0, "NO_CONSENT": 1, "DO_NOT_CONTACT": 2, "NOT_ON_SALE": 3, "NO_SELLER": 4, "CHANNEL_NOT_AUTHORISED": 5,
    "NO_AGENCY_AGREEMENT": 6, "GRADE_TOO_LOW": 7, "TOO_YOUNG": 8, "TOO_OLD": 9, "SUPPRESSED": 10, "CUSTOMER_GONE": 11,
    "NO_CAPACITY": 12, "LIMITED_CAPACITY": 13, "PROFILING_REFUSED": 14, "QUIET_TIME": 15, "CONTACTED_ENOUGH": 16,
    "OTHER_COMPANY_FIRST": 17, "HELD_OUT": 18, "REGION_NOT_LICENSED": 19, "NOT_REGISTERED": 20, "SECOND_LIFE_INSURER": 21,
    "RISK_TOO_HIGH": 22, "MEANS_TOO_SMALL": 23, "NEED_NOT_FIRST": 24, "CANNOT_KEEP_PAYING": 25, "DUPLICATE_COVER": 26,
    "WORSENS_POSITION": 27,
}  # fmt: skip
OF_SELLERS = {
    "NO_SELLER",
    "CHANNEL_NOT_AUTHORISED",
    "NO_AGENCY_AGREEMENT",
    "GRADE_TOO_LOW",
    "NOT_REGISTERED",
    "SECOND_LIFE_INSURER",
}
NEVER = 99


class Judged(NamedTuple):
    against: set[str]
    """gates that forbid an approach"""
    unknown: set[str]
    """those of them that forbid because a fact is missing"""
    warned: set[str]
    """gates that only say what must be asked or told before a sale"""


@dataclass
class Register:
    """The world of one day, in dictionaries."""

    world: World
    as_of: date
    known_on: date
    rulebook: Rulebook
    contracts_of: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    consents_of: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    shown_of: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    blocked: set[str] = field(default_factory=set)
    silenced: set[tuple[str, str]] = field(default_factory=set)
    reached: dict[tuple[str, str | None, str], bool] = field(default_factory=dict)
    """(company, region, series) -> somebody there may sell it, as far as asked"""

    def __post_init__(self) -> None:
        world = self.world
        self.customer_of = {row["source_id"]: row["customer_id"] for row in world["memberships"]}
        self.customers = {row["customer_id"]: row for row in world["customers"]}
        self.series = {row["series"]: row for row in world["product_series"]}
        self.terms = {code: Series(**row) for code, row in self.series.items()}
        self.channels = {row["channel"]: row for row in world["channels"]}
        self.sellers = {row["seller"]: row for row in world["sellers"] if in_force(row, self.as_of)}
        self.may_sell = {
            (row["channel"], row["series"]) for row in world["channel_products"] if in_force(row, self.as_of)
        }
        agreements = [row for row in world["agency_agreements"] if in_force(row, self.as_of)]
        self.agreements = {(row["seller_company"], row["owner_company"]) for row in agreements}
        self.insurers = {row["company"] for row in world["companies"] if row["pillar"] == "INSURANCE"}
        self.lines = {row["line"] for row in self.series.values()}
        for contract in valid_contracts(world, self.as_of, self.known_on):
            self.contracts_of[contract["customer_id"]].append(contract)
        self.held_out = {row["customer_id"] for row in world.get("household_arms", []) if row["arm"] == "HOLDOUT"}
        self.contacts = Contacts(world, self.as_of, self.known_on)
        self.book = Day(self.rulebook, self.as_of)
        self.told = Told(world, self.as_of, self.known_on, self.book)
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
        for row in self.world.get("block_wishes", []):
            if row["since"] <= self.as_of:
                self.blocked.add(row["customer_id"])
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
                code
                for code, row in self.sellers.items()
                if row["channel"] in self.channels and self.channels[row["channel"]]["company"] == contract["company"]
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

    def judge(self, customer: str, series: str, seller: str | None = None) -> Judged:
        """Judge an approach about the series by a seller, or by the one the customer is judged for."""
        row = self.series[series]
        who = self.sellers.get(seller) if seller is not None else self.seller_of(customer)
        warned: set[str] = set()
        against = self._wishes(customer, row, who)
        against |= {"NO_SELLER"} if who is None else self.against_seller(who, row, warned)
        too_something, unknown = self._ages(self.customers[customer], row)
        against |= too_something | unknown
        self._person(customer, row, against, warned)
        self._suits(customer, row, against, warned)
        if {"CANNOT_KEEP_PAYING", "DUPLICATE_COVER"} & warned:
            against.add("WORSENS_POSITION")
        return Judged(against, unknown, warned - against)

    def _wishes(self, customer: str, series: Row, seller: Row | None) -> set[str]:
        against = set()
        house = seller["company"] if seller else None
        if series["series"] in {contract["series"] for contract in self.contracts_of[customer]}:
            against.add("ALREADY_HELD")
        if (house, series["company"]) not in self.consents_of[customer]:
            against.add("NO_CONSENT")
        if customer in self.blocked:
            against.add("DO_NOT_CONTACT")
        if series["on_sale_from"] is None or self.as_of < series["on_sale_from"]:
            against.add("NOT_ON_SALE")
        if series["on_sale_until"] is not None and self.as_of >= series["on_sale_until"]:
            against.add("NOT_ON_SALE")
        if (customer, series["series"]) in self.silenced or (customer, "ALL") in self.silenced:
            against.add("SUPPRESSED")
        if customer in self.held_out:
            against.add("HELD_OUT")
        cap = self.book.value("contact.household_contacts")
        if self.contacts.within(customer, cap["days"]) >= cap["max"]:
            against.add("CONTACTED_ENOUGH")
        if self.contacts.of_others(customer, house, self.book.value("contact.other_company_rest")):
            against.add("OTHER_COMPANY_FIRST")
        return against

    def against_seller(self, seller: Row, series: Row, warned: set[str]) -> set[str]:
        """Return what forbids this seller to sell the series, whoever the customer is."""
        against = set()
        channel = self.channels.get(seller["channel"], {})
        if (seller["channel"], series["series"]) not in self.may_sell:
            against.add("CHANNEL_NOT_AUTHORISED")
        if seller["company"] != series["company"] and (seller["company"], series["company"]) not in self.agreements:
            against.add("NO_AGENCY_AGREEMENT")
        if seller["grade"] < self.book.required_grade(seller["company"], self.terms[series["series"]]):
            against.add("GRADE_TOO_LOW")
        if series["pillar"] in self.book.value_or("suitability.register_asked", []):
            if seller.get("has_registration_no") is None:
                warned.add("NOT_REGISTERED")
            elif not seller["has_registration_no"]:
                against.add("NOT_REGISTERED")
        insurers = self.book.value_or("suitability.life_insurers", [])
        two = seller["company"] in insurers and series["company"] in insurers
        if two and seller["company"] != series["company"] and channel.get("kind") == "AGENT":
            against.add("SECOND_LIFE_INSURER")
        return against

    def _ages(self, customer: Row, series: Row) -> tuple[set[str], set[str]]:
        limits = {"TOO_YOUNG": series["age_min"], "TOO_OLD": series["age_max"]}
        asked = {gate for gate, limit in limits.items() if limit is not None and customer["kind"] == "PERSON"}
        ages = self._possible_ages(customer)
        if ages is None:
            return set(), asked
        against = set()
        if "TOO_YOUNG" in asked and min(ages) < series["age_min"]:
            against.add("TOO_YOUNG")
        if "TOO_OLD" in asked and max(ages) > series["age_max"]:
            against.add("TOO_OLD")
        return against, set()

    def _possible_ages(self, customer: Row) -> tuple[int, int] | None:
        month = customer["birth_month"] or self.told.born.get(customer["customer_id"])
        if month is None or month > self.as_of:
            return None
        last_birthday = date(month.year, month.month, monthrange(month.year, month.month)[1])
        return years_between(min(last_birthday, self.as_of), self.as_of), years_between(month, self.as_of)

    def _person(self, customer: str, series: Row, against: set[str], warned: set[str]) -> None:
        """Whether there is somebody who may conclude a contract here, alone or with a guardian."""
        who, told = self.customers[customer], self.told
        person, ages = who["kind"] == "PERSON", self._possible_ages(who)
        if customer in told.gone:
            against.add("CUSTOMER_GONE")
        none_below = self.book.value_or("suitability.capacity_age", 0)
        if customer in told.incapable or (person and ages is not None and min(ages) < none_below):
            against.add("NO_CAPACITY")
        elif person and ages is None:
            warned.add("NO_CAPACITY")
        adult = self.book.value_or("suitability.adult_age", 0)
        if customer in told.limited or (person and ages is not None and min(ages) < adult):
            low = self.book.value_or("suitability.guarded_risk_max", 5)
            (warned if self._of("product_risk", series) <= low else against).add("LIMITED_CAPACITY")
        licences = self.book.value_or("suitability.regions_licensed", {})
        if series["company"] in licences:
            if who["region"] is None:
                warned.add("REGION_NOT_LICENSED")
            elif not any(who["region"].startswith(place) for place in licences[series["company"]]):
                against.add("REGION_NOT_LICENSED")
        if customer in told.refuses_profiling:
            warned.add("PROFILING_REFUSED")

    def _suits(self, customer: str, series: Row, against: set[str], warned: set[str]) -> None:
        book, told = self.book, self.told
        person = self.customers[customer]["kind"] == "PERSON"
        risk = self._of("product_risk", series)
        tested = book.value_or("suitability.risk_test_from", {})
        if risk >= tested.get(series["pillar"], tested.get("other", NEVER)):
            if customer not in told.risk_level:
                warned.add("RISK_TOO_HIGH")
            elif told.risk_level[customer] < risk:
                against.add("RISK_TOO_HIGH")
        outlay = self._of("yearly_outlay", series) if person else 0
        if outlay > book.value("suitability.outlay_free"):
            if customer not in told.income:
                warned.add("MEANS_TOO_SMALL")
            else:
                share = 1_000_000 * (self.burden(customer) + outlay)
                if share > told.income[customer] * book.value("suitability.burden_max"):
                    against.add("MEANS_TOO_SMALL")
                if share > told.income[customer] * book.value("suitability.burden_warn"):
                    warned.add("CANNOT_KEEP_PAYING")
        ages, paying = self._possible_ages(self.customers[customer]), self._of("paying_years", series)
        retirement = book.value("suitability.retirement_age")
        if person and ages is not None and paying and max(ages) + paying > retirement:
            warned.add("CANNOT_KEEP_PAYING")
        self._covers(customer, series, warned)

    def _covers(self, customer: str, series: Row, warned: set[str]) -> None:
        mine = {self.series[contract["series"]]["line"] for contract in self.contracts_of[customer]}
        others = {
            self.series[contract["series"]]["line"]
            for contract in self.contracts_of[customer]
            if contract["series"] != series["series"]
        }
        once = self.book.value("suitability.paid_once")
        if series["line"] in once and once[series["line"]] in {once.get(line) for line in others}:
            warned.add("DUPLICATE_COVER")
        first = self.book.value("suitability.covered_first").get(series["line"], [])
        if self.customers[customer]["kind"] == "PERSON" and set(first) & self.lines and not mine & set(first):
            warned.add("NEED_NOT_FIRST")

    def burden(self, customer: str) -> int:
        """What the customer pays for insurance in a year."""
        paid = [row for row in self.contracts_of[customer] if row["company"] in self.insurers]
        return sum(row["premium_minor"] or 0 for row in paid)

    def _of(self, name: str, series: Row) -> int:
        value: int = self.book.of_series(f"suitability.{name}", self.terms[series["series"]])
        return value


def in_force(row: Row, on: date) -> bool:
    return row["valid_from"] <= on and (row["valid_until"] is None or on < row["valid_until"])


def years_between(born_on: date, on: date) -> int:
    years = 0
    while (born_on.year + years + 1, born_on.month, born_on.day) <= (on.year, on.month, on.day):
        years += 1
    return years


def mask_of(gates: set[str]) -> int:
    return sum(1 << GATES[gate] for gate in gates)
