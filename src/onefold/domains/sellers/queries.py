"""Sellers and what they may sell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from onefold.commands.prepared import rows
from onefold.commands.scope import once_a_reading, reading
from onefold.commands.viewer import Viewer
from onefold.domains.releases.kept import kept_for_all
from onefold.domains.sellers.models import Seller


@dataclass(frozen=True)
class SellerRow:
    seller: str
    company: str
    channel: str
    grade: int
    region: str | None
    name: str | None
    registration_no: str | None
    valid_from: date
    valid_until: date | None

    def in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_until is None or on < self.valid_until)


@once_a_reading
def sellers(viewer: Viewer) -> dict[str, SellerRow]:
    """Return all sellers by code."""
    with reading(viewer):
        return kept_for_all(viewer, "sellers", _all)


def _all() -> dict[str, SellerRow]:
    return {row.seller_id: _plain(row) for row in Seller.objects.order_by("seller_id")}


@once_a_reading
def seller(viewer: Viewer, code: str) -> SellerRow | None:
    with reading(viewer):
        found = rows(_called, viewer, code)
    return SellerRow(*found[0]) if found else None


def _called(viewer: Viewer, code: str) -> QuerySet[Any, Any]:
    return Seller.objects.filter(seller_id=code).values_list(
        "seller_id",
        "company_id",
        "channel_id",
        "grade",
        "region",
        "name",
        "registration_no",
        "valid_from",
        "valid_until",
    )


def _plain(row: Seller) -> SellerRow:
    return SellerRow(
        row.seller_id, row.company_id, row.channel_id, row.grade, row.region, row.name, row.registration_no,
        row.valid_from, row.valid_until,
    )  # fmt: skip
