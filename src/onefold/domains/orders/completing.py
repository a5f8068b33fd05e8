"""The completer: ends what is over, puts contracts in force when the free look ends. A timer calls it; the clock is the business's."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer
from onefold.domains.orders.models import OrderItem
from onefold.domains.orders.recording import end_what_is_over
from onefold.domains.orders.rules import ISSUED, RESTING
from onefold.kernel.ids import new_id

COMPLETER = Viewer.system("completer")
AT_ONCE = 200


def complete() -> int:
    """Bring to an end whatever time has brought to an end; return how many items that were."""
    done = 0
    while due := _due():
        ended: int = end_what_is_over(COMPLETER, new_id(), item_ids=due)["ended"]
        done += ended
        if len(due) < AT_ONCE or not ended:
            break
    return done


def _due() -> list[UUID]:
    with reading(COMPLETER) as at:
        over = Q(state__in=RESTING, ends_on__lte=today(at)) | Q(state=ISSUED, free_look_until__lte=at)
        return list(OrderItem.objects.filter(over).order_by("item_id").values_list("item_id", flat=True)[:AT_ONCE])
