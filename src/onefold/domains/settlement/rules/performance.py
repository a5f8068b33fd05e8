"""Standard performance (业绩) and pay by it: the formulas of life companies' basic rules, as worked in compliance.md 7.2.

Inside, four decimals are kept (amounts in hundredths of a minor unit would be false precision: they are rounded once, half up).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from onefold.domains.settlement.rules.rounding import MILLION, part_of


def performance_minor(commission_minor: int, divisor: int) -> int:
    """Commission divided by the standard rate `divisor` (millionths; 350000 = 35 %): premium x commission rate / 0.35."""
    return part_of(commission_minor, MILLION, divisor)


def cross_selling_performance_minor(premium_minor: int, other_minor: int, premium_rate: int, divisor: int) -> int:
    """(P&C received premium x rate + other cross-selling commission) / standard rate."""
    return part_of(premium_minor * premium_rate + other_minor * MILLION, 1, divisor)


def pay_minor(performance: int, rates: Mapping[str, int], stage: str) -> int:
    """First-year pay: performance x the rate of the seller's stage (TRIAL, REGULAR, REGULAR_HIGH, HEAD)."""
    return part_of(performance, rates[stage])


def trial_month_minor(performance: int, terms: Mapping[str, Any]) -> int:
    """A trial month: allowance, pay by performance, and a part of what lies above the threshold."""
    above = max(performance - terms["threshold_minor"], 0)
    return (
        int(terms["allowance_minor"]) + pay_minor(performance, terms["rates"], "TRIAL") + part_of(above, terms["above"])
    )


def counts_towards(performance: int, required: int, share: int) -> int:
    """How much cross-selling performance counts towards a promotion: up to a share of what is required."""
    return min(performance, part_of(required, share))


def alarms(commission_minor: int, premium_minor: int, limits: Mapping[str, int]) -> list[str]:
    """What about one sale's commission a person should look at: a share of the premium, or a sum, beyond the usual."""
    found = {
        "SHARE_OF_PREMIUM": commission_minor > part_of(premium_minor, limits["share"]),
        "LARGE_SUM": commission_minor > limits["minor"],
    }
    return [code for code, holds in found.items() if holds]


def agency_revenue_minor(premium_minor: int, policies_per_client: Sequence[int], rate: int) -> int:
    """Revenue per client of an agency: premium x policies per client (numerator, denominator) x commission rate."""
    policies, clients = policies_per_client
    return part_of(premium_minor * policies, rate, clients * MILLION)
