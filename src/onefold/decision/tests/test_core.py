from __future__ import annotations

import hashlib
import random
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onefold.decision import core
from onefold.decision.candidates import COLUMNS, Candidates, candidates, empty
from onefold.decision.core import CORE_VERSION, CORES, Verdicts, judge, rank
from onefold.decision.gates import OF_CUSTOMER, OF_SELLER, ONLY_WARNS, Action, Gate, gates_in
from onefold.decision.tests.oracle import judge_one
from onefold.decision.tests.rows_made import FLAGS, FREE, OTHERS, one, random_rows

SCORES = (
    "chance",
    "effect",
    "general_chance",
    "uplift",
    "general_uplift",
    "context",
    "margin",
    "contact_cost",
    "repeats",
)
"""Columns that only say what an offer is worth."""
ROWS = st.fixed_dictionaries(
    {
        name: st.booleans() if name in FLAGS else st.sampled_from([value, *OTHERS.get(name, [])])
        for name, value in FREE.items()
    }
    | {name: st.integers(-(2**63), 2**63 - 1) for name in SCORES}
    | {"age_high": st.integers(0, 1)}
).map(lambda row: row | {"age_high": row["age_low"] + row["age_high"] if row["age_low"] >= 0 else -1})


def codes(mask: int) -> set[str]:
    return {gate.name for gate in gates_in(int(mask))}


def answer(found: Verdicts, place: int) -> tuple[set[str], set[str], set[str], int, int, int, str]:
    masks = codes(found.blocked[place]), codes(found.missing[place]), codes(found.warned[place])
    numbers = int(found.score[place]), int(found.value[place]), int(found.basis[place])
    return *masks, *numbers, Action(int(found.action[place])).name


def bytes_of(found: Verdicts) -> bytes:
    return b"".join(getattr(found, field.name).tobytes() for field in fields(found))


@settings(max_examples=300, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=8))
def test_the_core_agrees_with_the_slow_judge(rows: list[dict[str, Any]]) -> None:
    found = judge(candidates({name: [row[name] for row in rows] for name in FREE}))
    for place, row in enumerate(rows):
        assert answer(found, place) == judge_one(row)


def test_the_core_agrees_with_the_slow_judge_on_rows_that_visit_every_gate() -> None:
    rows = random_rows(6000)
    found = judge(rows)
    for place in range(len(rows)):
        assert answer(found, place) == judge_one({name: getattr(rows, name)[place].item() for name in COLUMNS})
    forbidding = {gate.name for gate in Gate if gate not in ONLY_WARNS}
    assert codes(np.bitwise_or.reduce(found.blocked)) == forbidding
    assert {Action(int(action)) for action in found.action} == set(Action)
    assert 200 < found.eligible.sum() < 4500


ONE_FAULT: list[tuple[dict[str, Any], str]] = [
    ({"held": True}, "ALREADY_HELD"),
    ({"consent_in_force": False}, "NO_CONSENT"),
    ({"blocked": True}, "DO_NOT_CONTACT"),
    ({"on_sale": False}, "NOT_ON_SALE"),
    ({"has_seller": False, "channel_authorised": False, "seller_grade": -1, "registered": 0}, "NO_SELLER"),
    ({"channel_authorised": False}, "CHANNEL_NOT_AUTHORISED"),
    ({"agreement_in_force": False}, "NO_AGENCY_AGREEMENT"),
    ({"seller_grade": 1}, "GRADE_TOO_LOW"),
    ({"age_min": 41}, "TOO_YOUNG"),
    ({"age_max": 40}, "TOO_OLD"),
    ({"suppressed": True}, "SUPPRESSED"),
    ({"gone": True}, "CUSTOMER_GONE"),
    ({"incapable": True}, "NO_CAPACITY"),
    ({"limited": True, "guarded_risk_max": 1}, "LIMITED_CAPACITY"),
    ({"refuses_profiling": True}, "PROFILING_REFUSED"),
    ({"minute": 1260}, "QUIET_TIME"),
    ({"contacts": 2}, "CONTACTED_ENOUGH"),
    ({"other_company_days": 13}, "OTHER_COMPANY_FIRST"),
    ({"held_out": True}, "HELD_OUT"),
    ({"region_licensed": 0}, "REGION_NOT_LICENSED"),
    ({"registered": 0}, "NOT_REGISTERED"),
    ({"second_life_insurer": True}, "SECOND_LIFE_INSURER"),
    ({"risk_level": 1}, "RISK_TOO_HIGH"),
    ({"outlay": 1_700_001, "burden_warn_ppm": 1_000_000}, "MEANS_TOO_SMALL"),
    ({"need_before": True}, "NEED_NOT_FIRST"),
    ({"paying_years": 30, "inbound": True}, "CANNOT_KEEP_PAYING"),
    ({"indemnity_held": True, "inbound": True}, "DUPLICATE_COVER"),
    ({"indemnity_held": True}, "WORSENS_POSITION"),
]


@pytest.mark.parametrize(("fault", "code"), ONE_FAULT)
def test_one_fault_shuts_one_gate_and_no_other(fault: dict[str, Any], code: str) -> None:
    free = judge(one())
    assert answer(free, 0)[:3] == (set(), set(), set())
    found, warns = judge(one(**fault)), code in {gate.name for gate in ONLY_WARNS}
    assert codes(found.warned[0] if warns else found.blocked[0]) == {code}
    assert not found.missing[0] and bool(found.eligible[0]) is warns


def test_every_gate_has_its_published_number() -> None:
    assert [(gate.name, gate.value) for gate in Gate] == [(code, number) for number, (_, code) in enumerate(ONE_FAULT)]


def test_every_gate_is_about_the_customer_or_about_the_seller() -> None:
    assert 2 ** len(Gate) - 1 == OF_CUSTOMER | OF_SELLER and not OF_CUSTOMER & OF_SELLER


@pytest.mark.parametrize(
    ("fault", "missing"),
    [
        ({"age_low": -1, "age_high": -1}, {"TOO_YOUNG", "TOO_OLD"}),
        ({"age_low": -1, "age_high": -1, "age_max": -1}, {"TOO_YOUNG"}),
        ({"seller_grade": -1}, {"GRADE_TOO_LOW"}),
        ({"required_grade": -1}, {"GRADE_TOO_LOW"}),
    ],
)
def test_a_missing_fact_blocks_and_is_called_missing(fault: dict[str, Any], missing: set[str]) -> None:
    found = judge(one(**fault))
    assert codes(found.missing[0]) == codes(found.blocked[0]) == missing and not found.eligible[0]


UNKNOWN_UNTIL_ADVICE = [
    ({"risk_level": -1}, "RISK_TOO_HIGH"),
    ({"income": -1}, "MEANS_TOO_SMALL"),
    ({"region_licensed": -1}, "REGION_NOT_LICENSED"),
    ({"registered": -1}, "NOT_REGISTERED"),
    ({"age_low": -1, "age_high": -1, "age_min": -1, "age_max": -1}, "NO_CAPACITY"),
]


@pytest.mark.parametrize(("fault", "code"), UNKNOWN_UNTIL_ADVICE)
def test_what_is_unknown_may_be_asked_on_approach_and_forbids_from_advice_on(fault: dict[str, Any], code: str) -> None:
    asked = judge(one(**fault))
    assert asked.eligible[0] and codes(asked.warned[0]) == {code} and asked.action[0] == Action.SELL
    for stage in (1, 2):
        found = judge(one(**fault, stage=stage))
        assert codes(found.missing[0]) == codes(found.blocked[0]) == {code} and not found.warned[0]


def test_organisations_have_no_age_and_nobody_misses_it() -> None:
    firm = one(age_low=-1, age_high=-1, age_min=-1, age_max=-1, capacity_age=-1, adult_age=-1, retirement_age=-1)
    assert answer(judge(firm), 0)[:3] == (set(), set(), set())


@pytest.mark.parametrize(
    ("low", "high", "passes"), [(18, 18, True), (17, 17, False), (18, 19, True), (60, 60, True), (59, 60, True)]
)
def test_the_limits_themselves_are_inside(low: int, high: int, passes: bool) -> None:
    assert judge(one(age_low=low, age_high=high, paying_years=0)).eligible.tolist() == [passes]


@pytest.mark.parametrize(
    ("minute", "quiet"),
    [(20 * 60 + 59, False), (21 * 60, True), (0, True), (8 * 60 + 59, True), (9 * 60, False), (-1, False)],
)
def test_no_calls_from_nine_in_the_evening_until_nine_in_the_morning(minute: int, quiet: bool) -> None:
    assert (codes(judge(one(minute=minute)).blocked[0]) == {"QUIET_TIME"}) is quiet
    assert judge(one(minute=minute, by_telephone=False)).eligible[0]


def test_the_fifteenth_day_after_another_companys_contact_is_free_again() -> None:
    assert [bool(judge(one(other_company_days=day)).eligible[0]) for day in (0, 13, 14)] == [False, False, True]


def test_a_customer_who_comes_with_a_need_is_served_though_we_might_not_have_come() -> None:
    ours = {"consent_in_force": False, "blocked": True, "suppressed": True, "held_out": True, "minute": 0, "contacts": 99,
            "other_company_days": 0, "indemnity_held": True}  # fmt: skip
    assert not judge(one(**ours)).eligible[0]
    served = judge(one(**ours, inbound=True))
    assert served.eligible[0] and codes(served.warned[0]) == {"DUPLICATE_COVER"}


def test_the_cook_is_refused_by_the_third_policy() -> None:
    """A cook who earns 50,000 to 60,000 and pays 3,500 for each critical-illness policy (compliance, overselling)."""
    cook = {"income": 6_000_000, "outlay": 350_000, "outlay_free": 50_000, "burden_max_ppm": 150_000, "inbound": True}
    eligible = [bool(judge(one(**cook, burden=350_000 * policies)).eligible[0]) for policies in range(10)]
    assert eligible == [True, True] + [False] * 8


def test_who_may_not_decide_alone_gets_low_risk_and_a_guardian() -> None:
    young = {"age_low": 12, "age_high": 12, "age_min": -1, "age_max": -1}
    low = judge(one(**young, product_risk=2))
    assert low.eligible[0] and codes(low.warned[0]) == {"LIMITED_CAPACITY"}
    assert codes(judge(one(**young, product_risk=3)).blocked[0]) == {"LIMITED_CAPACITY"}
    assert codes(judge(one(**young | {"age_low": 7, "age_high": 7})).blocked[0]) == {"NO_CAPACITY"}


def test_who_refuses_offers_in_person_gets_what_holds_for_everybody() -> None:
    lists = [
        judge(one(refuses_profiling=True, chance=chance, effect=effect, basis=basis))
        for chance, effect, basis in ((0, 0, 2), (1_000_000, 0, 1), (5, 900_000, 3))
    ]
    assert {(int(found.score[0]), int(found.value[0]), int(found.basis[0])) for found in lists} == {(20_000, -1_470, 0)}


@pytest.mark.parametrize(("chance", "margin", "cost", "worth"), [(100_000, 300_00, 15_00, 15_00), (40_000, 800_00, 15_00, 17_00), (200_000, 50_00, 15_00, -5_00)])  # fmt: skip
def test_the_worked_cases_of_expected_profit(chance: int, margin: int, cost: int, worth: int) -> None:
    assert judge(one(chance=chance, margin=margin, contact_cost=cost)).value[0] == worth


def test_profit_orders_two_one_three_and_the_third_is_better_left_alone() -> None:
    found = judge(candidates({name: [value] * 3 for name, value in FREE.items()} | {"chance": [100_000, 40_000, 200_000], "margin": [300_00, 800_00, 50_00], "contact_cost": [15_00] * 3}))  # fmt: skip
    assert rank(np.zeros(3), found.eligible, found.value, np.arange(3)).tolist() == [2, 1, 3]
    assert (found.value > 0).tolist() == [True, True, False]


def test_a_learned_effect_counts_as_it_is_even_below_zero() -> None:
    found = judge(one(basis=3, effect=-20_000, chance=900_000, uplift=1))
    assert (found.score[0], found.value[0]) == (-20_000, -600 - 1_500)


def test_what_is_said_again_and_again_is_worth_less() -> None:
    values = [int(judge(one(repeats=times, contact_cost=0)).value[0]) for times in range(4)]
    assert values == [3_000, 1_500, 750, 375]


@pytest.mark.parametrize(
    ("fault", "action"),
    [
        ({}, "SELL"),
        ({"seller_grade": 1, "colleague_may": True}, "ACCOMPANY"),
        ({"seller_grade": 1, "required_grade": 3, "colleague_may": True}, "REFER"),
        ({"channel_authorised": False, "colleague_may": True}, "REFER"),
        ({"second_life_insurer": True, "colleague_may": True}, "REFER"),
        ({"seller_grade": 1}, "LEARN"),
        ({"registered": 0}, "LEARN"),
        ({"channel_authorised": False}, "NONE"),
        ({"held": True, "seller_grade": 1, "colleague_may": True}, "NONE"),
    ],
)
def test_what_a_seller_who_may_not_sell_may_do_instead(fault: dict[str, Any], action: str) -> None:
    assert Action(int(judge(one(**fault)).action[0])).name == action


def test_no_score_however_extreme_opens_or_shuts_a_gate() -> None:
    rows = random_rows(1_000_000, "guardrail")
    plain = judge(rows)
    most, least = 2**63 - 1, -(2**63)
    for high, low in ((most, least), (least, most), (most, most), (least, least)):
        hostile = {
            name: np.broadcast_to(np.int64(high if place % 2 else low), len(rows)) for place, name in enumerate(SCORES)
        }
        extreme = judge(replace(rows, **hostile))
        for name in ("blocked", "missing", "warned", "action"):
            assert (getattr(extreme, name) == getattr(plain, name)).all()
        assert extreme.score.min() >= -1_000_000 and extreme.score.max() <= 1_000_000
        assert np.abs(extreme.value).max() <= 18 * 10**12
    eligible_rows_have_nothing_against_them(rows, plain)


def eligible_rows_have_nothing_against_them(rows: Candidates, found: Verdicts) -> None:
    shown = rows.rows(np.flatnonzero(found.eligible))
    assert len(shown) > 100_000
    for flag in ("held", "gone", "incapable", "second_life_insurer"):
        assert not getattr(shown, flag).any(), flag
    ours = shown.rows(np.flatnonzero(~shown.inbound))
    for flag in ("blocked", "suppressed", "held_out"):
        assert not getattr(ours, flag).any(), flag
    assert (
        shown.on_sale.all()
        and shown.has_seller.all()
        and shown.channel_authorised.all()
        and ours.consent_in_force.all()
    )
    assert (shown.seller_grade >= shown.required_grade).all() and (shown.registered != 0).all()
    assert ((shown.risk_level >= shown.product_risk) | (shown.risk_level < 0) | ~shown.risk_tested).all()
    assert ((shown.age_low >= shown.age_min) & ((shown.age_high <= shown.age_max) | (shown.age_max < 0))).all()


@settings(deadline=None)
@given(st.integers(0, 2**32), st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=60))
def test_a_ranking_shows_what_the_gates_left_and_nothing_else(seed: int, values: list[int]) -> None:
    rows = random_rows(len(values), str(seed))
    eligible, customers = judge(rows).eligible, np.arange(len(values)) // 5
    places = rank(customers, eligible, np.array(values, np.int64), np.arange(len(values)))
    assert ((places > 0) == eligible).all()
    for customer in set(customers.tolist()):
        mine = np.flatnonzero((customers == customer) & eligible)
        assert sorted(places[mine].tolist()) == list(range(1, len(mine) + 1))
        assert [values[row] for row in mine[np.argsort(places[mine])]] == sorted(
            (values[row] for row in mine), reverse=True
        )


def test_a_row_judged_alone_is_judged_as_in_a_batch_in_any_order_and_chunk() -> None:
    rows = random_rows(20_000)
    whole = judge(rows)
    for place in range(0, 20_000, 331):
        assert answer(judge(rows.rows(slice(place, place + 1))), 0) == answer(whole, place)
    order = np.array(random.Random(3).sample(range(20_000), 20_000))
    taken = Verdicts(*(getattr(whole, field.name)[order] for field in fields(whole)))
    assert bytes_of(judge(rows.rows(order))) == bytes_of(taken)


@pytest.mark.parametrize("block", [1, 7, 4096])
def test_the_size_of_a_block_changes_nothing(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = random_rows(500)
    whole = bytes_of(judge(rows))
    monkeypatch.setattr(core, "BLOCK", block)
    assert bytes_of(judge(rows)) == whole


def test_a_replay_gives_the_same_bytes_on_any_machine() -> None:
    rows = random_rows(100_000, "replay", rare=8)
    columns = {name: getattr(rows, name) for name in COLUMNS}
    found = CORES[CORE_VERSION](columns)
    assert bytes_of(found) == bytes_of(CORES[CORE_VERSION](columns))
    digest = hashlib.sha256(bytes_of(found)).hexdigest()[:16]
    assert digest == "8fcfdbe23baccc04", "another answer is another CORE_VERSION"
    assert sorted(CORES) == [1, 2]


def test_one_number_stands_for_a_column_full_of_it() -> None:
    rows = random_rows(50)
    columns = {name: getattr(rows, name) for name in COLUMNS}
    short = candidates(columns | {"quiet_from": 1260, "retirement_age": 60, "inbound": False})
    full = candidates(columns | {"quiet_from": [1260] * 50, "retirement_age": [60] * 50, "inbound": [False] * 50})
    assert bytes_of(judge(short)) == bytes_of(judge(full))


def test_judging_nobody_gives_nothing() -> None:
    nothing = judge(candidates({name: [] for name in FREE}))
    assert (len(nothing.blocked), nothing.score.dtype.str, nothing.blocked.dtype.str) == (0, "<i4", "<i8")
    assert len(judge(empty()).action) == 0


def test_nothing_about_pay_reaches_the_core() -> None:
    for word in ("fee", "commission", "bonus", "reward", "pay_", "salary", "prize", "incentive"):
        assert not [name for name in COLUMNS if word in name], word


def test_floats_and_unequal_lengths_are_refused() -> None:
    columns: dict[str, Any] = {name: [value] for name, value in FREE.items()}
    for name, wrong in [("chance", [0.5]), ("age_low", [float("nan")]), ("held", [1]), ("seller_grade", [True])]:
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
    value = np.array([5, 7, 7, 9, 5, 99], np.int64)
    eligible = np.array([True, True, True, True, True, False])
    assert rank(customers, eligible, value, series).tolist() == [1, 3, 2, 1, 2, 0]


def test_the_worst_possible_value_comes_last() -> None:
    value = np.array([-(2**63), 0, 2**63 - 1], np.int64)
    assert rank(np.zeros(3), np.ones(3, np.bool_), value, np.arange(3)).tolist() == [3, 2, 1]


def test_an_order_that_would_be_chance_and_a_float_value_are_refused() -> None:
    two, yes = np.array([1, 1]), np.array([True, True])
    with pytest.raises(ValueError, match="chance"):
        rank(two, yes, np.array([5, 5], np.int32), two)
    with pytest.raises(TypeError, match="integer"):
        rank(two, yes, np.array([5.0, np.nan]), np.array([1, 2]))
