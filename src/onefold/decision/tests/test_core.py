from __future__ import annotations

import hashlib
import random
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onefold.decision.candidates import Candidates, candidates
from onefold.decision.core import CORE_VERSION, CORES, Verdicts, judge, rank
from onefold.decision.gates import Gate, gates_in
from onefold.decision.tests.oracle import judge_one
from onefold.decision.tests.rows_made import FLAGS, FREE, one, random_rows

AGES = st.integers(-1, 130)
ROWS = st.fixed_dictionaries(
    {name: st.booleans() for name in FLAGS}
    | {"seller_grade": st.sampled_from([-1, 1, 2, 3]), "required_grade": st.sampled_from([-1, 1, 2, 3])}
    | dict.fromkeys(("age_low", "age_min", "age_max"), AGES)
    | {"age_high": st.integers(0, 1)}
    | {name: st.integers(-(2**63), 2**63 - 1) for name in ("popularity_numerator", "popularity_denominator")}
).map(lambda row: row | {"age_high": row["age_low"] + row["age_high"] if row["age_low"] >= 0 else -1})


def codes(mask: int) -> set[str]:
    return {gate.name for gate in gates_in(int(mask))}


def same(one_: Verdicts, other: Verdicts) -> bool:
    return all(
        getattr(one_, name).tobytes() == getattr(other, name).tobytes() for name in ("blocked", "missing", "score")
    )


@settings(max_examples=200)
@given(st.lists(ROWS, min_size=1, max_size=8))
def test_the_core_agrees_with_the_slow_judge(rows: list[dict[str, Any]]) -> None:
    found = judge(candidates({name: [row[name] for row in rows] for name in FREE}))
    for place, row in enumerate(rows):
        answer = codes(found.blocked[place]), codes(found.missing[place]), int(found.score[place])
        assert answer == judge_one(row)


def test_the_core_agrees_with_the_slow_judge_on_rows_that_visit_every_gate() -> None:
    rows = random_rows(5000)
    found = judge(rows)
    for place in range(len(rows)):
        row = {field.name: getattr(rows, field.name)[place].item() for field in fields(rows)}
        answer = codes(found.blocked[place]), codes(found.missing[place]), int(found.score[place])
        assert answer == judge_one(row)
    assert codes(np.bitwise_or.reduce(found.blocked)) == {gate.name for gate in Gate}
    assert 200 < found.eligible.sum() < 2500


ONE_FAULT = [
    ({"held": True}, "ALREADY_HELD"),
    ({"consent_in_force": False}, "NO_CONSENT"),
    ({"blocked": True}, "DO_NOT_CONTACT"),
    ({"on_sale": False}, "NOT_ON_SALE"),
    ({"has_seller": False, "channel_authorised": False, "agreement_in_force": False, "seller_grade": -1}, "NO_SELLER"),
    ({"channel_authorised": False}, "CHANNEL_NOT_AUTHORISED"),
    ({"agreement_in_force": False}, "NO_AGENCY_AGREEMENT"),
    ({"seller_grade": 1}, "GRADE_TOO_LOW"),
    ({"age_low": 17, "age_high": 18}, "TOO_YOUNG"),
    ({"age_low": 60, "age_high": 61}, "TOO_OLD"),
    ({"suppressed": True}, "SUPPRESSED"),
]


@pytest.mark.parametrize(("fault", "code"), ONE_FAULT)
def test_one_fault_shuts_one_gate_and_no_other(fault: dict[str, Any], code: str) -> None:
    assert judge(one()).eligible.tolist() == [True]
    found = judge(one(**fault))
    assert codes(found.blocked[0]) == {code} and not found.missing[0] and not found.eligible[0]


def test_every_gate_has_its_published_number() -> None:
    assert [(gate.name, gate.value) for gate in Gate] == [(code, number) for number, (_, code) in enumerate(ONE_FAULT)]


@pytest.mark.parametrize(
    ("fault", "missing"),
    [
        ({"age_low": -1, "age_high": -1}, {"TOO_YOUNG", "TOO_OLD"}),
        ({"age_low": -1, "age_high": -1, "age_max": -1}, {"TOO_YOUNG"}),
        ({"age_low": -1, "age_high": -1, "age_min": -1}, {"TOO_OLD"}),
        ({"seller_grade": -1}, {"GRADE_TOO_LOW"}),
        ({"required_grade": -1}, {"GRADE_TOO_LOW"}),
    ],
)
def test_a_missing_fact_blocks_and_is_called_missing(fault: dict[str, Any], missing: set[str]) -> None:
    found = judge(one(**fault))
    assert codes(found.missing[0]) == codes(found.blocked[0]) == missing and not found.eligible[0]


def test_an_unknown_age_hurts_nobody_where_no_age_is_asked_for() -> None:
    assert judge(one(age_low=-1, age_high=-1, age_min=-1, age_max=-1)).eligible.tolist() == [True]


@pytest.mark.parametrize(
    ("low", "high", "passes"), [(18, 18, True), (17, 17, False), (18, 19, True), (60, 60, True), (59, 60, True)]
)
def test_the_limits_themselves_are_inside(low: int, high: int, passes: bool) -> None:
    assert judge(one(age_low=low, age_high=high)).eligible.tolist() == [passes]


def test_no_score_however_extreme_opens_or_shuts_a_gate() -> None:
    rows = random_rows(1_000_000, "guardrail")
    plain = judge(rows)
    most, least = np.full(len(rows), 2**63 - 1), np.full(len(rows), -(2**63))
    for numerator, denominator in ((most, most), (least, most), (most, np.zeros_like(most)), (least, least)):
        extreme = judge(replace(rows, popularity_numerator=numerator, popularity_denominator=denominator))
        assert (extreme.blocked == plain.blocked).all() and (extreme.missing == plain.missing).all()
        assert extreme.score.min() >= 0 and extreme.score.max() <= 1_000_000
    allowed = plain.eligible
    for flag in FLAGS:
        assert (getattr(rows, flag)[allowed] == FREE[flag]).all(), flag
    assert (rows.seller_grade[allowed] >= rows.required_grade[allowed]).all() and (rows.seller_grade[allowed] > 0).all()
    assert ((rows.age_low >= rows.age_min) & ((rows.age_high <= rows.age_max) | (rows.age_max < 0)))[allowed].all()


@given(st.integers(0, 2**32), st.lists(st.integers(-(2**31), 2**31 - 1), min_size=1, max_size=60))
def test_a_ranking_shows_what_the_gates_left_and_nothing_else(seed: int, scores: list[int]) -> None:
    rows = random_rows(len(scores), str(seed))
    eligible, customers = judge(rows).eligible, np.arange(len(scores)) // 5
    places = rank(customers, eligible, np.array(scores, np.int32), np.arange(len(scores)))
    assert ((places > 0) == eligible).all()
    for customer in set(customers.tolist()):
        shown = sorted(places[(customers == customer) & eligible].tolist())
        assert shown == list(range(1, len(shown) + 1))


def test_a_row_judged_alone_is_judged_as_in_a_batch_in_any_order_and_chunk() -> None:
    rows = random_rows(3000)
    whole = judge(rows)
    for place in range(0, 3000, 37):
        alone = judge(rows.rows(slice(place, place + 1)))
        assert (alone.blocked[0], alone.missing[0], alone.score[0]) == (
            whole.blocked[place],
            whole.missing[place],
            whole.score[place],
        )
    order = np.array(random.Random(3).sample(range(3000), 3000))
    shuffled = judge(rows.rows(order))
    assert same(Verdicts(whole.blocked[order], whole.missing[order], whole.score[order]), shuffled)


def test_a_replay_gives_the_same_bytes_on_any_machine() -> None:
    found = judge(random_rows(20_000, "replay"))
    assert same(found, judge(random_rows(20_000, "replay")))
    text = b"".join(
        array.astype(kind).tobytes()
        for array, kind in ((found.blocked, "<i8"), (found.missing, "<i8"), (found.score, "<i4"))
    )
    assert hashlib.sha256(text).hexdigest()[:16] == "e5e72e9bd6878947", "another answer is another CORE_VERSION"
    assert CORES[CORE_VERSION] is judge and CORE_VERSION == 1


def test_judging_nobody_gives_nothing() -> None:
    nothing = judge(candidates({name: [] for name in FREE}))
    assert (len(nothing.blocked), nothing.score.dtype.str, nothing.blocked.dtype.str) == (0, "<i4", "<i8")


def test_nothing_about_money_reaches_the_core() -> None:
    names = [field.name for field in fields(Candidates)]
    for word in ("fee", "commission", "margin", "premium", "price", "profit", "bonus", "minor", "reward"):
        assert not [name for name in names if word in name], word


def test_floats_and_unequal_lengths_are_refused() -> None:
    columns: dict[str, Any] = {name: [value] for name, value in FREE.items()}
    for name, wrong in [
        ("popularity_numerator", [0.5]),
        ("age_low", [float("nan")]),
        ("held", [1]),
        ("seller_grade", [True]),
    ]:
        with pytest.raises(TypeError, match=name):
            candidates(columns | {name: wrong})
    with pytest.raises(ValueError, match="suppressed"):
        candidates(columns | {"suppressed": [False, False]})
    with pytest.raises(TypeError, match="age_low"):
        replace(one(), age_low=np.array([40], np.int32))
    with pytest.raises(TypeError, match="held"):
        replace(one(), held=np.array([[True]]))


def test_the_best_comes_first_and_ties_go_to_the_lesser_id() -> None:
    customers = np.array(["b", "a", "a", "a", "b", "a"])
    series = np.array(["S1", "S3", "S2", "S1", "S2", "S4"])
    score = np.array([5, 7, 7, 9, 5, 99], np.int32)
    eligible = np.array([True, True, True, True, True, False])
    assert rank(customers, eligible, score, series).tolist() == [1, 3, 2, 1, 2, 0]


def test_the_worst_possible_score_comes_last() -> None:
    score = np.array([-(2**31), 0, 2**31 - 1], np.int32)
    assert rank(np.zeros(3), np.ones(3, np.bool_), score, np.arange(3)).tolist() == [3, 2, 1]


def test_the_ranking_does_not_depend_on_the_order_of_the_rows() -> None:
    rows = random_rows(2000)
    found, customers, series = judge(rows), np.arange(2000) // 20, np.arange(2000) % 20
    whole = rank(customers, found.eligible, found.score, series)
    order = np.array(random.Random(5).sample(range(2000), 2000))
    assert (rank(customers[order], found.eligible[order], found.score[order], series[order]) == whole[order]).all()


def test_an_order_that_would_be_chance_and_a_float_score_are_refused() -> None:
    two, yes = np.array([1, 1]), np.array([True, True])
    with pytest.raises(ValueError, match="chance"):
        rank(two, yes, np.array([5, 5], np.int32), two)
    with pytest.raises(TypeError, match="integer"):
        rank(two, yes, np.array([5.0, np.nan]), np.array([1, 2]))
