"""What is known about each customer on the day of decision: the side of the customer. Lazily, in Ibis; taken chunk by chunk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from onefold.analytics.decide.circumstances import circumstances
from onefold.analytics.decide.contacts import contacts, courting, repeats, times
from onefold.analytics.engines.lake import Lake
from onefold.analytics.features.periods import in_force, known
from onefold.policy import Rulebook

ALL_SERIES = "ALL"


@dataclass(frozen=True)
class Facts:
    """Tables that all have `customer_id`. Nothing here says what a sale pays anybody: that cannot steer a decision."""

    lake: Lake
    customers: ir.Table
    """customer_id, kind, birth_month, region, held_out, contacts, burden and what `circumstances` says; every customer once"""
    held: ir.Table
    """customer_id, series"""
    sellers: ir.Table
    """customer_id, seller (of the most recently begun valid contract whose seller is in force), company (of the most
    recently begun valid contract at a company that has sellers in force in its channels); either may be empty"""
    shown: ir.Table
    """customer_id, from_company, to_company: which company's holdings which other company may use for marketing"""
    consents: ir.Table
    """customer_id, from_company, to_company: marketing consents in force, given at a source record of from_company"""
    blocked: ir.Table
    """customer_id: do-not-contact on any source record"""
    suppressed: ir.Table
    """customer_id, series (or ALL)"""
    courting: ir.Table
    """customer_id, company, days: how long ago the company last contacted the household"""
    repeats: ir.Table
    """customer_id, line, times: how often the household was contacted about the line"""
    scores: ir.Table
    """customer_id and the models' parallel lists"""

    def of(self, table: ir.Table, first: str, last: str) -> pa.Table:
        """Return the rows of the customers from `first` to `last`, both included."""
        return self.lake.arrow(table.filter(table.customer_id >= first, table.customer_id <= last))


def facts(lake: Lake, rulebook: Rulebook, as_of: date, known_on: date) -> Facts:
    """Cut the lake at the day; what every chunk asks for again is computed once, in the order in which chunks ask."""
    spells = lake.table("spells")
    held = spells.filter(in_force(spells, as_of), known(spells, known_on)).select("customer_id", "series")
    met = lake.kept(contacts(lake, as_of, known_on))

    def ordered(table: ir.Table) -> ir.Table:
        return lake.kept(table.distinct().order_by("customer_id"))

    return Facts(
        lake,
        customers=ordered(_customers(lake, rulebook, met, as_of, known_on)),
        held=ordered(held),
        sellers=ordered(_sellers(lake, as_of, known_on)),
        shown=ordered(_consents(lake, as_of, known_on, category="HOLDINGS")),
        consents=ordered(_consents(lake, as_of, known_on)),
        blocked=ordered(_blocked(lake, as_of, known_on)),
        suppressed=ordered(_suppressed(lake, as_of)),
        courting=ordered(courting(lake, met, as_of, rulebook.value("contact.other_company_rest", on=as_of))),
        repeats=ordered(repeats(lake, met, as_of, rulebook.value("economics.repeated_line", on=as_of)["days"])),
        scores=lake.table("scores"),
    )


def _customers(lake: Lake, rulebook: Rulebook, met: ir.Table, as_of: date, known_on: date) -> ir.Table:
    """One wide row a customer: what has one value each."""
    everybody = lake.table("customers").select("customer_id", "kind", "birth_month", "region")
    arms = lake.table("household_arms")
    window = rulebook.value("contact.household_contacts", on=as_of)["days"]
    parts = [
        arms.filter(arms.arm == "HOLDOUT").select("customer_id", held_out=True),
        times(lake, met, as_of, window),
        _burden(lake, as_of, known_on),
        circumstances(lake, rulebook, as_of, known_on),
    ]
    for part in parts:
        everybody = everybody.left_join(part, "customer_id").drop("customer_id_right")
    heard = ibis.coalesce(everybody.birth_month, everybody.heard_birth_month)
    return everybody.mutate(birth_month=heard).drop("heard_birth_month")


def _burden(lake: Lake, as_of: date, known_on: date) -> ir.Table:
    """What each customer pays for insurance in a year."""
    held = lake.table("holdings")
    held = held.filter(in_force(held, as_of), known(held, known_on))
    houses = lake.table("companies")
    insurers = houses.filter(houses.pillar == "INSURANCE").select("company")
    paid = held.semi_join(insurers, "company")
    return paid.group_by("customer_id").aggregate(burden=paid.premium_minor.fill_null(0).sum().cast("int64"))


def _sellers(lake: Lake, as_of: date, known_on: date) -> ir.Table:
    held = lake.table("holdings")
    held = held.filter(in_force(held, as_of), known(held, known_on))
    held = held.select("customer_id", "contract_id", "company", "seller", "valid_from")
    register = lake.table("sellers")
    on_duty = register.filter(in_force(register, as_of)).select("seller", "channel")
    homes = lake.table("channels").select("channel", "company")
    staffed = on_duty.inner_join(homes, "channel").select("company").distinct()
    own = _latest(held.semi_join(on_duty, "seller")).select("customer_id", "seller")
    house = _latest(held.semi_join(staffed, "company")).select("customer_id", "company")
    both = own.outer_join(house, "customer_id")
    return both.select("seller", "company", customer_id=ibis.coalesce(both.customer_id, both.customer_id_right))


def _latest(held: ir.Table) -> ir.Table:
    """Keep each customer's most recently begun contract; of several begun on one day the first id."""
    order = ibis.window(group_by="customer_id", order_by=[held.valid_from.desc(), held.contract_id])
    numbered = held.mutate(place=ibis.row_number().over(order))
    return numbered.filter(numbered.place == 0)


def _consents(lake: Lake, as_of: date, known_on: date, category: str = "") -> ir.Table:
    given = lake.table("consents")
    given = given.filter(given.purpose == "MARKETING", in_force(given, as_of), known(given, known_on))
    if category:
        given = given.filter(("," + given.categories + ",").contains(f",{category},"))
    standing = given.anti_join(lake.table("consent_withdrawals"), "consent_id")
    records = lake.table("source_records").select("source_id", from_company="company")
    at_home = standing.semi_join(records, ["source_id", "from_company"])
    return at_home.inner_join(_members(lake), "source_id").select("customer_id", "from_company", "to_company")


def _blocked(lake: Lake, as_of: date, known_on: date) -> ir.Table:
    wishes = lake.table("contact_blocks")
    wishes = wishes.filter(in_force(wishes, as_of), known(wishes, known_on))
    told = wishes.inner_join(_members(lake), "source_id").select("customer_id")
    ours = lake.table("block_wishes")
    return told.union(ours.filter(ours.since <= as_of).select("customer_id"))


def _suppressed(lake: Lake, as_of: date) -> ir.Table:
    answers = lake.table("suppressions")
    return answers.filter(answers.until > as_of).select("customer_id", "series")


def _members(lake: Lake) -> ir.Table:
    return lake.table("memberships").select("source_id", "customer_id")
