"""Who may see what contact changed, and what is said of it."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection, transaction

from onefold.commands.viewer import Viewer
from onefold.domains.lift.models import Comparison
from onefold.domains.lift.queries import lift_of
from onefold.domains.lift.rules import rate, says
from onefold.domains.releases.queries import active_release_id

SUMS = {
    "open_exposure": 73_000,
    "open_sum": 40,
    "open_error": 9,
    "held_exposure": 7_300,
    "held_sum": 3,
    "held_error": 9,
}


def write(**more: object) -> None:
    """One comparison of the active release, as a release would bring it."""
    row = {
        "measure": "HOLDOUT", "outcome": "CONTRACTS", "level": "GROUP", "row": "ALL", "since": date(2024, 6, 1), "until": date(2026, 6, 1),
        "open_units": 100, "held_units": 11, "lift": 50_000, "low": 10_000, "high": 90_000, "detectable": 60_000, **SUMS,
    } | more  # fmt: skip
    release = active_release_id(Viewer.system("test"))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.viewer', 'system', true), set_config('app.at', now()::text, true)")
        Comparison.objects.create(release_id=release, **row)


@pytest.fixture
def compared(harbour: str, as_role) -> None:
    with as_role("batch"):
        write()
        write(measure="CHOSEN", level="CAMPAIGN", row="K1", low=None, high=None, detectable=None)


@pytest.mark.usefixtures("compared")
def test_the_group_sees_comparisons_with_their_rates() -> None:
    found = lift_of(Viewer.of_group())
    assert [(row.measure, row.level, row.row, row.says) for row in found] == [
        ("CHOSEN", "CAMPAIGN", "K1", "NO_EVIDENCE"),
        ("HOLDOUT", "GROUP", "ALL", "MORE"),
    ]
    assert (found[1].open_rate, found[1].held_rate) == (200_000, 150_000)
    assert lift_of(Viewer.of_group(), level="GROUP") == found[1:]


@pytest.mark.usefixtures("compared")
def test_a_seller_and_a_customer_see_none_and_a_company_sees_the_groups() -> None:
    assert lift_of(Viewer.of_seller("HLIFE-0001", "HLIFE")) == lift_of(Viewer.of_customer("0" * 32)) == []
    assert lift_of(Viewer.of_company("HLIFE")) == lift_of(Viewer.of_group())


def test_a_rate_is_per_million_household_years_or_members() -> None:
    assert rate(1, 365, "HOLDOUT") == 1_000_000
    assert rate(1, 4, "LOT") == 250_000
    assert rate(0, 0, "LOT") == 0


@pytest.mark.parametrize(
    ("low", "high", "said"), [(1, 9, "MORE"), (-9, -1, "LESS"), (-1, 1, "NOT_SEEN"), (0, 9, "NOT_SEEN"), (None, None, "NO_EVIDENCE")]
)  # fmt: skip
def test_it_says_more_only_where_the_whole_interval_does(low: int | None, high: int | None, said: str) -> None:
    assert says(low, high) == said
