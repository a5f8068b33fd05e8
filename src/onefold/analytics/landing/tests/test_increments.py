"""Sequences from file names, increments that upsert and delete, columns that may be absent, and the newer targets."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onefold.analytics.landing.tests.world import CONTRACTS, CUSTOMERS, KEY, Gate
from onefold.kernel.ids import pseudonym
from onefold.policy.feeds import FeedBroken
from onefold.seam import datasets

PATTERN = r"_(?P<date>\\d{8})(?:_(?P<number>\\d+))?(?:_r(?P<revision>\\d+))?\\."
SEQUENCE = f'\nsequence: {{pattern: "{PATTERN}"}}'
CHANGES = (
    CONTRACTS.replace("mode: full", "mode: increment").replace("columns:", "columns:\n  op: {type: text}")
    + "delete: {column: op, texts: [D]}"
    + SEQUENCE
)
HEAD = "op,no,cust,product,begins,premium"
CUSTOMER_ROWS = ("no,name,born,idn", "C1,王小明,1980-05-20,", "C2,李雷,1990-01-31,")

CONTACTS = """
feed: contacts
company: HLIFE
target: past_contacts
mode: increment
columns:
  no: {type: text}
  cust: {type: text}
  series: {type: text}
  day: {type: date, format: "%Y-%m-%d"}
  answer: {type: text}
map:
  contact_no: no
  source_key: cust
  series: series
  direction: {constant: OUTBOUND}
  happened_on: day
  outcome: {column: answer, codes: {"1": ACCEPTED, "2": DECLINED}}
"""
MEMBERS = """
feed: members
company: HLIFE
target: campaign_members
mode: append
columns:
  campaign: {type: text}
  cust: {type: text}
  arm: {type: text}
  day: {type: date, format: "%Y-%m-%d"}
  share: {type: whole, may_be_absent: true}
map: {campaign: campaign, source_key: cust, arm: arm, assigned_on: day, treated_share_ppm: share}
"""
CLAIMS = """
feed: claims
company: HLIFE
target: claims
mode: increment
columns:
  no: {type: text}
  contract: {type: text}
  day: {type: date, format: "%Y-%m-%d"}
  amount: {type: money, currency: CNY}
  paid: {type: money, currency: CNY}
map:
  claim_no: no
  contract_no: contract
  happened_on: day
  reported_on: day
  claimed_minor: amount
  paid_minor: paid
  outcome: {constant: OPEN}
"""


def changes_gate(folder: Path) -> Gate:
    gate = Gate(folder).declare(CUSTOMERS, CHANGES)
    gate.send("customers", *CUSTOMER_ROWS)
    return gate


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    return changes_gate(tmp_path)


def named(gate: Gate, name: str, *rows: str) -> str:
    batch_id = gate.send("contracts", HEAD, *rows)
    gate.batches[-1] = replace(gate.batches[-1], file_name=name)
    return batch_id


def premiums(gate: Gate) -> dict[str, int]:
    """Contract number to premium of what is open."""
    landing = gate.land()
    numbers = {row["contract_id"]: row["contract_no"] for row in landing.rows(datasets.CONTRACT_NUMBERS)}
    rows = [row for row in landing.rows(datasets.CONTRACTS) if row["known_until"] is None]
    return {numbers[row["contract_id"]]: row["premium_minor"] for row in rows}


def test_increments_add_change_and_close_row_by_row(gate: Gate) -> None:
    named(gate, "c_20260601.csv", ",P1,C1,T,2020-01-01,1", ",P2,C2,T,2020-01-01,1")
    second = named(gate, "c_20260602.csv", ",P1,C1,T,2020-01-01,2", "D,P2,,,,oops", ",P3,C2,P,2020-01-01,3")
    assert premiums(gate) == {"P1": 200, "P3": 300}
    assert gate.land().equation(second) == ("LOADED", 3, 3, 0, 0)


def test_an_older_file_that_comes_late_overwrites_nothing_newer_row_by_row(gate: Gate) -> None:
    named(gate, "c_20260603.csv", ",P1,C1,T,2020-01-01,3", "D,P2,,,,")
    late = named(gate, "c_20260602.csv", ",P1,C1,T,2020-01-01,2", ",P2,C1,T,2020-01-01,2", ",P3,C1,T,2020-01-01,2")
    assert premiums(gate) == {"P1": 300, "P3": 200}
    assert gate.land().equation(late) == ("LOADED", 3, 1, 0, 2)


def test_what_a_newer_file_repeats_is_held_against_older_ones(gate: Gate) -> None:
    named(gate, "c_20260601.csv", ",P1,C1,T,2020-01-01,1")
    named(gate, "c_20260603.csv", ",P1,C1,T,2020-01-01,1", ",P2,C1,T,2020-01-01,1")
    named(gate, "c_20260602.csv", ",P1,C1,T,2020-01-01,2")
    assert premiums(gate) == {"P1": 100, "P2": 100}


def test_so_it_is_when_files_of_another_feed_come_between(gate: Gate) -> None:
    gate.declare(CONTRACTS.replace("feed: contracts", "feed: others").replace("mode: full", "mode: append"))
    for number, row in enumerate((",P1,C1,T,2020-01-01,1", ",P1,C1,T,2020-01-01,1\n,P2,C1,T,2020-01-01,1")):
        named(gate, f"c_2026060{2 * number + 1}.csv", *row.split("\n"))
        gate.send("others", HEAD.removeprefix("op,"), f"X{number},C1,T,2020-01-01,5")
    named(gate, "c_20260602.csv", ",P1,C1,T,2020-01-01,2")
    assert premiums(gate) == {"P1": 100, "P2": 100, "X0": 500, "X1": 500}


def test_a_corrected_file_is_a_higher_revision_and_a_renamed_one_is_nothing_new(gate: Gate) -> None:
    named(gate, "c_20260601.csv", ",P1,C1,T,2020-01-01,1")
    named(gate, "c_20260601_1_r2.csv", ",P1,C1,T,2020-01-01,7")
    again = named(gate, "c_20260609.csv", ",P1,C1,T,2020-01-01,1")
    assert premiums(gate) == {"P1": 700}, "the same bytes under a newer name are the same file"
    assert gate.land().equation(again) == ("DUPLICATE_FILE", 1, 0, 0, 1)


def test_a_name_that_does_not_say_its_place_is_refused(gate: Gate) -> None:
    batch = named(gate, "contracts.csv", ",P1,C1,T,2020-01-01,1")
    assert gate.land().equation(batch) == ("SEQUENCE_MISSING", 0, 0, 0, 0)


def test_the_sequence_orders_by_date_number_and_revision(gate: Gate) -> None:
    names = ["x_20260601.csv", "x_20260601_1.csv", "x_20260601_1_r1.csv", "x_20260601_2.csv", "x_20260602.csv.gz"]
    places = [gate.feeds["contracts"].sequence_of(name) for name in names]
    assert places[0] == 20260601 * 1_000_000 and places[2] == 20260601 * 1_000_000 + 1_001
    assert places == sorted(set(places), key=lambda place: place or 0)


def test_a_row_over_and_a_row_in_force_of_one_key_in_one_file_contradict(gate: Gate) -> None:
    batch = named(gate, "c_20260601.csv", ",P1,C1,T,2020-01-01,1", "D,P1,,,,")
    assert gate.land().rejected() == [(batch, 3, "KEY_REPEATED", "no")]


def test_a_deletion_needs_no_known_customer_but_a_readable_key(gate: Gate) -> None:
    batch = named(gate, "c_20260601.csv", "D,P9,C9,X,never,", "D,,C1,T,2020-01-01,1")
    landing = gate.land()
    assert landing.equation(batch) == ("LOADED", 2, 0, 1, 1)
    assert landing.rejected() == [(batch, 3, "REQUIRED", "no")]


rows_of_days = st.lists(
    st.dictionaries(
        st.sampled_from(["P1", "P2", "P3"]), st.one_of(st.none(), st.integers(1, 3)), min_size=1
    ),
    min_size=1,
    max_size=6,
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(rows_of_days, st.randoms(use_true_random=False))
def test_increments_in_any_order_end_in_the_same_state(
    tmp_path_factory: pytest.TempPathFactory, days: list[dict[str, int | None]], chance: random.Random
) -> None:
    expected: dict[str, int] = {}
    for day in days:
        expected.update({no: 100 * premium for no, premium in day.items() if premium})
        for no in (no for no, premium in day.items() if premium is None):
            expected.pop(no, None)
    gate = changes_gate(tmp_path_factory.mktemp("any-order"))
    numbered = list(enumerate(days, 1))
    chance.shuffle(numbered)
    for number, day in numbered:
        rows = [f"{'' if premium else 'D'},{no},C1,T,2020-01-01,{premium or ''}" for no, premium in day.items()]
        named(gate, f"c_{20260600 + number}.csv", *rows, f",X{number},C1,T,2020-01-01,9")
    held = premiums(gate)
    assert {no: premium for no, premium in held.items() if not no.startswith("X")} == expected


def test_contacts_members_and_claims_land_with_versions(gate: Gate) -> None:
    gate.declare(CONTACTS, MEMBERS, CLAIMS)
    named(gate, "c_20260601.csv", ",P1,C1,T,2020-01-01,1")
    gate.send("contacts", "no,cust,series,day,answer", "K1,C1,HLIFE.TERM,2026-05-01,2", "K2,C1,NONE,2026-05-01,2")
    gate.send("contacts", "no,cust,series,day,answer", "K1,C1,HLIFE.TERM,2026-05-01,1")
    gate.send("members", "campaign,cust,arm,day", "SPRING,C1,CONTROL,2026-04-01")
    gate.send("claims", "no,contract,day,amount,paid", "L1,P1,2026-05-05,10.50,", "L2,P9,2026-05-05,1,")
    landing = gate.land()
    assert [(row["outcome"], row["known_until"] is None) for row in landing.rows(datasets.PAST_CONTACTS)] == [
        ("DECLINED", False), ("ACCEPTED", True),
    ]  # fmt: skip
    (member,) = landing.rows(datasets.CAMPAIGN_MEMBERS)
    assert (member["arm"], member["treated_share_ppm"], member["company"]) == ("CONTROL", None, "HLIFE")
    (claim,) = landing.rows(datasets.CLAIMS)
    assert claim["contract_id"] == pseudonym(KEY, "contract", "HLIFE", "P1")
    assert (claim["claimed_minor"], claim["paid_minor"], claim["currency"]) == (1050, None, "CNY")
    assert [(rule, at) for _, _, rule, at in landing.rejected()] == [
        ("UNKNOWN_SERIES", "series"), ("UNKNOWN_CONTRACT", "contract"),
    ]  # fmt: skip


def test_the_quality_of_each_column_is_counted(gate: Gate) -> None:
    batch = named(gate, "c_20260601.csv", ",P1,C1,T,2020-13-01,1", ",P2,C1,T,2020-01-01,", ",P3,C1,T,2020-01-01,1", "x")
    rows = {row["column"]: row for row in gate.land().rows(datasets.FIELD_QUALITY) if row["batch_id"] == batch}

    def counts(column: str) -> tuple[Any, ...]:
        return tuple(rows[column][name] for name in ("rows", "filled", "valid", "distinct"))

    assert counts("begins") == (3, 3, 2, 1)
    assert counts("premium") == (3, 2, 2, 1)
    assert counts("op") == (3, 0, 0, 0)
    assert counts("no") == (3, 3, 3, 3)
    assert rows["no"]["company"] == "HLIFE"


@pytest.mark.parametrize(
    ("text", "matter"),
    [
        (CHANGES.replace("mode: increment", "mode: append"), "means nothing but in an increment"),
        (CUSTOMERS.replace("mode: full", "mode: increment") + "delete: {column: name, texts: [D]}", "facts hang on them"),
        (CONTRACTS + "sequence: {pattern: 'x'}", "needs groups of digits"),
        (CONTRACTS.replace("no: {type: text, required: true}", "no: {type: text, required: true, may_be_absent: true}"),
         "cannot be absent"),
        (CLAIMS.replace("paid: {type: money, currency: CNY}", "paid: {type: money, currency: USD}"), "or several"),
    ],
)  # fmt: skip
def test_a_feed_that_contradicts_itself_is_told(tmp_path: Path, text: str, matter: str) -> None:
    with pytest.raises(FeedBroken, match=matter):
        Gate(tmp_path).declare(CUSTOMERS, text)
