"""What companies are told of circumstances is mostly so, sometimes out of date or wrong, and never told before anybody could."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from onefold.policy.feed_targets import CIRCUMSTANCES as WORDS
from onefold.simulator.world import CHUNK, chunk_of
from onefold.simulator.world.circumstances import BANDS

LAST = date(2026, 6, 30)


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    return chunk_of(1, 0, CHUNK).tables


@pytest.fixture(scope="module")
def told(tables) -> pl.DataFrame:
    return tables["circumstances"]


def test_every_kind_is_told_in_words_that_feeds_may_use(told):
    assert set(told["kind"]) == set(WORDS)
    for kind, words in WORDS.items():
        values = told.filter(pl.col("kind") == kind)
        assert set(values["value"]) | set(values["so"]) <= set(words or BANDS)


def test_a_company_says_one_thing_of_a_kind_on_one_day_and_nothing_beforehand(tables, told):
    assert told.select("record", "kind", "told_on").is_duplicated().sum() == 0
    opened = told.join(tables["records"], on="record")
    assert (opened["told_on"] >= opened["opened_on"]).all() and (told["told_on"] <= LAST).all()


def test_most_of_it_is_so_and_some_of_it_is_not(told):
    for kind, least, most in (("RISK_LEVEL", 0.75, 0.85), ("INCOME", 0.80, 0.92)):
        some = told.filter(pl.col("kind") == kind)
        assert len(some) > 2_000 and least < (some["value"] == some["so"]).mean() < most, kind
    lower = told.filter((pl.col("kind") == "INCOME") & (pl.col("value") != pl.col("so")))
    assert (lower["value"] < lower["so"]).all(), "an old or a modest answer is too low, never too high"


def test_many_results_of_risk_tests_have_run_out(told):
    newest = told.filter(pl.col("kind") == "RISK_LEVEL").group_by("record").agg(pl.col("told_on").max())
    assert 0.2 < (newest["told_on"] <= date(2025, 6, 30)).mean() < 0.6


def test_who_is_said_to_have_died_buys_nothing_afterwards_unless_it_was_a_mix_up(tables, told):
    gone = told.filter((pl.col("kind") == "STATUS") & (pl.col("so") != "ACTIVE"))
    assert 40 < gone["party"].n_unique() < 400
    first = gone.group_by("party").agg(pl.col("told_on").min())
    later = tables["contracts"].join(first, on="party").filter(pl.col("signed_on") > pl.col("told_on"))
    assert later.is_empty()
