"""Facts this room tells others."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CircumstanceTold:
    """Somebody heard a circumstance in Onefold: of which kind, not what."""

    answer_id: str
    customer_id: str
    kind: str


@dataclass(frozen=True)
class CircumstanceTakenBack:
    """It had been written down by mistake."""

    answer_id: str
    customer_id: str
    kind: str


@dataclass(frozen=True)
class LinkRuled:
    """A steward said whether two records are one customer, so the next release is due."""

    source_record_id: str
    other_record_id: str
    verdict: str
