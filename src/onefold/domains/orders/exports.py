"""What the room gives the lake: what was proposed to whom, and how far it got."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from django.db.models import Exists, OuterRef

from onefold.commands.scope import today
from onefold.domains.orders.models import ItemChange, OrderItem
from onefold.domains.orders.rules import IN_FORCE, INBOUND, ISSUED, UNDERWRITING
from onefold.seam import datasets
from onefold.seam.contracts import Dataset

REACHED = {"KEPT": IN_FORCE, "ISSUED": ISSUED, "APPLIED": UNDERWRITING}
"""The furthest first: an item got so far if it ever came into this state, whatever became of it."""


def export() -> list[tuple[Dataset, pa.Table]]:
    through = {name: Exists(_changes_to(state)) for name, state in REACHED.items()}
    items = OrderItem.objects.select_related("order", "order__lead").annotate(**through).order_by("item_id")
    return [(datasets.SALES, pa.Table.from_pylist([_sale(item) for item in items], schema=datasets.SALES.schema))]


def _changes_to(state: str) -> Any:
    return ItemChange.objects.filter(item=OuterRef("item_id"), after=state)


def _sale(item: Any) -> dict[str, Any]:
    order = item.order
    on_lead = order.lead is not None and order.lead.series_id == item.series_id
    return {
        "item_id": item.item_id.hex,
        "lead_id": order.lead_id.hex if on_lead else None,
        "series": item.series_id,
        "company": item.seller_company_id,
        "channel": order.channel_id,
        "source": "ASKED" if order.need == INBOUND else "OFFERED",
        "mode": "ACCOMPANIED" if order.accompanying_code else "SOLO",
        "reached": next((name for name in REACHED if getattr(item, name)), "PROPOSED"),
        "proposed_on": today(order.proposed_at),
    }
