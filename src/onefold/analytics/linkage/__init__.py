"""Linkage: which source records are the same customer. Exact strong keys, ids that last, households.

`link_records` is the whole of it.
"""

from __future__ import annotations

from onefold.analytics.linkage.link import link_records

__all__ = ["link_records"]
