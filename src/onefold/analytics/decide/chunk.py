"""One chunk of customers: the facts as matrices, the candidates as arrays for the core, the verdicts as rows of `decisions`."""

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
from onefold.analytics.decide.policy import KINDS, NOBODY, Policy, positions
from onefold.analytics.decide.popularity import Popularity, Support, support
from onefold.decision.core import UNKNOWN, Candidates, candidates, judge
from onefold.kernel.periods import age_bounds


@dataclass(frozen=True)
class Chunk:
    """n customers; matrices are n x S over the policy's series."""

    customers: pa.StringArray
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


def chunk_of(customers: pa.Table, facts: Facts, policy: Policy) -> Chunk:
    """Gather what is known of `customers` (customer_id, kind, birth_month; sorted, not empty)."""
    ids = customers["customer_id"].combine_chunks()

    def fetched(table: ir.Table) -> Placed:
        return placed(facts.of(table, ids[0].as_py(), ids[-1].as_py()), ids)

    seller = _sellers(ids, fetched(facts.sellers), policy)
    low, high = _ages(customers["birth_month"], policy.as_of)
    blocked = np.zeros(len(ids), np.bool_)
    blocked[fetched(facts.blocked).row] = True
    return Chunk(
        ids,
        positions(customers["kind"], pa.array(KINDS)),
        low,
        high,
        seller,
        held_of(len(ids), fetched(facts.held), policy),
        _usable(len(ids), fetched(facts.shown), seller, policy),
        _consent(len(ids), fetched(facts.consents), seller, policy),
        blocked,
        _suppressed(len(ids), fetched(facts.suppressed), policy),
    )


class Placed(NamedTuple):
    """Rows about customers, and each one's row in the chunk."""

    row: NDArray[np.int64]
    about: pa.Table


def placed(rows: pa.Table, ids: pa.StringArray) -> Placed:
    """Find the customers' rows; what is said of a customer who is not there (or no longer, after a merge) is left out."""
    row = positions(rows["customer_id"], ids)
    return Placed(row[row != NOBODY], rows.filter(pa.array(row != NOBODY)))


def held_of(customers: int, held: Placed, policy: Policy) -> NDArray[np.bool_]:
    """Lay (customer, series) into a matrix of the customers x series; a series that is not in the catalogue has no place."""
    matrix = np.zeros((customers, len(policy.series)), np.bool_)
    column = positions(held.about["series"], policy.series)
    matrix[held.row[column != NOBODY], column[column != NOBODY]] = True
    return matrix


def _suppressed(customers: int, answers: Placed, policy: Policy) -> NDArray[np.bool_]:
    matrix = held_of(customers, answers, policy)
    matrix[answers.row[np.asarray(pc.equal(answers.about["series"], ALL_SERIES))]] = True
    return matrix


def _sellers(ids: pa.StringArray, found: Placed, policy: Policy) -> NDArray[np.int64]:
    """Choose the relationship seller: the customer's own, else one of the house by a hash that stays the same."""
    own, house = (np.full(len(ids), NOBODY, np.int64) for _ in range(2))
    own[found.row] = positions(found.about["seller"], policy.sellers)
    house[found.row] = positions(found.about["company"], policy.companies)
    served_by_house = np.flatnonzero((own == NOBODY) & (house != NOBODY))
    for position, customer in zip(served_by_house, ids.take(pa.array(served_by_house)).to_pylist(), strict=True):
        pool = policy.pools[house[position]]
        own[position] = pool[int(customer[:8], 16) % len(pool)]
    return own


def _usable(customers: int, shown: Placed, seller: NDArray[np.int64], policy: Policy) -> NDArray[np.bool_]:
    """Say whose series' holdings may speak for an offer: a seller's list rests on nothing the seller's company may not use."""
    usable = np.zeros((customers, len(policy.companies)), np.bool_)
    house = _house(seller, policy)
    served = np.flatnonzero(house != NOBODY)
    usable[served, house[served]] = True
    giver, taker = _route(shown, policy)
    counts = (taker == house[shown.row]) & (giver != NOBODY) & (taker != NOBODY)
    usable[shown.row[counts], giver[counts]] = True
    return usable[:, policy.owner]


def _consent(customers: int, given: Placed, seller: NDArray[np.int64], policy: Policy) -> NDArray[np.bool_]:
    """Say to which owners' series a consent leads from the company of the customer's seller."""
    may_use = np.zeros((customers, len(policy.companies)), np.bool_)
    giver, taker = _route(given, policy)
    counts = (giver == _house(seller, policy)[given.row]) & (giver != NOBODY) & (taker != NOBODY)
    may_use[given.row[counts], taker[counts]] = True
    return may_use[:, policy.owner]


def _route(consents: Placed, policy: Policy) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the positions of the company that gives and the one that may use."""
    giver, taker = (positions(consents.about[name], policy.companies) for name in ("from_company", "to_company"))
    return giver, taker


def _house(seller: NDArray[np.int64], policy: Policy) -> NDArray[np.int64]:
    """Return the position of the seller's company; NOBODY without a seller."""
    return np.where(seller == NOBODY, NOBODY, np.append(policy.seller_company, NOBODY)[seller])


def _ages(birth_months: pa.ChunkedArray, as_of: date) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the least and greatest whole years each can have; UNKNOWN without a month of birth, or with a future one."""
    months = birth_months.combine_chunks().dictionary_encode()
    bounds = [
        age_bounds(month, as_of) if month <= as_of else (UNKNOWN, UNKNOWN) for month in months.dictionary.to_pylist()
    ]
    table = np.array([*bounds, (UNKNOWN, UNKNOWN)], dtype=np.int64)
    index = np.asarray(months.indices.fill_null(len(bounds)))
    return table[index, 0], table[index, 1]


def decisions_of(chunk: Chunk, policy: Policy, popularity: Popularity) -> pa.Table:
    """Judge every customer of the chunk for every series that fits the kind; return rows of dataset `decisions`."""
    row, column = np.nonzero(policy.fits[chunk.kind])
    backing = support(chunk.held & chunk.usable, popularity)
    verdicts = judge(_candidates(chunk, policy, backing, row, column))
    ends = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(chunk.customers)))]).astype(np.int32)

    def lists(values: pa.Array) -> pa.ListArray:
        return pa.ListArray.from_arrays(pa.array(ends), values)

    return pa.table(
        {
            "customer_id": chunk.customers,
            "series": lists(policy.series.take(pa.array(column))),
            "sellers": lists(_texts(policy.sellers, chunk.seller[row])),
            "blocked": lists(pa.array(verdicts.blocked)),
            "missing": lists(pa.array(verdicts.missing)),
            "scores": lists(pa.array(verdicts.score)),
            "values": lists(pa.array(verdicts.score.astype(np.int64))),
            "bases": lists(pa.array(np.zeros(len(row), np.int32))),
            "actions": lists(pa.array(np.where(verdicts.eligible, "SELL", ""))),
            "because": lists(_texts(policy.series, backing.because[row, column])),
        }
    )


def _candidates(
    chunk: Chunk, policy: Policy, backing: Support, row: NDArray[np.int64], column: NDArray[np.int64]
) -> Candidates:
    seller = chunk.seller[row]
    served = seller != NOBODY
    # A row without a seller looks at the last seller's facts (position -1); `has_seller` says that they mean nothing.
    nobody = len(policy.sellers) == 0
    company = np.zeros_like(seller) if nobody else policy.seller_company[seller]
    channel = np.full_like(seller, NOBODY) if nobody else policy.seller_channel[seller]
    person = chunk.kind[row] == KINDS.index("PERSON")
    may_sell = np.vstack([policy.may_sell, np.zeros((1, len(policy.series)), np.bool_)])
    columns = {
        "held": chunk.held[row, column],
        "consent_in_force": chunk.consent[row, column],
        "blocked": chunk.blocked[row],
        "on_sale": policy.on_sale[column],
        "has_seller": served,
        "channel_authorised": may_sell[channel, column],
        "agreement_in_force": policy.agreement[company, policy.owner[column]],
        "seller_grade": np.full_like(seller, UNKNOWN) if nobody else policy.seller_grade[seller],
        "required_grade": policy.required_grade[company, column],
        "age_low": chunk.age_low[row],
        "age_high": chunk.age_high[row],
        "age_min": np.where(person, policy.age_min[column], UNKNOWN),
        "age_max": np.where(person, policy.age_max[column], UNKNOWN),
        "suppressed": chunk.suppressed[row, column],
        "popularity_numerator": backing.numerator[row, column],
        "popularity_denominator": backing.denominator[row, column],
    }
    return candidates(columns)


def _texts(codes: pa.StringArray, index: NDArray[np.int64]) -> pa.Array:
    """Return the codes at the positions; the empty text for NOBODY."""
    return codes.take(pa.array(index, mask=index == NOBODY)).fill_null("")
