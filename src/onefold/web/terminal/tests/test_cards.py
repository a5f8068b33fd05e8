"""A lead in plain words, and the buttons under it."""

from __future__ import annotations

from datetime import date

import pytest

from onefold.web.terminal import cards

ON = date(2026, 8, 31)


@pytest.mark.parametrize(("score", "percent"), [(0, 0), (99_999, 10), (600_000, 60), (1_000_000, 100)])
def test_every_score_has_words_and_a_bar(score: int, percent: int) -> None:
    said = cards.strength(score)
    assert said["text"] and said["percent"] == percent


def test_putting_off_from_the_end_of_a_month_stays_in_the_month_meant() -> None:
    days = [choice["day"] for choice in cards.outcome_forms(True, ON)["put_off"]]
    assert days == [date(2026, 9, 30), date(2026, 11, 30), date(2027, 2, 28)]


def test_each_button_has_a_command_id_of_its_own() -> None:
    forms = cards.outcome_forms(True, ON)
    ids = [forms[name]["command_id"] for name in ("not_reached", "interested", "do_not_contact", "put_off_on")]
    ids += [choice["command_id"] for choice in (*forms["put_off"], *forms["declined"])]
    assert len(set(ids)) == len(ids) == 13


def test_what_may_not_be_offered_any_more_can_only_be_answered_with_a_no() -> None:
    forms = cards.outcome_forms(False, ON)
    assert forms["not_reached"] is None and forms["interested"] is None
    assert forms["declined"] and forms["do_not_contact"] and forms["put_off"]


@pytest.mark.parametrize("code", ["NOT_REACHED", "INTERESTED", "NOT_UNTIL", "DECLINED", "DO_NOT_CONTACT"])
def test_every_outcome_says_what_happened(code: str) -> None:
    assert cards.said(code, "30 Sep 2026" if code in ("NOT_UNTIL", "DECLINED") else "").startswith("Written down")
