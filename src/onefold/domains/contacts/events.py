"""Facts this room tells others."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CustomerSilenced:
    """The customer answered "not until ...": no company offers this series (ALL: any series) before that day."""

    customer_id: str
    series: str
    until: str


@dataclass(frozen=True)
class AnswerRetracted:
    """An answer was a slip: its attempt and its silence count no more."""

    answer_id: str
