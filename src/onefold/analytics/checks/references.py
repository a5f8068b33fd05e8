"""Every code and every id that a dataset names exists where it should."""

from __future__ import annotations

from typing import NamedTuple

from onefold.analytics.engines.lake import Lake
from onefold.kernel.refusals import Kind, Refusal


class DanglingReference(Refusal):
    code = "DANGLING_REFERENCE"
    kind = Kind.CONFLICT
    sentence = {
        "en": "{count} rows of {dataset} name a {column} that {target} does not have. Nothing was released.",
        "zh-Hans": "{dataset} 有 {count} 行的 {column} 在 {target} 中不存在，未发布。",
    }


class Reference(NamedTuple):
    """Each `column` of `dataset` that is not empty stands in `key` of `target`."""

    dataset: str
    column: str
    target: str
    key: str


REFERENCES = tuple(
    Reference(*line.split())
    for line in """
    product_series company companies company
    products series product_series series
    source_records company companies company
    contracts source_id source_records source_id
    contracts series product_series series
    contracts product products product
    contracts company companies company
    contracts channel channels channel
    contracts seller sellers seller
    consents source_id source_records source_id
    consents from_company companies company
    consents to_company companies company
    contact_blocks source_id source_records source_id
    channels company companies company
    channel_products channel channels channel
    channel_products series product_series series
    agency_agreements seller_company companies company
    agency_agreements owner_company companies company
    sellers company companies company
    sellers channel channels channel
    relations source_id source_records source_id
    relations other_source_id source_records source_id
    memberships source_id source_records source_id
    link_candidates source_id source_records source_id
    link_candidates other_source_id source_records source_id
    source_records source_id memberships source_id
    memberships customer_id customers customer_id
    customers customer_id memberships customer_id
    holdings contract_id contracts contract_id
    holdings customer_id customers customer_id
    spells customer_id customers customer_id
    customer_features customer_id customers customer_id
    customers customer_id customer_features customer_id
    scores customer_id customers customer_id
    decisions customer_id customers customer_id
    customers customer_id decisions customer_id
    offers customer_id decisions customer_id
    offers series product_series series
    offers seller sellers seller
    """.strip().splitlines()
)


def check_references(lake: Lake) -> None:
    """Raise `DanglingReference` for the first broken reference, with the number of rows."""
    for reference in REFERENCES:
        count = dangling(lake, reference)
        if count:
            raise DanglingReference(
                dataset=reference.dataset, column=reference.column, target=reference.target, count=count
            )


def dangling(lake: Lake, reference: Reference) -> int:
    named = lake.table(reference.dataset).select(named=reference.column)
    existing = lake.table(reference.target).select(named=reference.key)
    lost = named.filter(named.named.notnull()).anti_join(existing, "named")
    count: int = lake.arrow(lost.aggregate(count=lost.count()))["count"][0].as_py()
    return count
