"""What the cockpit draws: white space, flows, cohorts, contributions. Set-based, in Ibis; small cells withheld."""

from onefold.analytics.pictures.step import pictures
from onefold.analytics.publication import Limits

__all__ = ["Limits", "pictures"]
