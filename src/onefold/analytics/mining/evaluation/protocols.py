"""How rows are divided into those learnt from and those judged by, and which figures come of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from onefold.analytics.mining import metrics, uplift
from onefold.analytics.mining.boosting import grown
from onefold.analytics.mining.evaluation import hidden
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


def evaluated(description: Description, folder: Path) -> Figures:
    """Carry out the evaluation on the files in `folder`; metric → figure."""
    if description.protocol == HIDE_ONE:
        return hidden.evaluated(frame_of(folder, description, "rows"), description)
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


def chance_figures(frame: pl.DataFrame, description: Description) -> Figures:
    """Means over the parts."""
    outcome = met(frame, _required(description.target))
    found: list[Figures] = []
    for learning, judging in parts_of(outcome, description):
        columns = columns_of(frame[learning], description)
        rows = matrix_of(frame, columns)
        forest = grown(rows[learning], outcome[learning], description.growth, categories=columns.categories)
        said, so = forest.said(rows[judging]), outcome[judging]
        found.append(
            {
                "AUC": metrics.auc(so, said),
                "LOG_LOSS": metrics.log_loss(so, said),
                "TOP_DECILE_LIFT": metrics.deciles(so, said)[-1].observed / (len(so) / 10) / so.mean(),
                "CALIBRATION_ERROR": metrics.calibration_error(so, said),
            }
        )
    return {name: float(np.mean([figures[name] for figures in found])) for name in found[0]}


def effect_figures(folder: Path, description: Description) -> Figures:
    """A DR-learner, with cross-fitting repeated on other halves, judged on people it has not seen."""
    learning, judging = experiments(folder, description)
    said = np.zeros(len(judging.outcome))
    for halves in (
        np.random.Generator(np.random.Philox(SEED)).random((description.repeats, len(learning.outcome))) < 0.5
    ):
        trial = replace(learning, fold=halves)
        shown = uplift.effects_shown(trial, description.outcome_growth)
        growth = replace(description.growth, objective="regression")
        said += uplift.effect_model(trial, shown, growth).said(judging.rows) / description.repeats
    low, high = metrics.resampled(metrics.qini, judging.outcome, judging.treated, said)
    return {
        "QINI": metrics.qini(judging.outcome, judging.treated, said),
        "QINI_LOW": low,
        "QINI_HIGH": high,
        "UPLIFT_AT_30": metrics.uplift_at(judging.outcome, judging.treated, said, 0.3),
        "UPLIFT_AT_10": metrics.uplift_at(judging.outcome, judging.treated, said, 0.1),
    }


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
