"""How well linkage did: counted by hand, and beside a slow count of every pair."""

from __future__ import annotations

from itertools import combinations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from onefold.analytics.linkage.measures import Pairs, pairs, recall_by_mistake, wholes

RECORDS = pl.DataFrame(
    {"record": [1, 2, 3, 4, 5, 6], "true": ["A", "A", "A", "B", "B", "C"], "found": ["x", "x", "y", "y", "z", "w"]}
)


def test_of_four_true_pairs_one_is_found_and_one_more_is_wrong() -> None:
    told = pairs(RECORDS)
    assert told == Pairs(found=2, true=4, right=1)
    assert (told.precision, told.recall, told.f1) == (0.5, 0.25, 1 / 3)


def test_a_torn_customer_and_a_mixed_one_may_be_the_same() -> None:
    told = wholes(RECORDS)
    assert (told.all, told.exact, told.torn, told.mixed) == (3, 1, 2, 2)


def test_a_pair_counts_once_for_each_kind_of_mistake_on_either_side() -> None:
    mistakes = pl.DataFrame({"record": [1, 2, 1, 5], "kind": ["TYPO", "TYPO", "OLD", "OLD"]})
    told = recall_by_mistake(RECORDS, mistakes)
    assert told.rows() == [("OLD", 3, 1), ("TYPO", 3, 1)]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=9))
def test_pairs_are_those_one_would_count_one_by_one(rows: list[tuple[int, int]]) -> None:
    frame = pl.DataFrame(rows, schema={"true": pl.Int64, "found": pl.Int64}, orient="row")
    both = [(a[0] == b[0], a[1] == b[1]) for a, b in combinations(rows, 2)]
    told = pairs(frame)
    assert told == Pairs(sum(found for _, found in both), sum(true for true, _ in both), both.count((True, True)))
