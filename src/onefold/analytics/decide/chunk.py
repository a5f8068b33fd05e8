"""One chunk of customers: what is known of each, as vectors over the customers and matrices over customers and series."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from onefold.analytics.decide.facts import ALL_SERIES, Facts
from onefold.analytics.decide.policy import KINDS, NOBODY, Policy, positions, whole
from onefold.decision.core import UNKNOWN
from onefold.kernel.periods import age_bounds

FAR = 10**6
"""More days than anybody waits for another company."""


@dataclass(frozen=True)
class Chunk:
    """n customers; matrices are n x S over the policy's series."""

    customers: pa.StringArray
    told: pa.Table
    """the rows of `Facts.customers`, in the same order"""
    kind: NDArray[np.int64]
    age_low: NDArray[np.int64]
    age_high: NDArray[np.int64]
    seller: NDArray[np.int64]
    """position of the relationship seller; NOBODY"""
    held: NDArray[np.bool_]
    usable: NDArray[np.bool_]
    """series of companies whose holdings the seller's company may use: its own, and those a consent shows it"""
    consent: NDArray[np.bool_]
    blocked: NDArray[np.bool_]
    """n"""
    suppressed: NDArray[np.bool_]
    licensed: NDArray[np.int64]
    """1, 0, UNKNOWN: the owner company may sell where the customer lives"""
    other_company_days: NDArray[np.int64]
    """n: since a company other than the seller's last came; UNKNOWN"""
    repeats: NDArray[np.int64]
    propensity: NDArray[np.int64]
    effect: NDArray[np.int64]
    basis: NDArray[np.int64]


class Placed(NamedTuple):
    """Rows about customers, and each one's row in the chunk."""

    row: NDArray[np.int64]
    about: pa.Table


def chunk_of(told: pa.Table, facts: Facts, policy: Policy) -> Chunk:
    """Gather what is known of the customers of `told` (rows of `Facts.customers`, sorted, not empty)."""
    ids = told["customer_id"].combine_chunks()
    count = len(ids)

    def fetched(table: ir.Table) -> Placed:
        return placed(facts.of(table, ids[0].as_py(), ids[-1].as_py()), ids)

    seller = _sellers(ids, fetched(facts.sellers), policy)
    house = policy.sellers.company[seller]
    low, high = _ages(told["birth_month"], policy.as_of)
    blocked = np.zeros(count, np.bool_)
    blocked[fetched(facts.blocked).row] = True
    propensity, effect, basis = scores_of(count, fetched(facts.scores), policy)
    return Chunk(
        ids,
        told,
        positions(told["kind"], pa.array(KINDS)),
        low,
        high,
        seller,
        held_of(count, fetched(facts.held), policy),
        _usable(count, fetched(facts.shown), house, policy),
        _consent(count, fetched(facts.consents), house, policy),
        blocked,
        _suppressed(count, fetched(facts.suppressed), policy),
        _licensed(told["region"], policy),
        _other_company_days(count, fetched(facts.courting), house, policy),
        _repeats(count, fetched(facts.repeats), policy),
        propensity,
        effect,
        basis,
    )


def placed(rows: pa.Table, ids: pa.StringArray) -> Placed:
    """Find the customers' rows; what is said of a customer who is not there (or no longer, after a merge) is left out."""
    row = positions(rows["customer_id"], ids)
    if (row != NOBODY).all():
        return Placed(row, rows)
    return Placed(row[row != NOBODY], rows.filter(pa.array(row != NOBODY)))


def held_of(customers: int, held: Placed, policy: Policy) -> NDArray[np.bool_]:
    """Lay (customer, series) into a matrix of the customers x series; a series that is not in the catalogue has no place."""
    matrix = np.zeros((customers, len(policy.series.codes)), np.bool_)
    column = positions(held.about["series"], policy.series.codes)
    matrix[held.row[column != NOBODY], column[column != NOBODY]] = True
    return matrix


def scores_of(customers: int, scores: Placed, policy: Policy) -> tuple[NDArray[np.int64], ...]:
    """Lay the models' lists into matrices of propensity, effect and basis; all 0 where no model spoke."""
    lists = [scores.about[name].combine_chunks() for name in ("series", "propensity", "effect", "basis")]
    row = scores.row[np.asarray(pc.list_parent_indices(lists[0]))]
    column = positions(pc.list_flatten(lists[0]), policy.series.codes)
    found = []
    for values in lists[1:]:
        matrix = np.zeros((customers, len(policy.series.codes)), np.int64)
        matrix[row[column != NOBODY], column[column != NOBODY]] = whole(pc.list_flatten(values))[column != NOBODY]
        found.append(matrix)
    return tuple(found)


def _suppressed(customers: int, answers: Placed, policy: Policy) -> NDArray[np.bool_]:
    matrix = held_of(customers, answers, policy)
    matrix[answers.row[np.asarray(pc.equal(answers.about["series"], ALL_SERIES))]] = True
    return matrix


def _sellers(ids: pa.StringArray, found: Placed, policy: Policy) -> NDArray[np.int64]:
    """Choose the relationship seller: the customer's own, else one of the house by a hash that stays the same."""
    own, house = (np.full(len(ids), NOBODY, np.int64) for _ in range(2))
    own[found.row] = positions(found.about["seller"], policy.sellers.codes)
    house[found.row] = positions(found.about["company"], policy.companies)
    served_by_house = np.flatnonzero((own == NOBODY) & (house != NOBODY))
    for position, customer in zip(served_by_house, ids.take(pa.array(served_by_house)).to_pylist(), strict=True):
        pool = policy.pools[house[position]]
        own[position] = pool[int(customer[:8], 16) % len(pool)]
    return own


def _usable(customers: int, shown: Placed, house: NDArray[np.int64], policy: Policy) -> NDArray[np.bool_]:
    """Say whose series' holdings may speak for an offer: a seller's list rests on nothing the seller's company may not use."""
    usable = np.zeros((customers, len(policy.companies)), np.bool_)
    served = np.flatnonzero(house != NOBODY)
    usable[served, house[served]] = True
    giver, taker = _route(shown, policy)
    counts = (taker == house[shown.row]) & (giver != NOBODY) & (taker != NOBODY)
    usable[shown.row[counts], giver[counts]] = True
    return usable[:, policy.series.owner]


def _consent(customers: int, given: Placed, house: NDArray[np.int64], policy: Policy) -> NDArray[np.bool_]:
    """Say to which owners' series a consent leads from the company of the customer's seller."""
    may_use = np.zeros((customers, len(policy.companies)), np.bool_)
    giver, taker = _route(given, policy)
    counts = (giver == house[given.row]) & (giver != NOBODY) & (taker != NOBODY)
    may_use[given.row[counts], taker[counts]] = True
    return may_use[:, policy.series.owner]


def _route(consents: Placed, policy: Policy) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the positions of the company that gives and the one that may use."""
    giver, taker = (positions(consents.about[name], policy.companies) for name in ("from_company", "to_company"))
    return giver, taker


def _licensed(regions: pa.ChunkedArray, policy: Policy) -> NDArray[np.int64]:
    """Say where the owner company may sell. Who is licensed everywhere asks for no region."""
    by_company = np.ones((len(regions), len(policy.companies)), np.int64)
    for company, beginnings in policy.licensed.items():
        inside = [pc.starts_with(regions, beginning) for beginning in beginnings]
        there = np.logical_or.reduce(
            [np.asarray(pc.fill_null(one, False)) for one in inside] or [np.zeros(len(regions), np.bool_)]
        )
        by_company[:, company] = np.where(np.asarray(regions.is_null()), UNKNOWN, there)
    return by_company[:, policy.series.owner]


def _other_company_days(
    customers: int, courting: Placed, house: NDArray[np.int64], policy: Policy
) -> NDArray[np.int64]:
    days = np.full(customers, FAR, np.int64)
    company = positions(courting.about["company"], policy.companies)
    other = company != house[courting.row]
    np.minimum.at(days, courting.row[other], whole(courting.about["days"])[other])
    return np.where(days == FAR, UNKNOWN, days)


def _repeats(customers: int, spoken: Placed, policy: Policy) -> NDArray[np.int64]:
    by_line = np.zeros((customers, len(policy.lines)), np.int64)
    line = positions(spoken.about["line"], policy.lines)
    by_line[spoken.row, line] = whole(spoken.about["times"])
    return by_line[:, policy.series.line]


def _ages(birth_months: pa.ChunkedArray, as_of: date) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the least and greatest whole years each can have; UNKNOWN without a month of birth, or with a future one."""
    months = birth_months.combine_chunks().dictionary_encode()
    bounds = [
        age_bounds(month, as_of) if month <= as_of else (UNKNOWN, UNKNOWN) for month in months.dictionary.to_pylist()
    ]
    table = np.array([*bounds, (UNKNOWN, UNKNOWN)], dtype=np.int64)
    index = np.asarray(months.indices.fill_null(len(bounds)))
    return table[index, 0], table[index, 1]
