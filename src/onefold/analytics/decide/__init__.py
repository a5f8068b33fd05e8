"""Decide: every customer against every series that fits, judged by the pure core `onefold.decision`, in chunks of customers."""

from onefold.analytics.decide.decisions import Policy, decide
from onefold.analytics.decide.permissions import permitted

__all__ = ["Policy", "decide", "permitted"]
