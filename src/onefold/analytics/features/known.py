"""What the group knew at a past moment: the columns a feature may rest on, and the rows that had been told by then.

A panel is a table of `customer_id` and `as_of`, each pair once: who is looked at, and from which day. One panel may hold many days.
"""

from __future__ import annotations

from datetime import datetime

import ibis
import ibis.expr.types as ir

from onefold.analytics.engines.lake import Lake

ALLOWED = {
    "customers": ("customer_id", "household_id", "kind", "sex", "birth_month", "region"),
    "memberships": ("source_id", "customer_id"),
    "relations": ("source_id", "other_source_id"),
    "product_series": ("series", "company", "pillar", "line", "kinds"),
    "channels": ("channel", "kind"),
    "holdings": (
        "contract_id", "customer_id", "company", "series", "channel", "valid_from", "valid_until", "premium_minor",
        "known_from", "known_until",
    ),
    "past_contacts": ("source_id", "company", "direction", "happened_on", "outcome", "known_from", "known_until"),
    "outcomes": ("customer_id", "company", "code", "happened_on", "known_from"),
    "campaign_members": (
        "source_id", "company", "campaign", "series", "channel", "arm", "assigned_on", "treated_share_ppm", "known_from",
        "known_until",
    ),
    "claims": ("contract_id", "company", "reported_on", "settled_on", "outcome", "known_from", "known_until"),
}  # fmt: skip
"""All that marketing may learn from, column by column. What a company shares against money laundering, what a sale earns and what
identifies are not here, so no feature can reach them."""


def seen(lake: Lake, name: str) -> ir.Table:
    """Return the columns of the dataset that features may rest on."""
    return lake.table(name).select(*ALLOWED[name])


def told_by_then(facts: ir.Table, panel: ir.Table, known_at: datetime) -> ir.Table:
    """Join to each customer and day of the panel what had been told of that customer at the end of the day.

    `facts`: customer_id, company, known_from, known_until and more. `known_at`: the moment of knowledge of the run, beyond
    which nothing is known. What a company told on the first day on which it told anything is history handed in: nobody could
    know it earlier, so for days before it stands as told in time, and only the days of the facts themselves cut it off.
    """
    first = facts.group_by("company").aggregate(first=facts.known_from.min())
    first = first.mutate(history_until=first.first.date().cast("timestamp('UTC')") + ibis.interval(days=1)).drop(
        "first"
    )
    end_of_day = panel.as_of.cast("timestamp('UTC')") + ibis.interval(days=1)
    looking = panel.mutate(looked_at=ibis.least(end_of_day, ibis.literal(known_at, type="timestamp('UTC')")))
    joined = looking.inner_join(facts.inner_join(first, "company"), "customer_id")
    then = ibis.greatest(joined.looked_at, joined.history_until)
    told = joined.filter(joined.known_from <= then, joined.known_until.isnull() | (joined.known_until > then))
    return told.drop("looked_at", "history_until", "known_from", "known_until")
