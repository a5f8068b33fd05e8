"""Who is held out."""

from __future__ import annotations

from uuid import UUID

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.holdout.models import Arm


def held_out(viewer: Viewer, customer_ids: list[UUID]) -> set[UUID]:
    """Return those of the customers whom nobody may contact on a recommendation."""
    with reading(viewer):
        rows = Arm.objects.filter(customer_id__in=customer_ids, arm=Arm.Side.HOLDOUT)
        return set(rows.values_list("customer_id", flat=True))
