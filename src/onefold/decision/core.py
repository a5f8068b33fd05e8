"""Judge candidate offers: gates first, a worth beside them, a ranking of what passed. The same rows give the same bytes.

Each row is judged alone, so one customer online and millions in a batch come to the same verdict. No score can open a
gate: gates are judged before the worth and never read it, and `rank` only orders what they left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onefold.decision.candidates import UNKNOWN, Candidates, candidates
from onefold.decision.columns import Flags, Whole
from onefold.decision.first.candidates import candidates as first_candidates
from onefold.decision.first.core import judge as first_judge
from onefold.decision.gates import ASKS, OF_CUSTOMER, TRIGGERS, Action, Gate, Stage, mask_of
from onefold.decision.ranking import rank
from onefold.decision.worth import AMOUNT_MAX, MILLION, worth

__all__ = ["CORES", "CORE_VERSION", "MILLION", "UNKNOWN", "Candidates", "Verdicts", "candidates", "judge", "rank"]

CORE_VERSION = 2
BLOCK = 8192
"""Rows judged at a time: what a pass over one gate needs then stays in the processor's cache."""
LEARNABLE = mask_of(Gate.GRADE_TOO_LOW, Gate.NOT_REGISTERED)
AGE_LARGEST = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Verdicts:
    """What was judged, row for row. A missing fact also blocks: every bit of `missing` is set in `blocked`."""

    blocked: Whole
    """bit mask of `Gate`s that forbid"""
    missing: Whole
    """those of them that forbid because a fact is unknown"""
    warned: Whole
    """bit mask of gates that do not forbid, and say what must be asked or told before a sale"""
    score: NDArray[np.int32]
    """the probability used, in millionths"""
    value: Whole
    """what the offer is worth in minor units; 0 or less: better none"""
    basis: NDArray[np.int32]
    """`Basis` of the probability"""
    action: NDArray[np.int32]
    """`Action` the seller may take"""

    @property
    def eligible(self) -> Flags:
        return np.equal(self.blocked, 0)


def judge(rows: Candidates) -> Verdicts:
    """Judge each candidate by every gate and value it. Integer arithmetic only; no order of rows matters."""
    count = len(rows)
    found = Verdicts(
        blocked=np.empty(count, np.int64),
        missing=np.empty(count, np.int64),
        warned=np.empty(count, np.int64),
        score=np.empty(count, np.int32),
        value=np.empty(count, np.int64),
        basis=np.empty(count, np.int32),
        action=np.empty(count, np.int32),
    )
    for start in range(0, count, BLOCK):
        here = slice(start, start + BLOCK)
        _judge_block(rows if count <= BLOCK else rows.rows(here), found, here)
    return found


def _judge_block(rows: Candidates, found: Verdicts, here: slice) -> None:
    blocked, missing, warned = found.blocked[here], found.missing[here], found.warned[here]
    for mask in (blocked, missing, warned):
        mask.fill(0)
    late = rows.stage != Stage.APPROACH
    for gate, forbids, unknown, warns in _findings(rows):
        bit = np.int64(gate.bit)
        if forbids is not None:
            blocked |= forbids * bit
        if unknown is not None:
            binding = unknown & late if gate in ASKS else unknown
            blocked |= binding * bit
            missing |= binding * bit
            if gate in ASKS:
                warned |= (unknown & ~late) * bit
        if warns is not None:
            warned |= warns * bit
    _judge_interest(rows, late, blocked, warned)
    warned &= ~blocked
    valued = worth(rows)
    found.score[here], found.value[here], found.basis[here] = valued.score, valued.value, valued.basis
    found.action[here] = _actions(rows, blocked)


Finding = tuple[Gate, Flags | None, Flags | None, Flags | None]
"""A gate, where it forbids by what is known, where the fact it needs is unknown, where it only warns."""


def _findings(rows: Candidates) -> Iterator[Finding]:
    yield from _of_the_customer(rows)
    yield from _of_suitability(rows)
    yield from _of_our_approach(rows)
    yield from _of_the_seller(rows)


def _of_the_customer(rows: Candidates) -> Iterator[Finding]:
    """Ages are bounds: too young unless surely old enough, too old unless surely young enough."""
    age_unknown = (rows.age_low < 0) | (rows.age_high < 0)
    age_known = ~age_unknown
    young_limit, old_limit = rows.age_min >= 0, rows.age_max >= 0
    person = rows.capacity_age >= 0
    yield Gate.ALREADY_HELD, rows.held, None, None
    yield Gate.NOT_ON_SALE, ~rows.on_sale, None, None
    yield Gate.TOO_YOUNG, young_limit & age_known & (rows.age_low < rows.age_min), young_limit & age_unknown, None
    yield Gate.TOO_OLD, old_limit & age_known & (rows.age_high > rows.age_max), old_limit & age_unknown, None
    yield Gate.CUSTOMER_GONE, rows.gone, None, None
    under_age = person & age_known & (rows.age_low < rows.capacity_age)
    yield Gate.NO_CAPACITY, rows.incapable | under_age, person & age_unknown & ~rows.incapable, None
    limited = rows.limited | (age_known & (rows.age_low < rows.adult_age))
    risky = rows.product_risk > rows.guarded_risk_max
    yield Gate.LIMITED_CAPACITY, limited & risky, None, limited
    licensed = rows.region_licensed
    yield Gate.REGION_NOT_LICENSED, licensed == 0, licensed < 0, None


def _of_suitability(rows: Candidates) -> Iterator[Finding]:
    tested, level = rows.risk_tested, rows.risk_level
    yield Gate.RISK_TOO_HIGH, tested & (level >= 0) & (rows.product_risk > level), tested & (level < 0), None
    matters = rows.outlay > np.maximum(rows.outlay_free, 0)
    told = matters & (rows.income >= 0)
    income = np.minimum(rows.income, AMOUNT_MAX)
    load = np.minimum(np.maximum(rows.burden, 0), AMOUNT_MAX) + np.minimum(rows.outlay, AMOUNT_MAX)
    load = np.minimum(load, AMOUNT_MAX) * MILLION
    too_much = told & (load > income * _share(rows.burden_max_ppm))
    yield Gate.MEANS_TOO_SMALL, too_much, matters & ~told, None
    heavy = told & (load > income * _share(rows.burden_warn_ppm))
    ends = np.minimum(rows.age_high, AGE_LARGEST) + np.minimum(rows.paying_years, AGE_LARGEST)
    too_long = (
        (rows.paying_years > 0) & (rows.age_high >= 0) & (rows.retirement_age >= 0) & (ends > rows.retirement_age)
    )
    yield Gate.CANNOT_KEEP_PAYING, None, None, heavy | too_long
    yield Gate.DUPLICATE_COVER, None, None, rows.indemnity_held
    yield Gate.NEED_NOT_FIRST, None, None, rows.need_before


def _share(ppm: Whole) -> Whole:
    return np.minimum(np.maximum(ppm, 0), MILLION)


def _of_our_approach(rows: Candidates) -> Iterator[Finding]:
    """What limits us and not the customer: silent for a need the customer brought; how often and when, once we have come."""
    ours = ~rows.inbound
    coming = ours & (rows.stage == Stage.APPROACH)
    yield Gate.NO_CONSENT, ours & ~rows.consent_in_force, None, None
    yield Gate.DO_NOT_CONTACT, ours & rows.blocked, None, None
    yield Gate.SUPPRESSED, ours & rows.suppressed, None, None
    yield Gate.HELD_OUT, ours & rows.held_out, None, None
    yield Gate.PROFILING_REFUSED, None, None, rows.refuses_profiling
    # A quiet time runs over midnight when it begins later in the day than it ends.
    after, before = rows.minute >= rows.quiet_from, rows.minute < rows.quiet_until
    quiet = np.where(rows.quiet_from > rows.quiet_until, after | before, after & before)
    yield Gate.QUIET_TIME, coming & rows.by_telephone & (rows.minute >= 0) & quiet, None, None
    yield Gate.CONTACTED_ENOUGH, coming & (rows.contacts >= rows.contacts_max), None, None
    days = rows.other_company_days
    yield Gate.OTHER_COMPANY_FIRST, coming & (days >= 0) & (days < rows.other_company_rest), None, None


def _of_the_seller(rows: Candidates) -> Iterator[Finding]:
    seller = rows.has_seller
    grade_unknown = seller & ((rows.seller_grade < 0) | (rows.required_grade < 0))
    yield Gate.NO_SELLER, ~seller, None, None
    yield Gate.CHANNEL_NOT_AUTHORISED, seller & ~rows.channel_authorised, None, None
    yield Gate.NO_AGENCY_AGREEMENT, seller & ~rows.agreement_in_force, None, None
    too_low = seller & ~grade_unknown & (rows.seller_grade < rows.required_grade)
    yield Gate.GRADE_TOO_LOW, too_low, grade_unknown, None
    yield Gate.NOT_REGISTERED, seller & (rows.registered == 0), seller & (rows.registered < 0), None
    yield Gate.SECOND_LIFE_INSURER, seller & rows.second_life_insurer, None, None


def _judge_interest(rows: Candidates, late: Flags, blocked: Whole, warned: Whole) -> None:
    """Win-win: we come to nobody with what we would have to advise against. Who asks is warned, and may insist."""
    against = (warned & np.int64(mask_of(*TRIGGERS))) != 0
    blocked |= (against & ~rows.inbound & ~late) * np.int64(Gate.WORSENS_POSITION.bit)


def _actions(rows: Candidates, blocked: Whole) -> NDArray[np.int32]:
    """What the seller may do: sell, bring a specialist along, hand on to a colleague, or learn what is missing."""
    open_ = (blocked & np.int64(OF_CUSTOMER)) == 0
    nearly = (blocked == Gate.GRADE_TOO_LOW.bit) & (rows.seller_grade >= 0)
    nearly &= rows.seller_grade + 1 == rows.required_grade
    learnable = rows.has_seller & ((blocked & ~np.int64(LEARNABLE)) == 0)
    choices = [blocked == 0, ~open_, rows.colleague_may & nearly, rows.colleague_may, learnable]
    actions = [Action.SELL, Action.NONE, Action.ACCOMPANY, Action.REFER, Action.LEARN]
    return np.select(choices, actions, Action.NONE).astype(np.int32)


def _first(columns: Mapping[str, Any]) -> Any:
    return first_judge(first_candidates(columns))


def _second(columns: Mapping[str, Any]) -> Verdicts:
    return judge(candidates(columns))


CORES: dict[int, Callable[[Mapping[str, Any]], Any]] = {1: _first, 2: _second}
"""Every core version that ever judged, columns in, verdicts out, so that evidence of any age can be replayed."""
