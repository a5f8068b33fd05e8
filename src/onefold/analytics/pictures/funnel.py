"""The funnel: how far the leads of the last twelve months got, from the lead to a contract that outlived its free look.

A lead counts at every step up to its furthest, so that no step can be larger than the one before. What was proposed without a lead
(the customer stood at the counter, or took a second product) counts as a lead of its own.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from onefold.analytics.engines.lake import Lake
from onefold.analytics.pictures.crowds import ALL
from onefold.analytics.pictures.periods import month_starts
from onefold.analytics.publication import Limits

STEPS = ("LEAD", "CONTACTED", "ADVISED", "PROPOSED", "APPLIED", "ISSUED", "KEPT")
MONTHS = 12
VIEWS = {
    "OWNER": "owner", "COMPANY": "company", "CHANNEL": "channel", "SERIES": "series", "MONTH": "month", "SOURCE": "source", "MODE": "mode",
}  # fmt: skip
DIMENSIONS = ("series", "company", "channel", "source", "mode")
NOBODY_SPOKEN_TO = "NOT_REACHED"


def reached(lake: Lake, as_of: date) -> ir.Table:
    """Return (view, row, furthest, leads): the leads by the furthest step, under every dimension; `furthest` counts from 0."""
    leads = lake.kept(_leads(lake, month_starts(as_of, MONTHS)[0], as_of))
    owners = lake.table("product_series").select("series", owner="company")
    leads = lake.kept(leads.inner_join(owners, "series"))
    views = [_counted(leads, view, leads[column]) for view, column in VIEWS.items()]
    return ibis.union(_counted(leads, ALL, ibis.literal(ALL)), *views)


def _leads(lake: Lake, since: date, as_of: date) -> ir.Table:
    """One row a lead, or a proposal without one: its dimensions, the month of its opening, the furthest step."""
    every = lake.kept(_opened(lake, as_of))
    leads = every.filter(every.opened_on >= since, every.opened_on <= as_of)
    steps = lake.kept(_steps(lake, leads))
    furthest = steps.group_by("lead_id").aggregate(furthest=steps.step.max())
    joined = leads.left_join(furthest, "lead_id")
    alone = lake.table("sales").anti_join(every, "lead_id")
    alone = alone.filter(alone.proposed_on >= since, alone.proposed_on <= as_of)
    return ibis.union(
        joined.select(*DIMENSIONS, month=_month(joined.opened_on), furthest=joined.furthest.fill_null(0)),
        alone.select(*DIMENSIONS, month=_month(alone.proposed_on), furthest=_step_of(alone.reached)),
    )


def _opened(lake: Lake, as_of: date) -> ir.Table:
    """The leads the rooms know, and those that this run opens."""
    known, offers = lake.table("leads"), lake.table("offers")
    new = offers.anti_join(known, "lead_id").select(
        "lead_id",
        "customer_id",
        "series",
        company="seller_company",
        channel="channel",
        source=ibis.literal("OFFERED"),
        mode=ibis.literal("SOLO"),
        opened_on=ibis.literal(as_of),
    )
    return ibis.union(known.select(*new.columns), new)


def _steps(lake: Lake, leads: ir.Table) -> ir.Table:
    """(lead_id, step): everything that happened about each lead."""
    outcomes, sales, opinions = lake.table("outcomes"), lake.table("sales"), lake.table("opinions")
    spoken = outcomes.filter(outcomes.code != NOBODY_SPOKEN_TO)
    advised = leads.inner_join(opinions, ["customer_id", "series", "company"])
    advised = advised.filter(advised.given_on >= advised.opened_on)
    sold = sales.filter(sales.lead_id.notnull())
    return ibis.union(
        spoken.select("lead_id", step=_number("CONTACTED")),
        advised.select("lead_id", step=_number("ADVISED")),
        sold.select("lead_id", step=_step_of(sold.reached)),
    )


def _number(step: str) -> ir.Value:
    return ibis.literal(STEPS.index(step)).cast("int64")


def _step_of(word: ir.StringValue) -> ir.Value:
    return ibis.cases(*((word == step, STEPS.index(step)) for step in STEPS), else_=0).cast("int64")


def _month(day: ir.DateValue) -> ir.StringValue:
    return day.truncate("M").strftime("%Y-%m-%d")


def _counted(leads: ir.Table, view: str, row: ir.Value) -> ir.Table:
    rows = leads.select(view=ibis.literal(view), row=row, furthest=leads.furthest)
    return rows.group_by("view", "row", "furthest").aggregate(leads=rows.count())


def shown(rows: list[dict[str, Any]], limits: Limits) -> list[dict[str, Any]]:
    """Rows of dataset `funnel`: each step with all that got so far, to tens: two releases can be subtracted, two steps as well."""
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * len(STEPS))
    for row in rows:
        counts[row["view"], row["row"]][row["furthest"]] += row["leads"]
    return [
        {"view": view, "row": of, "step": step, "leads": limits.rounded(sum(by_step[place:]))}
        for (view, of), by_step in counts.items()
        for place, step in enumerate(STEPS)
    ]
