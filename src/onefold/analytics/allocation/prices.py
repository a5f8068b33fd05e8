"""Shadow prices: what one more lead at a place would cost the rest. They prove an allotment optimal, and say what rights would unlock.

The price of a place is the least that must be given up to free it: nothing while somebody there has room; else a lead given up, or
moved to where it is worth less, and so on - the shortest way to a free place among the residual arcs of the flow. No household has
anything to gain at these prices if and only if the allotment is optimal (complementary slackness; Ahuja, Magnanti and Orlin, Network
Flows, 1993, section 9.3), which is a check that shares nothing with the solver.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from onefold.analytics.allocation.market import Allotment, Market, Whole

UNREACHED = np.int64(1) << 60
Edges = tuple[Whole, Whole, Whole]
"""from, to, cost"""


def prices(market: Market, allotment: Allotment) -> Whole:
    """Return the price of every place: sellers, then pools. Raises `ValueError` for an allotment that is far from optimal."""
    classes = len(market.reach.T)
    companies = market.sellers + len(market.reach) + classes
    done = companies + len(market.company_limit)
    edges = [*_structure(market, allotment, companies, done), _displaced(market, allotment, done)]
    start, end, cost = (np.concatenate(column) for column in zip(*edges, strict=True))
    distance = np.full(done + 1, UNREACHED)
    distance[done] = 0
    for _ in distance:
        before = distance.copy()
        np.minimum.at(distance, start, np.minimum(distance[end] + cost, UNREACHED))
        if np.array_equal(before, distance):
            return distance[: market.sellers + len(market.reach)]
    raise ValueError("there is no end of gains: the allotment is not optimal, and has no prices")


def gains(market: Market, allotment: Allotment, price: Whole) -> Whole:
    """Per household: what its best bid would still gain at these prices. Nowhere more than 0 in an optimal allotment.

    Only for markets in which a household is in one lead at most.
    """
    homes = market.household[market.customer]
    net = market.value - price[market.place]
    best = np.zeros(int(market.household.max(initial=-1)) + 1, np.int64)
    np.maximum.at(best, homes, net)
    return best - worths(market, allotment, price)


def worths(market: Market, allotment: Allotment, price: Whole) -> Whole:
    """Per household: what its least lead is worth above the price of its place; 0 where it may be in one more."""
    size = int(market.household.max(initial=-1)) + 1
    homes = market.household[market.customer[allotment.bid]]
    worth = np.full(size, UNREACHED)
    np.minimum.at(worth, homes, market.value[allotment.bid] - price[allotment.seller])
    return np.where(np.bincount(homes, minlength=size) < market.household_limit, 0, worth)


def _structure(market: Market, allotment: Allotment, companies: int, done: int) -> list[Edges]:
    """What leads on from a place while there is room, and back from where something could be taken away."""
    sellers, first_class = np.arange(market.sellers), market.sellers + len(market.reach)
    filled = np.bincount(allotment.seller, minlength=market.sellers)
    ends = np.cumsum(market.part_sizes(), axis=0)
    next_part = (filled >= ends).sum(axis=0)
    last_part = (filled - 1 >= ends).sum(axis=0)
    room, some = filled < market.capacity, filled > 0
    company = companies + market.seller_company
    total = np.bincount(market.seller_company, weights=filled, minlength=len(market.company_limit)).astype(np.int64)
    open_ = np.flatnonzero(total < market.company_limit)
    pools, classes = np.nonzero(market.reach)
    through = _through_pools(market, allotment)
    back_pools, back_classes = np.nonzero(through)
    of_class = np.bincount(allotment.seller[_pooled(market, allotment)], minlength=market.sellers) > 0
    nothing = np.zeros_like
    return [
        (market.sellers + pools, first_class + classes, nothing(pools)),
        (first_class + back_classes, market.sellers + back_pools, nothing(back_pools)),
        (first_class + market.seller_class, sellers, nothing(sellers)),
        (sellers[of_class], first_class + market.seller_class[of_class], nothing(sellers[of_class])),
        (sellers[room], company[room], market.evenness * next_part[room]),
        (company[some], sellers[some], -market.evenness * last_part[some]),
        (companies + open_, np.full(len(open_), done), nothing(open_)),
    ]


def _displaced(market: Market, allotment: Allotment, done: int) -> Edges:
    """From each taken place to where the customer, or one of the household without a lead, bids besides, or to nothing: what that loses."""
    bid = allotment.bid
    served = np.zeros(len(market.household), np.bool_)
    served[market.customer[bid]] = True
    homes = market.household[market.customer]
    taken = pl.DataFrame({"home": homes[bid], "mine": bid, "who": market.customer[bid]})
    all_bids = pl.DataFrame({"home": homes, "other": np.arange(len(homes)), "whose": market.customer})
    both = taken.join(all_bids.join(taken.select("home").unique(), on="home", how="semi"), on="home")
    idle = pl.Series(~served[both["whose"].to_numpy()])
    both = both.filter((pl.col("who") == pl.col("whose")) | idle)
    mine, other = both["mine"].to_numpy(), both["other"].to_numpy()
    start = np.concatenate([market.place[mine], market.place[bid]])
    end = np.concatenate([market.place[other], np.full(len(bid), done)])
    cost = np.concatenate([market.value[mine] - market.value[other], market.value[bid]])
    return start, end, cost


def _pooled(market: Market, allotment: Allotment) -> NDArray[np.bool_]:
    return market.place[allotment.bid] >= market.sellers


def _through_pools(market: Market, allotment: Allotment) -> NDArray[np.bool_]:
    """pools x classes: whether a lead went that way."""
    through, pooled = np.zeros_like(market.reach), _pooled(market, allotment)
    pool = market.place[allotment.bid[pooled]] - market.sellers
    through[pool, market.seller_class[allotment.seller[pooled]]] = True
    return through
