"""The market of leads as arrays: who may be offered through whom, what that is worth, and how much each can take."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Market:
    """A bids of N customers in households, for places: L sellers, then pools of colleagues of whom any may take the lead.

    A pool reaches classes of sellers (same company, region and rights, so that nothing tells them apart). A customer bids once for a
    place at most: of two offers through the same seller only the better one can ever be made. Everything is sorted by stable ids, so
    the same market is solved the same way.
    """

    customer: Whole
    """A: position of the customer"""
    place: Whole
    """A: a seller below L, above that L + pool"""
    value: Whole
    """A: what the lead is worth there, more than 0, in minor units"""
    household: Whole
    """N"""
    household_limit: int
    capacity: Whole
    """L: leads the seller can take"""
    seller_class: Whole
    """L"""
    seller_company: Whole
    """L"""
    company_limit: Whole
    """leads that all sellers of the company may take"""
    reach: NDArray[np.bool_]
    """pools x classes"""
    evenness: int = 0
    """what a lead is worth less with every further part of the seller's list"""
    parts: int = 1

    @property
    def sellers(self) -> int:
        return len(self.capacity)

    def part_sizes(self) -> Whole:
        """parts x L: how many leads each part of a seller's list holds; together the capacity."""
        edges = np.arange(self.parts + 1)[:, None] * self.capacity // self.parts
        return np.diff(edges, axis=0)


@dataclass(frozen=True)
class Allotment:
    """Chosen bids, and the seller of each; `optimal` if nothing better exists."""

    bid: Whole
    seller: Whole
    optimal: bool

    def worth(self, market: Market) -> int:
        """What is maximised: the value of the leads, less what unevenness costs."""
        filled = np.bincount(self.seller, minlength=market.sellers)
        before = np.cumsum(market.part_sizes(), axis=0) - market.part_sizes()
        within = np.clip(filled - before, 0, market.part_sizes())
        return int(market.value[self.bid].sum() - (within * np.arange(market.parts)[:, None] * market.evenness).sum())


def dealt(market: Market, bids: Whole, through: Whole, pool_class: Whole, class_seller: Whole) -> Allotment:
    """Name a seller for every chosen bid: its own, or one of the class it came to, the best leads dealt out in turn.

    `bids`, `through`: chosen bids and their places; `pool_class` (pools x classes) and `class_seller` (per seller): how many leads went
    from a pool to a class and from a class to a seller.
    """
    seller = through.copy()
    order = np.lexsort((market.customer[bids], -market.value[bids]))
    queue = _queues(market, class_seller)
    taken = np.zeros(len(queue), np.int64)
    for pool in np.unique(through[through >= market.sellers]) - market.sellers:
        classes = np.repeat(np.arange(pool_class.shape[1]), pool_class[pool])
        for at, one in zip(order[through[order] == market.sellers + pool], classes, strict=True):
            seller[at] = queue[one][taken[one]]
            taken[one] += 1
    return Allotment(bids, seller, True)


def _queues(market: Market, class_seller: Whole) -> list[Whole]:
    """Per class its sellers, each as often as it takes leads: all once, then all who take a second, and so on."""
    turns = np.concatenate([np.arange(count) for count in class_seller]) if len(class_seller) else np.zeros(0, np.int64)
    who = np.repeat(np.arange(market.sellers), class_seller)
    order = np.lexsort((who, turns, market.seller_class[who]))
    edges = np.cumsum(np.bincount(market.seller_class[who], minlength=market.reach.shape[1]))
    return np.split(who[order], edges[:-1]) if len(edges) else []
