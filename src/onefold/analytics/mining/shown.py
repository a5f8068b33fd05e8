"""Cards as they leave the run: how many customers had an outcome is a count like any other."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa

from onefold.analytics.publication import Limits, Sums
from onefold.seam.datasets import MODEL_CARDS

TWO_DIGITS = 2


def shown(cards: pa.Table, limits: Limits) -> pa.Table:
    """Dataset `model_cards` without counts of a few customers: empty, in the columns and in the cards."""
    rows = [row | _card(row, limits.least) for row in cards.to_pylist()]
    return pa.Table.from_pylist(rows, MODEL_CARDS.schema)


def _card(row: dict[str, Any], least: int) -> dict[str, Any]:
    card: dict[str, Any] = json.loads(row["card"])
    if "deciles" in card:
        card |= _judged(card, least)
    if "series" in card:
        card["series"] = {code: _prior(one, least) for code, one in card["series"].items()}
    text = json.dumps(card, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return {"outcomes": _told(row["outcomes"], least), "card": text}


def _judged(card: dict[str, Any], least: int) -> dict[str, Any]:
    """Tenths add up to the whole, so a small one takes the smallest beside it along."""
    counts = [one["observed"] for one in card["deciles"]]
    if None in counts:
        return {}
    sums = Sums()
    for place, count in enumerate(counts):
        sums.cell(place, count)
    sums.cell("ALL", card["judged_outcomes"])
    sums.line(range(len(counts)), ["ALL"])
    sums.dear.add(sums.place["ALL"])
    hidden = sums.withheld(least)
    return {
        "judged_outcomes": None if "ALL" in hidden else card["judged_outcomes"],
        "deciles": [
            one | {"observed": None if place in hidden else one["observed"]}
            for place, one in enumerate(card["deciles"])
        ],
    }


def _prior(one: dict[str, Any], least: int) -> dict[str, Any]:
    """A chance drawn from a few outcomes would tell them, had it all its digits."""
    if one.get("outcomes") is None or _told(one["outcomes"], least) is not None:
        return one
    unit = 10 ** max(0, len(str(one["chance"])) - TWO_DIGITS)
    return one | {"outcomes": None, "chance": (one["chance"] + unit // 2) // unit * unit}


def _told(count: int | None, least: int) -> int | None:
    return None if count is None or 0 < count < least else count
