"""A verdict as evidence: every gate has a state in words, and what changed since is marked."""

from __future__ import annotations

import pytest

from onefold.decision.gates import Gate
from onefold.domains.offers.queries import Verdict
from onefold.web.backoffice import evidence


def verdict(*blocked: Gate, missing: tuple[Gate, ...] = ()) -> Verdict:
    mask = sum(gate.bit for gate in {*blocked, *missing})
    return Verdict("HPC.MOTOR", "HPC", "HL1001", mask, sum(gate.bit for gate in missing), 0, 500_000, 100, 0, "", "")


def states(then: Verdict, now: Verdict, language: str = "en") -> dict[str, tuple[str, str, bool]]:
    rows = evidence.gates(then, now, language)
    return {row["code"]: (row["then"]["state"], row["now"]["state"], row["changed"]) for row in rows}


def test_every_gate_has_a_row() -> None:
    assert set(states(verdict(), verdict())) == {gate.name for gate in Gate}


def test_a_consent_taken_back_since_is_marked_as_changed() -> None:
    found = states(verdict(), verdict(Gate.NO_CONSENT))
    assert found["NO_CONSENT"] == ("PASSED", "FORBIDS", True)
    assert found["TOO_OLD"] == ("PASSED", "PASSED", False)


def test_a_missing_fact_is_unknown_and_not_forbidden() -> None:
    assert states(verdict(missing=(Gate.TOO_YOUNG,)), verdict())["TOO_YOUNG"] == ("UNKNOWN", "PASSED", True)


def test_without_a_seller_the_gates_of_the_seller_are_silent() -> None:
    assert states(verdict(Gate.NO_SELLER), verdict())["GRADE_TOO_LOW"] == ("SILENT", "PASSED", True)


@pytest.mark.parametrize(("language", "word"), [("en", "not agreed"), ("zh-Hans", "没有同意")])
def test_the_words_are_in_the_readers_language(language: str, word: str) -> None:
    row = evidence.gates(verdict(Gate.NO_CONSENT), verdict(), language)[Gate.NO_CONSENT]
    assert word in row["then"]["text"]
