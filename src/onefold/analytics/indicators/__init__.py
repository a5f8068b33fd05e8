"""Versioned indicators: one file per definition, in Ibis, over published spells. One metric service; no local formulas."""

from onefold.analytics.indicators.baseline import expected_products
from onefold.analytics.indicators.compute import compute, quotient, with_history
from onefold.analytics.indicators.definition import Definition
from onefold.analytics.indicators.document import document
from onefold.analytics.indicators.registry import definitions, registered

__all__ = [
    "Definition",
    "compute",
    "definitions",
    "document",
    "expected_products",
    "quotient",
    "registered",
    "with_history",
]
