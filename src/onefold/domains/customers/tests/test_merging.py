"""Facts are merged without a trigger for each row, and still nothing dangles."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from onefold.commands.scope import reading
from onefold.commands.staging import merge_facts, stage_facts
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


def test_the_app_role_may_not_set_triggers_aside(harbour):
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_parameter_privilege('session_replication_role', 'SET')")
        assert cursor.fetchone() == (False,)
