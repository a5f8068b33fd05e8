"""Facts this room tells others."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BatchReceived:
    batch_id: str
    feed: str
