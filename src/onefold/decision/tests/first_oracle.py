"""The slow, obvious judge: one row, plain Python, written from the words of the rules and not from the core."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import floor
from typing import Any


def judge_one(row: Mapping[str, Any]) -> tuple[set[str], set[str], int]:
    """Codes of the gates that forbid, codes of those whose fact is missing, score in millionths."""
    forbids: set[str] = set()
    missing: set[str] = set()
    if row["held"]:
        forbids.add("ALREADY_HELD")
    if not row["consent_in_force"]:
        forbids.add("NO_CONSENT")
    if row["blocked"]:
        forbids.add("DO_NOT_CONTACT")
    if not row["on_sale"]:
        forbids.add("NOT_ON_SALE")
    if row["suppressed"]:
        forbids.add("SUPPRESSED")
    if not row["has_seller"]:
        forbids.add("NO_SELLER")
    else:
        if not row["channel_authorised"]:
            forbids.add("CHANNEL_NOT_AUTHORISED")
        if not row["agreement_in_force"]:
            forbids.add("NO_AGENCY_AGREEMENT")
        if row["seller_grade"] == -1 or row["required_grade"] == -1:
            missing.add("GRADE_TOO_LOW")
        elif row["seller_grade"] < row["required_grade"]:
            forbids.add("GRADE_TOO_LOW")
    born_known = row["age_low"] != -1 and row["age_high"] != -1
    if row["age_min"] != -1:
        if not born_known:
            missing.add("TOO_YOUNG")
        elif not surely_at_least(row, row["age_min"]):
            forbids.add("TOO_YOUNG")
    if row["age_max"] != -1:
        if not born_known:
            missing.add("TOO_OLD")
        elif not surely_at_most(row, row["age_max"]):
            forbids.add("TOO_OLD")
    return forbids | missing, missing, score_of(row["popularity_numerator"], row["popularity_denominator"])


def surely_at_least(row: Mapping[str, Any], age: int) -> bool:
    return all(possible >= age for possible in range(row["age_low"], row["age_high"] + 1))


def surely_at_most(row: Mapping[str, Any], age: int) -> bool:
    return all(possible <= age for possible in range(row["age_low"], row["age_high"] + 1))


def score_of(numerator: int, denominator: int) -> int:
    if denominator <= 0:
        return 0
    share = min(max(Fraction(numerator, denominator), Fraction(0)), Fraction(1))
    return floor(share * 1_000_000)
