"""The core of matching: worked cases, laws, and a world whose chances are known."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from onefold.matching.estimating import Chances, estimated, level_counts, posterior, shares
from onefold.matching.grouping import grouped

SAME = [np.array([0.9, 0.08, 0.02]), np.array([0.8, 0.2])]
STRANGE = [np.array([0.001, 0.009, 0.99]), np.array([0.05, 0.95])]


def test_levels_are_counted_where_a_comparison_speaks() -> None:
    levels = np.array([[0, -1], [0, 1], [2, 0]])
    counts = level_counts(levels, np.array([5.0, 1.0, 2.0]), [3, 2])
    assert [list(one) for one in counts] == [[6.0, 0.0, 2.0], [2.0, 1.0]]


def test_few_pairs_stay_near_what_is_usual_and_many_do_not() -> None:
    usual = np.array([0.5, 0.5])
    assert abs(shares(np.array([4.0, 0.0]), usual, 1_000.0)[0] - 0.5) < 0.01
    assert shares(np.array([4e6, 0.0]), usual, 1_000.0)[0] > 0.999


def test_a_posterior_is_bayes_worked_by_hand() -> None:
    chances = Chances(SAME, STRANGE, 0.01)
    found = posterior(np.array([[0, 0], [-1, -1], [2, 1]]), chances)
    ratio = 0.01 / 0.99 * (0.9 / 0.001) * (0.8 / 0.05)
    assert np.isclose(found[0], ratio / (1 + ratio)) and np.isclose(found[1], 0.01)
    assert found[2] < 0.001, "what is rare between records of one person speaks against them"


def test_the_chances_of_a_known_world_are_found_again() -> None:
    """Three comparisons: with two, several worlds would look the same."""
    chance, first = np.random.default_rng(1), np.array([0.7, 0.2, 0.1])
    same, strange = [SAME[0], SAME[1], SAME[0]], [STRANGE[0], STRANGE[1], STRANGE[0]]
    truth = chance.random(200_000) < 0.02
    drawn = [
        np.where(truth, chance.choice(len(s), truth.size, p=s), chance.choice(len(s), truth.size, p=t))
        for s, t in zip(same, strange, strict=True)
    ]
    patterns, pairs = np.unique(np.stack(drawn, axis=1), axis=0, return_counts=True)
    found = estimated(patterns, pairs.astype(float), [first, np.array([0.6, 0.4]), first], 20.0, 0.001)
    assert abs(found.prior - 0.02) < 0.002
    assert np.allclose(found.same[0], SAME[0], atol=0.02) and np.allclose(found.strange[0], STRANGE[0], atol=0.002)


links = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 99)), max_size=12)


@settings(deadline=None)
@given(links, st.lists(st.sampled_from([0, 0, 1, 2, 3]), min_size=7, max_size=7))
def test_no_group_contradicts_itself_and_what_is_cut_would_have(
    ends: list[tuple[int, int, int]], bits: list[int]
) -> None:
    left, right, order = (np.array([end[at] for end in ends], dtype=np.int64) for at in range(3))
    home, used = grouped(left, right, order, np.array(bits))
    for one, other in combinations(range(7), 2):
        assert home[one] != home[other] or not bits[one] & bits[other]
    claimed = {root: int(np.bitwise_or.reduce(np.array(bits)[home == root])) for root in set(home.tolist())}
    for one, other, is_used in zip(left, right, used, strict=True):
        assert is_used == (home[one] == home[other]) or claimed[home[one]] & claimed[home[other]]
    assert all(home[home[thing]] == home[thing] <= thing for thing in range(7))


def test_of_two_links_that_together_contradict_the_weaker_is_cut() -> None:
    home, used = grouped(np.array([0, 1]), np.array([1, 2]), np.array([1, 0]), np.array([1, 0, 1]))
    assert list(home) == [0, 1, 1] and list(used) == [False, True]
