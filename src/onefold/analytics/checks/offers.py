"""Every offer passes every gate, judged once more by the slow register, which shares no code with the decision core."""

from __future__ import annotations

from collections import Counter
from datetime import date

import ibis.expr.types as ir

from onefold.analytics.engines.lake import Lake
from onefold.analytics.reference.oracle import Row, World
from onefold.analytics.reference.verdicts import Register
from onefold.kernel.refusals import Kind, Refusal
from onefold.policy import Rulebook, Series

WHOLE = ("product_series", "channels", "sellers", "channel_products", "agency_agreements", "consent_withdrawals")
OF_RECORDS = ("source_records", "contracts", "consents", "contact_blocks")
OF_CUSTOMERS = ("customers", "memberships", "suppressions")


class OfferForbidden(Refusal):
    code = "OFFER_FORBIDDEN"
    kind = Kind.CONFLICT
    sentence = {
        "en": "{count} offers do not pass gate {gate}. Nothing was released.",
        "zh-Hans": "有 {count} 条推荐未通过 {gate} 这一关，未发布。",
    }


class OfferForAnotherSeller(Refusal):
    code = "OFFER_FOR_ANOTHER_SELLER"
    kind = Kind.CONFLICT
    sentence = {
        "en": "{count} offers name another seller than the customer's. Nothing was released.",
        "zh-Hans": "有 {count} 条推荐所列业务员不是该客户的业务员，未发布。",
    }


class TooManyOffers(Refusal):
    code = "TOO_MANY_OFFERS"
    kind = Kind.CONFLICT
    sentence = {
        "en": "{count} sellers or customers have more offers than they may. Nothing was released.",
        "zh-Hans": "有 {count} 位业务员或客户的推荐超过上限，未发布。",
    }


def check_offers(lake: Lake, rulebook: Rulebook, as_of: date, known_on: date) -> None:
    """Raise for the gate most offers fail, for a wrong seller, or for more offers than one a customer, N a seller."""
    offers = lake.arrow(lake.table("offers").select("customer_id", "series", "seller")).to_pylist()
    if not offers:
        return
    _check_numbers(offers, rulebook.value("contact.leads_per_seller_max", on=as_of))

    def required_grade(company: str, series: Row) -> int:
        return rulebook.required_grade(company, Series(**series), on=as_of)

    register = Register(world_of_offers(lake), as_of, known_on, required_grade)
    against = Counter(gate for row in offers for gate in register.judge(row["customer_id"], row["series"])[0])
    for gate, count in sorted(against.items(), key=lambda found: (-found[1], found[0])):
        raise OfferForbidden(gate=gate, count=count)
    strangers = sum(1 for row in offers if _seller_of(register, row["customer_id"]) != row["seller"])
    if strangers:
        raise OfferForAnotherSeller(count=strangers)


def _check_numbers(offers: list[Row], leads_per_seller: int) -> None:
    of_seller, of_customer = Counter(row["seller"] for row in offers), Counter(row["customer_id"] for row in offers)
    over = sum(1 for count in of_seller.values() if count > leads_per_seller)
    over += sum(1 for count in of_customer.values() if count > 1)
    if over:
        raise TooManyOffers(count=over)


def _seller_of(register: Register, customer: str) -> str:
    seller = register.seller_of(customer)
    return seller["seller"] if seller else ""


def world_of_offers(lake: Lake) -> World:
    """Return what is known of the customers who get an offer, and of nobody else."""
    chosen = lake.kept(lake.table("offers").select("customer_id").distinct())
    records = lake.kept(lake.table("memberships").semi_join(chosen, "customer_id").select("source_id"))

    def rows(table: ir.Table) -> list[Row]:
        found: list[Row] = lake.arrow(table).to_pylist()
        return found

    world = {name: rows(lake.table(name)) for name in WHOLE}
    world |= {name: rows(lake.table(name).semi_join(records, "source_id")) for name in OF_RECORDS}
    world |= {name: rows(lake.table(name).semi_join(chosen, "customer_id")) for name in OF_CUSTOMERS}
    return world
