"""The best allotment there is, as a flow of least cost: OR-Tools' SimpleMinCostFlow (cost scaling, integers, exact).

household → customer → seller or pool → class → seller → company → done. A household sends as many leads as it may be in, or lets them
go for nothing ("no offer" is free); a bid costs its value, negative; a seller's list is several arcs, each part a little dearer than
the one before. Capacities are whole, so the optimum is.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from onefold.analytics.allocation.market import Allotment, Market, Whole, dealt


@dataclass
class Arcs:
    """Arcs of the network, appended in blocks; a block's name finds its flows again."""

    tails: list[Whole] = field(default_factory=list)
    heads: list[Whole] = field(default_factory=list)
    capacities: list[Whole] = field(default_factory=list)
    costs: list[Whole] = field(default_factory=list)
    blocks: dict[str, slice] = field(default_factory=dict)

    def add(self, name: str, tail: Whole, head: Whole | int, capacity: Whole | int, cost: Whole | int = 0) -> None:
        start = sum(map(len, self.tails))
        self.blocks[name] = slice(start, start + len(tail))
        for column, values in zip(
            (self.tails, self.heads, self.capacities, self.costs), (tail, head, capacity, cost), strict=True
        ):
            column.append(np.broadcast_to(np.asarray(values, np.int64), len(tail)))


@dataclass(frozen=True)
class Nodes:
    """Where each kind of node begins."""

    customers: int
    households: int
    places: int
    classes: int
    companies: int
    done: int


def optimal(market: Market) -> Allotment | None:
    """Return the best allotment; None where the solver is missing or gives up, so that somebody falls back."""
    try:
        from ortools.graph.python.min_cost_flow import SimpleMinCostFlow
    except ImportError:
        return None
    arcs, supply = network(market)
    solver = SimpleMinCostFlow()
    columns = (np.concatenate(column) for column in (arcs.tails, arcs.heads, arcs.capacities, arcs.costs))
    numbers = solver.add_arcs_with_capacity_and_unit_cost(*columns)
    solver.set_nodes_supplies(np.arange(len(supply)), supply)
    if solver.solve() != solver.OPTIMAL:
        return None
    flows = {name: solver.flows(numbers[block]) for name, block in arcs.blocks.items()}
    bids = np.flatnonzero(flows["bids"])
    pools, classes = np.nonzero(market.reach)
    pool_class = np.zeros(market.reach.shape, np.int64)
    pool_class[pools, classes] = flows["pools"]
    return dealt(market, bids, market.place[bids], pool_class, flows["classes"])


def network(market: Market) -> tuple[Arcs, Whole]:
    """The arcs, and what each node sends or takes."""
    n, homes, sellers = len(market.household), int(market.household.max(initial=-1)) + 1, market.sellers
    starts = np.cumsum([0, n, homes, sellers + market.reach.shape[0], market.reach.shape[1], len(market.company_limit)])
    nodes = Nodes(*(int(start) for start in starts))
    bidding = np.bincount(market.household[np.unique(market.customer)], minlength=homes)
    sends = np.minimum(bidding, market.household_limit)
    arcs, seller = Arcs(), np.arange(sellers)
    customers, home = np.arange(n), np.arange(homes)
    if market.household_limit == 1:  # then a household is as good as a customer: a node and an arc less for each
        arcs.add(
            "bids", nodes.households + market.household[market.customer], nodes.places + market.place, 1, -market.value
        )
    else:
        arcs.add("bids", market.customer, nodes.places + market.place, 1, -market.value)
        arcs.add("members", nodes.households + market.household, customers, 1)
    arcs.add("none", nodes.households + home, nodes.done, sends)
    pools, classes = np.nonzero(market.reach)
    everybody = int(market.capacity.sum())
    arcs.add("pools", nodes.places + sellers + pools, nodes.classes + classes, everybody)
    arcs.add("classes", nodes.classes + market.seller_class, nodes.places + seller, market.capacity)
    for part, size in enumerate(market.part_sizes()):
        arcs.add(
            f"part {part}", nodes.places + seller, nodes.companies + market.seller_company, size, part * market.evenness
        )
    arcs.add("companies", nodes.companies + np.arange(len(market.company_limit)), nodes.done, market.company_limit)
    supply = np.zeros(nodes.done + 1, np.int64)
    supply[nodes.households : nodes.places] = sends
    supply[nodes.done] = -sends.sum()
    return arcs, supply
