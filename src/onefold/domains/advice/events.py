"""Facts this room tells others: codes, and never what a customer said."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RiskTestTaken:
    test_id: str
    customer_id: str
    waits_for_confirmation: bool


@dataclass(frozen=True)
class RiskChangeConfirmed:
    test_id: str
    customer_id: str


@dataclass(frozen=True)
class NeedsAnalysed:
    analysis_id: str
    customer_id: str


@dataclass(frozen=True)
class OpinionGiven:
    opinion_id: str
    customer_id: str
    series: str
    verdict: str


@dataclass(frozen=True)
class AdviceInsistedAgainst:
    opinion_id: str
    customer_id: str
    series: str
