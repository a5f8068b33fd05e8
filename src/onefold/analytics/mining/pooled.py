"""One model of all series together: who is likelier than others to buy at all, and what.

A group of some thousand customers has too few contracts of any one series to learn from, but enough of all. The chance said of a
customer and series = the series' base rate (drawn towards its line's and the group's, see priors), raised or lowered by trees grown on all
pairs of customer and series, starting from that rate. How far to believe them, and whether a series sells better than it
did, is read off half of the customers of the later day; the other half judges.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onefold.analytics.mining import metrics
from onefold.analytics.mining.boosting import Forest, Matrix
from onefold.analytics.mining.calibration import logit
from onefold.analytics.mining.leakage import Learning, Trial
from onefold.analytics.mining.learning import (
    CHECKS_FAILED,
    MILLION,
    TOO_FEW,
    Learnt,
    Search,
    gains,
    judged,
    millionths,
    passes,
    searched,
)
from onefold.analytics.mining.matrix import Layout, layout_from, with_series
from onefold.analytics.mining.priors import Count, prior_chances
from onefold.analytics.mining.recipes import POOLED, Recipe, Terms

Reals = NDArray[np.float64]
Flags = NDArray[np.bool_]
MOVED_WORTH = 20
"""Outcomes' worth of evidence that a series sells as it did."""


@dataclass(frozen=True)
class Pooled:
    """`start`: log odds of each series; `slope`: how far the trees are believed."""

    layout: Layout
    forest: Forest
    start: Mapping[str, float]
    slope: float
    rates: Mapping[str, int]
    """in millionths, from which the trees started"""

    def raised(self, customers: Matrix, series: str) -> Reals:
        place = np.full(len(customers), self.layout.series.index(series))
        return self.forest.raised(with_series(customers, place, self.layout))

    def said(self, customers: Matrix, series: str) -> Reals:
        """n customers, in columns of the layout."""
        return _chance(self.start[series] + self.slope * self.raised(customers, series))


class Crowd(NamedTuple):
    """Customers on one day: who could buy which series and who did; `first_half`: see samples.Snapshot."""

    rows: Matrix
    could_buy: Flags
    bought: Flags
    first_half: Flags

    def part(self, chosen: Flags) -> Crowd:
        return Crowd(self.rows[chosen], self.could_buy[chosen], self.bought[chosen], self.first_half[chosen])


class Pairs(NamedTuple):
    """Pairs of customer and series, the others thinned and weighed for."""

    rows: Matrix
    place: NDArray[np.int64]
    outcome: Reals
    weight: Reals

    def learning(self, start: Reals) -> Learning:
        return Learning(self.rows, self.outcome, self.weight, start[self.place])

    def trial(self) -> Trial:
        return Trial(self.rows, self.outcome, self.place)


def learnt_pooled(
    recipe: Recipe, earlier: Sequence[Crowd], after: Crowd, line_of: Mapping[str, str], layout: Layout, terms: Terms
) -> Learnt:
    """Learn on the earlier days (the nearest first), settle and judge on the halves of the later one."""
    counts = [counted(crowd) for crowd in earlier]
    rows, outcomes = (sum(int(one[at].sum()) for one in counts) for at in (0, 1))
    if min(outcomes, int(counted(after)[1].sum())) < terms.outcomes_min:
        return Learnt(POOLED, recipe, rows, outcomes, problem=TOO_FEW)
    base = base_rates(counts, layout, line_of, terms.prior_worth)
    pairs = together([pairs_of(crowd, layout, terms.others_per_outcome) for crowd in earlier])
    categories = (*layout.categories, len(layout.names))
    forest = pairs.learning(logit(base)).grow(recipe.growth, categories)
    unsettled = Pooled(
        layout, forest, _named(layout, logit(base)), 1.0, _named(layout, np.rint(base * 1e6).astype(np.int64))
    )
    found = settled(unsettled, after)
    figures, losses = _judged(found, after)
    judging, learning_half = after.part(~after.first_half), earlier[0].first_half
    trial = pairs_of(judging, layout, terms.others_per_outcome).trial()
    half, aside = (
        pairs_of(earlier[0].part(chosen), layout, terms.others_per_outcome)
        for chosen in (learning_half, ~learning_half)
    )
    search = Search(
        (*layout.names, "series", "held_of_company"), categories, recipe.growth, terms.checks.one_feature_auc_fall_max
    )
    figures["leakage"] = searched(
        search,
        forest,
        pairs.learning(logit(base)),
        trial,
        trial.auc(forest.raised(trial.rows)),
        half.learning(logit(base)),
        aside.trial(),
    )
    problem = "" if passes(figures, trial.outcome, terms) else CHECKS_FAILED
    card = figures | {
        "days": len(earlier),
        "slope": millionths(found.slope),
        "gains": gains(forest, search.names),
    }
    return Learnt(POOLED, recipe, rows, outcomes, packed(found), problem, card, losses)


def _named(layout: Layout, values: NDArray[Any]) -> dict[str, Any]:
    return dict(zip(layout.series, values.tolist(), strict=True))


def counted(crowd: Crowd) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """By series: who could buy it, and who of them did."""
    return crowd.could_buy.sum(axis=0), (crowd.bought & crowd.could_buy).sum(axis=0)


def base_rates(counts: Sequence[tuple[Any, Any]], layout: Layout, line_of: Mapping[str, str], worth: int) -> Reals:
    could, bought = (sum(one[at] for one in counts) for at in (0, 1))
    known = {code: Count(int(could[place]), int(bought[place])) for place, code in enumerate(layout.series)}
    chances = prior_chances(known, line_of, worth)
    return np.array([max(chances[code], 1) / 1_000_000 for code in layout.series])


def pairs_of(crowd: Crowd, layout: Layout, others_per_outcome: int) -> Pairs:
    """All pairs with the outcome and every k-th of the others, who count k times; customers are in the order of their hashes."""
    row, place = np.nonzero(crowd.could_buy)
    outcome = crowd.bought[row, place]
    others = np.flatnonzero(~outcome)
    every = max(1, len(others) // max(1, int(outcome.sum()) * others_per_outcome))
    kept = np.sort(np.concatenate([np.flatnonzero(outcome), others[::every]]))
    weight = np.where(outcome[kept], 1.0, float(every))
    return Pairs(with_series(crowd.rows[row[kept]], place[kept], layout), place[kept], outcome[kept] * 1.0, weight)


def together(parts: Sequence[Pairs]) -> Pairs:
    return Pairs(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def settled(model: Pooled, after: Crowd) -> Pooled:
    """Read off the first half how far the trees are believed, and how far each series sells better or worse than it did."""
    raised, start, outcome, place = (
        np.concatenate(column) for column in zip(*_by_series(model, after.part(after.first_half)), strict=True)
    )
    slope, shift = _stretched(raised, start, outcome)
    expected = np.bincount(place, _chance(start + shift + slope * raised), len(model.layout.series))
    moved = np.log((np.bincount(place, outcome, len(expected)) + MOVED_WORTH) / (expected + MOVED_WORTH))
    begun = {code: model.start[code] + shift + float(moved[at]) for at, code in enumerate(model.layout.series)}
    return replace(model, start=begun, slope=slope)


def _by_series(model: Pooled, crowd: Crowd) -> Iterator[tuple[Reals, Reals, Reals, NDArray[np.int64]]]:
    """Series by series, of everybody who could buy it: by how much the chance is raised, from where, what came of it, and its place."""
    for place, code in enumerate(model.layout.series):
        chosen = crowd.could_buy[:, place]
        if chosen.any():
            outcome = crowd.bought[chosen, place].astype(np.float64)
            yield (
                model.raised(crowd.rows[chosen], code),
                np.full(len(outcome), model.start[code]),
                outcome,
                np.full(len(outcome), place),
            )


def _stretched(raised: Reals, start: Reals, outcome: Reals, rounds: int = 30) -> tuple[float, float]:
    """Slope and shift of a logistic regression on what raises the chance, by Newton's steps; the slope is pulled to 1 a little."""
    design, held, usual = np.column_stack([raised, np.ones(len(raised))]), np.array([1.0, 0.0]), np.array([1.0, 0.0])
    pull = np.array([10.0, 1e-6])
    for _ in range(rounds):
        chance = _chance(start + design @ held)
        curve = design.T @ (design * (chance * (1 - chance))[:, None]) + np.diag(pull)
        step = np.linalg.solve(curve, design.T @ (outcome - chance) - pull * (held - usual))
        held = held + step
        if np.abs(step).max() < 1e-9:
            break
    return float(max(held[0], 0.0)), float(held[1])


def _judged(model: Pooled, after: Crowd) -> tuple[dict[str, Any], dict[str, int]]:
    """Figures over all pairs of the second half, ranked within each series; and the log loss of each series."""
    losses: dict[str, int] = {}
    columns: list[tuple[Reals, Reals, NDArray[np.int64]]] = []
    for raised, start, outcome, place in _by_series(model, after.part(~after.first_half)):
        said = _chance(start + model.slope * raised)
        columns.append((outcome, said, place))
        losses[model.layout.series[place[0]]] = round(metrics.log_loss(outcome, said) * MILLION)
    outcome, chance, place = (np.concatenate(parts) for parts in zip(*columns, strict=True))
    return judged(outcome, chance) | {"auc": millionths(metrics.auc_within(outcome, chance, place))}, losses


def _chance(odds: Reals) -> Reals:
    return 1 / (1 + np.exp(-odds))


def packed(model: Pooled) -> bytes:
    content = {
        "layout": model.layout.plain(),
        "trees": model.forest.text,
        "start": dict(model.start),
        "slope": model.slope,
        "rates": dict(model.rates),
    }
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def pooled_from(content: bytes) -> Pooled:
    plain = json.loads(content)
    return Pooled(layout_from(plain["layout"]), Forest(plain["trees"]), plain["start"], plain["slope"], plain["rates"])
