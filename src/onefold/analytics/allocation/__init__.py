"""Allocate: which of the offers that passed become somebody's leads."""

from onefold.analytics.allocation.capacity import best_of_each_customer, within_capacity
from onefold.analytics.allocation.offers import offers

__all__ = ["best_of_each_customer", "offers", "within_capacity"]
