"""Verdicts on every customer, and the offers that became leads."""

from __future__ import annotations

import pyarrow as pa

from onefold.seam.contracts import SMALL, TEXT, WHOLE, Column, Dataset

DECISIONS = Dataset(
    "decisions", "one customer's verdicts over all candidate series, in one row", ("customer_id",),
    (
        Column("customer_id", TEXT, "customer"),
        Column("series", pa.list_(TEXT), "candidate series, sorted by code; the arrays below run parallel"),
        Column("sellers", pa.list_(TEXT), "seller the candidate was judged for; empty text = none"),
        Column("blocked", pa.list_(WHOLE), "bit mask of gates that forbid, see decision.gates"),
        Column("missing", pa.list_(WHOLE), "bit mask of gates whose facts are missing"),
        Column("warned", pa.list_(WHOLE), "bit mask of gates that forbid nothing and must be asked or told before a sale", optional=True),
        Column("scores", pa.list_(SMALL), "probability used, in millionths; counts only where nothing forbids"),
        Column("values", pa.list_(WHOLE), "what the offer is worth in minor units; 0 or less = no offer is better"),
        Column("bases", pa.list_(SMALL), "what the probability rests on: 0 popularity, 1 prior, 2 propensity, 3 effect"),
        Column("actions", pa.list_(TEXT), "SELL, REFER, ACCOMPANY or LEARN; empty text = nobody may act"),
        Column("because", pa.list_(TEXT), "held series that speaks most for it; empty text = none"),
    ),
)  # fmt: skip

OFFERS = Dataset(
    "offers", "one offer that became somebody's lead", ("customer_id", "series"),
    (
        Column("lead_id", TEXT, "hash of customer, series, seller"),
        Column("customer_id", TEXT, "customer"),
        Column("series", TEXT, "series offered"),
        Column("owner_company", TEXT, "company that owns the series"),
        Column("seller", TEXT, "seller who gets the lead"),
        Column("seller_company", TEXT, "the seller's company"),
        Column("channel", TEXT, "the seller's channel"),
        Column("action", TEXT, "what the seller may do: SELL, REFER, ACCOMPANY or LEARN"),
        Column("score", SMALL, "probability used, in millionths"),
        Column("value_minor", WHOLE, "what the offer is worth in minor units"),
        Column("basis", SMALL, "what the probability rests on: 0 popularity, 1 prior, 2 propensity, 3 effect"),
        Column("rank", SMALL, "place in the seller's list, from 1"),
        Column("because", TEXT, "held series that speaks most for it; empty text = none"),
    ),
)  # fmt: skip
