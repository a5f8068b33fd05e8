"""Fee plans: what an owner pays for a sale, by owner, selling company, series and channel; and which plans may not be paid.

A plan is read from the rulebook (`fees.plans`), where `*` stands for any. The most exact one counts, series before channel
before selling company. Rates are millionths of the first premium.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from onefold.domains.settlement.rules.rounding import MILLION, part_of

ANY = "*"
VOLUME = "VOLUME"
RATES = ("fee", "commission", "other", "ceiling", "deferred", "deferred_months", "fixed_minor")


@dataclass(frozen=True, slots=True)
class Plan:
    """`fee`: owner to selling company. `commission`: to persons, out of the fee where companies differ.

    `other`: everything else the owner spends on the sale (prizes, meetings, training), which counts towards the `ceiling`
    filed with the regulator. `fixed_minor`: paid between companies for each contract, filed as such. `deferred`: the part of fee and commission held back for persistency.
    """

    plan: str
    owner: str
    selling_company: str
    series: str
    channel: str
    fee: int
    commission: int
    other: int
    ceiling: int
    deferred: int
    deferred_months: int
    fixed_minor: int
    factors: tuple[str, ...]

    def exactness(self) -> tuple[bool, bool, bool]:
        return self.series != ANY, self.channel != ANY, self.selling_company != ANY

    def fits(self, owner: str, selling_company: str, series: str, channel: str) -> bool:
        asked = ((self.selling_company, selling_company), (self.series, series), (self.channel, channel))
        return self.owner == owner and all(mine in (ANY, theirs) for mine, theirs in asked)


def read_plan(row: Mapping[str, Any]) -> Plan:
    """Read one plan of the rulebook; raises `ValueError` for a field that nobody knows or that is missing."""
    known = set(Plan.__dataclass_fields__)
    if set(row) - known or {"plan", "owner", "ceiling", "factors"} - set(row):
        raise ValueError(f"fee plan {row.get('plan')}: {sorted(set(row) ^ known)}")
    rates = {name: int(row.get(name, 0)) for name in RATES}
    return Plan(
        plan=str(row["plan"]),
        owner=str(row["owner"]),
        selling_company=str(row.get("selling_company", ANY)),
        series=str(row.get("series", ANY)),
        channel=str(row.get("channel", ANY)),
        factors=tuple(row["factors"]),
        **rates,
    )


def plan_for(plans: Iterable[Plan], owner: str, selling_company: str, series: str, channel: str) -> Plan | None:
    """Return the most exact plan for a sale, None where there is none. Two equally exact ones: the lesser code."""
    fitting = [plan for plan in plans if plan.fits(owner, selling_company, series, channel)]
    return min(fitting, key=lambda plan: (*(not exact for exact in plan.exactness()), plan.plan), default=None)


def faults_of(plan: Plan) -> list[str]:
    """Return why a plan may not be paid at all; nothing for a plan that may."""
    rates = (plan.fee, plan.commission, plan.other, plan.ceiling, plan.deferred)
    faults = {
        "RATE_IMPOSSIBLE": any(not 0 <= rate <= MILLION for rate in rates) or plan.fixed_minor < 0,
        "VOLUME_ALONE": not set(plan.factors) - {VOLUME},
        "PERSISTENCY_WITHOUT_DEFERRED": ("PERSISTENCY" in plan.factors) != (plan.deferred > 0),
        "ABOVE_CEILING": max(plan.fee, plan.commission) + plan.other > plan.ceiling,
    }
    return [code for code, holds in faults.items() if holds]


@dataclass(frozen=True, slots=True)
class Due:
    """What a sale costs its owner, before taxes. `fee_minor` is nothing where the owner sells for itself."""

    fee_minor: int
    commission_minor: int
    other_minor: int
    ceiling_minor: int

    @property
    def paid_minor(self) -> int:
        """The sum of everything paid: commission comes out of the fee, where there is one."""
        return max(self.fee_minor, self.commission_minor) + self.other_minor


def due(plan: Plan, premium_minor: int, *, crosses: bool) -> Due:
    """Return what is due for a premium; `crosses`: the selling company is not the owner."""
    return Due(
        fee_minor=part_of(premium_minor, plan.fee) + plan.fixed_minor if crosses else 0,
        commission_minor=part_of(premium_minor, plan.commission),
        other_minor=part_of(premium_minor, plan.other),
        ceiling_minor=part_of(premium_minor, plan.ceiling) + plan.fixed_minor,
    )


def excess_of(due_: Due, *, crosses: bool) -> str | None:
    """Return why so much may not be paid: above the filed ceiling, or more to persons than the company gets."""
    if due_.paid_minor > due_.ceiling_minor:
        return "ABOVE_CEILING"
    if crosses and due_.commission_minor > due_.fee_minor:
        return "PAYS_MORE_THAN_IT_GETS"
    return None
