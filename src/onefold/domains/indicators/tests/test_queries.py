"""Figures over time and what moved them, read from the release in force."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest
from django.db import connection, transaction

from onefold.commands.viewer import Viewer
from onefold.domains.indicators.models import IndicatorMovement, IndicatorValue
from onefold.domains.indicators.queries import figures, history, movement, movement_since_last_release
from onefold.domains.releases.queries import active_release_id
from onefold.kernel.movements import Part

pytestmark = pytest.mark.usefixtures("harbour")

FEBRUARY, MARCH, APRIL = date(2020, 2, 29), date(2020, 3, 31), date(2020, 4, 30)
GROUP = Viewer.of_group()
PARTS = [
    (FEBRUARY, MARCH, "BEFORE", "", 8, 4),
    (FEBRUARY, MARCH, "NEW_CUSTOMERS", "", 1, 1),
    (MARCH, APRIL, "BEFORE", "", 9, 5),
    (MARCH, APRIL, "NEW_CONTRACTS", "AGT", 2, 0),
    (MARCH, APRIL, "LAPSES", "", -1, 0),
]


@pytest.fixture
def told(harbour, as_role) -> None:
    """Two old months of an indicator of our own, published with the release in force."""
    release = active_release_id(GROUP)
    with as_role("batch"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.viewer', 'system', true), set_config('app.at', now()::text, true)")
        cell = {"release_id": release, "indicator": "told", "version": 1, "row": "ALL", "column": "ALL"}
        for day, numerator, denominator in ((FEBRUARY, 8, 4), (MARCH, 9, 5), (APRIL, 10, 5)):
            IndicatorValue.objects.create(**cell, as_of=day, numerator=numerator, denominator=denominator)
        for before, after, part, channel, numerator, denominator in PARTS:
            days = {"as_of_before": before, "as_of": after, "basis": "HISTORY"}
            added = {"part": part, "channel": channel, "numerator": numerator, "denominator": denominator}
            IndicatorMovement.objects.create(**cell, **days, **added)


@pytest.mark.usefixtures("told")
def test_pages_see_only_the_newest_day_and_history_sees_all() -> None:
    assert figures(GROUP, "told") == []
    assert {figure.as_of for figure in figures(GROUP, "customer_penetration")} == {
        max(day for day, _, _ in history(GROUP, "customer_penetration"))
    }
    assert history(GROUP, "told") == [(FEBRUARY, 8, 4), (MARCH, 9, 5), (APRIL, 10, 5)]


@pytest.mark.usefixtures("told")
def test_two_months_are_told_as_one_movement_that_adds_up() -> None:
    found = movement(GROUP, "told", "ALL", "ALL", FEBRUARY, APRIL)
    assert found is not None and (found.before, found.after) == ((8, 4), (10, 5))
    assert found.parts == (
        Part("NEW_CUSTOMERS", "", 1, 1),
        Part("NEW_CONTRACTS", "AGT", 2, 0),
        Part("LAPSES", "", -1, 0),
    )
    assert sum(map(found.effect, found.parts)) == found.change == Fraction(0)


@pytest.mark.usefixtures("told")
def test_a_day_that_is_not_of_the_history_has_no_movement() -> None:
    assert movement(GROUP, "told", "ALL", "ALL", FEBRUARY, date(2020, 4, 29)) is None
    assert movement(GROUP, "told", "ALL", "ALL", date(2020, 3, 1), APRIL) is None
    assert movement_since_last_release(GROUP, "told") is None


@pytest.mark.usefixtures("told")
def test_a_seller_sees_neither_history_nor_movements() -> None:
    seller = Viewer.of_seller("S001", "HLIFE")
    assert history(seller, "told") == []
    assert movement(seller, "told", "ALL", "ALL", FEBRUARY, APRIL) is None


def test_harbours_two_years_move_from_month_to_month_without_a_rest() -> None:
    months = history(GROUP, "customer_penetration")
    assert len(months) == 25
    for earlier, later in pairwise(months):
        moved = movement(GROUP, "customer_penetration", "ALL", "ALL", earlier.as_of, later.as_of)
        assert moved is not None and (moved.before, moved.after) == (earlier[1:], later[1:])
    whole = movement(GROUP, "customer_penetration", "ALL", "ALL", months[0].as_of, months[-1].as_of)
    assert whole is not None and sum(map(whole.effect, whole.parts)) == whole.change
    # Forty customers move by ones and twos: what made it is told together.
    assert {part.part for part in whole.parts} == {"FEW"}
