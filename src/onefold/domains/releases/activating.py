"""What moves the pointer has in common: one at a time, with room to join, and the row that says who moved it."""

from __future__ import annotations

from django.db import connection

from onefold.commands.action import Command
from onefold.domains.releases.models import Activation, ActiveRelease


def one_at_a_time() -> None:
    """Until the transaction ends nobody else activates or goes back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('onefold.releases.activate'))")


def with_room_to_join() -> None:
    """Facts are merged by joins over all rows; in the memory of an ordinary question they would go by the disk.

    Of tables filled in this transaction the server knows no sizes yet: taking them for small, it would compare every row with
    every row (80,000 contracts took minutes, not a second).
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'")
        cursor.execute("SET LOCAL enable_nestloop = off")


def point_to(command: Command, release_id: str, *, instead_of: str = "", changes_noted: bool = False) -> None:
    """Let readers see a release. `instead_of`: the one to go back to; "" where there is none or one has just gone back."""
    activation = Activation.objects.create(
        release_id=release_id, activated_at=command.at, activated_by=command.viewer.key, instead_of=instead_of,
        changes_noted=changes_noted,
    )  # fmt: skip
    ActiveRelease.objects.update_or_create(id=1, defaults={"release_id": release_id, "activation": activation})
