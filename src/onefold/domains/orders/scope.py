"""The second wall round orders: the same rule as the row policies, in queries, so that either alone holds."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from onefold.commands.viewer import Viewer, ViewerKind
from onefold.domains.orders.models import OrderItem


def items_seen_by(viewer: Viewer) -> QuerySet[OrderItem]:
    """A seller's own, what a company sells or issues, the customer's own."""
    if viewer.kind == ViewerKind.SELLER:
        return OrderItem.objects.filter(seller_id=viewer.seller)
    if viewer.kind == ViewerKind.COMPANY:
        return OrderItem.objects.filter(Q(seller_company_id=viewer.company) | Q(owner_company_id=viewer.company))
    if viewer.kind == ViewerKind.CUSTOMER:
        return OrderItem.objects.filter(customer_id=viewer.customer)
    return OrderItem.objects.all() if viewer.kind == ViewerKind.SYSTEM else OrderItem.objects.none()


def items_sold_by(viewer: Viewer) -> QuerySet[OrderItem]:
    """Those the viewer may carry on: the owner company only looks on."""
    if viewer.kind == ViewerKind.COMPANY:
        return OrderItem.objects.filter(seller_company_id=viewer.company)
    return items_seen_by(viewer)
