"""Every offer passes every gate, judged once more by the slow register, which shares no code with the decision core."""

from __future__ import annotations

from collections import Counter
from datetime import date

import ibis.expr.types as ir

from onefold.analytics.engines.lake import Lake
from onefold.analytics.reference.oracle import Row, World
from onefold.analytics.reference.verdicts import OF_SELLERS, Register
from onefold.analytics.reference.worths import colleague_may
from onefold.kernel.refusals import Kind, Refusal
from onefold.policy import Rulebook

WHOLE = (
    "companies", "product_series", "channels", "sellers", "channel_products", "agency_agreements", "consent_withdrawals",
)  # fmt: skip
OF_RECORDS = ("source_records", "contracts", "consents", "contact_blocks", "circumstances")
OF_CUSTOMERS = ("suppressions", "block_wishes", "household_arms", "answers")
OF_HOUSES = ("customers", "memberships", "outcomes")


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
        "en": "{count} offers name a seller of another company than the customer's. Nothing was released.",
        "zh-Hans": "有 {count} 条推荐所列业务员不属于该客户业务员所在的公司，未发布。",
    }


class OfferWithoutWorth(Refusal):
    code = "OFFER_WITHOUT_WORTH"
    kind = Kind.CONFLICT
    sentence = {
        "en": "{count} offers are worth nothing: no offer would be better. Nothing was released.",
        "zh-Hans": "有 {count} 条推荐没有价值，不推荐更好，未发布。",
    }


class ActionForbidden(Refusal):
    code = "ACTION_FORBIDDEN"
    kind = Kind.CONFLICT
    sentence = {
        "en": "{count} offers ask a seller to refer where no colleague in reach may sell. Nothing was released.",
        "zh-Hans": "有 {count} 条推荐要求转介，但可联系到的同事均不得销售，未发布。",
    }


class TooManyOffers(Refusal):
    code = "TOO_MANY_OFFERS"
    kind = Kind.CONFLICT
    sentence = {
        "en": "{count} sellers or customers have more offers than they may. Nothing was released.",
        "zh-Hans": "有 {count} 位业务员或客户的推荐超过上限，未发布。",
    }


def check_offers(lake: Lake, rulebook: Rulebook, as_of: date, known_on: date) -> None:
    """Raise for the gate most offers fail, for a seller of another company, an action nobody may take, an offer worth nothing,
    or more offers than one a customer, N a seller."""
    names = ("customer_id", "series", "seller", "action", "value_minor")
    offers = lake.arrow(lake.table("offers").select(*names)).to_pylist()
    if not offers:
        return
    _check_numbers(offers, rulebook.value("contact.leads_per_seller_max", on=as_of))
    register = Register(world_of_offers(lake), as_of, known_on, rulebook)
    _refuse(OfferForAnotherSeller, sum(not _of_the_house(register, row) for row in offers))
    against = Counter(gate for row in offers for gate in _against(register, row))
    for gate, count in sorted(against.items(), key=lambda found: (-found[1], found[0])):
        raise OfferForbidden(gate=gate, count=count)
    _refuse(ActionForbidden, sum(not _may_act(register, row) for row in offers))
    _refuse(OfferWithoutWorth, sum(row["value_minor"] <= 0 for row in offers))


def _refuse(refusal: type[Refusal], count: int) -> None:
    if count:
        raise refusal(count=count)


def _check_numbers(offers: list[Row], leads_per_seller: int) -> None:
    of_seller, of_customer = Counter(row["seller"] for row in offers), Counter(row["customer_id"] for row in offers)
    over = sum(1 for count in of_seller.values() if count > leads_per_seller)
    over += sum(1 for count in of_customer.values() if count > 1)
    if over:
        raise TooManyOffers(count=over)


def _against(register: Register, offer: Row) -> set[str]:
    """Who hands on or brings a specialist along need not be able to sell."""
    against = register.judge(offer["customer_id"], offer["series"], offer["seller"]).against
    return against if offer["action"] == "SELL" else against - OF_SELLERS | against & {"NO_SELLER"}


def _of_the_house(register: Register, offer: Row) -> bool:
    """Whether the offer is in the hands of the customer's own seller or of a colleague; who is nobody, the gates will say."""
    own, named = register.seller_of(offer["customer_id"]), register.sellers.get(offer["seller"])
    return own is None or named is None or own["company"] == named["company"]


def _may_act(register: Register, offer: Row) -> bool:
    if offer["action"] == "SELL":
        return True
    seller, series = register.sellers[offer["seller"]], register.series[offer["series"]]
    return offer["action"] in ("REFER", "ACCOMPANY") and colleague_may(register, seller, series)


def world_of_offers(lake: Lake) -> World:
    """Return what is known of the customers who get an offer, what befell their households, and of nobody else."""
    chosen = lake.kept(lake.table("offers").select("customer_id").distinct())
    records = lake.kept(lake.table("memberships").semi_join(chosen, "customer_id").select("source_id"))
    houses = lake.table("customers").semi_join(chosen, "customer_id").select("household_id").distinct()
    people = lake.kept(lake.table("customers").semi_join(houses, "household_id").select("customer_id"))
    theirs = lake.kept(lake.table("memberships").semi_join(people, "customer_id").select("source_id"))

    def rows(table: ir.Table) -> list[Row]:
        found: list[Row] = lake.arrow(table).to_pylist()
        return found

    world = {name: rows(lake.table(name)) for name in WHOLE}
    world |= {name: rows(lake.table(name).semi_join(records, "source_id")) for name in OF_RECORDS}
    world |= {name: rows(lake.table(name).semi_join(chosen, "customer_id")) for name in OF_CUSTOMERS}
    world |= {name: rows(lake.table(name).semi_join(people, "customer_id")) for name in OF_HOUSES}
    return world | {"past_contacts": rows(lake.table("past_contacts").semi_join(theirs, "source_id"))}
