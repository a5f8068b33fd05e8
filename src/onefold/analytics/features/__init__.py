"""What is counted and learnt from: holdings, spells, and what was known of each customer on a day. All lazily, in Ibis."""

from onefold.analytics.features.customers import customer_features, everybody, in_pieces
from onefold.analytics.features.holdings import holdings
from onefold.analytics.features.spells import active_spells, spells

__all__ = ["active_spells", "customer_features", "everybody", "holdings", "in_pieces", "spells"]
