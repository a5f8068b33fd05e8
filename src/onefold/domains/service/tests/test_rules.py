"""Who follows a leaver, and by when holders are told."""

from __future__ import annotations

from collections import Counter
from datetime import date
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onefold.domains.service.rules import notice_due, successor

TERMS = {"days": 30, "longer_than_days": 366, "lines": ["LIFE"]}
LEFT = date(2026, 6, 1)
BEGUN = date(2024, 1, 1)


@given(st.uuids(), st.lists(st.text("AB12", min_size=1), unique=True, min_size=1), st.randoms())
def test_the_order_of_the_sellers_says_nothing(customer, able, chance):
    mixed = chance.sample(able, len(able))
    assert successor(customer.hex, mixed) == successor(customer.hex, able) in able


def test_nobody_follows_where_nobody_is():
    assert successor(uuid4().hex, []) is None


def test_customers_are_spread_evenly():
    shares = Counter(successor(uuid4().hex, ["A", "B", "C", "D"]) for _ in range(4_000))
    assert min(shares.values()) > 850


@pytest.mark.parametrize(
    ("line", "until", "due"),
    [
        ("LIFE", None, date(2026, 7, 1)),
        ("LIFE", date(2044, 1, 1), date(2026, 7, 1)),
        ("LIFE", date(2025, 1, 1), None),  # 2024 has 366 days: a year, and no longer
        ("LIFE", date(2025, 1, 2), date(2026, 7, 1)),
        ("MOTOR", None, None),
    ],
)
def test_holders_of_long_life_policies_are_told_within_thirty_days(line, until, due):
    assert notice_due(LEFT, line, BEGUN, until, TERMS) == due
