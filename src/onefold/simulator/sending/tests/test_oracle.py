"""The oracle on worked cases small enough to count by hand, and on what it must not count."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from onefold.simulator import oracle
from onefold.simulator.sending.tests.conftest import LAST, Sent

BASE, DAYS, TODAY = date(2026, 5, 31), 30, date(2026, 6, 30)
CHANNELS = [
    {"channel": "AGT", "company": "LIFE"},
    {"channel": "TEL", "company": "PC"},
    {"channel": "BR", "company": "BANK"},
]
LINES = {"LIFE.WHOLE": "LIFE", "PC.MOTOR": "MOTOR", "PC.HOME": "HOME", "BANK.CARD": "CARD", "BANK.DEPOSIT": "DEPOSIT"}


def contract(number: int, party: str, series: str, channel: str, **changes: Any) -> dict[str, Any]:
    row = {
        "contract": number, "party": ord(party), "company": series.split(".")[0], "series": series, "channel": channel,
        "premium_minor": 100, "signed_on": date(2024, 1, 1), "valid_from": date(2024, 1, 1), "valid_until": None,
        "ended_on": None, "end": None,
    }  # fmt: skip
    return row | changes


def lapsed(on: date) -> dict[str, Any]:
    return {"ended_on": on, "end": "LAPSED"}


def tables(
    contracts: list[dict[str, Any]], defects: list[dict[str, Any]] | None = None, **arrives: date
) -> oracle.Tables:
    """Every company's file of every day came in time, but for `arrives`: feed → when its file of 2026-06-10 came."""
    files = [
        {"feed": f"{company}_contracts", "speaks_of": day, "arrives_on": day, "expected": "LOADED", "waits": False}
        for company in ("life", "pc", "bank")
        for day in (BASE, *(date(2026, 6, number) for number in range(1, 31)))
    ]
    for file in files:
        if file["speaks_of"] == date(2026, 6, 10):
            file["arrives_on"] = arrives.get(str(file["feed"]), file["arrives_on"])
    return {"contracts": contracts, "channels": CHANNELS, "defects": defects or [], "files": files}


WORKED = [
    contract(1, "A", "LIFE.WHOLE", "AGT"), contract(2, "A", "PC.MOTOR", "AGT"), contract(3, "A", "PC.HOME", "TEL"),
    contract(4, "B", "PC.MOTOR", "TEL"),
    contract(5, "C", "BANK.CARD", "BR"), contract(6, "C", "BANK.DEPOSIT", "BR"), contract(7, "C", "LIFE.WHOLE", "AGT"),
    contract(8, "D", "LIFE.WHOLE", "AGT", **lapsed(date(2025, 1, 1))),
    contract(9, "E", "BANK.CARD", "BR"),
]  # fmt: skip


def figures(found: oracle.Tables, as_of: date = TODAY, **more: Any) -> oracle.Figures:
    return oracle.indicators(found, BASE, DAYS, as_of, LINES, **more)


def test_the_worked_case_has_eight_contracts_over_four_customers() -> None:
    found = figures(tables(WORKED))
    assert found["contracts_per_customer", "ALL"] == (8, 4)
    assert [found["contracts_per_customer", company] for company in ("LIFE", "PC", "BANK")] == [(2, 4), (3, 4), (3, 4)]
    assert found["multi_company_share", "ALL"] == (2, 4)
    assert found["active_customers", "ALL"] == (4, 1)


def test_with_a_second_motor_policy_the_bases_differ() -> None:
    found = figures(tables([*WORKED, contract(10, "A", "PC.MOTOR", "TEL")]))
    assert found["contracts_per_customer", "ALL"] == (9, 4)
    assert found["customer_penetration", "ALL"] == (8, 4)
    parts = [found["product_penetration", company] for company in ("LIFE", "PC", "BANK")]
    assert parts == [(2, 4), (3, 4), (3, 4)]


@pytest.mark.parametrize(("crossed", "total"), [(45_947, 285_385), (6_262, 9_182), (19_648, 154_709)])
def test_contribution_is_what_came_through_other_companies_channels(crossed: int, total: int) -> None:
    rows = [
        contract(1, "A", "PC.MOTOR", "AGT", premium_minor=crossed),
        contract(2, "B", "PC.MOTOR", "TEL", premium_minor=total - crossed - 5),
        contract(3, "C", "PC.MOTOR", "NOBODY", premium_minor=5),
        contract(4, "C", "PC.MOTOR", "BR", premium_minor=None),
    ]
    assert figures(tables(rows))["contribution", "MOTOR"] == (crossed, total)


def test_a_period_is_half_open() -> None:
    rows = [
        contract(1, "A", "PC.MOTOR", "TEL", valid_until=TODAY),
        contract(2, "B", "PC.MOTOR", "TEL", valid_from=TODAY),
    ]
    assert [row["contract"] for row in oracle.held_on(tables(rows), BASE, DAYS, TODAY, TODAY)] == [2]
    before = date(2026, 6, 29)
    assert [row["contract"] for row in oracle.held_on(tables(rows), BASE, DAYS, before, before)] == [1]


def test_a_row_set_aside_does_not_count_but_the_first_of_a_repeated_key_does() -> None:
    aside = {
        "feed": "pc_contracts",
        "day": 0,
        "contract": 4,
        "number": 4,
        "outcome": "QUARANTINED",
        "rule": "NOT_A_DATE",
    }
    assert figures(tables(WORKED, [aside]))["active_customers", "ALL"] == (3, 1)
    assert figures(tables(WORKED, [aside | {"rule": "KEY_REPEATED"}]))["active_customers", "ALL"] == (4, 1)
    assert figures(tables(WORKED, [aside | {"outcome": "LOADED"}]))["active_customers", "ALL"] == (4, 1)


def test_an_end_that_was_set_aside_is_not_known() -> None:
    rows = [contract(1, "A", "PC.MOTOR", "TEL", **lapsed(date(2026, 6, 10)))]
    aside = {"feed": "pc_contracts", "day": 10, "number": 1, "outcome": "QUARANTINED", "rule": "UNKNOWN_CODE"}
    assert list(oracle.held_on(tables(rows), BASE, DAYS, TODAY, TODAY)) == []
    assert len(list(oracle.held_on(tables(rows, [aside]), BASE, DAYS, TODAY, TODAY))) == 1


def test_an_end_in_a_late_file_is_known_when_it_comes() -> None:
    rows = [contract(1, "A", "PC.MOTOR", "TEL", **lapsed(date(2026, 6, 10)))]
    late = tables(rows, pc_contracts=date(2026, 6, 14))
    for day, held in ((9, 1), (10, 1), (13, 1), (14, 0)):
        on = date(2026, 6, day)
        assert len(list(oracle.held_on(late, BASE, DAYS, on, on))) == held, on


def test_the_truth_of_a_sent_group_can_be_asked(sent: Sent) -> None:
    found, base_day, days = oracle.tables_of(sent.truth)
    lines = {contract["series"]: contract["series"] for contract in found["contracts"]}
    told = oracle.indicators(found, base_day, days, LAST, lines)
    held, active = told["contracts_per_customer", "ALL"]
    assert active > sent.summary.customers * 8 // 10
    assert 2 < held / active < 4
    assert (
        sum(count for (name, row), (count, _) in told.items() if name == "product_penetration")
        == told["customer_penetration", "ALL"][0]
    )


def test_the_counting_rule_to_the_day() -> None:
    begun, over = date(2026, 1, 1), date(2026, 6, 10)
    running, ended = ({"status": status, "from": begun, "until": over} for status in ("IN_FORCE", "LAPSED"))
    assert oracle.counts(running, begun, date(2026, 6, 9)) and not oracle.counts(running, begun, over)
    assert oracle.counts(ended, date(2026, 6, 5), date(2026, 6, 4)), "its end was not known yet"
    assert not oracle.counts(ended, date(2026, 6, 5), date(2026, 6, 5)), "ended ahead, and known to be"
    assert not oracle.counts(running | {"until": None}, begun, date(2025, 12, 31))
