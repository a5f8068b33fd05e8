"""Gauges over a year: deductible commission of an insurer, and related-party dealings of a pair of companies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from onefold.domains.settlement.rules.rounding import part_of


@dataclass(frozen=True, slots=True)
class Gauge:
    """`used_minor` of `limit_minor`; beyond it the excess is carried forward (commission) or must be reported (dealings)."""

    used_minor: int
    limit_minor: int

    @property
    def excess_minor(self) -> int:
        return max(self.used_minor - self.limit_minor, 0)


def commission_gauge(paid_minor: int, premiums_minor: int, surrenders_minor: int, share: int) -> Gauge:
    """Commission deductible from income: a share of premiums less surrenders."""
    return Gauge(paid_minor, part_of(max(premiums_minor - surrenders_minor, 0), share))


def is_major(amount_minor: int, net_assets_minor: int, limit: Mapping[str, Any]) -> bool:
    """Return whether a dealing, or a year of them, reaches its share of net assets or goes beyond its fixed sum."""
    return amount_minor >= part_of(net_assets_minor, limit["share"]) > 0 or amount_minor > limit["minor"]


def related_party_state(largest_minor: int, year_minor: int, net_assets_minor: int, limits: Mapping[str, Any]) -> str:
    """MAJOR_SINGLE, MAJOR_YEAR or ORDINARY: both limits are looked at, the single dealing first."""
    if is_major(largest_minor, net_assets_minor, limits["single"]):
        return "MAJOR_SINGLE"
    return "MAJOR_YEAR" if is_major(year_minor, net_assets_minor, limits["year"]) else "ORDINARY"
