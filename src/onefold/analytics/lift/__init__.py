"""Lift: did contact cause it? Kept contracts and profit of those who could be contacted, against those who could not.

Two measures that may be believed, and one that may not. HOLDOUT compares whole households, for ever; LOT compares the arms of campaigns
in which a lot decided; CHOSEN shows what campaigns look like in which people chose whom to call, so that nobody reads them as an effect.
"""

from onefold.analytics.lift.compare import lift
from onefold.analytics.lift.contracts import Rules, new_contracts
from onefold.analytics.lift.shown import shown

__all__ = ["Rules", "lift", "new_contracts", "shown"]
