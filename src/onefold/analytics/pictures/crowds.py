"""Crowds: customers alike in everything a picture is cut by. What is counted by crowd once adds up to any scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir

from onefold.analytics.engines.lake import Lake
from onefold.analytics.features.periods import known

PERSON, ORGANISATION = "PERSON", "ORGANISATION"
GROUP, COMPANY, REGION = "GROUP", "COMPANY", "REGION"
ALL = "ALL"
SCOPE = ("scope_kind", "scope")


@dataclass(frozen=True)
class Crowds:
    people: ir.Table
    """One row a customer: customer_id, number (a small one), crowd."""
    scopes: ir.Table
    """One row a crowd and scope it lies in: crowd, scope_kind, scope, book, segment."""


def crowds(lake: Lake) -> Crowds:
    """Sort the customers into crowds: by kind, segment, region, and the companies that know them by a source record."""
    customers = lake.table("customers")
    known_to = _known_to(lake)
    joined = customers.left_join(known_to, "customer_id")
    alike = [joined.kind, joined.segment, joined.region, joined.companies]
    people = joined.select(
        "customer_id",
        "region",
        "companies",
        "segment",
        book="kind",
        crowd=ibis.dense_rank().over(ibis.window(order_by=alike)),
        number=ibis.row_number().over(ibis.window(order_by=joined.customer_id)),
    )
    people = lake.kept(people)
    each = lake.kept(people.select("crowd", "book", "segment", "region", "companies").distinct())
    return Crowds(people.select("customer_id", "number", "crowd"), lake.kept(_scopes(each)))


def _known_to(lake: Lake) -> ir.Table:
    """Return (customer_id, companies): codes in order, with commas between."""
    records = lake.table("source_records").select("source_id", "company")
    pairs = records.inner_join(lake.table("memberships").select("source_id", "customer_id"), "source_id")
    pairs = pairs.select("customer_id", "company").distinct()
    return pairs.group_by("customer_id").aggregate(
        companies=pairs.company.group_concat(sep=",", order_by=pairs.company)
    )


def _scopes(each: ir.Table) -> ir.Table:
    own = ("crowd", "book", "segment")
    group = each.select(*own, scope_kind=ibis.literal(GROUP), scope=ibis.literal(ALL))
    company = each.filter(each.companies.notnull()).select(
        *own, scope_kind=ibis.literal(COMPANY), scope=each.companies.split(",").unnest()
    )
    region = each.filter(each.region.notnull()).select(*own, scope_kind=ibis.literal(REGION), scope="region")
    return ibis.union(group, company, region)


def spells_now_known(lake: Lake, people: ir.Table, known_on: date) -> ir.Table:
    """Return the spells as known at `known_on`, by customer number and crowd."""
    spells = lake.table("spells")
    spells = spells.filter(known(spells, known_on))
    return lake.kept(
        spells.inner_join(people, "customer_id").select(
            "number", "crowd", "series", "company", "valid_from", "valid_until"
        )
    )
