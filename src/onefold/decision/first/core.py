"""Version 1: eleven gates and the popularity of a series among like holders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onefold.decision.first.candidates import Candidates, Flags, Whole
from onefold.decision.gates import Gate

MILLION = 1_000_000
_PLAIN_MAX = (2**63 - 1) // MILLION
_NONE = np.int64(0)


@dataclass(frozen=True, slots=True, eq=False)
class Verdicts:
    """What was judged, row for row. A missing fact also blocks: every bit of `missing` is set in `blocked`."""

    blocked: Whole
    """bit mask of `Gate`s that forbid"""
    missing: Whole
    """those of them that forbid because a fact is unknown"""
    score: NDArray[np.int32]
    """popularity among like holders in millionths, 0 to 1,000,000; counts only where nothing forbids"""

    @property
    def eligible(self) -> Flags:
        return np.equal(self.blocked, 0)


def judge(rows: Candidates) -> Verdicts:
    """Judge each candidate by every gate and give its score. Integer arithmetic only; no order of rows matters."""
    blocked = np.zeros(len(rows), np.int64)
    missing = np.zeros(len(rows), np.int64)
    for gate, forbids, unknown in _findings(rows):
        blocked |= np.where(forbids if unknown is None else forbids | unknown, np.int64(gate.bit), _NONE)
        if unknown is not None:
            missing |= np.where(unknown, np.int64(gate.bit), _NONE)
    return Verdicts(blocked, missing, _score(rows.popularity_numerator, rows.popularity_denominator))


def _findings(rows: Candidates) -> Iterator[tuple[Gate, Flags, Flags | None]]:
    """Each gate, where it forbids by what is known, and where the fact it needs is unknown (None: it is always known).

    Ages are bounds: too young unless surely old enough, too old unless surely young enough.
    """
    seller = rows.has_seller
    grade_unknown = seller & ((rows.seller_grade < 0) | (rows.required_grade < 0))
    age_unknown = (rows.age_low < 0) | (rows.age_high < 0)
    young_limit, old_limit = rows.age_min >= 0, rows.age_max >= 0
    yield Gate.ALREADY_HELD, rows.held, None
    yield Gate.NO_CONSENT, ~rows.consent_in_force, None
    yield Gate.DO_NOT_CONTACT, rows.blocked, None
    yield Gate.NOT_ON_SALE, ~rows.on_sale, None
    yield Gate.NO_SELLER, ~seller, None
    yield Gate.CHANNEL_NOT_AUTHORISED, seller & ~rows.channel_authorised, None
    yield Gate.NO_AGENCY_AGREEMENT, seller & ~rows.agreement_in_force, None
    yield Gate.GRADE_TOO_LOW, seller & ~grade_unknown & (rows.seller_grade < rows.required_grade), grade_unknown
    yield Gate.TOO_YOUNG, young_limit & ~age_unknown & (rows.age_low < rows.age_min), young_limit & age_unknown
    yield Gate.TOO_OLD, old_limit & ~age_unknown & (rows.age_high > rows.age_max), old_limit & age_unknown
    yield Gate.SUPPRESSED, rows.suppressed, None


def _score(numerator: Whole, denominator: Whole) -> NDArray[np.int32]:
    """floor(1,000,000 · numerator / denominator), held between 0 and 1,000,000; 0 where there is nobody to count."""
    whole = np.maximum(denominator, 1)
    part = np.where(denominator > 0, np.clip(numerator, 0, whole), _NONE)
    score = part * MILLION // whole
    # Counts beyond any population would overflow there; they are divided one by one, exactly.
    for row in np.flatnonzero(part > _PLAIN_MAX):
        score[row] = int(part[row]) * MILLION // int(whole[row])
    return score.astype(np.int32)
