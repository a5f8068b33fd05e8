"""What the room takes from a release: series, products, the channel-product matrix."""

from __future__ import annotations

from onefold.commands.action import Command
from onefold.commands.facts import Fact
from onefold.commands.staging import ReleaseFolder, merge_facts, rows_of, stage_facts
from onefold.domains.catalogue.models import ChannelProduct, Product, ProductSeries
from onefold.seam import datasets

SERIES = ("series", "company", "pillar", "line", "name_en", "name_zh", "kinds", "on_sale_from", "on_sale_until", "age_min", "age_max", "grade_min")  # fmt: skip
PRODUCT = ("product", "series", "name_en", "name_zh")
RIGHT = ("channel", "series", "valid_from", "valid_until")

FACTS = (
    Fact("series", ProductSeries, "fall_terms_max", "company_id"),
    Fact("products", Product, "fall_terms_max"),
    Fact("channel_authorisations", ChannelProduct, "fall_terms_max"),
)


def stage(folder: ReleaseFolder) -> int:
    release = folder.release_id
    return (
        stage_facts(
            release,
            ProductSeries,
            ("series_id", "company_id", *SERIES[2:]),
            rows_of(folder.read(datasets.PRODUCT_SERIES), SERIES),
            expected=folder.rows_said(datasets.PRODUCT_SERIES),
        )
        + stage_facts(
            release,
            Product,
            ("product_id", "series_id", *PRODUCT[2:]),
            rows_of(folder.read(datasets.PRODUCTS), PRODUCT),
            expected=folder.rows_said(datasets.PRODUCTS),
        )
        + stage_facts(
            release,
            ChannelProduct,
            ("channel_id", "series_id", "valid_from", "valid_until"),
            rows_of(folder.read(datasets.CHANNEL_PRODUCTS), RIGHT),
            expected=folder.rows_said(datasets.CHANNEL_PRODUCTS),
        )
    )


def merge(command: Command, release_id: str) -> None:
    merge_facts(release_id, ProductSeries, ["series_id"])
    merge_facts(release_id, Product, ["product_id"])
    merge_facts(release_id, ChannelProduct, ["channel_id", "series_id", "valid_from"], delete_missing=True)
