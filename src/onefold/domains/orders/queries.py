"""How orders stand: for who sells, who issues, who buys; and what is under way or stuck, for operations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from onefold.commands.prepared import instances, rows
from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer
from onefold.domains.catalogue.models import Product
from onefold.domains.orders.models import ItemChange, Order, OrderItem, OrderStep
from onefold.domains.orders.refusals import OrderUnknown
from onefold.domains.orders.rules import ENDS, NOTHING_PAID, STEP_OF, UNKNOWNS
from onefold.domains.orders.scope import items_seen_by
from onefold.domains.orders.tables import orderable

DOING = frozenset(STEP_OF) | frozenset(UNKNOWNS)
SHOWN_MAX, ORDERS_SHOWN = 200, 50


@dataclass(frozen=True)
class ItemRow:
    """One item. `parts` [(code, minor)]; `under_way`: a partner is being asked, the page may look again in a moment."""

    item_id: UUID
    order_id: UUID
    number: int
    owner_company: str
    seller: str
    series: str
    product: str
    state: str
    reason: str
    answers: Mapping[str, int]
    parts: tuple[tuple[str, int], ...]
    premium_minor: int | None
    quoted_minor: int | None
    currency: str
    ends_on: date | None
    decision: str
    contract_no: str
    contract_id: UUID | None
    issued_at: datetime | None
    free_look_until: datetime | None
    cancel_asked_at: datetime | None
    refunded_minor: int | None

    @property
    def under_way(self) -> bool:
        return self.state in DOING

    @property
    def is_over(self) -> bool:
        return self.state in ENDS


@dataclass(frozen=True)
class OrderRow:
    order_id: UUID
    customer_id: UUID
    lead_id: UUID | None
    seller: str
    seller_company: str
    choice: str
    need: str
    proposed_at: datetime
    items: tuple[ItemRow, ...]

    @property
    def under_way(self) -> bool:
        return any(item.under_way for item in self.items)


@dataclass(frozen=True)
class StepRow:
    """An outside step that has not come to an end. `minutes`: for how long it has been tried, in real time."""

    operation_id: UUID
    item_id: UUID
    kind: str
    state: str
    item_state: str
    reason: str
    attempts: int
    minutes: int
    owner_company: str


@dataclass(frozen=True)
class ChangeRow:
    before: str
    after: str
    reason: str
    at: datetime
    by: str


def order(viewer: Viewer, order_id: UUID) -> OrderRow:
    """Return one order as far as the viewer may see it; raise `OrderUnknown` for none or somebody else's."""
    with reading(viewer):
        found = _orders(viewer, Order.objects.filter(order_id=order_id))
    if not found:
        raise OrderUnknown()
    return found[0]


def order_of_item(viewer: Viewer, item_id: UUID) -> OrderRow:
    """The same, by one of its items."""
    with reading(viewer):
        known = items_seen_by(viewer).filter(item_id=item_id).values_list("order_id", flat=True).first()
        if known is None:
            raise OrderUnknown()
        return order(viewer, known)


def orders_of(viewer: Viewer) -> list[OrderRow]:
    """Return the newest 50 orders the viewer may see, newest first."""
    with reading(viewer):
        return _orders(viewer, instances(_newest, viewer))


def _newest(viewer: Viewer) -> QuerySet[Order]:
    seen = Order.objects.filter(order_id__in=items_seen_by(viewer).values("order_id"))
    return seen.order_by("-proposed_at", "-order_id")[:ORDERS_SHOWN]


def open_order_of_lead(viewer: Viewer, lead_id: UUID) -> UUID | None:
    """Return the newest order about a lead that is still on its way, None where there is none."""
    with reading(viewer):
        return next((order_id for (order_id,) in rows(_open_of_lead, viewer, lead_id)), None)


def _open_of_lead(viewer: Viewer, lead_id: UUID) -> QuerySet[Any, Any]:
    items = items_seen_by(viewer).filter(order__lead_id=lead_id).exclude(state__in=ENDS)
    return items.order_by("-order__proposed_at").values_list("order_id")[:1]


def changes_of(viewer: Viewer, item_id: UUID) -> list[ChangeRow]:
    """Return what has become of an item, oldest first."""
    with reading(viewer):
        if not items_seen_by(viewer).filter(item_id=item_id).exists():
            raise OrderUnknown()
        rows = ItemChange.objects.filter(item_id=item_id).order_by("id")
        return [ChangeRow(row.before, row.after, row.reason, row.at, row.by) for row in rows]


def products_to_order(viewer: Viewer, series: str) -> list[tuple[str, str, str]]:
    """Return (product, English name, Chinese name) of a series that can be ordered here; empty where it cannot."""
    with reading(viewer) as at:
        if not orderable(series, today(at)):
            return []
        rows = Product.objects.filter(series_id=series).order_by("product_id")
        return [(row.product_id, row.name_en, row.name_zh) for row in rows]


def steps_open(viewer: Viewer) -> list[StepRow]:
    """Return the outside steps that have not come to an end, those tried longest first: unknown, stuck, or simply next."""
    with reading(viewer):
        steps = OrderStep.objects.filter(state__in=["WAITING", "STUCK"], item__in=items_seen_by(viewer))
        now = timezone.now()
        return [
            StepRow(
                row.operation_id, row.item_id, row.kind, row.state, row.item.state, row.reason, row.attempts,
                int((now - row.begun_at).total_seconds() // 60), row.item.owner_company_id,
            )
            for row in steps.select_related("item").order_by("begun_at", "operation_id")[:SHOWN_MAX]
        ]  # fmt: skip


def states_counted(viewer: Viewer) -> Counter[str]:
    """Return how many items stand in each state."""
    with reading(viewer):
        return Counter(items_seen_by(viewer).values_list("state", flat=True))


def paid_and_without_contract(viewer: Viewer) -> list[ItemRow]:
    """The reconciliation: money was taken, and there is neither a contract nor the money back yet."""
    with reading(viewer):
        rows = items_seen_by(viewer).exclude(payment_operation=None).exclude(state__in=(*ENDS, *NOTHING_PAID, "ISSUED"))
        return [_item(row) for row in rows.order_by("changed_at", "item_id")[:SHOWN_MAX]]


def _items_of(viewer: Viewer, order_ids: list[UUID]) -> QuerySet[OrderItem]:
    return items_seen_by(viewer).filter(order_id__in=order_ids).order_by("number")


def _orders(viewer: Viewer, found: Iterable[Order]) -> list[OrderRow]:
    orders = list(found)
    items: dict[UUID, list[Any]] = {}
    for row in instances(_items_of, viewer, [one.order_id for one in orders]):
        items.setdefault(row.order_id, []).append(_item(row))
    return [
        OrderRow(
            one.order_id, one.customer_id, one.lead_id, one.seller_id, one.seller_company_id, one.choice, one.need,
            one.proposed_at, tuple(items[one.order_id]),
        )
        for one in orders
        if one.order_id in items
    ]  # fmt: skip


def _item(row: OrderItem) -> ItemRow:
    return ItemRow(
        row.item_id, row.order_id, row.number, row.owner_company_id, row.seller_id, row.series_id, row.product_id,
        row.state, row.reason, row.answers, tuple((code, minor) for code, minor in row.parts or ()), row.premium_minor,
        row.quoted_minor, row.currency, row.ends_on, row.decision, row.contract_no, row.contract_id, row.issued_at,
        row.free_look_until, row.cancel_asked_at, row.refunded_minor,
    )  # fmt: skip
