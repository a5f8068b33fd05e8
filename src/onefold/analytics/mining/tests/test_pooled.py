"""A model of all series together, on a planted group too small for a model of any one of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from onefold import policy
from onefold.analytics.engines.duckdb import open_lake
from onefold.analytics.mining import metrics
from onefold.analytics.mining.learning import POOLED_IS_BETTER, TOO_FEW, Learnt
from onefold.analytics.mining.matrix import CODES, NUMBERS, Layout
from onefold.analytics.mining.models import Past, better_pooled, older_days
from onefold.analytics.mining.pooled import Crowd, Pooled, base_rates, counted, learnt_pooled, pooled_from
from onefold.analytics.mining.recipes import POOLED, terms_of
from onefold.analytics.mining.samples import Snapshot, snapshots

TERMS = terms_of(policy.load(), date(2026, 6, 30))
RECIPE = TERMS.recipes[POOLED]
SERIES = tuple(f"{company}.{number}" for company in "ABC" for number in range(4))
LINE_OF = {series: f"LINE{series[-1]}" for series in SERIES}
LAYOUT = Layout(SERIES, dict.fromkeys(CODES, ()))
AGE, EAGER, SIZE = NUMBERS.index("age_low"), NUMBERS.index("contracts_new"), 4_000


def people(seed: int, size: int = SIZE) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows, true chances and who could buy: the eager buy more of everything, the old more of company A; some hold something."""
    dice = np.random.Generator(np.random.Philox(seed))
    rows = np.full((size, len(LAYOUT.names)), np.nan, np.float32)
    rows[:, : len(NUMBERS)] = dice.normal(size=(size, len(NUMBERS)))
    held = dice.random((size, len(SERIES))) < 0.15
    rows[:, len(NUMBERS) : len(NUMBERS) + len(SERIES)] = held
    rows[:, len(NUMBERS) + len(SERIES) : len(NUMBERS) + 2 * len(SERIES)] = 0
    of_a = np.array([series.startswith("A") for series in SERIES])
    rate = np.linspace(-6.0, -4.6, len(SERIES))
    odds = rate + 0.9 * rows[:, [EAGER]] + np.where(of_a, 1.0, -0.3) * rows[:, [AGE]]
    return rows, 1 / (1 + np.exp(-odds)), ~held


def crowd(seed: int, size: int = SIZE) -> Crowd:
    rows, chance, could = people(seed, size)
    dice = np.random.Generator(np.random.Philox(seed + 1_000))
    return Crowd(rows, could, dice.random(chance.shape) < chance, dice.random(size) < 0.5)


def learnt(days: int = 3) -> Learnt:
    return learnt_pooled(RECIPE, [crowd(number) for number in range(days)], crowd(99), LINE_OF, LAYOUT, TERMS)


@pytest.fixture(scope="module")
def found() -> Learnt:
    return learnt()


def said_of_all(model: Pooled, rows: np.ndarray) -> np.ndarray:
    return np.column_stack([model.said(rows, series) for series in SERIES])


def test_no_series_alone_has_outcomes_enough_but_all_together_have(found: Learnt) -> None:
    assert counted(crowd(0))[1].max() < TERMS.outcomes_min < found.outcomes
    assert found.problem == "" and found.card["days"] == 3 and found.card["auc"] > 700_000


def test_it_ranks_and_loses_less_than_base_rates_on_people_nobody_has_seen(found: Learnt) -> None:
    rows, chance, could = people(500, 8_000)
    said = said_of_all(pooled_from(found.content), rows)
    days = [counted(crowd(number)) for number in range(3)]
    base = np.broadcast_to(base_rates(days, LAYOUT, LINE_OF, TERMS.prior_worth), chance.shape)
    loss, of_base, best = (expected_loss(chance[could], one[could]) for one in (said, base, chance))
    assert loss < of_base - 0.6 * (of_base - best), "most of what could be gained over the base rates is"
    for place in range(len(SERIES)):
        assert np.corrcoef(np.log(said[:, place]), np.log(chance[:, place]))[0, 1] > 0.7, SERIES[place]


def expected_loss(true: np.ndarray, said: np.ndarray) -> float:
    return float(-np.mean(true * np.log(said) + (1 - true) * np.log(1 - said)))


def test_what_it_says_comes_true_in_each_series(found: Learnt) -> None:
    rows, chance, could = people(500, 8_000)
    said = said_of_all(pooled_from(found.content), rows)
    for place in range(len(SERIES)):
        mine = could[:, place]
        assert said[mine, place].mean() == pytest.approx(chance[mine, place].mean(), rel=0.35), SERIES[place]
    assert said[could].mean() == pytest.approx(chance[could].mean(), rel=0.12)


def test_a_series_nobody_has_bought_yet_starts_from_its_line_and_ranks_by_all() -> None:
    def without_last(one: Crowd) -> Crowd:
        bought = one.bought.copy()
        bought[:, -1] = False
        return one._replace(bought=bought)

    days = [without_last(crowd(number)) for number in range(3)]
    model = pooled_from(learnt_pooled(RECIPE, days, without_last(crowd(99)), LINE_OF, LAYOUT, TERMS).content)
    rows, chance, _ = people(500)
    said = model.said(rows, SERIES[-1])
    assert 0 < said.mean() < chance[:, -1].mean()
    assert np.corrcoef(np.log(said), rows[:, EAGER])[0, 1] > 0.3


def test_the_same_people_give_the_same_bytes(found: Learnt) -> None:
    assert learnt().content == found.content


@pytest.mark.parametrize(
    ("outcomes", "expected"), [(200, 4), (900, 4), (2_000, 2), (2_600, 1), (5_000, 0), (90_000, 0), (0, 4)]
)
def test_the_fewer_outcomes_a_day_has_the_more_days_are_looked_at(outcomes: int, expected: int) -> None:
    bought = np.arange(100_000).reshape(-1, 1) < outcomes
    taken = Snapshot(date(2026, 1, 1), pa.table({}), bought, bought[:, 0])
    assert older_days(Past(taken, np.zeros((0, 0), np.float32), np.ones_like(bought), bought[:, 0]), TERMS) == expected


def test_no_days_are_no_snapshots(tmp_path: Path) -> None:
    with open_lake(tmp_path) as lake:
        assert snapshots(lake, list(SERIES), [], datetime(2026, 6, 30, tzinfo=UTC), TERMS.window) == []


def test_where_nothing_happens_nothing_is_learnt() -> None:
    quiet = crowd(1)._replace(bought=np.zeros((SIZE, len(SERIES)), np.bool_))
    told = learnt_pooled(RECIPE, [quiet], crowd(99), LINE_OF, LAYOUT, TERMS)
    assert (told.problem, told.content) == (TOO_FEW, b"")


def test_the_ranking_counts_within_each_series_alone() -> None:
    """A score that knows only which series sells much ranks nobody."""
    outcome, group = np.array([1.0, 1, 0, 0, 0, 1]), np.array([0, 0, 0, 1, 1, 1])
    assert metrics.auc(outcome, -group.astype(float)) > 0.6
    assert metrics.auc_within(outcome, -group.astype(float), group) == 0.5


def models(own_loss: int, pooled_loss: int, problem: str = "") -> Iterator[Learnt]:
    plain = TERMS.recipes["PROPENSITY"]
    yield Learnt(POOLED, RECIPE, 1, 1, b"{}", losses={"A.0": pooled_loss})
    yield Learnt("PROPENSITY:A.0", plain, 1, 1, b"{}", problem, {"log_loss": own_loss})
    yield Learnt("PROPENSITY:A.1", plain, 1, 1, b"{}", "", {"log_loss": own_loss})


@pytest.mark.parametrize(
    ("own", "pooled", "problem", "expected"),
    [(20, 10, "", POOLED_IS_BETTER), (10, 10, "", POOLED_IS_BETTER), (9, 10, "", ""), (20, 10, TOO_FEW, TOO_FEW)],
)
def test_a_series_own_model_must_lose_less_than_that_of_all(own: int, pooled: int, problem: str, expected: str) -> None:
    told = {one.model: one.problem for one in better_pooled(list(models(own, pooled, problem)))}
    assert told == {POOLED: "", "PROPENSITY:A.0": expected, "PROPENSITY:A.1": ""}


def test_a_fit_says_the_rates_it_starts_from(found: Learnt) -> None:
    rates = json.loads(found.content)["rates"]
    assert set(rates) == set(SERIES) and all(0 < rate < 50_000 for rate in rates.values())
    assert replace(pooled_from(found.content), slope=0.0).said(people(3)[0], "A.0").std() == 0
