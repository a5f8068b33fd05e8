"""What the companies say of the simulated group: separate, disagreeing, dirty files; and a truth that says what is wrong in them."""

from __future__ import annotations

from onefold.simulator.sending.send import BASE_DAY, DAYS, Order, Summary, send
from onefold.simulator.sending.truth import TruthInReach

__all__ = ["BASE_DAY", "DAYS", "Order", "Summary", "TruthInReach", "send"]
