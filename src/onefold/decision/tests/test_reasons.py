from __future__ import annotations

import re

import pytest

from onefold.decision.gates import OF_THE_SELLER, TRIGGERS, Gate, gates_in, mask_of
from onefold.decision.reasons import WORDS, explain, likelihood

ALL = sum(gate.bit for gate in Gate)


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_every_gate_has_a_sentence_for_against_missing_and_a_question(language: str) -> None:
    end = {"en": ".", "zh-Hans": "。"}[language]
    for gate in Gate:
        words = WORDS[language][gate]
        for sentence in (words.for_, words.against, words.missing):
            assert sentence.endswith(end) and not re.search(r"[A-Z]{3}", sentence), (gate, sentence)
        assert "?" in words.question or "？" in words.question
        assert len({words.for_, words.against, words.missing, words.question}) == 4
    foreign = {"en": r"[\u4e00-\u9fff]", "zh-Hans": r"[A-Za-z]"}[language]
    for words in WORDS[language].values():
        assert not re.search(foreign, words.for_ + words.against + words.missing + words.question)


def test_an_offer_without_objection_says_what_speaks_for_it() -> None:
    why = explain(0, 0, 375_999, "Motor", "en")
    assert why.for_[0] == "Of the customers who hold Motor, 37.5% also hold this series."
    assert len(why.for_) == 1 + len(Gate) and not why.against and not why.missing and not why.questions
    assert explain(0, 0, 375_999, "车险", "zh-Hans").for_[0] == "持有车险的客户中，37.5% 也持有该产品系列。"


def test_a_score_without_a_held_series_speaks_of_all_customers_and_no_score_of_nobody() -> None:
    assert explain(0, 0, 1_000_000, "", "en").for_[0] == "Of all active customers, 100.0% hold this series."
    assert explain(0, 0, 9_999, "", "zh-Hans").for_[0] == "全部有效客户中，0.9% 持有该产品系列。"
    assert len(explain(0, 0, 0, "Motor", "en").for_) == len(Gate)


def test_each_gate_is_named_on_one_side_only() -> None:
    blocked = Gate.NO_CONSENT.bit | Gate.TOO_YOUNG.bit | Gate.TOO_OLD.bit
    why = explain(blocked, Gate.TOO_YOUNG.bit | Gate.TOO_OLD.bit, 0, "", "en")
    english = WORDS["en"]
    assert why.against == [english[Gate.NO_CONSENT].against]
    assert why.missing == [english[Gate.TOO_YOUNG].missing, english[Gate.TOO_OLD].missing]
    assert len(why.questions) == 2 and "When was the customer born?" in why.questions[0]
    assert len(why.for_) == len(Gate) - 3
    assert why == explain(Gate.NO_CONSENT.bit, Gate.TOO_YOUNG.bit | Gate.TOO_OLD.bit, 0, "", "en"), (
        "missing alone is enough"
    )


def test_nothing_good_is_said_of_a_seller_who_is_not_there() -> None:
    why = explain(Gate.NO_SELLER.bit, 0, 0, "", "zh-Hans")
    assert why.against == ["没有在任的业务员可以向客户推荐。"]
    assert not {WORDS["zh-Hans"][gate].for_ for gate in OF_THE_SELLER} & set(why.for_)
    assert {WORDS["zh-Hans"][gate].for_ for gate in OF_THE_SELLER} <= set(explain(0, 0, 0, "", "zh-Hans").for_)


def test_a_bit_of_a_newer_core_is_never_passed_over() -> None:
    why = explain(1 << 45, 0, 0, "", "en")
    assert why.against == ["A rule this version does not know (bit 45) forbids it."]
    assert explain(0, 1 << 40, 0, "", "zh-Hans").against == ["有一项本版本不认识的规则（第 40 位）不允许。"]


def test_everything_against_is_said_in_the_order_of_the_gates() -> None:
    why = explain(ALL, 0, 0, "", "en")
    assert why.against == [WORDS["en"][gate].against for gate in Gate] and not why.for_


def test_what_must_be_asked_or_told_before_a_sale_is_said_apart() -> None:
    warned = mask_of(Gate.RISK_TOO_HIGH, Gate.DUPLICATE_COVER, Gate.PROFILING_REFUSED)
    for language in ("en", "zh-Hans"):
        words, why = WORDS[language], explain(0, 0, 0, "", language, warned=warned)
        assert why.missing == [words[Gate.RISK_TOO_HIGH].missing] and len(why.questions) == 1 and not why.against
        assert why.warnings == [words[Gate.PROFILING_REFUSED].warning, words[Gate.DUPLICATE_COVER].warning]
        assert not {words[gate].for_ for gate in gates_in(warned)} & set(why.for_)


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_every_gate_that_can_warn_without_asking_has_a_warning(language: str) -> None:
    for gate in (Gate.LIMITED_CAPACITY, *TRIGGERS, Gate.PROFILING_REFUSED):
        assert WORDS[language][gate].warning


@pytest.mark.parametrize(
    ("basis", "score", "said"),
    [(1, 12_345, "about 1.2%"), (2, 12_345, "1.2% conclude"), (3, 12_345, "adds 1.2"), (3, -5, "")],
)
def test_the_probability_is_told_by_what_it_rests_on(basis: int, score: int, said: str) -> None:
    sentences = likelihood(score, "Motor", basis, "en")
    assert (said in sentences[0]) if said else not sentences
    assert len(likelihood(score, "车险", basis, "zh-Hans")) == len(sentences)
