"""The arms as the release brings them: kept for ever, exported to the next run, and nobody is let out."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection, transaction

from onefold.commands.viewer import Viewer
from onefold.domains.holdout.exports import export
from onefold.domains.holdout.models import Arm
from onefold.domains.holdout.queries import held_out

pytestmark = pytest.mark.usefixtures("harbour")


def arms() -> dict[UUID, str]:
    with transaction.atomic():
        scope()
        return dict(Arm.objects.values_list("customer_id", "arm"))


def scope() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.viewer', 'system', true), set_config('app.at', now()::text, true)")


def test_every_customer_of_a_release_has_an_arm_and_the_next_run_is_told_all_of_them(as_role) -> None:
    with as_role("batch"):
        kept = arms()
        with transaction.atomic():
            scope()
            ((_, table),) = export()
    assert kept and {UUID(row["customer_id"]): row["arm"] for row in table.to_pylist()} == kept


def test_the_system_sees_who_is_held_out_and_a_group_user_nobody(as_role) -> None:
    with as_role("batch"):
        kept = arms()
        held = {who for who, arm in kept.items() if arm == "HOLDOUT"}
        assert held_out(Viewer.system("test"), list(kept)) == held
    assert held_out(Viewer.of_group(), list(kept)) == set()


def test_no_web_process_may_change_an_arm() -> None:
    from django.db import DatabaseError

    with pytest.raises(DatabaseError), transaction.atomic():
        scope()
        Arm.objects.update(arm="OPEN")
