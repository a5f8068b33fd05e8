"""What the cockpit draws: white space, flows, cohorts, contributions. Set-based, in Ibis; small cells withheld."""

from onefold.analytics.pictures.shown import Limits
from onefold.analytics.pictures.step import pictures

__all__ = ["Limits", "pictures"]
