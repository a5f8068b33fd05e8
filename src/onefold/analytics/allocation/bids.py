"""From verdicts to bids: each customer's best offers, through the seller who serves and through colleagues of the same company.

A verdict was given for the serving seller. What forbids it on the customer's side (consent goes from company to company) holds for the
colleagues too, so they may stand in; what forbids it on the seller's side is asked of each of them (`Staff.permitted`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from onefold.analytics.allocation.market import Whole
from onefold.analytics.allocation.staff import Staff
from onefold.analytics.decide.policy import NOBODY, positions
from onefold.decision.core import MILLION
from onefold.decision.gates import OF_SELLER
from onefold.decision.ranking import rank

ACTIONS = ("SELL", "REFER", "ACCOMPANY")
SELL = 0


@dataclass(frozen=True)
class Worth:
    """What is left of an offer's value, in millionths, by way: of each action of the serving seller, and of a colleague's sale."""

    actions: dict[str, int]
    colleague: int

    def of_action(self) -> Whole:
        return np.array([MILLION, *(self.actions[name] for name in ACTIONS[1:])], np.int64)


@dataclass(frozen=True)
class Candidates:
    """Offers that the customer's side allows and that are worth something, flat. `action`: place in ACTIONS, NOBODY for none."""

    customer: Whole
    series: Whole
    seller: Whole
    value: Whole
    action: Whole
    against: Whole
    """seller-side gates that forbid it to the serving seller"""
    score: Whole
    basis: Whole
    because: Whole
    """position of a series; NOBODY"""

    def only(self, rows: Whole) -> Candidates:
        return Candidates(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Bids:
    """Bids in the order of customer and place; `offer`: position in the candidates they were made of."""

    customer: Whole
    place: Whole
    value: Whole
    action: Whole
    offer: Whole


def candidates_of(decisions: Iterable[pa.Table], staff: Staff, considered: int) -> Candidates:
    """Keep the best `considered` offers of each customer, by value, ties by series. Customers are numbered as they come."""
    parts, first = [], 0
    for piece in decisions:
        parts.append(_of_piece(piece, staff, considered, first))
        first += len(piece)
    none = np.zeros(0, np.int64)
    names = Candidates.__dataclass_fields__
    return Candidates(*(np.concatenate([none, *(getattr(part, name) for part in parts)]) for name in names))


def _of_piece(piece: pa.Table, staff: Staff, considered: int, first: int) -> Candidates:
    lists = {name: piece[name].combine_chunks() for name in piece.column_names if name != "customer_id"}
    flat = {name: column.flatten() for name, column in lists.items()}
    customer = np.asarray(lists["series"].value_parent_indices()).astype(np.int64)
    whole = {
        name: np.asarray(flat[name]).astype(np.int64) for name in ("blocked", "missing", "scores", "values", "bases")
    }
    against = whole["blocked"] | whole["missing"]
    seller = positions(flat["sellers"], staff.sellers)
    fits = (against & ~OF_SELLER == 0) & (whole["values"] > 0) & (seller != NOBODY)
    best = rank(customer, fits, whole["values"], np.arange(len(customer)))
    kept = np.flatnonzero((best > 0) & (best <= considered))
    columns = (
        first + customer, positions(flat["series"], staff.series), seller, whole["values"], _action(flat["actions"], against),
        against & OF_SELLER, whole["scores"], whole["bases"], positions(flat["because"], staff.series),
    )  # fmt: skip
    return Candidates(*(column[kept] for column in columns))


def _action(actions: pa.Array, against: Whole) -> Whole:
    """The serving seller's action: never a sale where a gate forbids that seller to sell."""
    found = positions(actions, pa.array(ACTIONS))
    return np.where((found == SELL) & (against != 0), NOBODY, found)


def bids_of(offers: Candidates, staff: Staff, region: Whole, worth: Worth) -> Bids:
    """Bid for the serving seller, and for the pool of colleagues in the customer's region; the best of each customer and place.

    `region`: of each customer, in `staff.regions`; the last place for none.
    """
    acting = np.flatnonzero(offers.action != NOBODY)
    own = offers.only(acting)
    pool = staff.pool[staff.company[offers.seller], region[offers.customer], offers.series]
    pooled = np.flatnonzero(pool != NOBODY)
    offer = np.concatenate([acting, pooled])
    place = np.concatenate([own.seller, len(staff.sellers) + pool[pooled]])
    action = np.concatenate([own.action, np.full(len(pooled), SELL)])
    left = np.concatenate([worth.of_action()[own.action], np.full(len(pooled), worth.colleague)])
    value = offers.value[offer] * left // MILLION
    customer = offers.customer[offer]
    order = np.lexsort((offers.series[offer], -value, place, customer))
    first = np.ones(len(order), np.bool_)
    first[1:] = (np.diff(customer[order]) != 0) | (np.diff(place[order]) != 0)
    kept = order[first & (value[order] > 0)]
    return Bids(customer[kept], place[kept], value[kept], action[kept], offer[kept])
