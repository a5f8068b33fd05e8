"""Linkage: which source records are the same customer. Strong keys first, then likeness; ids that last; households.

`link_records` is the whole of it.
"""

from __future__ import annotations

from onefold.analytics.linkage.link import Likeness, Linked, link_records
from onefold.analytics.linkage.terms import terms_of

__all__ = ["Likeness", "Linked", "link_records", "terms_of"]
