"""What the indicators and decisions are counted from: holdings and spells. Both lazily, in Ibis, on either engine."""

from onefold.analytics.features.holdings import holdings
from onefold.analytics.features.spells import spells

__all__ = ["holdings", "spells"]
