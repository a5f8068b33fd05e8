"""Scores: whole millionths; what a model says that is no chance counts as not said; the prior stands in, and says so."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pytest

from onefold.analytics.mining.matrix import CODES, Layout
from onefold.analytics.mining.models import Series
from onefold.analytics.mining.scoring import Scorer, priors_of, scored, scorer_of, scores
from onefold.seam import store
from onefold.seam.datasets import CUSTOMER_FEATURES, SCORES

SERIES = Series(["A.X", "B.Y"], {"A.X": "LIFE", "B.Y": "CARD"}, {"A.X": ("PERSON",), "B.Y": ("PERSON", "ORGANISATION")})
LAYOUT = Layout(("A.X", "B.Y"), dict.fromkeys(CODES, ()))
PEOPLE = [("c1", "PERSON", ["A.X"]), ("c2", "PERSON", []), ("c3", "ORGANISATION", [])]


def features() -> pa.Table:
    rows = []
    for customer, kind, held in PEOPLE:
        row = {column.name: None if column.optional else 0 for column in CUSTOMER_FEATURES.columns}
        lists = {"held_series": held, "held_counts": [1] * len(held), "ended_series": [], "ended_counts": []}
        rows.append(row | lists | {"customer_id": customer, "as_of": None, "kind": kind, "contracts_held": len(held)})
    schema = pa.schema([field.with_nullable(True) for field in CUSTOMER_FEATURES.schema])
    return pa.Table.from_pylist(rows, schema=schema)


@dataclass
class Says:
    """A model that says this, whoever is asked about."""

    chances: list[float]
    layout: Layout = LAYOUT

    def said(self, rows: np.ndarray) -> np.ndarray:
        return np.array(self.chances)


@dataclass
class Adds:
    mean: dict[str, float]
    layout: Layout = LAYOUT

    def said(self, rows: np.ndarray, series: str) -> np.ndarray:
        return np.full(len(rows), self.mean[series])


@dataclass
class OfAll:
    """A model of all series together."""

    start: dict[str, float]
    chances: list[float]
    layout: Layout = LAYOUT

    def said(self, rows: np.ndarray, series: str) -> np.ndarray:
        return np.array(self.chances)


def score(chances=None, prior=None, effects=None, lapse=None, pooled=None):  # type: ignore[no-untyped-def]
    scorer = Scorer(SERIES, chances or {}, lapse, prior or {}, effects, pooled)
    table = store.checked(SCORES, scored(scorer, features()))
    return {row["customer_id"]: row for row in table.to_pylist()}


def test_each_series_says_what_its_score_rests_on():
    found = score({"A.X": Says([0.1, 0.2, 0.3])}, {"A.X": 7, "B.Y": 5}, Adds({"B.Y": -0.01}))["c2"]
    assert (found["series"], found["propensity"], found["effect"], found["basis"]) == (
        ["A.X", "B.Y"], [200_000, 5], [0, -10_000], [2, 3]
    )  # fmt: skip


def test_what_is_held_or_not_for_the_kind_has_no_chance():
    found = score({"A.X": Says([0.1, 0.2, 0.3])}, {"B.Y": 5})
    assert found["c1"]["propensity"] == [0, 5] and found["c3"]["propensity"] == [0, 5]


@pytest.mark.parametrize("nonsense", [float("nan"), float("inf"), -0.1, 1.1])
def test_what_is_no_chance_falls_back_to_the_prior_and_without_one_to_nothing(nonsense):
    wrong = {"A.X": Says([0.1, nonsense, 0.3])}
    assert (score(wrong, {"A.X": 7})["c2"]["propensity"][0], score(wrong, {"A.X": 7})["c2"]["basis"][0]) == (7, 1)
    assert (score(wrong)["c2"]["propensity"][0], score(wrong)["c2"]["basis"][0]) == (0, 0)


def test_a_series_own_model_goes_before_that_of_all_and_that_before_the_prior():
    both = score(
        {"A.X": Says([0.1, 0.2, 0.3])}, {"A.X": 7, "B.Y": 5}, pooled=OfAll({"A.X": 0.0, "B.Y": 0.0}, [0.4] * 3)
    )
    assert (both["c2"]["propensity"], both["c2"]["basis"]) == ([200_000, 400_000], [2, 2])
    unknown = score({}, {"A.X": 7, "B.Y": 5}, pooled=OfAll({"B.Y": 0.0}, [0.4] * 3))
    assert (unknown["c2"]["propensity"], unknown["c2"]["basis"]) == ([7, 400_000], [1, 2])
    nonsense = score({"A.X": Says([0.1, float("nan"), 0.3])}, {}, pooled=OfAll({"A.X": 0.0}, [0.4] * 3))
    assert (nonsense["c2"]["propensity"][0], nonsense["c2"]["basis"][0]) == (400_000, 2)


@pytest.mark.parametrize(
    ("used", "expected"),
    [
        ({}, {}),
        ({"PROPENSITY:A.X": {"rate": 30}}, {"A.X": 30, "B.Y": 30}),
        ({"PROPENSITY:A.X": {}}, {}),
        ({"PROPENSITY:A.X": {"rate": 30}, "POOLED": {"rates": {"A.X": 20, "B.Y": 10}}}, {"A.X": 20, "B.Y": 10}),
        (
            {"POOLED": {"rates": {"A.X": 20, "B.Y": 10}}, "PRIOR": {"chances": {"A.X": 3, "B.Y": 4}}},
            {"A.X": 3, "B.Y": 4},
        ),
    ],
)
def test_without_a_prior_the_rates_that_models_start_from_stand_in_so_all_series_are_on_one_scale(used, expected):
    assert priors_of(SERIES, {name: json.dumps(content).encode() for name, content in used.items()}) == expected


def test_only_who_holds_something_can_give_it_up():
    assert [row["lapse"] for row in score(prior={"A.X": 1}, lapse=Says([0.5, 0.5, 0.5])).values()] == [500_000, -1, -1]
    assert {row["lapse"] for row in score(prior={"A.X": 1}).values()} == {-1}


def test_without_any_model_and_prior_there_are_no_scores():
    assert list(scores(scorer_of(SERIES, []), [features()])) == []
    prior = json.dumps({"chances": {"A.X": 3, "B.Y": 4}}).encode()
    (table,) = scores(scorer_of(SERIES, [("PRIOR", prior)]), [features()])
    assert table["basis"].to_pylist() == [[1, 1]] * 3
