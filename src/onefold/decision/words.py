"""What one gate has to say in one language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """`missing` says what is unknown, `question` what to ask and of whom, `warning` what to tell or do before a sale."""

    for_: str
    against: str
    missing: str
    question: str
    warning: str = ""
