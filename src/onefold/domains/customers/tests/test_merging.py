"""Facts are merged without a trigger for each row, and still nothing dangles."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from onefold.commands.scope import reading
from onefold.commands.staging import merge_facts, merge_statements, stage_facts
from onefold.commands.viewer import Viewer
from onefold.domains.customers.models import Membership

JOBS = Viewer.system("test")
COLUMNS = ("source_record_id", "customer_id", "company_id", "basis", "recorded_at")


@pytest.fixture
def one_membership(harbour, as_role):
    with as_role("batch"):
        with reading(JOBS):
            row = Membership.objects.order_by("source_record_id").values_list(*COLUMNS)[0]
        yield row


def merged(row):
    """Merge as an activation does, and see that the triggers are back at once."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.viewer', 'system', true)")
        stage_facts("f" * 32, Membership, COLUMNS, [row])
        written = merge_facts("f" * 32, Membership, ["source_record_id"])
        cursor.execute("SHOW session_replication_role")
        assert cursor.fetchone() == ("origin",)
        return written


def test_the_batch_role_sets_the_triggers_aside_and_takes_them_back(one_membership):
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_parameter_privilege('session_replication_role', 'SET')")
        assert cursor.fetchone() == (True,)
    changed = (*one_membership[:3], "ALONE", datetime(2026, 11, 1, tzinfo=UTC))
    assert merged(changed) == 1
    with reading(JOBS):
        assert Membership.objects.get(source_record_id=changed[0]).recorded_at == changed[4]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_row_that_refers_to_nothing_is_refused(one_membership, place):
    nowhere = list(one_membership)
    nowhere[place] = "NOWHERE" if place == 2 else UUID(int=7)
    with pytest.raises(IntegrityError, match="refers to a row that is not there"):
        merged(nowhere)


def test_what_is_equal_is_left_alone(one_membership):
    assert merged(one_membership) == 0


def test_a_merge_inserts_what_is_new_and_updates_what_differs(harbour, as_role):
    """Into an empty table and into one that holds the rows already: the same rows come of it."""
    told = [(f"{place:032x}", f"{place:032x}", place % 3) for place in range(50)]
    with as_role("batch"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE had (one text, other text, number int, PRIMARY KEY (one, other))")
        cursor.execute("CREATE TEMP TABLE came (one text, other text, number int)")
        for first, rows in ((True, told[:30]), (False, told[10:]), (False, [(*row[:2], 9) for row in told[40:]])):
            cursor.execute("TRUNCATE came")
            cursor.executemany("INSERT INTO came VALUES (%s, %s, %s)", rows)
            written = 0
            for statement in merge_statements("had", "came", ["one", "other", "number"], ["one", "other"], first=first):
                cursor.execute(statement)
                written += cursor.rowcount
            assert written == {30: 30, 40: 20, 10: 10}[len(rows)]
        cursor.execute("SELECT one, other, number FROM had ORDER BY one")
        assert cursor.fetchall() == [*told[:40], *((*row[:2], 9) for row in told[40:])]


def test_the_app_role_may_not_set_triggers_aside(harbour):
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_parameter_privilege('session_replication_role', 'SET')")
        assert cursor.fetchone() == (False,)


def test_a_trigger_of_our_own_on_a_room_that_takes_a_release_fires_in_the_merge_too(database, as_role):
    rooms = [room.split(".")[-2] for room in settings.PUBLISHED_ROOMS]
    with as_role("owner"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal "
            "AND split_part(tgrelid::regclass::text, '_', 1) = ANY (%s)",
            [rooms],
        )
        found = cursor.fetchall()
    assert ("customers_membership", "holds_follow", "A") in found
    assert [row for row in found if row[2] != "A"] == [], "say ENABLE ALWAYS"
