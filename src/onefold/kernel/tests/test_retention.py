"""What may go on a day, given holds: properties of the rule, and the two ways of reckoning a term that must agree."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from onefold.kernel.retention import EVERYBODY, NOBODY, About, Holds, Kept, Ruling, Term, going, ruling

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
TERMS = st.builds(Term, years=st.integers(0, 30), days=st.integers(0, 400))
CODES = st.frozensets(st.sampled_from(["A", "B", "C"]), max_size=3)
ABOUTS = st.builds(About, st.none() | CODES, st.none() | CODES)
HOLDS = st.builds(Holds, st.booleans(), CODES, CODES)
THINGS = st.builds(Kept, st.text("xyz", min_size=1, max_size=3), st.none() | DAYS, st.just(1), st.sampled_from(["", "IN_FORCE"]), ABOUTS)  # fmt: skip


@given(DAYS, TERMS)
@example(date(2024, 2, 29), Term(years=1))
@example(date(2023, 2, 28), Term(years=1, days=1))
def test_the_latest_day_that_goes_and_the_first_day_a_thing_goes_are_one_rule(on, term):
    latest = term.latest(on)
    assert term.ends(latest) <= on
    assert latest >= on or term.ends(latest + timedelta(days=1)) > on


@pytest.mark.parametrize(
    ("term", "since", "ends"),
    [
        (Term(years=20), date(2006, 6, 30), date(2026, 6, 30)),
        (Term(years=1), date(2024, 2, 29), date(2025, 3, 1)),
        (Term(days=14), date(2026, 6, 16), date(2026, 6, 30)),
        (Term(years=1, days=1), date(2025, 12, 31), date(2027, 1, 1)),
    ],
)
def test_a_term_is_reckoned_by_the_calendar(term, since, ends):
    assert term.ends(since) == ends
    assert term.latest(ends) >= since and term.latest(ends - timedelta(days=1)) < since


@given(THINGS, TERMS, DAYS, HOLDS)
def test_what_goes_is_unheld_unused_and_past_its_term(kept, term, on, holds):
    if ruling(kept, term, on, holds) is Ruling.GOES:
        assert not holds.protect(kept.about) and not kept.needed
        assert kept.since is not None and term.ends(kept.since) <= on


@given(THINGS, TERMS, DAYS, HOLDS, DAYS)
def test_more_holds_and_earlier_days_never_let_more_go(kept, term, on, holds, later):
    assume(later >= on)
    if ruling(kept, term, on, holds) is Ruling.GOES:
        assert ruling(kept, term, later, Holds()) is Ruling.GOES
    assert ruling(kept, term, on, Holds(everything=True)) is Ruling.HELD


@given(st.lists(THINGS, max_size=6), TERMS, DAYS, HOLDS)
def test_going_is_just_the_things_that_go(things, term, on, holds):
    gone = going(things, term, on, holds)
    assert sorted(gone, key=id) == sorted((t for t in things if ruling(t, term, on, holds) is Ruling.GOES), key=id)


def test_a_thing_that_may_hold_anybodys_data_is_held_for_one_customer():
    one = Holds(customers=frozenset({"c1"}))
    assert one.protect(EVERYBODY) and one.protect(About(frozenset({"HLIFE"})))
    assert not one.protect(About(frozenset({"HLIFE"}), frozenset({"c2"}))) and not one.protect(NOBODY)


def test_a_company_hold_leaves_other_companies_alone():
    hold = Holds(companies=frozenset({"HLIFE"}))
    assert hold.protect(About(frozenset({"HLIFE"}), frozenset({"c9"})))
    assert not hold.protect(About(frozenset({"HBANK"}), frozenset({"c9"})))


@pytest.mark.parametrize("value", [{}, {"months": 3}, {"days": -1}])
def test_a_term_is_years_and_days(value):
    with pytest.raises(ValueError):
        Term.of(value)
