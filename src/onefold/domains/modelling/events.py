"""Facts this room tells others."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ModelDecided:
    """What is used may change, so the next release is due."""

    model: str
    rule: str
