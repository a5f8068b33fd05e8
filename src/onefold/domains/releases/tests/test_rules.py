"""When a release is held: what falls too far, company by company; whose word lets it pass."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onefold.domains.releases.rules import Limits, Lost, brought_again, falls, fell_too_far, lost_files, may_judge

LIMITS = Limits({"contracts": 10, "customers": 5}, group_share=50, rows=10, none_from=3)
NUMBERS = st.integers(0, 2_000_000)
COUNTS = st.dictionaries(st.tuples(st.just("contracts"), st.sampled_from(["A", "B", "C"])), NUMBERS)
STAFF = st.sampled_from(["CROSS_SELLING_DESK", "DATA_STEWARD", "COMPLIANCE", "COMPANY_MANAGER", "SELLER"])


@pytest.mark.parametrize(
    ("before", "now", "held"),
    [
        (12, 10, False),
        (12, 2, False),
        (2, 0, False),
        (3, 0, True),
        (12, 1, True),
        (100, 90, False),
        (110, 99, False),
        (109, 98, True),
        (1_000_000, 899_999, True),
        (1_000_000, 900_000, False),
        (0, 0, False),
    ],
)
def test_few_rows_are_no_reason_and_a_tenth_is_the_limit(before, now, held):
    assert fell_too_far(before, now, 10, LIMITS) is held


def test_a_company_that_loses_two_fifths_is_seen_though_the_group_loses_three_percent():
    before = {("contracts", "BIG"): 9_250, ("contracts", "SMALL"): 750}
    (found,) = falls(before, before | {("contracts", "SMALL"): 450}, LIMITS)
    assert (found.fact, found.company, found.before, found.now) == ("contracts", "SMALL", 750, 450)


def test_what_companies_lose_below_their_limit_adds_up_for_the_group():
    before = {("contracts", company): 1_000 for company in "ABCDE"}
    (found,) = falls(before, dict.fromkeys(before, 920), LIMITS)
    assert (found.company, found.before, found.now, found.percent_max) == ("", 5_000, 4_600, 5)


def test_a_kind_that_no_company_has_is_compared_once():
    (found,) = falls({("customers", ""): 1_000}, {("customers", ""): 900}, LIMITS)
    assert (found.company, found.percent_max) == ("", 5)


@given(COUNTS)
def test_nothing_falls_where_nothing_changes_or_more_comes(counts):
    assert not falls(counts, counts, LIMITS)
    assert not falls(counts, {key: number + 1 for key, number in counts.items()}, LIMITS)


@given(NUMBERS, NUMBERS, NUMBERS, st.integers(1, 100))
def test_who_loses_more_is_held_sooner(before, now, less, percent):
    if fell_too_far(before, now, percent, LIMITS):
        assert fell_too_far(before, min(now, less), percent, LIMITS)


@given(COUNTS, COUNTS)
def test_the_order_and_the_company_names_do_not_matter(before, now):
    other = {"A": "C", "B": "A", "C": "B"}

    def turned(counts):
        return {(fact, other[company]): number for (fact, company), number in reversed(counts.items())}

    def told(found):
        return sorted((one.fact, one.before, one.now) for one in found)

    assert told(falls(before, now, LIMITS)) == told(falls(turned(before), turned(now), LIMITS))


def arrival(batch: str, outcome: str, reason: str | None = None) -> dict[str, str | None]:
    return {"batch_id": batch, "feed": "f", "outcome": outcome, "reason": reason}


def test_a_file_that_was_loaded_must_be_loaded_still():
    before = [arrival(name, "LOADED") for name in "abcd"] + [arrival("e", "REFUSED", "HEADER_CHANGED")]
    now = [arrival("a", "LOADED"), arrival("b", "REFUSED", "NOT_THE_FORMAT"), arrival("c", "DUPLICATE_FILE")]
    assert lost_files(before, now) == [Lost("b", "f", "REFUSED", "NOT_THE_FORMAT"), Lost("d", "f", "", "")]
    assert lost_files(before, [*before, arrival("new", "REFUSED")]) == []


def test_what_was_taken_back_is_known_by_its_files():
    first, second = [arrival("a", "LOADED")], [arrival(name, "LOADED") for name in "abc"]
    assert brought_again(first, second, [*second, arrival("d", "LOADED")])
    assert not brought_again(first, second, [arrival("a", "LOADED"), arrival("b", "LOADED"), arrival("c", "REFUSED")])
    assert not brought_again(first, first, second), "it had brought no file"


@given(st.frozensets(STAFF), st.sampled_from(["", "A", "B"]), st.frozensets(st.sampled_from(["", "A", "B"])))
def test_only_who_sees_all_that_fell_judges(roles, company, concerned):
    judges = may_judge(roles, company, concerned)
    assert judges == (
        bool(roles & {"CROSS_SELLING_DESK", "DATA_STEWARD"}) and (not company or concerned <= {company, ""})
    )
