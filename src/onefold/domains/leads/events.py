"""Facts this room tells others."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LeadAnswered:
    """A seller wrote down what came of a lead."""

    lead_id: str
    code: str
