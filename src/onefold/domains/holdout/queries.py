"""Who is held out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from onefold.commands.prepared import Question
from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.holdout.models import Arm


def held_out(viewer: Viewer, customer_ids: list[UUID]) -> set[UUID]:
    """Return those of the customers whom nobody may contact on a recommendation."""
    with reading(viewer):
        arms = Arm.objects.filter(customer_id__in=customer_ids, arm=Arm.Side.HOLDOUT)
        return set(arms.values_list("customer_id", flat=True))


def is_held_out(customer_id: UUID) -> Question:
    """Whether nobody may contact this customer on a recommendation."""
    return Question(_held_out, (customer_id,), bool)


def _held_out(viewer: Viewer, customer_id: UUID) -> QuerySet[Any, Any]:
    return Arm.objects.filter(customer_id=customer_id, arm=Arm.Side.HOLDOUT).values_list("arm")
