"""All models of a run: learnt, checked, judged by the registry, and described in cards."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from onefold.analytics.engines.lake import Lake
from onefold.analytics.mining import registry
from onefold.analytics.mining.campaigns import members
from onefold.analytics.mining.cards import card_text, drifts
from onefold.analytics.mining.effects import learnt_effects
from onefold.analytics.mining.learning import POOLED_IS_BETTER, TOO_FEW, Learnt, Sample, learnt_chance
from onefold.analytics.mining.matrix import Layout, counts_of, layout_of, matrix_of
from onefold.analytics.mining.pooled import Crowd, learnt_pooled
from onefold.analytics.mining.priors import Count, prior_chances
from onefold.analytics.mining.recipes import EFFECT, LAPSE, POOLED, PRIOR, PROPENSITY, Terms
from onefold.analytics.mining.registry import Kept, Standing, standing
from onefold.analytics.mining.samples import Snapshot, days_before, days_of, happened, snapshots
from onefold.seam.datasets import MODEL_CARDS, MODEL_FITS


@dataclass(frozen=True)
class Series:
    """The catalogue's series, sorted by code."""

    codes: list[str]
    line_of: dict[str, str]
    kinds: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Past:
    """One snapshot as a matrix: who could have bought which series, and who could have given one up."""

    taken: Snapshot
    rows: NDArray[np.float32]
    could_buy: NDArray[np.bool_]
    could_give_up: NDArray[np.bool_]

    def buyers(self, place: int) -> Sample:
        chosen = self.could_buy[:, place]
        return Sample(
            self.rows[chosen], self.taken.bought[chosen, place].astype(np.float64), self.taken.first_half[chosen]
        )

    def leavers(self) -> Sample:
        chosen = self.could_give_up
        return Sample(self.rows[chosen], self.taken.gave_up[chosen].astype(np.float64), self.taken.first_half[chosen])

    def crowd(self) -> Crowd:
        return Crowd(self.rows, self.could_buy, self.taken.bought, self.taken.first_half)


def series_of(catalogue: pa.Table) -> Series:
    rows = sorted(catalogue.to_pylist(), key=lambda row: str(row["series"]))
    return Series(
        [row["series"] for row in rows],
        {row["series"]: row["line"] for row in rows},
        {row["series"]: tuple(row["kinds"].split(",")) for row in rows},
    )


def may_hold(kinds: pa.ChunkedArray, series: Series) -> NDArray[np.bool_]:
    """n customers x S: whether the series is for customers of this kind."""
    return np.column_stack(
        [np.asarray(pc.is_in(kinds, pa.array(series.kinds[code])).combine_chunks(), np.bool_) for code in series.codes]
    )


def learnt_models(
    lake: Lake, series: Series, terms: Terms, as_of: date, known_at: datetime, *, pooled_stands: bool
) -> tuple[list[Learnt], Past, Past]:
    """Learn every model the rulebook has a recipe for, side by side. While the model of all series together stands, only series with
    many outcomes are worth one of their own.
    """
    own_min = terms.own_outcomes_min if pooled_stands else terms.outcomes_min
    days = days_of(as_of, terms.window.horizon_days)
    taken = snapshots(lake, series.codes, days, known_at, terms.window)
    layout = layout_of(taken[0].features, series.codes)
    before, after = (past_of(one, layout, series) for one in taken)

    def looked_at(count: int) -> list[Past]:
        older = days_before(as_of, terms.window.horizon_days, count)
        return [past_of(one, layout, series) for one in snapshots(lake, series.codes, older, known_at, terms.window)]

    crowds = [before, *looked_at(older_days(before, terms))]
    randomised = members(lake, as_of, known_at, terms.window)

    def chance(place: int) -> Learnt:
        name, recipe = f"{PROPENSITY}:{series.codes[place]}", terms.recipes[PROPENSITY]
        return learnt_chance(name, recipe, before.buyers(place), after.buyers(place), layout, terms, own_min)

    tasks: list[Callable[[], Learnt]] = [
        lambda: learnt_effects(terms.recipes[EFFECT], randomised, layout, terms),
        lambda: learnt_chance(
            LAPSE, terms.recipes[LAPSE], before.leavers(), after.leavers(), layout, terms, terms.outcomes_min
        ),
        lambda: learnt_prior(after, series, terms),
        lambda: learnt_pooled(
            terms.recipes[POOLED], [past.crowd() for past in crowds], after.crowd(), series.line_of, layout, terms
        ),
        *(partial(chance, place) for place in range(len(series.codes))),
    ]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(lambda task: task(), tasks)), before, after


def older_days(before: Past, terms: Terms) -> int:
    """How many days more it takes until all series together have outcomes enough: none in a large group."""
    outcomes = int((before.taken.bought & before.could_buy).sum())
    wanted = -(-terms.pooled_outcomes // max(outcomes, 1)) - 1
    return min(max(wanted, 0), terms.pooled_days_max - 1)


def of_name(learnt: list[Learnt], name: str) -> Learnt:
    return next(one for one in learnt if one.model == name)


def better_pooled(learnt: list[Learnt]) -> list[Learnt]:
    """A series' own model that is no better than that of all series together, on the same customers of the same day, is not used."""
    told = of_name(learnt, POOLED).losses

    def compared(one: Learnt) -> Learnt:
        kind, _, code = one.model.partition(":")
        if kind != PROPENSITY or one.problem or code not in told or told[code] > one.card["log_loss"]:
            return one
        return replace(one, problem=POOLED_IS_BETTER)

    return [compared(one) for one in learnt]


def nothing_learnt(series: Series, terms: Terms) -> list[Learnt]:
    """Where so little happened that no model can have its outcomes."""
    chances = [
        Learnt(f"{PROPENSITY}:{code}", terms.recipes[PROPENSITY], 0, 0, problem=TOO_FEW) for code in series.codes
    ]
    return [
        *chances,
        *(Learnt(name, terms.recipes[name], 0, 0, problem=TOO_FEW) for name in (LAPSE, PRIOR, POOLED, EFFECT)),
    ]


def past_of(taken: Snapshot, layout: Layout, series: Series) -> Past:
    held = counts_of(taken.features, "held", series.codes) > 0
    fits = may_hold(taken.features["kind"], series)
    return Past(taken, matrix_of(taken.features, layout), fits & ~held, np.any(held, axis=1))


def learnt_prior(past: Past, series: Series, terms: Terms) -> Learnt:
    """The base rates of series, line and group, counted on the later of the two days."""
    bought = past.taken.bought & past.could_buy
    counts = {
        code: Count(int(past.could_buy[:, place].sum()), int(bought[:, place].sum()))
        for place, code in enumerate(series.codes)
    }
    outcomes, rows = int(bought.sum()), int(past.could_buy.sum())
    if outcomes < terms.outcomes_min:
        return Learnt(PRIOR, terms.recipes[PRIOR], rows, outcomes, problem=TOO_FEW)
    chances = prior_chances(counts, series.line_of, terms.prior_worth)
    told = {
        code: {"customers": count.customers, "outcomes": count.outcomes, "chance": chances[code]}
        for code, count in counts.items()
    }
    content = json.dumps({"chances": chances}, sort_keys=True).encode()
    return Learnt(PRIOR, terms.recipes[PRIOR], rows, outcomes, content, card={"series": told})


def models(
    lake: Lake, series: Series, terms: Terms, as_of: date, known_at: datetime, *,
    now: pa.Table, decided: pa.Table, kept: dict[tuple[str, str], Kept],
) -> tuple[pa.Table, pa.Table]:  # fmt: skip
    """Return datasets `model_cards` and `model_fits`.

    `now`: rows of `customer_features`, some thousand, to compare with those learnt from; `decided`: `model_stages`; `kept`: fits of
    the run before by (model, fit).
    """
    rules = {row["model"]: row for row in decided.to_pylist()}
    days = days_of(as_of, terms.window.horizon_days)
    moved: dict[str, Any] = {}
    if happened(lake, days[0]) < terms.outcomes_min:
        learnt = nothing_learnt(series, terms)
    else:
        stands = terms.recipes[POOLED].approved and rules.get(POOLED, {}).get("rule") != registry.RETIRED
        learnt, before, _ = learnt_models(lake, series, terms, as_of, known_at, pooled_stands=stands)
        if stands and not of_name(learnt, POOLED).problem:
            learnt = better_pooled(learnt)
        moved = drifts(before.taken.features, before.rows, now, series.codes)
    cards, fits = [], []
    for one in learnt:
        rule = rules.get(one.model)
        champion = kept.get((one.model, rule["champion"])) if rule else None
        stands = standing(one, rule, champion, as_of, terms.stale_after_days)
        cards.append(card_row(one, stands, days, moved))
        if one.content:
            fits.append({"model": one.model, "fit": one.fit, "content": one.content})
        if stands.kept:
            cards.append(stands.kept.card | {"stage": registry.CHAMPION, "used": True, "fallback_reason": ""})
            fits.append({"model": one.model, "fit": stands.kept.card["fit"], "content": stands.kept.content})
    return pa.Table.from_pylist(cards, MODEL_CARDS.schema), pa.Table.from_pylist(fits, MODEL_FITS.schema)


def card_row(one: Learnt, stands: Standing, days: tuple[date, date], moved: dict[str, Any]) -> dict[str, Any]:
    return {
        "model": one.model,
        "fit": one.fit,
        "recipe": one.recipe.code,
        "stage": stands.stage,
        "used": stands.used,
        "fallback_reason": stands.reason,
        "trained_on": days[0],
        "validated_on": days[1],
        "rows": one.rows,
        "outcomes": one.outcomes,
        "assessment": one.recipe.assessment,
        "approver": stands.approver,
        "card": card_text(one, moved),
    }


def kept_from(cards: pa.Table, fits: pa.Table) -> dict[tuple[str, str], Kept]:
    content = {(row["model"], row["fit"]): row["content"] for row in fits.to_pylist()}
    rows: Iterable[dict[str, Any]] = cards.to_pylist()
    return {
        (row["model"], row["fit"]): Kept(row, content[row["model"], row["fit"]])
        for row in rows
        if (row["model"], row["fit"]) in content
    }


def used_fits(cards: pa.Table, fits: pa.Table) -> list[tuple[str, bytes]]:
    """Model and content of the fits that are used."""
    kept = kept_from(cards, fits)
    return [(model, one.content) for (model, _), one in sorted(kept.items()) if one.card["used"]]
