"""Facts this room tells others."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RunRequested:
    run_id: str


@dataclass(frozen=True)
class ReleaseActivated:
    release_id: str
    previous_id: str
    as_of: str
