"""A card that leaves the run tells of no few customers."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa

from onefold.analytics.mining.shown import shown
from onefold.analytics.publication import Limits
from onefold.seam.datasets import MODEL_CARDS

LIMITS = Limits(least=11, step=10)


def card_of(outcomes: int, card: dict[str, Any]) -> tuple[int | None, dict[str, Any]]:
    row: dict[str, Any] = {column.name: "" for column in MODEL_CARDS.columns if not column.optional}
    row |= {"used": True, "rows": 900, "outcomes": outcomes, "card": json.dumps(card)}
    once = shown(pa.Table.from_pylist([row], MODEL_CARDS.schema), LIMITS)
    assert shown(once, LIMITS) == once, "a card carried on by the next run stays as it is"
    (told,) = once.to_pylist()
    return told["outcomes"], json.loads(told["card"])


def tenths(*observed: int) -> dict[str, Any]:
    parts = [{"customers": 100, "expected": 1_000_000, "observed": count} for count in observed]
    return {"judged_outcomes": sum(observed), "deciles": parts}


def test_a_few_outcomes_are_an_empty_count_and_none_are_none() -> None:
    assert card_of(9, {})[0] is None
    assert [card_of(count, {})[0] for count in (0, 11)] == [0, 11]


def test_a_small_tenth_takes_the_smallest_beside_it_along() -> None:
    _, card = card_of(200, tenths(0, 4, 30, 60, 106))
    assert [part["observed"] for part in card["deciles"]] == [0, None, None, 60, 106]
    assert card["judged_outcomes"] == 200


def test_a_chance_drawn_from_a_few_outcomes_keeps_two_digits_only() -> None:
    series = {
        "A": {"chance": 4805, "customers": 1272, "outcomes": 7},
        "B": {"chance": 6347, "customers": 1751, "outcomes": 13},
    }
    _, card = card_of(105, {"series": series})
    assert card["series"] == {"A": {"chance": 4800, "customers": 1272, "outcomes": None}, "B": series["B"]}
