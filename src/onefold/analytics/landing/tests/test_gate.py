"""The front gate as a whole: the row equation, versions, what refers to what, and that order does not matter."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onefold.analytics.landing.tests.world import CONTRACTS, CUSTOMERS, KEY, START, Gate
from onefold.kernel.ids import pseudonym
from onefold.seam import datasets

HEAD, CUSTOMER_HEAD = "no,cust,product,begins,premium", "no,name,born,idn"
WANG = "C1,王小明,1980-05-20,"


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    gate = Gate(tmp_path).declare(CUSTOMERS, CONTRACTS)
    gate.send("customers", CUSTOMER_HEAD, WANG, "C2,李雷,1990-01-31,")
    return gate


def contract_versions(gate: Gate, number: str = "P1") -> list[tuple[object, ...]]:
    """(premium, hour known from, hour known until) of one contract."""
    contract_id = pseudonym(KEY, "contract", "HLIFE", number)

    def hour(at: datetime | None) -> int | None:
        return None if at is None else (at - START) // timedelta(hours=1)

    rows = [row for row in gate.land().rows(datasets.CONTRACTS) if row["contract_id"] == contract_id]
    return [(row["premium_minor"], hour(row["known_from"]), hour(row["known_until"])) for row in rows]


def test_a_contract_lands_with_its_series_and_pseudonyms(gate: Gate) -> None:
    batch = gate.send("contracts", HEAD, "P1,C1,T,2020-01-01,100.50")
    landing = gate.land()
    assert landing.equation(batch) == ("LOADED", 1, 1, 0, 0)
    (row,) = landing.rows(datasets.CONTRACTS)
    assert row["contract_id"] == pseudonym(KEY, "contract", "HLIFE", "P1")
    assert row["source_id"] == pseudonym(KEY, "source", "HLIFE", "C1")
    assert (row["series"], row["product"], row["premium_minor"], row["currency"]) == ("HLIFE.TERM", "HLIFE.TERM.STD", 10050, "CNY")  # fmt: skip
    assert [each["contract_no"] for each in landing.rows(datasets.CONTRACT_NUMBERS)] == ["P1"]
    months = {each["birth_month"].isoformat() for each in landing.rows(datasets.SOURCE_RECORDS)}
    assert months == {"1980-05-01", "1990-01-01"}
    assert {each["name"] for each in landing.rows(datasets.SOURCE_IDENTITIES)} == {"王小明", "李雷"}


def test_each_bad_row_is_set_aside_with_its_rule_and_its_bytes(gate: Gate) -> None:
    rows = [
        "P1,C1,T,2020-02-30,1", "P2,C9,T,2020-01-01,1", "P3,C1,X,2020-01-01,1", "P4,C1,M,2020-01-01,1",
        ",C1,T,2020-01-01,1", "P5,C1,T,,1", "P6,C1,T,2020-01-01,1.234", "P7,C1,T,2020-01-01", "P8,C1,T,2020-01-01,1",
    ]  # fmt: skip
    batch = gate.send("contracts", HEAD, *rows)
    landing = gate.land()
    assert landing.equation(batch) == ("LOADED", 9, 1, 8, 0)
    assert landing.rejected() == [
        (batch, 2, "NOT_A_DATE", "begins"), (batch, 3, "UNKNOWN_CUSTOMER", "cust"), (batch, 4, "UNKNOWN_CODE", "product"),
        (batch, 5, "NOT_ITS_PRODUCT", "product"), (batch, 6, "REQUIRED", "no"), (batch, 7, "REQUIRED", "begins"),
        (batch, 8, "AMOUNT_TOO_PRECISE", "premium"), (batch, 9, "FIELD_COUNT", None),
    ]  # fmt: skip
    assert [row["original"] for row in landing.rows(datasets.REJECTS)] == [f"{row}\n".encode() for row in rows[:8]]


def test_the_same_file_again_changes_nothing_and_is_told(gate: Gate) -> None:
    lines = (HEAD, "P1,C1,T,2020-01-01,1", "P2,C2,T,2020-01-01,1")
    gate.send("contracts", *lines)
    before = gate.land()
    again = gate.send("contracts", *lines)
    after = gate.land()
    assert after.equation(again) == ("DUPLICATE_FILE", 2, 0, 0, 2)
    assert [pair for pair in after.hashes if pair[0] != "arrivals"] == [p for p in before.hashes if p[0] != "arrivals"]


def test_a_changed_row_closes_the_former_version_and_a_missing_one_is_closed(gate: Gate) -> None:
    gate.send("contracts", HEAD, "P1,C1,T,2020-01-01,1", "P2,C2,T,2020-01-01,1")
    second = gate.send("contracts", HEAD, "P1,C1,T,2020-01-01,2", "P2,C2,T,2020-01-01,1")
    gate.send("contracts", HEAD, "P2,C2,T,2020-01-01,1")
    gate.send("contracts", HEAD, "P1,C1,T,2020-01-01,2", "P2,C2,T,2020-01-01,1")
    assert contract_versions(gate) == [(100, 1, 2), (200, 2, 3), (200, 4, None)]
    assert contract_versions(gate, "P2") == [(100, 1, None)]
    assert gate.land().equation(second) == ("LOADED", 2, 1, 0, 1)


def test_in_an_append_feed_nothing_is_closed_by_silence(gate: Gate) -> None:
    gate.declare(CONTRACTS.replace("mode: full", "mode: append"))
    gate.send("contracts", HEAD, "P1,C1,T,2020-01-01,1")
    gate.send("contracts", HEAD, "P2,C1,T,2020-01-01,1")
    assert contract_versions(gate) == [(100, 1, None)]


def test_a_row_set_aside_does_not_close_what_was_known_of_it(gate: Gate) -> None:
    gate.send("contracts", HEAD, "P1,C1,T,2020-01-01,1", "P2,C1,T,2020-01-01,1")
    gate.send("contracts", HEAD, "P1,C1,T,2020-01-01,oops")
    assert contract_versions(gate) == [(100, 1, None)]
    assert contract_versions(gate, "P2") == [(100, 1, 2)]
    unreadable = gate.send("contracts", HEAD, "P3,C1,T,2020-01-01,1", 'P"4')
    assert contract_versions(gate) == [(100, 1, None)]
    assert gate.land().arrival(unreadable)["detail"] == "rows without a readable key: nothing was closed"


def test_customers_missing_from_a_newer_file_stay_because_facts_hang_on_them(gate: Gate) -> None:
    gate.send("contracts", HEAD, "P1,C2,T,2020-01-01,1")
    gate.send("customers", CUSTOMER_HEAD, WANG.replace("小明", "大明"))
    landing = gate.land()
    names = {row["name"]: row["recorded_at"] for row in landing.rows(datasets.SOURCE_IDENTITIES)}
    assert names == {"王大明": START + timedelta(hours=2), "李雷": START}
    assert len(landing.rows(datasets.CONTRACTS)) == 1
    back = gate.send("customers", CUSTOMER_HEAD, WANG.replace("小明", "大明"), "C2,李雷,1990-01-31,")
    assert gate.land().equation(back) == ("LOADED", 2, 0, 0, 2), "who comes back unchanged is nothing new"


def test_a_refused_file_leaves_the_data_before_it(gate: Gate) -> None:
    gate.send("contracts", HEAD, "P1,C1,T,2020-01-01,1")
    renamed = gate.send("contracts", HEAD.replace("premium", "premiums"), "P1,C1,T,2020-01-01,2")
    landing = gate.land()
    assert landing.equation(renamed) == ("HEADER_CHANGED", 0, 0, 0, 0)
    assert contract_versions(gate) == [(100, 1, None)]


def test_too_many_bad_rows_refuse_the_file_and_still_show_which(gate: Gate) -> None:
    gate.declare(CONTRACTS + "tolerance: {quarantined_share_max: 0.4}\n")
    gate.send("contracts", HEAD, "P1,C1,T,2020-01-01,1")
    bad = gate.send("contracts", HEAD, "P1,C1,T,2020-01-01,2", "P2,C9,T,2020-01-01,2")
    landing = gate.land()
    assert landing.equation(bad) == ("TOO_MANY_QUARANTINED", 2, 0, 2, 0)
    assert landing.rejected() == [(bad, 3, "UNKNOWN_CUSTOMER", "cust")]
    assert contract_versions(gate) == [(100, 1, None)]


def test_a_cut_off_file_may_not_close_the_book(gate: Gate) -> None:
    gate.declare(CONTRACTS + "control: {closed_share_max: 0.5}\n")
    gate.send("contracts", HEAD, *(f"P{n},C1,T,2020-01-01,1" for n in range(1, 5)))
    cut = gate.send("contracts", HEAD, "P1,C1,T,2020-01-01,1")
    assert gate.land().equation(cut) == ("CLOSES_TOO_MUCH", 1, 0, 1, 0)
    assert contract_versions(gate, "P4") == [(100, 1, None)]


def test_totals_and_counts_in_the_trailer_must_agree(gate: Gate) -> None:
    trailer = 'control: {trailer: {pattern: "END,(?P<rows>[0-9]+),(?P<total>[0-9.]+)", total_of: premium}}\n'
    gate.declare(CONTRACTS + trailer)
    good = gate.send("contracts", HEAD, "P1,C1,T,2020-01-01,1.50", "P2,C1,T,2020-01-01,2", "END,2,3.50")
    wrong = gate.send("contracts", HEAD, "P1,C1,T,2020-01-01,1.50", "P2,C1,T,2020-01-01,2", "END,2,3.51")
    landing = gate.land()
    assert landing.equation(good)[0] == "LOADED"
    assert landing.equation(wrong) == ("TRAILER_TOTAL", 2, 0, 2, 0)


def test_a_key_twice_in_a_file_is_a_duplicate_or_a_contradiction(gate: Gate) -> None:
    gate.send("contracts", HEAD, "P0,C1,T,2020-01-01,1")
    lines = ["P1,C1,T,2020-01-01,1", "P1,C1,T,2020-01-01,1", "P1,C1,T,2020-01-01,2"]
    batch = gate.send("contracts", HEAD, *lines)
    landing = gate.land()
    assert landing.equation(batch) == ("LOADED", 3, 1, 1, 1)
    assert landing.rejected() == [(batch, 4, "KEY_REPEATED", "no")]


def test_two_feeds_of_one_company_may_not_use_the_same_key(gate: Gate) -> None:
    gate.declare(CONTRACTS.replace("feed: contracts", "feed: loans"))
    gate.send("contracts", HEAD, "P1,C1,T,2020-01-01,1")
    loans = gate.send("loans", HEAD, "P1,C1,T,2020-01-01,1")
    assert gate.land().rejected() == [(loans, 2, "KEY_TAKEN", "no")]


def test_an_older_file_that_comes_late_never_overwrites_a_newer_one(gate: Gate) -> None:
    gate.send("contracts", HEAD, "P1,C1,T,2020-01-01,2", sequence=7)
    late = gate.send("contracts", HEAD, "P1,C1,T,2020-01-01,1", sequence=6)
    assert gate.land().equation(late) == ("SUPERSEDED", 1, 0, 1, 0)
    assert contract_versions(gate) == [(200, 1, None)]
    gate.declare(CONTRACTS.replace("mode: full", "mode: append"))
    assert gate.land().equation(late) == ("LOADED", 1, 0, 0, 1)
    assert contract_versions(gate) == [(200, 1, None)]


def test_a_contract_that_comes_before_its_customer_waits_for_it(tmp_path: Path) -> None:
    gate = Gate(tmp_path).declare(CUSTOMERS, CONTRACTS)
    early = gate.send("contracts", HEAD, "P1,C1,T,2020-01-01,1")
    assert gate.land().rejected() == [(early, 2, "UNKNOWN_CUSTOMER", "cust")]
    gate.send("customers", CUSTOMER_HEAD, WANG)
    assert gate.land().equation(early) == ("LOADED", 1, 1, 0, 0)
    assert contract_versions(gate) == [(100, 1, None)], "known only since the customer is known"


def test_a_bad_id_number_may_be_dropped_and_is_counted(gate: Gate) -> None:
    batch = gate.send("customers", CUSTOMER_HEAD, WANG + "110105194912310021", "C2,李雷,1990-01-31,11010519491231002X")
    landing = gate.land()
    assert landing.arrival(batch)["detail"] == "1 values of idn left empty (ID_CHECKSUM)"
    found = {row["source_key"]: (row["id_type"], row["id_number"]) for row in landing.rows(datasets.SOURCE_IDENTITIES)}
    assert found == {"C1": (None, None), "C2": ("RESIDENT_ID", "11010519491231002X")}


def test_batches_received_after_the_moment_of_knowledge_are_not_looked_at(gate: Gate) -> None:
    gate.send("contracts", HEAD, "P1,C1,T,2020-01-01,1", at=START + timedelta(days=100))
    landing = gate.land()
    assert len(landing.landed.arrivals) == 1
    assert landing.rows(datasets.CONTRACTS) == []


def test_an_unknown_feed_is_told_and_harms_nobody(gate: Gate) -> None:
    strange = gate.send("strangers", "a", "1")
    landing = gate.land()
    assert landing.equation(strange)[0] == "UNKNOWN_FEED"
    assert len(landing.rows(datasets.SOURCE_RECORDS)) == 2


fields = st.tuples(
    st.sampled_from(["P1", "P2", "P3", "P4", ""]),
    st.sampled_from(["C1", "C2", "C9", ""]),
    st.sampled_from(["T", "P", "M", "?"]),
    st.sampled_from(["2020-01-01", "2020-02-30", ""]),
    st.sampled_from(["1", "2", "x", '"']),
).map(",".join)


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(st.lists(st.lists(fields, max_size=6), min_size=1, max_size=4), st.booleans(), st.randoms())
def test_whatever_is_sent_the_rows_add_up_and_the_order_of_the_list_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, files: list[list[str]], full: bool, shuffled: random.Random
) -> None:
    gate = Gate(tmp_path_factory.mktemp("gate"))
    gate.declare(CUSTOMERS, CONTRACTS if full else CONTRACTS.replace("mode: full", "mode: append"))
    gate.send("customers", CUSTOMER_HEAD, WANG, "C2,李雷,1990-01-31,")
    for lines in files:
        gate.send("contracts", HEAD, *lines)
    first = gate.land()
    shuffled.shuffle(gate.batches)
    second = gate.land()
    assert second.hashes == first.hashes
    rejected = first.rows(datasets.REJECTS)
    for row in first.rows(datasets.ARRIVALS):
        assert row["rows_in"] == row["rows_loaded"] + row["rows_quarantined"] + row["rows_duplicate"]
        assert min(row["rows_in"], row["rows_loaded"], row["rows_quarantined"], row["rows_duplicate"]) >= 0
        if row["outcome"] == "LOADED":
            assert row["rows_quarantined"] == sum(reject["batch_id"] == row["batch_id"] for reject in rejected)
    versions = [(row["contract_id"], row["known_until"]) for row in first.rows(datasets.CONTRACTS)]
    open_ids = [contract_id for contract_id, until in versions if until is None]
    assert len(open_ids) == len(set(open_ids))
