"""The tables: total, exact, and refusing what nobody asked."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onefold import policy
from onefold.policy.underwriting import (
    AGE,
    DECISIONS,
    AnswersUnfit,
    Table,
    checked,
    rated,
    table,
    total,
    underwritten,
)

BOOK, ON = policy.load(), date(2026, 6, 30)
LINES = ["MOTOR", "HOME", "ACCIDENT", "MEDICAL", "CRITICAL_ILLNESS", "LIFE", "ANNUITY", "DEPOSIT", "CARD", "FUND"]


def table_of(line: str) -> Table:
    found = table(BOOK, line, ON)
    assert found is not None
    return found


def facts_for(found: Table) -> st.SearchStrategy[dict[str, int]]:
    asked = [*found.questions("quote"), *found.questions("application")]
    each = {one.code: st.integers(one.least, one.most) for one in asked}
    return st.fixed_dictionaries({**each, AGE: st.integers(0, 110)})


@pytest.mark.parametrize("line", LINES)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_answer_within_its_range_is_rated_and_decided(line: str, data: st.DataObject) -> None:
    found = table_of(line)
    facts = data.draw(facts_for(found))
    ruling = underwritten(found, facts)
    assert ruling.decision in DECISIONS
    assert total(ruling.parts) >= 0 and all(part.minor > 0 for part in ruling.parts)
    assert {part.code for part in rated(found, facts)} <= set(found.part_names())
    assert not ruling.reason or set(found.reason_names()[ruling.reason]) == {"en", "zh-Hans"}


@pytest.mark.parametrize("line", LINES)
def test_every_table_ends_with_a_row_without_a_condition_and_names_its_questions(line: str) -> None:
    found = table_of(line)
    assert "when" not in found.value["decisions"][-1]
    assert set(found.days) == {"quote", "decision", "referral", "free_look"}
    for one in [*found.questions("quote"), *found.questions("application")]:
        assert set(one.name) == {"en", "zh-Hans"}


def test_a_line_without_a_table_has_none() -> None:
    assert table(BOOK, "TRUST", ON) is None


@pytest.mark.parametrize(
    "answers",
    [
        {"vehicle_value": 20000000, "vehicle_age": 1},
        {"vehicle_value": 20000000, "vehicle_age": 1, "claims": -1},
        {"vehicle_value": 20000000, "vehicle_age": 1, "claims": True},
        {"vehicle_value": 20000000, "vehicle_age": 1, "claims": 0, "religion": 1},
        {"vehicle_value": "20000000", "vehicle_age": 1, "claims": 0},
    ],
)
def test_what_is_missing_beyond_or_not_asked_is_unfit(answers: dict[str, int]) -> None:
    with pytest.raises(AnswersUnfit):
        checked(table_of("MOTOR").questions("quote"), answers)
