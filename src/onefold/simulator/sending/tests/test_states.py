"""What is said on which day, on rows made by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from onefold.simulator.sending import states
from onefold.simulator.sending.states import Span
from onefold.simulator.tables import CAMPAIGN_MEMBERS, CONSENTS, CONTRACTS, PARTIES, RECORDS, Schema

SPAN = Span(date(2026, 5, 31), 30)
KEYS = pl.DataFrame({"record": [1], "source_key": ["K1"], "lost": [False]}, schema_overrides={"record": pl.UInt64})


def frame(schema: Schema, **row: Any) -> pl.DataFrame:
    return pl.DataFrame([{name: row.get(name) for name in schema}], schema=schema)


def said_of(corrected: int | None = None, days: int = 30, **dates: date | None) -> list[tuple[int, str, bool]]:
    """(day, address, said to be old) of a customer who moved from A to B."""
    changed, known = dates["changed_on"], {name: dates[name] for name in ("opened_on", "seen_on")}
    tables = {
        "records": frame(RECORDS, record=1, party=1, company="HLIFE", source_key="K1", **known),
        "parties": frame(PARTIES, party=1, kind="PERSON", address="B", old_address="A", changed_on=changed),
    }
    records = states.records_of(tables).with_row_index("place")
    rows = states.customers(records, Span(SPAN.base_day, days), pl.Series([corrected], dtype=pl.Int32))
    return sorted(rows.select("day", "address", "stale_address").rows())


def test_a_move_is_told_when_the_company_learns_of_it() -> None:
    dates = {"opened_on": date(2020, 1, 1), "changed_on": date(2026, 5, 20), "seen_on": date(2026, 6, 5)}
    assert said_of(**dates) == [(0, "A", True), (5, "B", False)]
    assert said_of(days=4, **dates) == [(0, "A", True)]


def test_who_moved_unnoticed_keeps_the_old_address_and_who_moved_before_has_the_new_one() -> None:
    seen = date(2021, 1, 1)
    assert said_of(opened_on=date(2020, 1, 1), changed_on=date(2026, 5, 20), seen_on=seen) == [(0, "A", True)]
    assert said_of(opened_on=date(2020, 1, 1), changed_on=date(2020, 6, 1), seen_on=seen) == [(0, "B", False)]
    assert said_of(opened_on=date(2020, 1, 1), changed_on=date(2019, 6, 1), seen_on=seen) == [(0, "B", False)]


def test_an_address_is_not_old_before_the_move() -> None:
    dates = {"opened_on": date(2020, 1, 1), "changed_on": date(2026, 6, 10), "seen_on": date(2026, 6, 20)}
    assert said_of(**dates) == [(0, "A", False), (20, "B", False)]


def test_a_new_record_is_told_on_its_day_and_a_corrected_one_again() -> None:
    dates = {"opened_on": date(2026, 6, 3), "changed_on": None, "seen_on": date(2026, 6, 3)}
    assert [day for day, *_ in said_of(**dates)] == [3]
    old = dates | {"opened_on": date(2020, 1, 1)}
    assert [day for day, *_ in said_of(corrected=7, **old)] == [0, 7]


def contract_said(**changes: Any) -> list[tuple[int, str, date | None]]:
    row = {
        "contract": 1, "record": 1, "party": 1, "company": "HLIFE", "signed_on": date(2025, 1, 1),
        "valid_from": date(2025, 1, 1),
    } | changes  # fmt: skip
    rows = states.contracts({"contracts": frame(CONTRACTS, **row)}, KEYS, SPAN)
    return sorted(rows.select("day", "status", "valid_until").rows())


def test_a_contract_is_told_when_signed_and_when_over() -> None:
    until, ended = date(2026, 6, 20), date(2026, 6, 10)
    assert contract_said() == [(0, "IN_FORCE", None)]
    assert contract_said(valid_until=until) == [(0, "IN_FORCE", until), (20, "EXPIRED", until)]
    lapsed = {"valid_until": until, "ended_on": ended, "end": "LAPSED"}
    assert contract_said(**lapsed) == [(0, "IN_FORCE", until), (10, "LAPSED", ended)]
    assert contract_said(signed_on=date(2026, 6, 2), **lapsed) == [(2, "IN_FORCE", until), (10, "LAPSED", ended)]
    assert contract_said(ended_on=date(2026, 5, 31), end="CANCELLED") == [(0, "CANCELLED", date(2026, 5, 31))]
    assert contract_said(signed_on=date(2026, 7, 2)) == []


def test_a_consent_ends_when_it_is_withdrawn() -> None:
    row = {"record": 1, "party": 1, "company": "HLIFE", "to_company": "HPC", "given_on": date(2024, 1, 1)}
    given = frame(CONSENTS, **row, valid_until=date(2027, 1, 1), withdrawn_on=date(2026, 6, 4))
    rows = states.consents({"consents": given}, KEYS, SPAN)
    assert rows.select("day", "valid_until").rows() == [(0, date(2027, 1, 1)), (4, date(2026, 6, 4))]


def test_consents_that_differ_in_the_recipient_alone_are_one_row_of_ticks() -> None:
    rows = pl.DataFrame({"number": [1, 1, 2], "purpose": ["M", "M", "M"], "to_company": ["HPC", "HSEC", "HPC"]})
    ticked = states.ticked(rows, ["HPC", "HSEC", "HFUND"])
    assert ticked.select("number", "to_HPC", "to_HSEC", "to_HFUND").rows() == [(1, "Y", "Y", "N"), (2, "Y", "N", "N")]


def test_each_company_tells_of_its_own_customers_who_are_held_out_from_when_they_came_or_the_lot_began() -> None:
    records = [
        {"record": 1, "party": 1, "company": "HLIFE", "opened_on": date(2019, 1, 1), "double_of": None},
        {"record": 2, "party": 1, "company": "HLIFE", "opened_on": date(2025, 1, 1), "double_of": 1},
        {"record": 3, "party": 1, "company": "HBANK", "opened_on": date(2026, 6, 4), "double_of": None},
        {"record": 4, "party": 2, "company": "HLIFE", "opened_on": date(2019, 1, 1), "double_of": None},
    ]
    parties = [{"party": 1, "holdout": True}, {"party": 2, "holdout": False}]
    tables = {
        "records": pl.DataFrame(records, schema={name: RECORDS[name] for name in records[0]}),
        "parties": pl.DataFrame(parties, schema={name: PARTIES[name] for name in parties[0]}),
        "campaign_members": pl.DataFrame(schema=CAMPAIGN_MEMBERS),
    }
    keys = pl.DataFrame({"record": [1, 2, 3, 4], "source_key": ["K"] * 4, "lost": [False] * 4}, schema_overrides={"record": pl.UInt64})  # fmt: skip
    rows = states.campaign_members(tables, keys, SPAN)
    assert rows.select("number", "day", "arm", "assigned_on", "treated_share_ppm").rows() == [
        (1, 0, "HOLDOUT", date(2024, 5, 31), None),
        (3, 4, "HOLDOUT", date(2026, 6, 4), None),
    ]
