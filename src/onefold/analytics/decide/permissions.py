"""Who may sell what, whoever the customer is: the gates about the seller for every seller and series, by the core itself."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from onefold.analytics.decide.policy import NOBODY, Policy
from onefold.decision.candidates import NEUTRAL
from onefold.decision.core import candidates, judge
from onefold.decision.gates import OF_SELLER


def seller_masks(policy: Policy) -> NDArray[np.int64]:
    """L + 1 x S: the gates about the seller that forbid; the last row is nobody. 0 = may sell."""
    sellers = np.append(np.arange(len(policy.sellers.codes)), NOBODY)
    rows = np.repeat(sellers, len(policy.series.codes))
    columns = np.tile(np.arange(len(policy.series.codes)), len(sellers))
    found = judge(candidates(NEUTRAL | seller_columns(policy, rows, columns)))
    return (found.blocked & OF_SELLER).reshape(len(sellers), len(policy.series.codes))


def permitted(policy: Policy) -> NDArray[np.bool_]:
    """L x S: the seller may sell the series, as far as it depends on the seller: channel, agreement, grade, registration."""
    return seller_masks(policy)[:-1] == 0


def seller_columns(policy: Policy, seller: NDArray[np.int64], series: NDArray[np.int64]) -> dict[str, Any]:
    """The core's columns about the seller, for positions of sellers (NOBODY: the last row) and series."""
    who, what = policy.sellers, policy.series
    company, owner = who.company[seller], what.owner[series]
    registered = np.where(what.registered[series], who.registered[seller], 1)
    return {
        "has_seller": seller != NOBODY,
        "channel_authorised": policy.may_sell[who.channel[seller], series],
        "agreement_in_force": policy.agreement[company, owner],
        "seller_grade": who.grade[seller],
        "required_grade": policy.required_grade[company, series],
        "registered": registered,
        "second_life_insurer": who.second_life[seller] & what.life[series] & (company != owner),
        "by_telephone": who.by_telephone[seller],
        "contact_cost": who.contact_cost[seller],
    }


def within_reach(policy: Policy, permitted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """L + 1 x S: a colleague in reach may sell the series: of the seller's own company, or of the owner's; in the seller's
    region, or without one (who works from afar), or anywhere when the seller has none. Nobody reaches the owner's sellers."""
    companies, regions, count = len(policy.companies), len(policy.regions), len(policy.series.codes)
    who = policy.sellers
    far = regions  # the place of those without a region
    place = np.where(who.region == NOBODY, far, who.region)
    there = np.zeros((companies, regions + 1, count), np.bool_)
    np.logical_or.at(there, (who.company[:-1], place[:-1]), permitted)
    near = there | there[:, far : far + 1]
    near[:, far] = there.any(axis=1)
    owners = near[policy.series.owner, :, np.arange(count)].T
    reached = owners[place]
    reached[:-1] |= near[who.company[:-1], place[:-1]]
    return reached
