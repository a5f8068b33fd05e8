"""What may leave a run towards people who may not see the customers: small cells are withheld, and what gives one away."""

from onefold.analytics.publication.small_cells import rounded, three_digits
from onefold.analytics.publication.sums import Limits, Sums

__all__ = ["Limits", "Sums", "rounded", "three_digits"]
