"""The plain way: the most valuable bid first, while there is room. What the optimum is measured against, and what is left without it."""

from __future__ import annotations

import numpy as np

from onefold.analytics.allocation.market import Allotment, Market, Whole


def greedy(market: Market) -> Allotment:
    """Take bids by value, ties by customer and place; of a pool the seller with the shortest list, ties by position."""
    order = np.lexsort((market.place, market.customer, -market.value))
    room, company_room = market.capacity.copy(), market.company_limit.copy()
    of_home = np.full(int(market.household.max(initial=-1)) + 1, market.household_limit)
    served = np.zeros(len(market.household), np.bool_)
    members = _members(market)
    left = min(int(room.sum()), int(company_room.sum()))
    bids, sellers = [], []
    for bid in order:
        if left == 0:
            break
        customer, place = market.customer[bid], market.place[bid]
        if served[customer] or of_home[market.household[customer]] == 0:
            continue
        able = members[place - market.sellers] if place >= market.sellers else np.array([place])
        able = able[(room[able] > 0) & (company_room[market.seller_company[able]] > 0)]
        if not len(able):
            continue
        chosen = able[np.argmax(room[able])]
        room[chosen] -= 1
        company_room[market.seller_company[chosen]] -= 1
        of_home[market.household[customer]] -= 1
        served[customer] = True
        left -= 1
        bids.append(bid)
        sellers.append(chosen)
    return Allotment(np.array(bids, np.int64), np.array(sellers, np.int64), False)


def _members(market: Market) -> list[Whole]:
    """The sellers of each pool."""
    return [np.flatnonzero(classes[market.seller_class]) for classes in market.reach]
