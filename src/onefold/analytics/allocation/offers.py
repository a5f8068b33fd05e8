"""From decisions to leads: datasets `offers` and `unlocks`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from onefold.analytics.allocation.bids import ACTIONS, Bids, Candidates, Worth, bids_of, candidates_of
from onefold.analytics.allocation.flow import optimal
from onefold.analytics.allocation.greedy import greedy
from onefold.analytics.allocation.market import Allotment, Market, Whole
from onefold.analytics.allocation.prices import prices
from onefold.analytics.allocation.staff import Staff
from onefold.analytics.allocation.unlocks import unlocks
from onefold.analytics.decide.policy import NOBODY, positions
from onefold.decision.core import MILLION
from onefold.decision.ranking import rank
from onefold.kernel.ids import derived_id
from onefold.policy import Rulebook
from onefold.seam.datasets import UNLOCKS


@dataclass(frozen=True)
class Limits:
    """What the rulebook says about leads: see pack `allocation`, and `contact.leads_per_seller_max`."""

    leads_per_seller: int
    offers_considered: int
    leads_per_household: int
    worth: Worth
    evenness: int
    parts: int
    company_share_ppm: int


def limits(rulebook: Rulebook, on: date) -> Limits:
    """The limits of a day."""

    def value(name: str) -> Any:
        return rulebook.value(f"allocation.{name}", on=on)

    worth, evenness = dict(value("worth_ppm")), value("evenness")
    return Limits(
        rulebook.value("contact.leads_per_seller_max", on=on), value("offers_considered"), value("leads_per_household_max"),
        Worth(worth, worth.pop("COLLEAGUE")), evenness["minor"], evenness["parts"], value("company_share_max_ppm"),
    )  # fmt: skip


def allocate(
    decisions: Iterable[pa.Table],
    customers: pa.Table,
    sellers: pa.Table,
    series: pa.Table,
    staff: Staff,
    within: Limits,
) -> tuple[pa.Table, pa.Table]:
    """Return datasets `offers` and `unlocks`. `decisions` in pieces; `customers` in the same order, each of them once.

    The best allotment there is; where the solver is missing or gives up, the plain one.
    """
    candidates = candidates_of(_in_step(decisions, customers), staff, within.offers_considered)
    bids = bids_of(candidates, staff, _regions(customers, staff), within.worth)
    market = market_of(bids, customers, staff, within)
    allotment = optimal(market) or greedy(market)
    given = _offers(candidates, bids, allotment, customers, sellers, series, staff)
    if not allotment.optimal:  # only an optimum has prices
        return given, UNLOCKS.schema.empty_table()
    return given, unlocks(candidates, market, allotment, prices(market, allotment), staff)


def _in_step(decisions: Iterable[pa.Table], customers: pa.Table) -> Iterator[pa.Table]:
    """The pieces, made sure to be about the customers at their positions."""
    start = 0
    for piece in decisions:
        if (
            not piece["customer_id"]
            .combine_chunks()
            .equals(customers["customer_id"].slice(start, len(piece)).combine_chunks())
        ):
            raise ValueError("decisions and customers are not in step")
        start += len(piece)
        yield piece


def market_of(bids: Bids, customers: pa.Table, staff: Staff, within: Limits) -> Market:
    homes = customers["household_id"].combine_chunks().dictionary_encode().indices
    capacity = np.full(len(staff.sellers), within.leads_per_seller, np.int64)
    companies = len(staff.pool)
    share = np.full(companies, int(capacity.sum()) * within.company_share_ppm // MILLION)
    return Market(
        bids.customer, bids.place, bids.value, np.asarray(homes).astype(np.int64), within.leads_per_household, capacity,
        staff.seller_class, staff.company, share, staff.reach, within.evenness, within.parts,
    )  # fmt: skip


def _regions(customers: pa.Table, staff: Staff) -> Whole:
    found = positions(customers["region"], staff.regions)
    return np.where(found == NOBODY, len(staff.regions), found)


def _offers(
    candidates: Candidates, bids: Bids, allotment: Allotment, customers: pa.Table, sellers: pa.Table, series: pa.Table,
    staff: Staff,
) -> pa.Table:  # fmt: skip
    """The leads as rows. A seller's list goes by value, ties by customer and series, whose order is that of their ids."""
    bid = allotment.bid
    made = candidates.only(bids.offer[bid])
    place = rank(allotment.seller, np.ones(len(bid), np.bool_), bids.value[bid], made.customer, made.series)
    columns: dict[str, pa.Array | pa.ChunkedArray] = {
        "customer_id": customers["customer_id"].take(pa.array(made.customer)),
        "series": staff.series.take(pa.array(made.series)),
        "seller": staff.sellers.take(pa.array(allotment.seller)),
        "action": pa.array(ACTIONS).take(pa.array(bids.action[bid])),
        "score": pa.array(made.score),
        "value_minor": pa.array(bids.value[bid]),
        "basis": pa.array(made.basis),
        "rank": pa.array(place),
        "because": staff.series.take(pa.array(made.because, mask=made.because == NOBODY)).fill_null(""),
    }
    named = zip(*(columns[name].to_pylist() for name in ("customer_id", "series", "seller")), strict=True)
    columns["lead_id"] = pa.array([derived_id("lead", *row).hex for row in named], pa.string())
    columns["owner_company"] = _looked_up(columns["series"], series["series"], series["company"])
    columns["seller_company"] = _looked_up(columns["seller"], sellers["seller"], sellers["company"])
    columns["channel"] = _looked_up(columns["seller"], sellers["seller"], sellers["channel"])
    return pa.table(columns)


def _looked_up(
    keys: pa.Array | pa.ChunkedArray, known: pa.ChunkedArray, values: pa.ChunkedArray
) -> pa.Array | pa.ChunkedArray:
    return values.take(pc.index_in(keys, value_set=known.combine_chunks()))
