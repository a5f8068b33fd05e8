"""Allocate: which of the offers that passed become whose leads, and what a right would unlock."""

from onefold.analytics.allocation.bids import Worth
from onefold.analytics.allocation.offers import Limits, allocate, limits
from onefold.analytics.allocation.staff import staff

__all__ = ["Limits", "Worth", "allocate", "limits", "staff"]
