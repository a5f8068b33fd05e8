"""Evaluations by description alone, on made-up data of each protocol; the project's own descriptions can be read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from onefold.analytics.mining.evaluation import described, evaluated, hidden
from onefold.policy.packs import RulebookBroken

DESCRIPTIONS = sorted((Path(__file__).parents[5] / "examples" / "evaluations").glob("*.yaml"))
RANDOM = np.random.Generator(np.random.Philox(9))
HEAD = """
evaluation: made_up
about: {en: made up, zh-Hans: 虚构}
known: [{metric: AUC, score: "0.5", by: nobody}]
growth: {rounds: 20, leaves: 6, leaf_rows_min: 20}
"""


@pytest.mark.parametrize("path", DESCRIPTIONS, ids=lambda path: path.stem)
def test_each_description_of_the_project_can_be_read(path):
    assert described(path).name == path.stem and described(path).known


def told(folder: Path, text: str) -> dict[str, float]:
    path = folder / "made_up.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    return evaluated(described(path), folder).figures


def people(size: int = 2_000) -> pl.DataFrame:
    weight, town = RANDOM.normal(size=size), RANDOM.choice(["East", "West"], size)
    left = RANDOM.random(size) < 1 / (1 + np.exp(1 - 2 * weight - (town == "East")))
    return pl.DataFrame({"key": range(size), "weight": weight, "town": town, "left": np.where(left, "yes", "no")})


@pytest.mark.parametrize(
    "protocol",
    ["{kind: SPLIT, test_thousandths: 250, seed: 1}", "{kind: FOLDS, folds: 3, seed: 1}", "{kind: TIME_ORDER, test_thousandths: 300}"],
)  # fmt: skip
def test_a_chance_is_learnt_by_any_protocol(tmp_path, protocol):
    people().write_csv(tmp_path / "rows.csv")
    found = told(
        tmp_path,
        f'files: {{rows: rows.csv}}\nleave_out: [key]\ntarget: {{column: left, values: ["yes"]}}\nprotocol: {protocol}\n',
    )
    assert found["AUC"] > 0.8 and found["CALIBRATION_ERROR"] < 0.2 and found["TOP_DECILE_LIFT"] > 1.5


def test_the_way_is_chosen_among_the_people_learnt_from_and_never_by_those_judged(tmp_path):
    """A way that cannot learn anything loses; that the judged part alone would prefer it changes nothing."""
    frame = people()
    path = tmp_path / "made_up.yaml"
    path.write_text(
        HEAD.replace("growth: {rounds: 20, leaves: 6, leaf_rows_min: 20}", "growth: {rounds: 1, leaves: 2}")
        + "ways: [{rounds: 1}, {rounds: 30, leaves: 6}]\nfiles: {rows: rows.csv}\nleave_out: [key]\n"
        'target: {column: left, values: ["yes"]}\nprotocol: {kind: TIME_ORDER, test_thousandths: 300}\n',
        encoding="utf-8",
    )
    said = []
    for turned in (False, True):
        late = pl.col("key") >= 1_400
        left = pl.when(late & turned).then(pl.when(pl.col("left") == "yes").then(pl.lit("no")).otherwise(pl.lit("yes")))
        frame.with_columns(left.otherwise("left").alias("left")).write_csv(tmp_path / "rows.csv")
        said.append(evaluated(described(path), tmp_path))
    assert [found.chosen[0].rounds for found in said] == [30, 30]
    assert said[0].figures["AUC"] > 0.8 and said[1].figures["AUC"] < 0.2


def test_an_effect_is_learnt_from_two_files(tmp_path):
    for name in ("train", "test"):
        frame = people(4_000).with_columns(mailed=pl.Series(RANDOM.integers(0, 2, 4_000)))
        buys = (frame["weight"].to_numpy() > 0) & (frame["mailed"].to_numpy() > 0) & (RANDOM.random(4_000) < 0.5)
        frame.with_columns(bought=pl.Series(buys.astype(int))).drop("left").write_csv(tmp_path / f"{name}.csv")
    found = told(
        tmp_path,
        "files: {train: train.csv, test: test.csv}\nleave_out: [key]\ntarget: {column: bought, values: ['1']}\n"
        "treatment: {column: mailed, values: ['1']}\nprotocol: {kind: FILES}\n",
    )
    assert found["QINI_LOW"] > 0.2 and found["UPLIFT_AT_30"] > 0.4


def test_a_hidden_item_is_found(tmp_path):
    """Who owns tea owns a cup, and half of those who own coffee."""
    size = 3_000
    tea, coffee, extra = (RANDOM.random(size) < share for share in (0.5, 0.5, 0.3))
    cup = tea | (coffee & (RANDOM.random(size) < 0.5))
    frame = pl.DataFrame({"ID": [f"p{number}" for number in range(size)], "age": RANDOM.normal(size=size)})
    frame = frame.with_columns(
        TEA=tea.astype(int), COFFEE=coffee.astype(int), CUP=cup.astype(int), EXTRA=extra.astype(int)
    )
    frame.filter(pl.sum_horizontal("TEA", "COFFEE", "CUP", "EXTRA") >= 2).write_csv(tmp_path / "rows.csv")
    found = told(
        tmp_path, "files: {rows: rows.csv}\nid: ID\nitems: [TEA, COFFEE, CUP, EXTRA]\nprotocol: {kind: HIDE_ONE}\n"
    )
    assert found["HIT_RATE_1"] > 0.6 and found["HIT_RATE_5"] == 1 and found["CELL_LOG_LOSS"] < 0.5


def test_ranks_of_equal_chances_count_against_us():
    said, seen = np.full((1, 3), 1 / 3), np.array([[True, False, False]])
    found = hidden.figures(said, np.array([1]), seen)
    assert (found["HIT_RATE_1"], found["MEAN_RECIPROCAL_RANK"]) == (0, 0.5)


def test_an_unknown_protocol_or_key_is_refused_by_name(tmp_path):
    for text in (
        "files: {rows: r.csv}\nprotocol: {kind: GUESS}\n",
        "files: {rows: r.csv}\nprotocol: {kind: SPLIT}\nmodel: mine\n",
    ):
        with pytest.raises(RulebookBroken, match=r"GUESS|SPLIT|model"):
            told(tmp_path, text)
