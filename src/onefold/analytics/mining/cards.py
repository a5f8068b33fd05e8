"""The card of a model: what it is for, what it rests on, how good it is, what it must not be used for. Whole numbers only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from onefold.analytics.mining.drift import drift
from onefold.analytics.mining.learning import Learnt, millionths
from onefold.analytics.mining.matrix import CODES, layout_of, matrix_of
from onefold.analytics.mining.recipes import EFFECT, LAPSE, POOLED, PRIOR, PROPENSITY

ROWS_COMPARED = 50_000

PURPOSE = {
    PROPENSITY: "CHANCE_OF_A_KEPT_CONTRACT",
    LAPSE: "CHANCE_OF_GIVING_UP_A_SERIES",
    PRIOR: "CHANCE_WHERE_LITTLE_IS_KNOWN",
    POOLED: "CHANCE_OF_A_KEPT_CONTRACT_OF_ANY_SERIES",
    EFFECT: "WHAT_A_CONTACT_ADDS",
}
LIMITS = {
    PROPENSITY: ("NOT_AN_EFFECT", "NOT_FOR_PRICE_OR_UNDERWRITING", "WHO_IS_WHO_AS_KNOWN_NOW"),
    LAPSE: ("NOT_AN_EFFECT", "NOT_FOR_PRICE_OR_UNDERWRITING", "WHO_IS_WHO_AS_KNOWN_NOW"),
    PRIOR: ("SAME_FOR_ALL", "NOT_AN_EFFECT"),
    POOLED: ("NOT_AN_EFFECT", "NOT_FOR_PRICE_OR_UNDERWRITING", "WHO_IS_WHO_AS_KNOWN_NOW"),
    EFFECT: ("CHANNELS_OF_PAST_CAMPAIGNS", "ONE_CONTACT", "WHO_IS_WHO_AS_KNOWN_NOW"),
}
"""Codes; the page has the words."""


def card_text(one: Learnt, moved: dict[str, Any]) -> str:
    """`moved`: drift by feature, see `drifts`."""
    kind = one.model.split(":")[0]
    leading = [gain["feature"] for gain in one.card.get("gains", [])]
    card = {
        "purpose": PURPOSE[kind],
        "limits": LIMITS[kind],
        "problem": one.problem,
        "drift": {name: moved[name] for name in leading if name in moved} if leading else {},
        "any_drift": sorted(name for name, found in moved.items() if found["moved"]) if one.content else [],
        **one.card,
    }
    return json.dumps(card, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def drifts(before: pa.Table, rows: np.ndarray, now: pa.Table, series: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Drift of each number among the features since the day learnt from; those with too few known values are left out."""
    layout = layout_of(before, series)
    today = matrix_of(now, layout)
    found = {}
    for place, name in enumerate(layout.names[: -len(CODES)]):
        told = drift(rows[:ROWS_COMPARED, place].astype(np.float64), today[:, place].astype(np.float64))
        if told:
            found[name] = {
                "index": millionths(told.psi),
                "limit": millionths(told.limit),
                "moved": told.moved,
                "size": millionths(told.size),
            }
    return found
