"""What was known of each customer on a day: one function for the day of the run, for a training day and for the draw of a campaign.

Every event that counts happened on or before the day and had been told by its end. Ends that lie ahead are not looked at: of a
contract that will lapse next month nothing shows that yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from onefold.analytics.engines.lake import Lake
from onefold.analytics.features.known import seen, told_by_then
from onefold.seam.datasets import CUSTOMER_FEATURES

PIECE = 50_000
YEAR, TWO_YEARS, QUARTER = 365, 730, 90
KEY = ["customer_id", "as_of"]
ANSWERS = (("INTERESTED", "LATER"), ("NOT_UNTIL", "LATER"), ("DECLINED", "DECLINED"), ("DO_NOT_CONTACT", "DECLINED"))
BANDS = {"insurance_band": "INSURANCE", "banking_band": "BANKING", "investment_band": "INVESTMENT"}


def customer_features(lake: Lake, panel: ir.Table, known_at: datetime) -> ir.Table:
    """Return the columns of dataset `customer_features` for each customer and day of `panel` (customer_id, as_of).

    `known_at`: the moment of knowledge of the run. Reads customers, memberships, relations, product_series, channels, holdings,
    past_contacts, outcomes, campaign_members, claims. Who is who, and sex, region and month of birth, are taken as known now.
    """
    panel = lake.kept(panel.select(*KEY).distinct())
    begun = lake.kept(contracts_begun(lake, panel, known_at))
    parts = [
        portfolio(begun),
        latest_channel(begun),
        by_series(begun.filter(begun.is_held), "held"),
        by_series(begun.filter(begun.days_ended < TWO_YEARS), "ended"),
        of_household(lake, panel, begun, known_at),
        of_relations(lake, panel, known_at),
        of_contacts(lake, panel, known_at),
        of_claims(lake, panel, known_at),
        of_campaigns(lake, panel, known_at),
    ]
    joined = panel.inner_join(person(lake), "customer_id")
    joined = joined.mutate(**ages(joined)).drop("birth_month", "household_id")
    for part in parts:
        joined = joined.left_join(lake.kept(part), KEY).drop("customer_id_right", "as_of_right")
    return completed(joined)


def everybody(lake: Lake, as_of: date) -> ir.Table:
    """The panel of all customers on one day."""
    return seen(lake, "customers").select("customer_id", as_of=ibis.literal(as_of))


def in_pieces(lake: Lake, panel: ir.Table, known_at: datetime, *, piece: int = PIECE) -> Iterator[pa.Table]:
    """Compute once, in the lake; give the rows in key order, some thousand at a time."""
    found = lake.kept(customer_features(lake, panel, known_at).order_by("customer_id"))
    ids = lake.arrow(found.select("customer_id").order_by("customer_id"))["customer_id"]
    for start in range(0, len(ids), piece):
        first, last = ids[start].as_py(), ids[min(start + piece, len(ids)) - 1].as_py()
        yield lake.arrow(found.filter(found.customer_id.between(first, last)).order_by("customer_id"))


def person(lake: Lake) -> ir.Table:
    return seen(lake, "customers")


def ages(people: ir.Table) -> dict[str, ir.IntegerColumn]:
    """Least and greatest whole years on the day, of somebody born in the month; empty when the month is not yet over."""
    born, day = people.birth_month, people.as_of
    months = (day.year() - born.year()) * 12 + day.month() - born.month()
    known = months > 0
    # In the month of the birthday itself, who was born on its last day is the younger one.
    return {
        "age_low": known.ifelse((months - 1) // 12, ibis.null("int64")).cast("int32"),
        "age_high": known.ifelse(months // 12, ibis.null("int64")).cast("int32"),
    }


def contracts_begun(lake: Lake, panel: ir.Table, known_at: datetime) -> ir.Table:
    """Each contract that had begun: days since, whether held on the day, days since it ended (empty: it had not)."""
    series = seen(lake, "product_series").select("series", "pillar")
    kinds = seen(lake, "channels").rename(channel_kind="kind")
    facts = seen(lake, "holdings").inner_join(series, "series").left_join(kinds, "channel")
    told = told_by_then(facts, panel, known_at)
    told = told.filter(told.valid_from <= told.as_of)
    over = (told.valid_until <= told.as_of).fill_null(False)
    return told.select(
        *KEY, "contract_id", "company", "series", "pillar", "channel_kind", "premium_minor",
        days_begun=days_between(told.valid_from, told.as_of),
        is_held=~over,
        days_ended=over.ifelse(days_between(told.valid_until, told.as_of), ibis.null("int64")),
    )  # fmt: skip


def days_between(before: ir.DateColumn, after: ir.DateColumn) -> ir.IntegerColumn:
    return after.delta(before, unit="day")


def portfolio(begun: ir.Table) -> ir.Table:
    amounts = {
        name: begun.premium_minor.sum(where=begun.is_held & (begun.pillar == pillar)) for name, pillar in BANDS.items()
    }
    counted = begun.group_by(KEY).aggregate(
        contracts_held=begun.is_held.sum(),
        companies_held=begun.company.nunique(where=begun.is_held),
        contracts_new=(begun.days_begun < YEAR).sum(),
        contracts_ended=(begun.days_ended < TWO_YEARS).sum(),
        tenure_days=begun.days_begun.max(),
        days_since_new=begun.days_begun.min(),
        days_since_ended=begun.days_ended.min(),
        **amounts,
    )
    return counted.mutate(**{name: band_of(counted[name]) for name in BANDS})


def band_of(amount: ir.IntegerColumn) -> ir.IntegerColumn:
    """0 for nothing, else the number of binary digits of the amount."""
    positive = amount.fill_null(0) > 0
    return positive.ifelse(ibis.greatest(amount, 1).log2().floor().cast("int64") + 1, 0)


def latest_channel(begun: ir.Table) -> ir.Table:
    """The kind of channel of the contract begun last (of several on one day the first id), where its channel is known."""
    known = begun.filter(begun.channel_kind.notnull())
    order = ibis.window(group_by=KEY, order_by=[known.days_begun, known.contract_id])
    return known.mutate(place=ibis.row_number().over(order)).filter(lambda t: t.place == 0).select(*KEY, "channel_kind")


def by_series(contracts: ir.Table, name: str) -> ir.Table:
    """Parallel lists of series and numbers of contracts."""
    counts = contracts.group_by([*KEY, "series"]).aggregate(contracts=contracts.count().cast("int32"))
    return counts.group_by(KEY).aggregate(
        **{
            f"{name}_series": counts.series.collect(order_by=counts.series),
            f"{name}_counts": counts.contracts.collect(order_by=counts.series),
        }
    )


def of_household(lake: Lake, panel: ir.Table, begun: ir.Table, known_at: datetime) -> ir.Table:
    """Others of the household who were customers by then, and what they held. Most live alone, so only shared houses are joined."""
    homes = seen(lake, "customers").select("customer_id", "household_id")
    sizes = homes.group_by("household_id").aggregate(people=homes.count())
    shared = lake.kept(homes.semi_join(sizes.filter(sizes.people > 1), "household_id"))
    pairs = panel.inner_join(shared, "customer_id").rename(oneself="customer_id")
    pairs = pairs.inner_join(shared, "household_id").filter(lambda t: t.oneself != t.customer_id)
    others = lake.kept(pairs.select("customer_id", "as_of").distinct())
    theirs = contracts_begun(lake, others, known_at).group_by(KEY).aggregate(held=lambda t: t.is_held.sum())
    joined = pairs.inner_join(theirs, KEY)
    found = joined.group_by(["oneself", "as_of"]).aggregate(
        household_size=joined.count() + 1, household_held=joined.held.sum()
    )
    return found.rename(customer_id="oneself")


def of_relations(lake: Lake, panel: ir.Table, known_at: datetime) -> ir.Table:
    """Family ties, which have no day of their own: those with somebody who held a contract by then."""
    members = seen(lake, "memberships")
    ties = seen(lake, "relations").inner_join(members, "source_id").rename(oneself="customer_id")
    ties = ties.inner_join(members.rename(other_source_id="source_id"), "other_source_id")
    ties = ties.filter(ties.oneself != ties.customer_id).select("oneself", "customer_id").distinct()
    pairs = panel.rename(oneself="customer_id").inner_join(ties, "oneself").select("oneself", "customer_id", "as_of")
    others = lake.kept(pairs.select(*KEY).distinct())
    present = contracts_begun(lake, others, known_at).select(*KEY).distinct()
    joined = pairs.inner_join(present, KEY)
    return joined.group_by(["oneself", "as_of"]).aggregate(relations=joined.count()).rename(customer_id="oneself")


def of_contacts(lake: Lake, panel: ir.Table, known_at: datetime) -> ir.Table:
    told = told_by_then(contacts(lake), panel, known_at)
    told = told.mutate(days=days_between(told.happened_on, told.as_of))
    lately = told.filter(told.days >= 0, told.days < YEAR)
    return lately.group_by(KEY).aggregate(
        contacts_out=(lately.direction == "OUTBOUND").sum(),
        contacts_in=(lately.direction == "INBOUND").sum(),
        contacts_recent=(lately.days < QUARTER).sum(),
        contacts_accepted=(lately.outcome == "ACCEPTED").sum(),
        contacts_declined=(lately.outcome == "DECLINED").sum(),
        contacts_later=(lately.outcome == "LATER").sum(),
        days_since_contact=lately.days.min(),
    )


def contacts(lake: Lake) -> ir.Table:
    """What companies tell of contacts, and what sellers wrote down in Onefold, in the same words."""
    told = seen(lake, "past_contacts").inner_join(seen(lake, "memberships"), "source_id").drop("source_id")
    answers = seen(lake, "outcomes")
    asked = answers.select(
        "company", "happened_on", "known_from", "customer_id",
        direction=ibis.literal("OUTBOUND"),
        outcome=answers.code.cases(*ANSWERS, else_="NOT_REACHED"),
        known_until=ibis.null("timestamp('UTC')"),
    )  # fmt: skip
    return told.union(asked.select(*told.columns).cast(told.schema()))


def of_claims(lake: Lake, panel: ir.Table, known_at: datetime) -> ir.Table:
    """A claim counts from the day it was reported, its refusal from the day it was settled."""
    holders = seen(lake, "holdings").select("contract_id", "customer_id").distinct()
    told = told_by_then(seen(lake, "claims").inner_join(holders, "contract_id"), panel, known_at)
    told = told.mutate(days=days_between(told.reported_on, told.as_of))
    lately = told.filter(told.days >= 0, told.days < TWO_YEARS)
    declined = (lately.outcome == "DECLINED") & (lately.settled_on <= lately.as_of).fill_null(False)
    return lately.group_by(KEY).aggregate(
        claims=lately.count(), claims_declined=declined.sum(), days_since_claim=lately.days.min()
    )


def of_campaigns(lake: Lake, panel: ir.Table, known_at: datetime) -> ir.Table:
    facts = seen(lake, "campaign_members").inner_join(seen(lake, "memberships"), "source_id")
    told = told_by_then(facts.filter(facts.arm.isin(["CONTACT", "CONTROL"])), panel, known_at)
    told = told.mutate(days=days_between(told.assigned_on, told.as_of))
    lately = told.filter(told.days >= 0, told.days < YEAR)
    return lately.group_by(KEY).aggregate(campaigns=lately.count(), campaigns_contacted=(lately.arm == "CONTACT").sum())


def completed(joined: ir.Table) -> ir.Table:
    """The columns in the contract's order; a count of which nothing was found is 0, not empty."""
    columns = []
    for column in CUSTOMER_FEATURES.columns:
        found = joined[column.name]
        if found.type().is_array():
            found = found.fill_null(ibis.literal([], type=found.type()))
        elif found.type().is_numeric():
            found = (found if column.optional else found.fill_null(1 if column.name == "household_size" else 0)).cast(
                "int32"
            )
        columns.append(found.name(column.name))
    return joined.select(*columns)
