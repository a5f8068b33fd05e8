"""How rows are divided into those learnt from and those judged by, and which figures come of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from onefold.analytics.mining import metrics, uplift
from onefold.analytics.mining.boosting import Growth, Matrix, grown
from onefold.analytics.mining.evaluation import hidden
from onefold.analytics.mining.evaluation.choosing import chosen, inner_folds
from onefold.analytics.mining.evaluation.description import (
    FILES,
    FOLDS,
    HIDE_ONE,
    SPLIT,
    Condition,
    Description,
)
from onefold.analytics.mining.evaluation.rows import columns_of, frame_of, matrix_of, met
from onefold.analytics.mining.uplift import Experiment

Figures = dict[str, float]
Places = NDArray[np.int64]
SEED = 20_260_630


@dataclass(frozen=True)
class Found:
    """metric → figure; and the way chosen for each part that was learnt from."""

    figures: Figures
    chosen: tuple[Growth, ...]


def evaluated(description: Description, folder: Path) -> Found:
    """Carry out the evaluation on the files in `folder`."""
    if description.protocol == HIDE_ONE:
        figures, way = hidden.evaluated(frame_of(folder, description, "rows"), description)
        return Found(figures, (way,))
    if description.treatment:
        return effect_figures(folder, description)
    return chance_figures(frame_of(folder, description, "rows"), description)


def parts_of(outcome: NDArray[np.float64], description: Description) -> Iterator[tuple[Places, Places]]:
    """Rows to learn from and rows to judge by, part by part."""
    terms, everyone = description.terms, np.arange(len(outcome))
    if description.protocol in (SPLIT, FOLDS):
        from sklearn.model_selection import StratifiedKFold, train_test_split

        if description.protocol == SPLIT:
            share = terms["test_thousandths"] / 1000
            yield tuple(train_test_split(everyone, test_size=share, random_state=terms["seed"], stratify=outcome))
        else:
            yield from StratifiedKFold(terms["folds"], shuffle=True, random_state=terms["seed"]).split(
                everyone, outcome
            )
    else:
        cut = int(len(outcome) * (1 - terms["test_thousandths"] / 1000))
        yield everyone[:cut], everyone[cut:]


def chance_figures(frame: pl.DataFrame, description: Description) -> Found:
    """Means over the parts."""
    outcome = met(frame, _required(description.target))
    found: list[Figures] = []
    ways: list[Growth] = []
    for learning, judging in parts_of(outcome, description):
        columns = columns_of(frame[learning], description)
        rows = matrix_of(frame, columns)
        known = Known(rows[learning], outcome[learning], columns.categories)
        way = chosen(description.ways, partial(tried, known))
        said, so = known.said(way, rows[judging], description.repeats), outcome[judging]
        ways.append(way)
        found.append(
            {
                "AUC": metrics.auc(so, said),
                "LOG_LOSS": metrics.log_loss(so, said),
                "TOP_DECILE_LIFT": metrics.deciles(so, said)[-1].observed / (len(so) / 10) / so.mean(),
                "CALIBRATION_ERROR": metrics.calibration_error(so, said),
            }
        )
    return Found({name: float(np.mean([figures[name] for figures in found])) for name in found[0]}, tuple(ways))


class Known(NamedTuple):
    """Rows learnt from, with what came of them."""

    rows: Matrix
    outcome: NDArray[np.float64]
    categories: tuple[int, ...]

    def said(self, way: Growth, rows: Matrix, repeats: int = 1) -> NDArray[np.float64]:
        """Mean of the chances that so many forests, grown with other dice, say of `rows`."""
        seeds = [replace(way, seed=way.seed + number) for number in range(repeats)]
        forests = (grown(self.rows, self.outcome, one, categories=self.categories) for one in seeds)
        return np.mean([forest.said(rows) for forest in forests], axis=0)

    def part(self, places: Places) -> Known:
        return Known(self.rows[places], self.outcome[places], self.categories)


def tried(known: Known, way: Growth) -> float:
    """Log loss of a way over the inner folds."""
    losses = [
        metrics.log_loss(known.outcome[beside], known.part(within).said(way, known.rows[beside]))
        for within, beside in inner_folds(known.outcome)
    ]
    return float(np.mean(losses))


def effect_figures(folder: Path, description: Description) -> Found:
    """A DR-learner, with cross-fitting repeated on other halves, judged on people it has not seen."""
    learning, judging = experiments(folder, description)
    outcome_growth = description.outcome_growth

    def loss(way: Growth) -> float:
        folds = inner_folds(learning.treated * 2 + learning.outcome)
        return -float(
            np.mean([_qini(_split(learning, within, beside), way, outcome_growth) for within, beside in folds])
        )

    way = chosen(description.ways, loss)
    said = effects_said(learning, judging.rows, way, outcome_growth, description.repeats)
    so, treated = judging.outcome, judging.treated
    low, high = metrics.resampled(metrics.qini, so, treated, said)
    figures = {
        "QINI": metrics.qini(so, treated, said),
        "QINI_LOW": low,
        "QINI_HIGH": high,
        "UPLIFT_AT_30": metrics.uplift_at(so, treated, said, 0.3),
        "UPLIFT_AT_10": metrics.uplift_at(so, treated, said, 0.1),
    }
    return Found(figures, (way,))


def effects_said(
    learning: Experiment, rows: Matrix, way: Growth, outcome_growth: Growth, repeats: int
) -> NDArray[np.float64]:
    dice = np.random.Generator(np.random.Philox(SEED))
    said = np.zeros(len(rows))
    for halves in dice.random((repeats, len(learning.outcome))) < 0.5:
        trial = replace(learning, fold=halves)
        shown = uplift.effects_shown(trial, outcome_growth)
        said += uplift.effect_model(trial, shown, replace(way, objective="regression")).said(rows) / repeats
    return said


def _split(people: Experiment, within: Places, beside: Places) -> tuple[Experiment, Experiment]:
    places = np.arange(len(people.outcome))
    return people.part(np.isin(places, within)), people.part(np.isin(places, beside))


def _qini(parts: tuple[Experiment, Experiment], way: Growth, outcome_growth: Growth) -> float:
    within, beside = parts
    return metrics.qini(beside.outcome, beside.treated, effects_said(within, beside.rows, way, outcome_growth, 1))


def experiments(folder: Path, description: Description) -> tuple[Experiment, Experiment]:
    """People to learn from and people to judge by: two files, or the two parts of one."""
    if description.protocol == FILES:
        return _read(frame_of(folder, description, "train"), frame_of(folder, description, "test"), description)
    frame = frame_of(folder, description, "rows")
    if description.among:
        frame = frame.filter(pl.Series(met(frame, description.among) > 0))
    treated, outcome = met(frame, _required(description.treatment)), met(frame, _required(description.target))
    learning, judging = next(parts_of(treated * 2 + outcome, description))
    return _read(frame[learning], frame[judging], description)


def _read(train: pl.DataFrame, test: pl.DataFrame, description: Description) -> tuple[Experiment, Experiment]:
    columns = columns_of(train, description)

    def read(frame: pl.DataFrame) -> Experiment:
        return Experiment(
            matrix_of(frame, columns),
            met(frame, _required(description.target)),
            met(frame, _required(description.treatment)),
            np.full(len(frame), description.treated_share_thousandths / 1000),
            np.zeros(len(frame), np.bool_),
            columns.categories,
        )

    return read(train), read(test)


def _required(condition: Condition | None) -> Condition:
    if condition is None:
        raise ValueError("the description names no target or treatment")
    return condition
