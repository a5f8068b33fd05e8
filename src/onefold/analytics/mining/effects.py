"""What contact adds, learnt over all campaigns drawn by lot: a mean for each series, and who differs from it.

The effect said of a customer and series = the series' mean, drawn towards that of all series by how little is known of it, plus
the customer's difference as far as later campaigns bore such differences out. A series with too little history has no effect.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from onefold.analytics.mining import metrics, uplift
from onefold.analytics.mining.boosting import Forest, Growth, Matrix
from onefold.analytics.mining.campaigns import Members
from onefold.analytics.mining.learning import Learnt, millionths
from onefold.analytics.mining.matrix import Layout, layout_from, matrix_of, with_series
from onefold.analytics.mining.recipes import EFFECT, Recipe, Terms
from onefold.analytics.mining.uplift import Experiment, Mean

Reals = NDArray[np.float64]
NO_HISTORY = "NO_RANDOMISED_HISTORY"
LATER_SHARE = 0.7
"""Campaigns before this point of the history teach, those after it judge."""

OUTCOME_GROWTH = Growth(objective="binary", rounds=60, leaves=15, leaf_rows_min=200)


@dataclass(frozen=True)
class Effects:
    """`mean`: of each series that has one, in shares; `trust`: how much of a difference is believed; `centre`: of the differences."""

    layout: Layout
    forest: Forest
    mean: dict[str, float]
    centre: dict[str, float]
    trust: float

    def said(self, customers: Matrix, series: str) -> Reals:
        """n customers, in columns of the layout."""
        if not self.trust:
            return np.full(len(customers), self.mean[series])
        rows = with_series(customers, np.full(len(customers), self.layout.series.index(series)), self.layout)
        return self.mean[series] + self.trust * (self.forest.said(rows) - self.centre[series])


def learnt_effects(recipe: Recipe, found: Members, layout: Layout, terms: Terms) -> Learnt:
    """Learn from earlier campaigns and judge on later ones; what is used is learnt from all."""
    series = learnable(found, layout, terms)
    chosen = np.isin(codes(found.series, layout.series), [layout.series.index(code) for code in series])
    size, outcomes = int(chosen.sum()), int(found.outcome[chosen].sum())
    if not series:
        return Learnt(EFFECT, recipe, size, outcomes, problem=NO_HISTORY)
    trial, place, day = experiment(found, layout, chosen)
    shown = uplift.effects_shown(trial, OUTCOME_GROWTH)
    cut = np.sort(day)[int(len(day) * LATER_SHARE)]
    earlier, later = day < cut, day >= cut
    model = uplift.effect_model(trial.part(earlier), shown[earlier], recipe.growth)
    said = model.said(trial.rows[later])
    trust = uplift.trust_in(said, shown[later])
    means = {code: uplift.mean_of(shown[place == layout.series.index(code)]) for code in series}
    drawn = uplift.shrunken(means)
    final = uplift.effect_model(trial, shown, recipe.growth)
    centre = {code: float(final.said(trial.rows[place == layout.series.index(code)]).mean()) for code in series}
    content = packed(layout, final, {code: mean.mean for code, mean in drawn.items()}, centre, trust)
    card = judged(trial.part(later), said, shown[later], trust) | {
        "series": {code: told(means[code], drawn[code]) for code in series},
        "earlier_rows": int(earlier.sum()),
    }
    return Learnt(EFFECT, recipe, size, outcomes, content, card=card)


def learnable(found: Members, layout: Layout, terms: Terms) -> list[str]:
    """Series with members enough in each arm and outcomes enough."""
    place = codes(found.series, layout.series)
    enough = []
    for number, code in enumerate(layout.series):
        rows = place == number
        treated = found.treated[rows].sum()
        arms = min(treated, rows.sum() - treated)
        if arms >= terms.effect_members_min and found.outcome[rows].sum() >= terms.effect_outcomes_min:
            enough.append(code)
    return enough


def codes(column: pa.ChunkedArray, words: tuple[str, ...]) -> NDArray[np.int64]:
    return np.asarray(pc.index_in(column.combine_chunks(), pa.array(words)).fill_null(-1).to_numpy(), dtype=np.int64)


def experiment(
    found: Members, layout: Layout, chosen: NDArray[np.bool_]
) -> tuple[Experiment, NDArray[np.int64], NDArray[np.datetime64]]:
    place = codes(found.series, layout.series)[chosen]
    rows = with_series(matrix_of(found.features.filter(pa.array(chosen)), layout), place, layout)
    categories = (*layout.categories, len(layout.names))
    trial = Experiment(
        rows, found.outcome[chosen], found.treated[chosen], found.share[chosen], found.fold[chosen], categories
    )
    return trial, place, found.as_of[chosen]


def judged(later: Experiment, said: Reals, shown: Reals, trust: float) -> dict[str, Any]:
    """How well the effects rank people of later campaigns. Shares differ between campaigns, so outcomes are weighted by them."""
    third = np.argsort(-said, kind="stable")[: len(said) // 3]
    rest = np.setdiff1d(np.arange(len(said)), third)
    low, high = metrics.resampled(lambda a, b: gain(a, b), said, shown, times=100)
    return {
        "judged_rows": len(said),
        "judged_outcomes": int(later.outcome.sum()),
        "trust": millionths(trust),
        "mean_effect": millionths(shown.mean()),
        "effect_in_best_third": millionths(shown[third].mean()),
        "effect_in_rest": millionths(shown[rest].mean()),
        "gain_over_lots": millionths(gain(said, shown)),
        "gain_low": millionths(low),
        "gain_high": millionths(high),
    }


def gain(said: Reals, shown: Reals) -> float:
    """Area between the gain curve and the line of drawing lots, per person (Qini, with each effect shown as weight)."""
    gained = np.cumsum(shown[np.argsort(-said, kind="stable")]) / len(shown)
    line = np.linspace(gained[-1] / len(shown), gained[-1], len(shown))
    return float((gained - line).mean())


def told(found: Mean, drawn: Mean) -> dict[str, int | None]:
    return {
        "members": found.people,
        "mean": millionths(found.mean),
        "error": millionths(found.error),
        "drawn_to": millionths(drawn.mean),
    }


def packed(layout: Layout, forest: Forest, mean: dict[str, float], centre: dict[str, float], trust: float) -> bytes:
    content = {"layout": asdict(layout), "trees": forest.text, "mean": mean, "centre": centre, "trust": trust}
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def effects_from(content: bytes) -> Effects:
    plain = json.loads(content)
    return Effects(layout_from(plain["layout"]), Forest(plain["trees"]), plain["mean"], plain["centre"], plain["trust"])
