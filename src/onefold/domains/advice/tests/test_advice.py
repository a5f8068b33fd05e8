"""Assessment before recommendation: tests within their limits, needs before an opinion, an opinion that can forbid."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection

from onefold.commands import clock
from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.advice import refusals
from onefold.domains.advice.actions import analyse_needs, confirm_risk_change, give_opinion, insist, record_risk_test
from onefold.domains.advice.models import RiskTest, TakenTest
from onefold.domains.advice.queries import opinion_in_force, risk_profile
from onefold.domains.customers.actions import hear
from onefold.domains.customers.circumstances import known_now
from onefold.domains.customers.models import Membership
from onefold.domains.customers.refusals import CustomerUnknown
from onefold.kernel.refusals import Refusal

SYSTEM = Viewer.system("test")
EQUITY, TERM = "HFUND.EQUITY", "HLIFE.TERM"


@pytest.fixture
def known(harbour, as_role) -> tuple[UUID, Viewer, Viewer]:
    """A grown person known to two companies, born on a known day."""
    with as_role("batch"), reading(SYSTEM):
        by_customer: dict[UUID, list[str]] = {}
        persons = Membership.objects.filter(
            customer__kind="PERSON", customer__birth_month__range=("1980-01-01", "2000-01-01")
        ).exclude(source_record__born_on=None)
        for customer, company in persons.order_by("customer_id", "company_id").values_list("customer_id", "company_id"):
            by_customer.setdefault(customer, []).append(company)
    customer, (one, other, *_) = next(item for item in by_customer.items() if len(set(item[1])) > 1)
    return customer, Viewer.of_company(one), Viewer.of_company(other)


def takes_test(viewer: Viewer, customer: UUID, level: int) -> dict:
    return record_risk_test(viewer, uuid4(), customer_id=customer, level=level)


def analysed(viewer: Viewer, customer: UUID, *needs: str, budget: int = 10_000_000, **more) -> None:
    analyse_needs(
        viewer, uuid4(), customer_id=customer, needs=list(needs) or ["FUND", "LIFE"], budget_minor=budget, **more
    )


def opined(viewer: Viewer, customer: UUID, series: str = EQUITY, **more) -> dict:
    return give_opinion(viewer, uuid4(), customer_id=customer, series=series, **more)


def in_force(viewer: Viewer, customer: UUID, series: str = EQUITY):
    return opinion_in_force(viewer, customer, series, clock.now())


def moved(**by) -> None:
    clock.set_demo_clock(clock.now() + timedelta(**by))


def test_two_tests_a_day_and_eight_in_twelve_months_whichever_company_tests(known, as_role):
    customer, one, other = known
    takes_test(one, customer, 3)
    takes_test(one, customer, 3)
    with pytest.raises(refusals.TooManyRiskTests) as refused:
        takes_test(other if sees(other, customer) else one, customer, 3)
    assert "2" in refused.value.sentence_in("en") and "每日" in refused.value.sentence_in("zh-Hans")
    for _ in range(3):
        advance(as_role, days=1)
        takes_test(one, customer, 3), takes_test(one, customer, 3)
    advance(as_role, days=1)
    assert risk_profile(one, customer).tests_left == 0
    with pytest.raises(refusals.TooManyRiskTests):
        takes_test(one, customer, 3)


def sees(viewer: Viewer, customer: UUID) -> bool:
    try:
        return risk_profile(viewer, customer) is not None
    except CustomerUnknown:
        return False


def advance(as_role, **by) -> None:
    with as_role("owner"):
        moved(**by)


def test_a_stranger_to_the_customer_may_not_test_and_sees_no_test(known):
    customer, one, _ = known
    takes_test(one, customer, 2)
    stranger = Viewer.of_company("HTRUST")
    with pytest.raises(CustomerUnknown):
        takes_test(stranger, customer, 2)
    with reading(stranger):
        assert not RiskTest.objects.exists() and not TakenTest.objects.filter(customer_id=customer).exists()


def test_the_first_result_counts_at_once_and_another_when_it_is_confirmed(known):
    customer, one, _ = known
    assert takes_test(one, customer, 3)["confirm"] is False
    assert known_now(one, customer).risk_level == 3
    second = takes_test(one, customer, 5)
    assert second["confirm"] is True and known_now(one, customer).risk_level == 3
    assert risk_profile(one, customer).level_to_confirm == 5
    confirm_risk_change(one, uuid4(), test_id=UUID(second["test_id"]))
    assert known_now(one, customer).risk_level == 5
    with pytest.raises(refusals.NothingToConfirm):
        confirm_risk_change(one, uuid4(), test_id=UUID(second["test_id"]))


@pytest.mark.parametrize("level", [0, 6, -1])
def test_a_result_is_one_of_five(known, level):
    with pytest.raises(refusals.RiskLevelUnknown):
        takes_test(known[1], known[0], level)


def test_nothing_is_opined_before_the_needs_are_analysed(known):
    customer, one, _ = known
    with pytest.raises(refusals.NeedsNotAnalysed):
        opined(one, customer)
    with pytest.raises(refusals.NeedUnknown):
        analysed(one, customer, "SHOES")
    with pytest.raises(refusals.NeedUnknown):
        analysed(one, customer, budget=-1)
    analysed(one, customer)
    assert opined(one, customer)["verdict"] == "UNSUITABLE"
    with pytest.raises(refusals.SeriesNotInCatalogue):
        opined(one, customer, "HFUND.NOTHING")


def test_what_is_unknown_or_too_risky_forbids_and_nobody_may_insist(known):
    customer, one, _ = known
    analysed(one, customer)
    unknown = opined(one, customer)
    assert (unknown["reasons"], unknown["missing"]) == (["RISK_TOO_HIGH"], ["RISK_TOO_HIGH"])
    takes_test(one, customer, 2)
    assert in_force(one, customer) is None, "it is known now: ask again"
    forbidden = opined(one, customer)
    assert (forbidden["verdict"], forbidden["reasons"], forbidden["missing"]) == ("UNSUITABLE", ["RISK_TOO_HIGH"], [])
    assert not in_force(one, customer).may_sell
    with pytest.raises(refusals.InsistingNotPossible):
        insist(one, uuid4(), opinion_id=UUID(forbidden["opinion_id"]), warned=["RISK_TOO_HIGH"], own_will=True)


def test_what_suits_may_be_sold_until_something_newer_is_known(known, as_role):
    customer, one, _ = known
    takes_test(one, customer, 5)
    lines = fund_line()
    analysed(one, customer, lines)
    assert opined(one, customer)["verdict"] == "SUITABLE"
    assert in_force(one, customer).may_sell
    hear(one, uuid4(), customer_id=customer, kind="RISK_LEVEL", value="1")
    assert in_force(one, customer) is None
    hear(one, uuid4(), customer_id=customer, kind="RISK_LEVEL", value="5")
    assert in_force(one, customer).may_sell, "what led to it holds again"
    analysed(one, customer, lines)
    assert in_force(one, customer) is None, "a newer analysis needs an opinion of its own"
    opined(one, customer)
    advance(as_role, days=31)
    assert in_force(one, customer) is None, "an opinion counts a month"


def fund_line() -> str:
    from onefold.commands.scope import today
    from onefold.domains import rulebook

    return rulebook.loaded().catalogue(today(clock.now())).series_of(EQUITY).line


def test_advice_to_stop_is_a_sale_only_after_every_warning_and_the_customers_own_word(known):
    customer, one, _ = known
    takes_test(one, customer, 5)
    analysed(one, customer, "MOTOR")
    advised = opined(one, customer)
    assert (advised["verdict"], advised["reasons"]) == ("STOP_ADVISED", ["NEED_MISMATCH"])
    assert not in_force(one, customer).may_sell
    opinion = UUID(advised["opinion_id"])
    for warned, own_will in (([], True), (["NEED_MISMATCH"], False)):
        with pytest.raises(refusals.WarningNotGiven):
            insist(one, uuid4(), opinion_id=opinion, warned=warned, own_will=own_will)
    insist(one, uuid4(), opinion_id=opinion, warned=["NEED_MISMATCH"], own_will=True)
    assert in_force(one, customer).may_sell
    with pytest.raises(refusals.InsistingNotPossible):
        insist(one, uuid4(), opinion_id=opinion, warned=["NEED_MISMATCH"], own_will=True)


def test_means_and_cover_elsewhere_are_weighed(known):
    customer, one, _ = known
    analysed(one, customer, "ANNUITY", "MEDICAL", income="B1", cover_elsewhere=["MEDICAL"])
    assert opined(one, customer, "HLIFE.ANNUITY", yearly_minor=2_000_000)["reasons"] == ["MEANS_TOO_SMALL"]
    medical = opined(one, customer, "HHEALTH.MEDICAL")
    assert "DUPLICATE_COVER" in medical["reasons"] and medical["verdict"] == "STOP_ADVISED"


def test_another_company_has_no_part_in_it(known):
    customer, one, other = known
    takes_test(one, customer, 5)
    analysed(one, customer, fund_line())
    opinion = UUID(opined(one, customer)["opinion_id"])
    assert in_force(other, customer) is None
    with pytest.raises(refusals.OpinionUnknown):
        insist(other, uuid4(), opinion_id=opinion, warned=[], own_will=True)


def test_sixteen_at_once_take_no_more_tests_than_two(known):
    customer, one, _ = known

    def attempt(_: int) -> bool:
        try:
            return bool(takes_test(one, customer, 3))
        except Refusal:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(attempt, range(16))) == 2
