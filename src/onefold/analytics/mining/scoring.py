"""Scores of every customer from the fits that are used, in chunks; where none is, the prior stands in, and else nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from onefold.analytics.mining.boosting import Forest, Matrix
from onefold.analytics.mining.calibration import Calibration
from onefold.analytics.mining.effects import Effects, effects_from
from onefold.analytics.mining.matrix import Layout, counts_of, layout_from, matrix_of
from onefold.analytics.mining.models import Series, may_hold
from onefold.analytics.mining.pooled import Pooled, pooled_from
from onefold.analytics.mining.recipes import EFFECT, LAPSE, POOLED, PRIOR, PROPENSITY
from onefold.analytics.pieces import side_by_side

MILLION = 1_000_000
POPULARITY, ON_PRIOR, ON_MODEL, ON_EFFECT = range(4)
NO_MODEL = -1
Whole = NDArray[np.int32]


@dataclass(frozen=True)
class Chance:
    """A fit of a chance, ready to score."""

    layout: Layout
    forest: Forest
    calibration: Calibration

    def said(self, rows: Matrix) -> NDArray[np.float64]:
        return self.calibration.applied(self.forest.said(rows))


@dataclass(frozen=True)
class Scorer:
    """All that is used in a release. `prior`: by series, in millionths; empty where nothing was learnt."""

    series: Series
    chances: dict[str, Chance]
    lapse: Chance | None
    prior: dict[str, int]
    effects: Effects | None
    pooled: Pooled | None = None


def scorer_of(series: Series, used: Iterable[tuple[str, bytes]]) -> Scorer:
    """`used`: model and content of the fits that are used."""
    contents = dict(used)
    return Scorer(
        series,
        {
            name.split(":")[1]: chance_from(content)
            for name, content in contents.items()
            if name.startswith(f"{PROPENSITY}:")
        },
        chance_from(contents[LAPSE]) if LAPSE in contents else None,
        priors_of(series, contents),
        effects_from(contents[EFFECT]) if EFFECT in contents else None,
        pooled_from(contents[POOLED]) if POOLED in contents else None,
    )


def priors_of(series: Series, contents: Mapping[str, bytes]) -> dict[str, int]:
    """The chance of each series that is the same for everybody, by the prior; without one by what the models used start from.

    So series with and without a model always stand on one scale, and popularity stands in only where nothing at all was learnt.
    """
    if PRIOR in contents:
        chances: dict[str, int] = json.loads(contents[PRIOR])["chances"]
        return chances
    if POOLED in contents:
        return {code: int(rate) for code, rate in json.loads(contents[POOLED])["rates"].items()}
    own = {name.split(":")[1]: json.loads(content) for name, content in contents.items() if name.startswith(PROPENSITY)}
    rates = {code: content["rate"] for code, content in own.items() if "rate" in content}
    if not rates:
        return {}
    usual = sum(rates.values()) // len(rates)
    return {code: rates.get(code, usual) for code in series.codes}


def chance_from(content: bytes) -> Chance:
    plain: dict[str, Any] = json.loads(content)
    told = plain["calibration"]
    calibration = Calibration(tuple(told["said"]), tuple(told["chance"]), told["kind"])
    return Chance(layout_from(plain["layout"]), Forest(plain["trees"]), calibration)


def scores(scorer: Scorer, pieces: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Give dataset `scores` piece by piece from pieces of `customer_features`; nothing at all if there is no model and no prior."""
    if not (scorer.chances or scorer.pooled or scorer.prior):
        return
    yield from side_by_side(partial(scored, scorer), pieces)


def scored(scorer: Scorer, features: pa.Table) -> pa.Table:
    rows = Rows(features)
    codes = scorer.series.codes
    open_to = may_hold(features["kind"], scorer.series) & ~(counts_of(features, "held", codes) > 0)
    parts = [series_scores(scorer, code, rows) for code in codes]
    propensity, effect, basis = (np.column_stack([part[at] for part in parts]) for at in range(3))
    size = features.num_rows
    return pa.table(
        {
            "customer_id": features["customer_id"],
            "series": lists(
                pa.DictionaryArray.from_arrays(pa.array(np.tile(np.arange(len(codes)), size)), codes).cast("string"),
                size,
            ),
            "propensity": lists(pa.array((propensity * open_to).ravel()), size),
            "effect": lists(pa.array((effect * open_to).ravel()), size),
            "basis": lists(pa.array(basis.ravel()), size),
            "lapse": pa.array(lapse_scores(scorer, rows)),
        }
    )


class Rows:
    """A piece of customers as matrices, one for each layout in use (a fit kept from an earlier run may have another)."""

    def __init__(self, features: pa.Table) -> None:
        self.features = features
        self._laid: dict[str, Matrix] = {}

    def __len__(self) -> int:
        return self.features.num_rows

    def by(self, layout: Layout) -> Matrix:
        key = json.dumps(layout.plain(), sort_keys=True)
        if key not in self._laid:
            self._laid[key] = matrix_of(self.features, layout)
        return self._laid[key]


def series_scores(scorer: Scorer, code: str, rows: Rows) -> tuple[Whole, Whole, Whole]:
    """Propensity, effect and basis of all customers for one series; what a model says that is no chance counts as not said."""
    size, prior = len(rows), scorer.prior.get(code)
    stands_in = POPULARITY if prior is None else ON_PRIOR
    propensity = np.full(size, prior or 0, np.int32)
    basis, effect = np.full(size, stands_in, np.int32), np.zeros(size, np.int32)
    for said in said_of(scorer, code, rows):
        sound = np.isfinite(said) & (said >= 0) & (said <= 1)
        propensity = np.where(sound, millionths(np.where(sound, said, 0)), propensity)
        basis = np.where(sound, ON_MODEL, basis).astype(np.int32)
    if scorer.effects and code in scorer.effects.mean:
        said = scorer.effects.said(rows.by(scorer.effects.layout), code)
        sound = np.isfinite(said) & (np.abs(said) <= 1) & (basis > POPULARITY)
        effect = np.where(sound, millionths(np.where(sound, said, 0)), 0)
        basis = np.where(sound, ON_EFFECT, basis).astype(np.int32)
    return propensity, effect, basis


def said_of(scorer: Scorer, code: str, rows: Rows) -> Iterator[NDArray[np.float64]]:
    """What models say of a series, the best last: that of all series together, then its own."""
    pooled, own = scorer.pooled, scorer.chances.get(code)
    if pooled and code in pooled.start:
        yield pooled.said(rows.by(pooled.layout), code)
    if own:
        yield own.said(rows.by(own.layout))


def lapse_scores(scorer: Scorer, rows: Rows) -> Whole:
    """-1 without a model, and for who holds nothing."""
    if scorer.lapse is None:
        return np.full(len(rows), NO_MODEL, np.int32)
    said = scorer.lapse.said(rows.by(scorer.lapse.layout))
    holds = np.asarray(rows.features["contracts_held"].to_numpy()) > 0
    return np.where(np.isfinite(said) & holds, millionths(np.nan_to_num(said)), NO_MODEL).astype(np.int32)


def millionths(share: NDArray[np.float64]) -> Whole:
    return np.rint(share * MILLION).astype(np.int32)


def lists(values: pa.Array, rows: int) -> pa.ListArray:
    width = len(values) // rows if rows else 0
    return pa.ListArray.from_arrays(pa.array(np.arange(rows + 1, dtype=np.int32) * width), values)
