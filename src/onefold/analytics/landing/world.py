"""What rows may refer to: the catalogue's companies, series and products, and the channels, sellers and customers landed so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

import polars as pl

from onefold.analytics.landing.shapes import marked, where
from onefold.policy.feed_targets import GROUP
from onefold.policy.feeds import FeedSpec


class CompanyRow(Protocol):
    @property
    def company(self) -> str: ...


class SeriesRow(Protocol):
    @property
    def series(self) -> str: ...
    @property
    def company(self) -> str: ...


class ProductRow(Protocol):
    @property
    def product(self) -> str: ...
    @property
    def series(self) -> str: ...


class Catalogue(Protocol):
    """The rulebook's catalogue on the day of the run."""

    @property
    def companies(self) -> Iterable[CompanyRow]: ...
    @property
    def series(self) -> Iterable[SeriesRow]: ...
    @property
    def products(self) -> Iterable[ProductRow]: ...


READY = "_ready"
"""When the customer a fact hangs on became known; before that the fact could not be known either."""

INSTANT = pl.Datetime("us", "UTC")


@dataclass
class World:
    """Codes that are known. Channels, sellers and customers are filled in as their feeds are replayed."""

    companies: frozenset[str]
    owner_of_series: dict[str, str]
    series_of_product: dict[str, str]
    channels: dict[str, str] = field(default_factory=dict)
    sellers: frozenset[str] = frozenset()
    customers: dict[str, pl.DataFrame] = field(default_factory=dict)
    """company to `source_id`, READY"""
    contracts: dict[str, pl.DataFrame] = field(default_factory=dict)
    """company to `contract_id`, READY"""

    @staticmethod
    def of(catalogue: Catalogue) -> World:
        return World(
            frozenset(row.company for row in catalogue.companies),
            {row.series: row.company for row in catalogue.series},
            {row.product: row.series for row in catalogue.products},
        )


def referred(facts: pl.DataFrame, feed: FeedSpec, world: World) -> pl.DataFrame:
    """`facts` with rules where a code is not known or not the sender's, READY where they hang on a customer or contract, and
    the `series` of a contract."""
    for field_ in feed.target_spec.fields:
        rule = _UNKNOWN.get(field_.refers_to)
        if rule and field_.name in facts.columns:
            values = facts[field_.name]
            source = feed.source_of(field_.name)
            at = source.column if source and source.column else field_.name
            facts = marked(facts, where(~values.is_in(list(_known(field_.refers_to, world))), rule), at)
    facts = _hung_on(facts, feed, world)
    return _OWNED.get(feed.target, lambda facts, feed, world: facts)(facts, feed, world)


_UNKNOWN = {
    "companies": "UNKNOWN_COMPANY",
    "product_series": "UNKNOWN_SERIES",
    "products": "UNKNOWN_PRODUCT",
    "channels": "UNKNOWN_CHANNEL",
    "sellers": "UNKNOWN_SELLER",
}


def _known(name: str, world: World) -> Iterable[str]:
    return {
        "companies": world.companies,
        "product_series": world.owner_of_series,
        "products": world.series_of_product,
        "channels": world.channels,
        "sellers": world.sellers,
    }[name]


_HANGS_ON = (
    ("source_id", "source_key", "customers", "UNKNOWN_CUSTOMER"),
    ("other_source_id", "other_source_key", "customers", "UNKNOWN_CUSTOMER"),
    ("contract_id", "contract_no", "contracts", "UNKNOWN_CONTRACT"),
)


def _hung_on(facts: pl.DataFrame, feed: FeedSpec, world: World) -> pl.DataFrame:
    """Facts need the customer or contract they hang on, and are not known before it."""
    for column, field_, name, rule in _HANGS_ON:
        if column not in facts.columns or feed.target == "source_records":
            continue
        known = getattr(world, name).get(feed.company, _NOBODY).select(pl.first().alias(column), READY)
        joined = facts.drop(READY, strict=False).join(known, on=column, how="left", maintain_order="left")
        source = feed.source_of(field_)
        unknown = where(joined[column].is_not_null() & joined[READY].is_null(), rule)
        facts = marked(joined, unknown, source.column if source else field_)
    return facts


_NOBODY = pl.DataFrame(schema={"id": pl.String, READY: INSTANT})


def _products_own(facts: pl.DataFrame, feed: FeedSpec, world: World) -> pl.DataFrame:
    series = _mapped(facts["product"], world.series_of_product)
    foreign = where(_mapped(series, world.owner_of_series) != feed.company, "NOT_ITS_PRODUCT")
    return marked(facts.with_columns(series.alias("series")), foreign, "product")


def _channels_own(facts: pl.DataFrame, feed: FeedSpec, world: World) -> pl.DataFrame:
    if feed.company == GROUP:
        return facts
    return marked(facts, where(_mapped(facts["channel"], world.channels) != feed.company, "NOT_ITS_CHANNEL"), "channel")


def _agreements_own(facts: pl.DataFrame, feed: FeedSpec, world: World) -> pl.DataFrame:
    if feed.company == GROUP:
        return facts
    foreign = (facts["seller_company"] != feed.company) & (facts["owner_company"] != feed.company)
    return marked(facts, where(foreign, "NOT_ITS_AGREEMENT"), None)


def _mapped(codes: pl.Series, to: dict[str, str]) -> pl.Series:
    return codes.replace_strict(list(to), list(to.values()), default=None, return_dtype=pl.String)


_OWNED: dict[str, Callable[[pl.DataFrame, FeedSpec, World], pl.DataFrame]] = {
    "contracts": _products_own,
    "channel_products": _channels_own,
    "agency_agreements": _agreements_own,
}
