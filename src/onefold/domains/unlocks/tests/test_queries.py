"""A seller sees what the own rights would unlock, a company that of its sellers, the desk all of it."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from onefold.commands.viewer import Viewer
from onefold.domains.releases.queries import active_release_id
from onefold.domains.sellers.queries import sellers
from onefold.domains.unlocks.models import Unlocked
from onefold.domains.unlocks.queries import By, Summary, Unlock, unlocks_by_right, unlocks_of

GRADE, CHANNEL = "GRADE_TOO_LOW", "CHANNEL_NOT_AUTHORISED"


@pytest.fixture
def unlocked(harbour: str, as_role) -> tuple[str, str]:
    """Rows of two sellers of two companies; their codes."""
    with as_role("batch"):
        staff = sellers(Viewer.system("test"))
        ours = next(code for code, row in staff.items() if row.company == "HLIFE")
        theirs = next(code for code, row in staff.items() if row.company == "HBANK")
        release = active_release_id(Viewer.system("test"))
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('app.viewer', 'system', true), set_config('app.at', now()::text, true)"
                )
            Unlocked.objects.all().delete()
            for code, series, missing, leads, value in (
                (ours, "HPC.MOTOR", f"{CHANNEL},{GRADE}", 3, 900),
                (ours, "HBANK.CARD", GRADE, 11, 1_200),
                (theirs, "HBANK.CARD", GRADE, 1, 100),
            ):
                Unlocked.objects.create(
                    release_id=release, seller_id=code, seller_company_id=staff[code].company, series_id=series,
                    missing=missing, leads=leads, value_minor=value,
                )  # fmt: skip
    return ours, theirs


def test_a_seller_sees_the_own_rights_the_most_valuable_first(unlocked: tuple[str, str]) -> None:
    ours, theirs = unlocked
    viewer = Viewer.of_seller(ours, "HLIFE")
    assert unlocks_of(viewer, ours) == [
        Unlock(ours, "HBANK.CARD", (GRADE,), 11, 1_200),
        Unlock(ours, "HPC.MOTOR", (CHANNEL, GRADE), 3, 900),
    ]
    assert unlocks_of(viewer, theirs) == []


def test_a_company_sees_its_own_sellers_and_the_desk_everybody(unlocked: tuple[str, str]) -> None:
    ours, theirs = unlocked
    assert unlocks_of(Viewer.of_company("HLIFE"), theirs) == []
    assert len(unlocks_of(Viewer.of_company("HLIFE"), ours)) == 2
    assert told(unlocks_by_right(Viewer.of_group())) == [
        ("HBANK.CARD", "", 2, 12, 1_300),
        ("HPC.MOTOR", "", 1, None, None),
    ]


def test_the_desk_asks_by_company_and_a_company_by_seller(unlocked: tuple[str, str]) -> None:
    ours, _theirs = unlocked
    assert told(unlocks_by_right(Viewer.of_group(), By.COMPANY)) == [
        ("HBANK.CARD", "HLIFE", 1, 11, 1_200), ("HBANK.CARD", "HBANK", 1, None, None), ("HPC.MOTOR", "HLIFE", 1, None, None),
    ]  # fmt: skip
    assert told(unlocks_by_right(Viewer.of_company("HLIFE"), By.SELLER)) == [
        ("HBANK.CARD", ours, 1, 11, 1_200), ("HPC.MOTOR", ours, 1, 3, 900),
    ]  # fmt: skip


def told(rows: list[Summary]) -> list[tuple[str, str, int, int | None, int | None]]:
    return [(one.series, one.of, one.sellers, one.leads, one.value_minor) for one in rows]


def test_a_customer_sees_none(unlocked: tuple[str, str]) -> None:
    viewer = Viewer.of_customer("0" * 32)
    assert unlocks_of(viewer, unlocked[0]) == unlocks_by_right(viewer) == []


def test_the_database_keeps_sellers_apart_without_the_second_wall(
    unlocked: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from onefold.domains.unlocks import queries

    monkeypatch.setattr(queries, "unlocked_seen_by", lambda viewer: Unlocked.objects.all())
    ours, theirs = unlocked
    assert unlocks_of(Viewer.of_seller(ours, "HLIFE"), theirs) == []
    assert len(unlocks_of(Viewer.of_seller(ours, "HLIFE"), ours)) == 2
    assert unlocks_of(Viewer.of_company("HLIFE"), theirs) == []
