"""Facts this room tells others."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BatchReceived:
    """`waits`: the feed is paused, so that the file is kept and not read yet."""

    batch_id: str
    feed: str
    waits: bool = False


@dataclass(frozen=True)
class FeedPaused:
    feed: str
    company: str
    why: str


@dataclass(frozen=True)
class FeedResumed:
    feed: str
    company: str
