"""What a steward said goes before likeness, holds in the next run and the one after, and is undone by taking it back."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onefold.analytics.engines.likeness import on_duckdb
from onefold.analytics.linkage import Likeness, Linked, link_records
from onefold.analytics.linkage.tests.test_likeness import PLANTED, TERMS, crowd
from onefold.analytics.linkage.tests.test_linkage import NOON, TODAY
from onefold.matching.grouping import grouped
from onefold.seam.datasets import LINK_RULINGS, MEMBERSHIPS, RELATIONS, SOURCE_IDENTITIES, SOURCE_RECORDS

ROWS = [*crowd(), *PLANTED]


def ruled(*said: tuple[str, str, str]) -> pa.Table:
    rows = [dict(zip(("source_id", "other_source_id", "verdict"), one, strict=True)) for one in said]
    return pa.Table.from_pylist(rows, schema=LINK_RULINGS.schema)


def linked(rulings: pa.Table, before: pa.Table | None = None, rows: list[dict[str, Any]] = ROWS) -> Linked:
    records, identities = (
        pa.Table.from_pylist(
            [{c.name: row.get(c.name) for c in dataset.columns} for row in rows], schema=dataset.schema
        )
        for dataset in (SOURCE_RECORDS, SOURCE_IDENTITIES)
    )
    previous = MEMBERSHIPS.schema.empty_table() if before is None else before
    told = Likeness(TERMS, on_duckdb)
    return link_records(records, identities, RELATIONS.schema.empty_table(), previous, TODAY, NOON, told, rulings)


def customer_of(found: Linked) -> dict[str, str]:
    return {row["source_id"]: row["customer_id"] for row in found.memberships.to_pylist()}


def outcomes(found: Linked) -> dict[tuple[str, str], str]:
    return {(row["source_id"], row["other_source_id"]): row["outcome"] for row in found.candidates.to_pylist()}


@pytest.fixture(scope="module")
def untouched() -> Linked:
    return linked(ruled())


def test_a_refused_link_is_cut_in_the_next_run_and_does_not_come_back(untouched: Linked) -> None:
    assert customer_of(untouched)["moved-1"] == customer_of(untouched)["moved-2"]
    refusal = ruled(("moved-1", "moved-2", "DIFFERENT"))
    once = linked(refusal, untouched.memberships)
    again = linked(refusal, once.memberships)
    for found in (once, again):
        assert customer_of(found)["moved-1"] != customer_of(found)["moved-2"]
        assert outcomes(found)["moved-1", "moved-2"] == "REFUSED"
    back = linked(ruled(), again.memberships)
    assert customer_of(back)["moved-1"] == customer_of(back)["moved-2"]


def test_a_confirmed_link_joins_who_likeness_would_never_and_taking_it_back_parts_them(untouched: Linked) -> None:
    pair = ("husband", "wife")
    assert len({customer_of(untouched)[one] for one in pair}) == 2
    found = linked(ruled((*pair, "SAME")), untouched.memberships)
    assert len({customer_of(found)[one] for one in pair}) == 1
    assert outcomes(found)[pair] == "CONFIRMED"
    back = linked(ruled(), found.memberships)
    assert len({customer_of(back)[one] for one in pair}) == 2


def test_certain_numbers_go_before_what_a_steward_says(untouched: Linked) -> None:
    found = linked(ruled(("namesake-1", "namesake-2", "SAME")), untouched.memberships)
    assert len({customer_of(found)[one] for one in ("namesake-1", "namesake-2")}) == 2
    assert outcomes(found)["namesake-1", "namesake-2"] == "CONTRADICTED"


def test_a_ruling_about_records_that_are_gone_or_in_a_group_too_small_to_compare_harms_nobody() -> None:
    few = [row for row in PLANTED if row["source_id"] in ("husband", "wife")]
    found = linked(ruled(("husband", "wife", "SAME"), ("gone", "husband", "DIFFERENT")), rows=few)
    assert len(set(customer_of(found).values())) == 1


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20), st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=5))  # fmt: skip
def test_things_told_apart_are_in_no_group_together_by_whichever_way(links, told) -> None:
    apart = [(one, other) for one, other in told if one != other]
    left, right = (np.array([pair[side] for pair in links], np.int64) for side in (0, 1))
    home, _ = grouped(left, right, np.arange(len(links)), np.zeros(8, np.int64), apart)
    assert not [pair for pair in apart if home[pair[0]] == home[pair[1]]]
    alone, _ = grouped(left, right, np.arange(len(links)), np.zeros(8, np.int64))
    assert all(alone[one] == alone[other] for one, other in combinations(range(8), 2) if home[one] == home[other])
