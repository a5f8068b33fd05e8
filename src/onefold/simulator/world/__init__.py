"""What is so, whatever the companies say of it: a group, its customers, and why they did what they did."""

from __future__ import annotations

from onefold.simulator.world.organisation import group_of

__all__ = ["group_of"]
