"""Who lays two pictures side by side - two filters, two books, two releases - and subtracts learns of no small count."""

from __future__ import annotations

from datetime import date
from typing import Any

from onefold.analytics.pictures import shown
from onefold.analytics.publication import Limits

LIMITS = Limits(least=11, step=10)
Row = dict[str, Any]
MARCH, APRIL, NOW = date(2026, 3, 31), date(2026, 4, 20), date(2026, 4, 21)


def held(segment: str, state: int, customers: int, scope: tuple[str, str] = ("GROUP", "ALL")) -> Row:
    kind, code = scope
    return {"scope_kind": kind, "scope": code, "segment": segment, "column_kind": "SERIES", "column": "A.ONE",
            "state": state, "customers": customers}  # fmt: skip


def matrix(persons: int, organisations: int, holders: int | None) -> dict[str, int | None]:
    rows = [held("PERSON", 0, persons), held("30-44", 0, persons), held("ORGANISATION", 0, organisations)]
    rows += [held(segment, 3, 400) for segment in ("PERSON", "30-44", "ORGANISATION")]
    found = shown.white_space(rows, LIMITS, {("SERIES", "A.ONE"): holders})
    return {row["segment"]: row["held"] for row in found}


def test_the_holders_of_both_books_less_the_persons_are_not_a_few_organisations() -> None:
    assert matrix(500, 4, 504) == {"PERSON": None, "30-44": None, "ORGANISATION": None}


def test_what_an_indicator_withholds_does_not_follow_from_the_two_books() -> None:
    assert None in matrix(500, 40, None).values()
    assert matrix(500, 40, 540) == {"PERSON": 500, "30-44": 500, "ORGANISATION": 40}


def test_a_companys_or_a_regions_count_taken_from_the_groups_leaves_a_range_and_no_count() -> None:
    others = [("COMPANY", "A"), ("REGION", "EAST")]
    rows = [held("PERSON", 0, 1000), held("30-44", 0, 1000)]
    rows += [held(segment, 0, 997, scope) for scope in others for segment in ("PERSON", "30-44")]
    found = shown.white_space(rows, LIMITS, {})
    below = [row["held"] for row in found if row["scope_kind"] != "GROUP"]
    assert below == [1000] * 4
    assert all(count % LIMITS.step == 0 for count in below)


def moved(into: dict[str, int], from_on: date = date(2025, 12, 31), to_on: date = MARCH) -> list[Row]:
    return [
        {"scope_kind": "GROUP", "scope": "ALL", "book": "PERSON", "view": "COMPANY", "from_on": from_on,
         "to_on": to_on, "from_state": "NOT_YET", "to_state": state, "customers": customers}
        for state, customers in into.items()
    ]  # fmt: skip


def test_flows_withheld_once_stay_withheld_in_the_releases_after() -> None:
    """A state into which nobody came on the first look: what stood beside the small flow then stays with it."""
    before = [row | {"customers": None} for row in moved({"A": 5, "B": 90})]
    again = shown.flows(moved({"A": 5, "B": 90, "C": 20}), LIMITS, earlier=before)
    assert {row["to_state"]: row["customers"] for row in again} == {"A": None, "B": None, "C": 20}


def test_a_quarter_that_is_not_over_is_rounded_so_that_tomorrow_less_today_is_no_count() -> None:
    today, tomorrow = (
        shown.flows(moved({"A": number, "B": 90}, MARCH, day), LIMITS, running=day)
        for number, day in ((133, APRIL), (134, NOW))
    )
    assert [row["customers"] for row in today] == [row["customers"] for row in tomorrow] == [130, 90]


def joined(customers: int, day: date) -> list[Row]:
    return [{"scope_kind": "GROUP", "scope": "ALL", "book": "PERSON", "grain": "QUARTER", "joined": date(2026, 4, 1),
             "measured_on": day, "customers": customers, "active": customers, "series": 2 * customers}]  # fmt: skip


def test_a_cohort_that_still_grows_is_rounded() -> None:
    today, tomorrow = (
        shown.cohorts(joined(number, day), LIMITS, running=day) for number, day in ((121, APRIL), (123, NOW))
    )
    assert [row["customers"] for row in (*today, *tomorrow)] == [120, 120]


def test_this_years_cohort_less_its_quarters_is_no_small_quarter() -> None:
    quarters = [
        joined(5, MARCH)[0] | {"joined": date(2026, 1, 1)},
        joined(100, date(2026, 6, 30))[0],
        joined(5, date(2026, 6, 30))[0] | {"joined": date(2026, 1, 1)},
        joined(105, date(2026, 6, 30))[0] | {"grain": "YEAR", "joined": date(2026, 1, 1)},
    ]
    found = shown.cohorts(quarters, LIMITS)
    sizes = {(row["grain"], row["joined"]): row["customers"] for row in found}
    assert sizes["QUARTER", date(2026, 1, 1)] is None
    assert None in (sizes["QUARTER", date(2026, 4, 1)], sizes["YEAR", date(2026, 1, 1)])


def new(view: str, row: str, column: str, contracts: int) -> Row:
    return {"scope_kind": "GROUP", "scope": "ALL", "book": "PERSON", "view": view, "row": row, "column": column,
            "contracts": contracts, "premium_minor": 123_456 * contracts}  # fmt: skip


def in_months(march: int, april: int) -> list[Row]:
    months = {"2026-03-01": march, "2026-04-01": april}
    rows = [new("MONTH_LINE", month, line, number) for month, number in months.items() for line in ("A:LIFE", "ALL")]
    rows += [new("MONTH_LINE", "ALL", line, march + april) for line in ("A:LIFE", "ALL")]
    return [*rows, new("LINE_CHANNEL", "A:LIFE", "AGT", march + april)]


def test_the_month_that_is_not_over_and_sums_over_months_are_rounded() -> None:
    today, tomorrow = (shown.contributions(in_months(57, april), LIMITS, running="2026-04-01") for april in (42, 44))
    assert (
        [row["contracts"] for row in today] == [row["contracts"] for row in tomorrow] == [57, 57, 40, 40, 100, 100, 100]
    )
    amounts = [row["premium_minor"] for row in (*today, *tomorrow) if row["contracts"] != 57]
    assert all(len(str(amount).rstrip("0")) <= 3 for amount in amounts)


def test_a_months_lines_that_were_withheld_together_stay_so() -> None:
    rows = [new("MONTH_LINE", "2026-03-01", line, number) for line, number in (("L1", 5), ("L2", 60), ("L3", 40))]
    rows.append(new("MONTH_LINE", "2026-03-01", "ALL", 105))
    before = [row | ({"contracts": None} if row["column"] in ("L1", "L2") else {}) for row in rows]
    found = shown.contributions(rows, LIMITS, earlier=before)
    assert {row["column"]: row["contracts"] for row in found} == {"L1": None, "L2": None, "L3": 40, "ALL": 105}
