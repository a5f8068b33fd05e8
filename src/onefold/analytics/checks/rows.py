"""Nothing lost, nothing doubled, nothing added up that cannot be."""

from __future__ import annotations

import ibis

from onefold.analytics.engines.lake import Lake
from onefold.analytics.features.periods import closed
from onefold.kernel.refusals import Kind, Refusal


class RowsLost(Refusal):
    code = "ROWS_LOST"
    kind = Kind.CONFLICT
    sentence = {
        "en": (
            "Batch {batch_id} of feed {feed}: {rows_in} rows came in, but {accounted} are accounted for. Nothing was released."
        ),
        "zh-Hans": "数据源 {feed} 的批次 {batch_id}：收到 {rows_in} 行，但只能说明 {accounted} 行的去向，未发布。",
    }


class SpellsOverlap(Refusal):
    code = "SPELLS_OVERLAP"
    kind = Kind.CONFLICT
    sentence = {
        "en": "{count} pairs of spells of one customer and series overlap; penetration would count twice. Nothing was released.",
        "zh-Hans": "同一客户同一产品系列有 {count} 对持有区间重叠，渗透率会重复计数，未发布。",
    }


class CurrenciesMixed(Refusal):
    code = "CURRENCIES_MIXED"
    kind = Kind.CONFLICT
    sentence = {
        "en": "Premiums of line {line} are in {count} currencies and cannot be added up. Nothing was released.",
        "zh-Hans": "业务条线 {line} 的保费有 {count} 种货币，无法相加，未发布。",
    }


def check_rows(lake: Lake) -> None:
    """Raise `RowsLost` unless for every batch rows in = loaded + quarantined + duplicate."""
    arrivals = lake.table("arrivals")
    accounted = arrivals.rows_loaded + arrivals.rows_quarantined + arrivals.rows_duplicate
    uneven = arrivals.mutate(accounted=accounted).filter(arrivals.rows_in != accounted).order_by("batch_id").limit(1)
    for row in lake.arrow(uneven.select("batch_id", "feed", "rows_in", "accounted")).to_pylist():
        raise RowsLost(**row)


def check_spells(lake: Lake) -> None:
    """Raise `SpellsOverlap` if two spells of a customer and series share a day at a moment of knowledge."""
    spells = closed(
        lake.table("spells").select("customer_id", "series", "valid_from", "valid_until", "known_from", "known_until")
    )
    after = ibis.window(
        group_by=["customer_id", "series"], order_by=["valid_from", "known_from", "valid_until", "known_until"]
    )
    one = spells.mutate(number=ibis.row_number().over(after))
    several = one.semi_join(one.filter(one.number > 0), ["customer_id", "series"])
    other = several.view()
    pairs = several.inner_join(
        other,
        [
            several.customer_id == other.customer_id,
            several.series == other.series,
            several.number < other.number,
            # In order of their beginnings, so the one before begins before the other ends.
            other.valid_from < several.valid_until,
            several.known_from < other.known_until,
            other.known_from < several.known_until,
        ],
    )
    count = lake.arrow(pairs.aggregate(count=pairs.count()))["count"][0].as_py()
    if count:
        raise SpellsOverlap(count=count)


def check_currencies(lake: Lake) -> None:
    """Raise `CurrenciesMixed` if the premiums of a line that `contribution` adds up are in more than one currency."""
    contracts = lake.table("contracts")
    priced = contracts.filter(contracts.premium_minor.notnull(), contracts.currency.notnull())
    priced = priced.inner_join(lake.table("product_series").select("series", "line"), "series")
    lines = priced.group_by("line").aggregate(count=priced.currency.nunique())
    for row in lake.arrow(lines.filter(lines["count"] > 1).order_by("line").limit(1)).to_pylist():
        raise CurrenciesMixed(**row)
