"""Versioned indicators: one file per definition, in Ibis, over published spells. One metric service; no local formulas."""

from onefold.analytics.indicators.baseline import expected_products
from onefold.analytics.indicators.compute import compute, compute_on, quotient, with_history
from onefold.analytics.indicators.days import cut
from onefold.analytics.indicators.definition import Definition
from onefold.analytics.indicators.document import document
from onefold.analytics.indicators.movements import over_time
from onefold.analytics.indicators.published import contracts_behind, published, scoped
from onefold.analytics.indicators.registry import definitions, registered
from onefold.analytics.indicators.releases import Earlier, since_release

__all__ = [
    "Definition",
    "Earlier",
    "compute",
    "compute_on",
    "contracts_behind",
    "cut",
    "definitions",
    "document",
    "expected_products",
    "over_time",
    "published",
    "quotient",
    "registered",
    "scoped",
    "since_release",
    "with_history",
]
