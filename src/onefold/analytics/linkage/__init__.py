"""Linkage: which source records are the same customer. Exact strong keys, ids that last, households.

`link_records` is the whole of it; `link` is the same as a step of a run, which alone opens the vault.
"""

from __future__ import annotations

from onefold.analytics.linkage.link import link_records
from onefold.analytics.linkage.step import link

__all__ = ["link", "link_records"]
