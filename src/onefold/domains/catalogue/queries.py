"""Series, products and the channel-product matrix."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from onefold.commands.prepared import instances, rows
from onefold.commands.scope import once_a_reading, reading
from onefold.commands.viewer import Viewer
from onefold.domains.catalogue.models import ChannelProduct, Product, ProductSeries


@dataclass(frozen=True)
class SeriesRow:
    series: str
    company: str
    pillar: str
    line: str
    name_en: str
    name_zh: str
    kinds: tuple[str, ...]
    on_sale_from: date | None
    on_sale_until: date | None
    age_min: int | None
    age_max: int | None
    grade_min: int

    def on_sale(self, on: date) -> bool:
        return (
            self.on_sale_from is not None
            and self.on_sale_from <= on
            and (self.on_sale_until is None or on < self.on_sale_until)
        )


@once_a_reading
def series(viewer: Viewer) -> dict[str, SeriesRow]:
    """Return all series by code."""
    with reading(viewer):
        return {row.series_id: _plain(row) for row in instances(_series, viewer)}


def _series(viewer: Viewer) -> QuerySet[ProductSeries]:
    return ProductSeries.objects.order_by("series_id")


def product_names(viewer: Viewer) -> dict[str, tuple[str, str]]:
    """Return {product: (English name, Chinese name)}."""
    with reading(viewer):
        return {row.product_id: (row.name_en, row.name_zh) for row in Product.objects.all()}


def series_of_products(viewer: Viewer) -> dict[str, str]:
    """Return {product: its series}."""
    with reading(viewer):
        return dict(Product.objects.values_list("product_id", "series_id"))


@once_a_reading
def channel_may_sell(viewer: Viewer, channel: str, series_id: str, on: date) -> bool:
    """Return whether the matrix lets the channel sell the series on that day."""
    with reading(viewer):
        return bool(rows(_rights, viewer, channel, series_id, on))


def _rights(viewer: Viewer, channel: str, series_id: str, on: date) -> QuerySet[Any, Any]:
    rights = ChannelProduct.objects.filter(channel_id=channel, series_id=series_id, valid_from__lte=on)
    return rights.filter(Q(valid_until=None) | Q(valid_until__gt=on)).values_list("pk")[:1]


def channels_that_sell(viewer: Viewer, series_id: str, on: date) -> set[str]:
    """Return the channels that the matrix lets sell the series on that day."""
    with reading(viewer):
        rights = ChannelProduct.objects.filter(series_id=series_id, valid_from__lte=on)
        return set(rights.filter(Q(valid_until=None) | Q(valid_until__gt=on)).values_list("channel_id", flat=True))


def rights_on(viewer: Viewer, on: date) -> dict[str, set[str]]:
    """Return which series the matrix lets each channel sell on that day."""
    with reading(viewer):
        rights = ChannelProduct.objects.filter(valid_from__lte=on).filter(Q(valid_until=None) | Q(valid_until__gt=on))
        found: dict[str, set[str]] = {}
        for channel, code in rights.values_list("channel_id", "series_id"):
            found.setdefault(channel, set()).add(code)
        return found


def _plain(row: ProductSeries) -> SeriesRow:
    return SeriesRow(
        row.series_id, row.company_id, row.pillar, row.line, row.name_en, row.name_zh, tuple(row.kinds.split(",")),
        row.on_sale_from, row.on_sale_until, row.age_min, row.age_max, row.grade_min,
    )  # fmt: skip
