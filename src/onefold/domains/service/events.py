"""What other rooms and companies' systems hear of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LeaverFollowed:
    """A seller's contracts with one owner were passed on. `notices`: how many holders must be told, by `due_on` (empty: none)."""

    seller: str
    company: str
    contracts: int
    notices: int
    due_on: str
