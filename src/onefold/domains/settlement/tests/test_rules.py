"""The rules of money without a database: splits, plans, schedules, gauges, and the pay formulas found in life companies' rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onefold import policy
from onefold.domains.settlement.chart import Move, entries_of
from onefold.domains.settlement.rules import clawing_back, limits, performance, plans
from onefold.domains.settlement.rules import lines as attribution
from onefold.domains.settlement.rules.lines import ROLES, Participant, Taxes
from onefold.domains.settlement.rules.plans import Plan
from onefold.domains.settlement.rules.rounding import MILLION, part_of

BOOK, ON = policy.load(), date(2026, 6, 30)
SPLITS = BOOK.value("fees.splits", ON)
PLANS = [plans.read_plan(row) for row in BOOK.value("fees.plans", ON)]
PLAN = Plan("P", "HPC", "*", "*", "*", 120_000, 80_000, 10_000, 150_000, 200_000, 13, 0, ("VOLUME", "PERSISTENCY"))
TAXES = Taxes(60_000, 50_000)
COMPANIES = ("HPC", "HLIFE", "HBANK")

minors = st.integers(0, 10**15)
crews = st.lists(
    st.builds(Participant, st.sampled_from(ROLES), st.sampled_from("ABCD"), st.sampled_from(COMPANIES), st.booleans()),
    max_size=4,
    unique_by=lambda person: person.role,
)


@given(st.integers(-(10**18), 10**18), st.integers(0, MILLION))
def test_a_share_is_the_nearest_whole_minor_unit_and_half_goes_up(minor, rate):
    exact = Fraction(minor * rate, MILLION)
    assert abs(part_of(minor, rate) - exact) <= Fraction(1, 2)
    assert part_of(-minor, rate) == -part_of(minor, rate)
    assert part_of(1, 1, 2) == 1


@given(minors, crews, st.randoms())
def test_a_split_gives_away_all_of_it_whoever_stands_where(commission, crew, chance):
    shares = attribution.shares_of(commission, crew, SPLITS)
    shuffled = chance.sample(crew, len(crew))
    assert attribution.shares_of(commission, shuffled, SPLITS) == shares
    paid = any(person.role == "SELLER" and person.licensed for person in crew)
    assert sum(share.amount_minor for share in shares) == (commission if paid else 0)
    unlicensed = {person.role for person in attribution.recognised(crew)}
    assert not unlicensed & {share.role for share in shares}


@given(minors, crews, st.sampled_from(COMPANIES))
def test_an_owner_pays_the_fee_of_the_plan_whoever_took_part(premium, crew, selling_company):
    crosses = selling_company != "HPC"
    due = plans.due(PLAN, premium, crosses=crosses)
    shares = attribution.shares_of(due.commission_minor, crew, SPLITS)
    lines = attribution.lines_of("HPC", selling_company, PLAN, due, shares, TAXES)
    outlay = sum(line.amount_minor for line in lines if line.payer_company == "HPC")
    if crosses:
        assert outlay == due.fee_minor
    elif shares:
        assert outlay == due.commission_minor
    assert outlay + due.other_minor <= due.ceiling_minor + 2  # each rate is rounded once
    assert all(line.amount_minor > 0 for line in lines)
    for payee in {line.payee for line in lines if line.payee}:
        mine = [line for line in lines if line.payee == payee and line.kind == "COMMISSION"]
        assert sum(line.amount_minor for line in mine) == sum(s.amount_minor for s in shares if s.person == payee)


def test_weights_that_are_not_all_of_it_are_refused():
    crew = [Participant("SELLER", "A", "HPC", True)]
    for weights in ({"SELLER": 999_999, "REFERRER": 0, "ACCOMPANYING": 0, "SERVICER": 0}, {"SELLER": MILLION}):
        with pytest.raises(ValueError, match="million"):
            attribution.shares_of(100, crew, {"weights": weights, "absent_to": "SELLER"})


@given(st.sampled_from(("ACCRUED", "VESTED", "CANCELLED", "CLAWED_BACK")), st.sampled_from(("FEE", "COMMISSION")),
       st.integers(1, 10**12), st.integers(0, 10**11))  # fmt: skip
def test_every_movement_makes_a_journal_that_balances(kind, line_kind, amount, tax):
    sign = -1 if kind in ("CANCELLED", "CLAWED_BACK") else 1
    fee = line_kind == "FEE"
    move = Move(kind, line_kind, "HPC", "HLIFE" if fee else "HPC", "" if fee else "LIN", "CNY", sign * amount,
                sign * tax * fee, sign * tax * (not fee))  # fmt: skip
    assert sum(entry.amount_minor for entry in entries_of([move])) == 0


def test_the_most_exact_plan_counts_series_first():
    exact = [
        replace(PLAN, plan="ANY"),
        replace(PLAN, plan="COMPANY", selling_company="HLIFE"),
        replace(PLAN, plan="CHANNEL", channel="HLIFE.AGENTS"),
        replace(PLAN, plan="SERIES", series="HPC.MOTOR"),
    ]
    while exact:
        chosen = plans.plan_for(exact, "HPC", "HLIFE", "HPC.MOTOR", "HLIFE.AGENTS")
        assert chosen == exact.pop()
    assert plans.plan_for([], "HPC", "HLIFE", "HPC.MOTOR", "HLIFE.AGENTS") is None


@pytest.mark.parametrize(
    ("fault", "more"),
    [
        ("VOLUME_ALONE", {"factors": ("VOLUME",), "deferred": 0}),
        ("VOLUME_ALONE", {"factors": (), "deferred": 0}),
        ("PERSISTENCY_WITHOUT_DEFERRED", {"deferred": 0}),
        ("ABOVE_CEILING", {"fee": 140_001}),
        ("ABOVE_CEILING", {"commission": 140_001}),
        ("RATE_IMPOSSIBLE", {"deferred": MILLION + 1}),
    ],
)
def test_a_plan_that_may_not_be_paid_says_why(fault, more):
    assert plans.faults_of(PLAN) == []
    assert fault in plans.faults_of(replace(PLAN, **more))


def test_the_sum_of_everything_paid_is_held_to_the_ceiling_and_no_company_pays_more_than_it_gets():
    assert plans.excess_of(plans.due(PLAN, 400_000, crosses=True), crosses=True) is None
    prizes = plans.due(replace(PLAN, other=30_001), 10**9, crosses=True)
    assert plans.excess_of(prizes, crosses=True) == "ABOVE_CEILING"
    generous = plans.due(replace(PLAN, commission=125_000), 400_000, crosses=True)
    assert plans.excess_of(generous, crosses=True) == "PAYS_MORE_THAN_IT_GETS"


def test_every_plan_of_the_rulebook_may_be_paid():
    assert {plan.plan: plans.faults_of(plan) for plan in PLANS} == {plan.plan: [] for plan in PLANS}
    with pytest.raises(ValueError, match="P"):
        plans.read_plan({"plan": "P", "owner": "HPC", "ceiling": 1, "factors": [], "bonus": 2})


@pytest.mark.parametrize(
    ("reason", "ended", "back"),
    [
        ("FREE_LOOK", date(2026, 6, 20), 1_200),
        ("COMPLAINT", date(2029, 1, 1), 1_200),
        ("SURRENDER", date(2026, 6, 20), 1_200),
        ("SURRENDER", date(2026, 7, 10), 1_200),
        ("SURRENDER", date(2026, 7, 11), 1_100),
        ("LAPSED", date(2027, 5, 11), 100),
        ("LAPSED", date(2027, 6, 11), 0),
        ("NOBODY_FORESAW_THIS", date(2026, 12, 11), 600),
        ("EXPIRED", date(2026, 7, 1), 0),
    ],
)
def test_what_goes_back_follows_the_schedule(reason, ended, back):
    schedule = BOOK.value("fees.clawback", ON)
    assert clawing_back.goes_back(schedule, reason, 1_200, date(2026, 6, 11), ended) == back


def test_the_same_day_some_months_later_is_the_last_of_a_shorter_month():
    assert clawing_back.months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert clawing_back.months_after(date(2026, 12, 31), 13) == date(2028, 1, 31)


# compliance.md 7.2: amounts in fen


def test_the_regional_rulebook_pays_first_year_performance():
    """6,000 of universal life x 74.29 % (0.26 / 0.35) = 4,457; 20 %, 25 %, 30 % of it; and a trial month of 1,813."""
    done = part_of(600_000, 742_900)
    assert round(done / 100) == 4_457
    assert abs(performance.performance_minor(part_of(600_000, 260_015), 350_000) - done) <= 3
    rates = {"TRIAL": 200_000, "REGULAR": 250_000, "REGULAR_HIGH": 280_000, "HEAD": 300_000}
    paid = {stage: int(performance.pay_minor(done, rates, stage) / 100 + 0.5) for stage in rates}
    assert paid == {"TRIAL": 891, "REGULAR": 1_114, "REGULAR_HIGH": 1_248, "HEAD": 1_337}
    terms = {"allowance_minor": 80_000, "threshold_minor": 200_000, "above": 50_000, "rates": rates}
    # the source cuts each of its three parts off at whole yuan: 800 + 891 + 122
    assert 0 <= performance.trial_month_minor(done, terms) - 181_300 < 200


def test_cross_selling_performance_of_the_2013_rules():
    """(20,000 x 5 % + 400) / 35 % = 4,000; at most 30 % of the requirement counts on trial, 10 % afterwards."""
    done = performance.cross_selling_performance_minor(2_000_000, 40_000, 50_000, 350_000)
    assert done == 400_000
    assert performance.counts_towards(done, 1_000_000, 300_000) == 300_000
    assert performance.counts_towards(done, 1_000_000, 100_000) == 100_000


def test_a_commission_beyond_half_of_the_premium_or_a_large_sum_is_looked_at():
    alarm = BOOK.value("fees.alarm", ON)
    assert performance.alarms(50_000, 100_000, alarm) == []
    assert performance.alarms(50_001, 100_000, alarm) == ["SHARE_OF_PREMIUM"]
    assert performance.alarms(10_000_001, 100_000_000, alarm) == ["LARGE_SUM"]


def test_an_agencys_revenue_per_client():
    """USD 1,000 x 1.6 policies x 13 % = 208."""
    assert performance.agency_revenue_minor(100_000, (16, 10), 130_000) == 20_800


def test_commission_is_deductible_up_to_its_share_of_premiums_less_surrenders():
    gauge = limits.commission_gauge(20_000, 110_000, 10_000, BOOK.value("fees.commission_deductible", ON))
    assert (gauge.limit_minor, gauge.excess_minor) == (18_000, 2_000)
    assert limits.commission_gauge(1, 0, 10, 180_000).limit_minor == 0


@pytest.mark.parametrize(
    ("largest", "year", "state"),
    [
        (999_999, 4_999_999, "ORDINARY"),
        (1_000_000, 1_000_000, "MAJOR_SINGLE"),
        (10, 5_000_000, "MAJOR_YEAR"),
        (5_000_000, 5_000_000, "MAJOR_SINGLE"),
    ],
)
def test_related_party_dealings_are_cumulated_against_both_limits(largest, year, state):
    found = BOOK.value("fees.related_party_limits", ON)
    assert limits.related_party_state(largest, year, 100_000_000, found) == state


def test_a_dealing_beyond_the_fixed_sum_is_major_whatever_the_assets():
    found = BOOK.value("fees.related_party_limits", ON)
    assert limits.related_party_state(100_000_000_001, 0, 10**15, found) == "MAJOR_SINGLE"
    assert limits.related_party_state(0, 500_000_000_001, 10**16, found) == "MAJOR_YEAR"
