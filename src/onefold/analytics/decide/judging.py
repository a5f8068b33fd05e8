"""A chunk judged by the core: every customer against every series that fits, as rows of dataset `decisions`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from onefold.analytics.decide.chunk import Chunk
from onefold.analytics.decide.general import General
from onefold.analytics.decide.permissions import permitted, seller_columns, within_reach
from onefold.analytics.decide.policy import KINDS, NOBODY, Policy
from onefold.analytics.decide.popularity import Popularity, support
from onefold.decision.core import UNKNOWN, candidates, judge
from onefold.decision.gates import Action, Basis, Stage

ACTIONS = pa.array(["" if action is Action.NONE else action.name for action in Action])


@dataclass(frozen=True)
class Bench:
    """What is the same for every chunk."""

    policy: Policy
    popularity: Popularity
    general: General
    within_reach: NDArray[np.bool_]


def bench(policy: Policy, popularity: Popularity, general: General) -> Bench:
    return Bench(policy, popularity, general, within_reach(policy, permitted(policy)))


def decisions_of(chunk: Chunk, bench: Bench) -> pa.Table:
    """Judge every customer of the chunk for every series that fits the kind; return rows of dataset `decisions`."""
    policy = bench.policy
    row, column = np.nonzero(policy.series.fits[chunk.kind])
    backing = support(chunk.held & chunk.usable, bench.popularity)
    found = judge(candidates(columns_of(chunk, bench, backing.chance, row, column)))
    ends = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(chunk.customers)))]).astype(np.int32)

    def lists(values: Any) -> pa.ListArray:
        return pa.ListArray.from_arrays(pa.array(ends), values if isinstance(values, pa.Array) else pa.array(values))

    alike = _flag(chunk, "refuses_profiling")[row]
    because = np.where(alike, NOBODY, backing.because[row, column])
    # The core calls whatever holds for everybody popular; which of the two it was is known here.
    basis = np.where(alike, bench.general.basis[column], found.basis).astype(np.int32)
    return pa.table(
        {
            "customer_id": chunk.customers,
            "series": lists(policy.series.codes.take(pa.array(column))),
            "sellers": lists(_texts(policy.sellers.codes, chunk.seller[row])),
            "blocked": lists(found.blocked),
            "missing": lists(found.missing),
            "warned": lists(found.warned),
            "scores": lists(found.score),
            "values": lists(found.value),
            "bases": lists(basis),
            "actions": lists(ACTIONS.take(pa.array(found.action))),
            "because": lists(_texts(policy.series.codes, because)),
        }
    )


def columns_of(
    chunk: Chunk, bench: Bench, popular: NDArray[np.int64], row: NDArray[np.int64], column: NDArray[np.int64]
) -> dict[str, Any]:
    """The core's columns for the pairs (row of the chunk, position of the series)."""
    policy, series = bench.policy, bench.policy.series
    seller = chunk.seller[row]
    return (
        _about_the_customer(chunk, policy, row, column)
        | _about_our_coming(chunk, policy, row, column)
        | seller_columns(policy, seller, column)
        | {"colleague_may": bench.within_reach[seller, column], "margin": series.margin[column]}
        | _about_the_chance(chunk, bench, popular, row, column)
    )


def _about_the_customer(
    chunk: Chunk, policy: Policy, row: NDArray[np.int64], column: NDArray[np.int64]
) -> dict[str, Any]:
    limits, series = policy.limits, policy.series
    person: NDArray[np.bool_] = np.asarray(chunk.kind == KINDS.index("PERSON"))
    by_person = person[row]
    covered = chunk.held.astype(np.float32) @ series.comes_first.T.astype(np.float32) > 0
    asked: NDArray[np.bool_] = np.asarray(series.comes_first.any(axis=1))
    uncovered = person[:, None] & asked[None, :] & ~covered
    twice = chunk.held.astype(np.float32) @ series.pays_once.T.astype(np.float32) > 0
    return {
        "held": chunk.held[row, column],
        "on_sale": series.on_sale[column],
        **{name: _flag(chunk, name)[row] for name in ("gone", "incapable", "limited", "refuses_profiling")},
        "age_low": chunk.age_low[row],
        "age_high": chunk.age_high[row],
        "age_min": np.where(by_person, series.age_min[column], UNKNOWN),
        "age_max": np.where(by_person, series.age_max[column], UNKNOWN),
        "capacity_age": np.where(by_person, limits.capacity_age, UNKNOWN),
        "adult_age": np.where(by_person, limits.adult_age, UNKNOWN),
        "retirement_age": np.where(by_person, limits.retirement_age, UNKNOWN),
        "region_licensed": chunk.licensed[row, column],
        "product_risk": series.risk[column],
        "risk_level": _number(chunk, "risk_level", UNKNOWN)[row],
        "risk_tested": series.risk_tested[column],
        "guarded_risk_max": limits.guarded_risk_max,
        "income": _number(chunk, "income", UNKNOWN)[row],
        "burden": _number(chunk, "burden", 0)[row],
        "outlay": np.where(by_person, series.outlay[column], 0),
        "outlay_free": limits.outlay_free,
        "burden_max_ppm": limits.burden_max,
        "burden_warn_ppm": limits.burden_warn,
        "paying_years": series.paying_years[column],
        "indemnity_held": twice[row, column],
        "need_before": uncovered[row, column],
    }


def _about_our_coming(
    chunk: Chunk, policy: Policy, row: NDArray[np.int64], column: NDArray[np.int64]
) -> dict[str, Any]:
    """A batch proposes approaches; at which hour, the click will tell."""
    limits = policy.limits
    return {
        "stage": int(Stage.APPROACH),
        "inbound": False,
        "consent_in_force": chunk.consent[row, column],
        "blocked": chunk.blocked[row],
        "suppressed": chunk.suppressed[row, column],
        "held_out": _flag(chunk, "held_out")[row],
        "minute": UNKNOWN,
        "quiet_from": limits.quiet_from,
        "quiet_until": limits.quiet_until,
        "contacts": _number(chunk, "contacts", 0)[row],
        "contacts_max": limits.contacts_max,
        "other_company_days": chunk.other_company_days[row],
        "other_company_rest": limits.other_company_rest,
        "repeats": chunk.repeats[row, column],
        "repeat_ppm": limits.repeat_left,
        "context": limits.context,
    }


def _about_the_chance(
    chunk: Chunk, bench: Bench, popular: NDArray[np.int64], row: NDArray[np.int64], column: NDArray[np.int64]
) -> dict[str, Any]:
    """What the models say, and what like holders hold where they say nothing."""
    uplift = bench.policy.limits.uplift
    basis = np.clip(chunk.basis[row, column], Basis.POPULARITY, Basis.EFFECT)
    return {
        "basis": basis,
        "chance": np.where(basis == Basis.POPULARITY, popular[row, column], chunk.propensity[row, column]),
        "effect": chunk.effect[row, column],
        "general_chance": bench.general.chance[column],
        "uplift": uplift[basis],
        "general_uplift": bench.general.uplift[column],
    }


def _flag(chunk: Chunk, name: str) -> NDArray[np.bool_]:
    return np.asarray(chunk.told[name].combine_chunks().fill_null(False)).astype(np.bool_)


def _number(chunk: Chunk, name: str, unknown: int) -> NDArray[np.int64]:
    return np.asarray(chunk.told[name].combine_chunks().fill_null(unknown)).astype(np.int64)


def _texts(codes: pa.StringArray, index: NDArray[np.int64]) -> pa.Array:
    """Return the codes at the positions; the empty text for NOBODY."""
    return codes.take(pa.array(index, mask=index == NOBODY)).fill_null("")
