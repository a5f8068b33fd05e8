"""The allotment: never over a limit, never worse than any other, the same from the same market."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onefold.analytics.allocation.flow import optimal
from onefold.analytics.allocation.greedy import greedy
from onefold.analytics.allocation.market import Allotment, Market
from onefold.analytics.allocation.prices import gains, prices


def market(
    bids: list[tuple[int, int, int]], household: list[int], capacity: list[int], *, classes: list[int] | None = None,
    companies: list[int] | None = None, company_limit: list[int] | None = None, reach: list[list[int]] | None = None,
    household_limit: int = 1, evenness: int = 0, parts: int = 1,
) -> Market:  # fmt: skip
    """`bids`: (customer, place, value)."""
    sellers = len(capacity)
    columns = (
        [np.array(column, np.int64) for column in zip(*bids, strict=True)] if bids else [np.zeros(0, np.int64)] * 3
    )
    whole = [np.array(one or [0] * sellers, np.int64) for one in (classes, companies)]
    reached = np.array(reach or [], np.bool_).reshape(
        len(reach or []), max(classes or [0], default=0) + 1 if not reach else len(reach[0])
    )
    return Market(
        *columns, np.array(household, np.int64), household_limit, np.array(capacity, np.int64), *whole,
        np.array(company_limit or [99], np.int64), reached, evenness, parts,
    )  # fmt: skip


@st.composite
def markets(draw: st.DrawFn, household_limit: int = 1) -> Market:
    sellers, customers = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    classes = draw(st.lists(st.integers(0, 1), min_size=sellers, max_size=sellers))
    reach = draw(st.lists(st.lists(st.integers(0, 1), min_size=2, max_size=2), max_size=2))
    places = sellers + len(reach)
    bids = draw(
        st.dictionaries(
            st.tuples(st.integers(0, customers - 1), st.integers(0, places - 1)), st.integers(1, 9), max_size=6
        )
    )
    return market(
        [(customer, place, value) for (customer, place), value in sorted(bids.items())],
        draw(st.lists(st.integers(0, 2), min_size=customers, max_size=customers)),
        draw(st.lists(st.integers(0, 3), min_size=sellers, max_size=sellers)),
        classes=classes,
        companies=draw(st.lists(st.integers(0, 1), min_size=sellers, max_size=sellers)),
        company_limit=draw(st.lists(st.integers(0, 4), min_size=2, max_size=2)),
        reach=reach,
        household_limit=household_limit,
        evenness=draw(st.integers(0, 3)),
        parts=draw(st.integers(1, 3)),
    )


def breaks(one: Market, found: Allotment) -> list[str]:
    """The limits an allotment does not keep."""
    customer, place, seller = one.customer[found.bid], one.place[found.bid], found.seller
    own = place < one.sellers
    homes = np.bincount(one.household[customer], minlength=1)
    wrong = {
        "a bid twice": len(set(found.bid.tolist())) != len(found.bid),
        "a customer twice": len(set(customer.tolist())) != len(customer),
        "a household": bool((homes > one.household_limit).any()),
        "a seller": bool((np.bincount(seller, minlength=one.sellers) > one.capacity).any()),
        "a company": bool(
            (np.bincount(one.seller_company[seller], minlength=len(one.company_limit)) > one.company_limit).any()
        ),
        "another seller": bool((seller[own] != place[own]).any()),
        "out of reach": not one.reach[place[~own] - one.sellers, one.seller_class[seller[~own]]].all(),
    }
    return [name for name, found in wrong.items() if found]


def best_of_all(one: Market) -> int:
    """By trying everything: each customer's bids or none, each with any seller."""
    choices: list[list[tuple[int, int]]] = []
    for customer in range(len(one.household)):
        mine: list[tuple[int, int]] = [(-1, -1)]
        for bid in np.flatnonzero(one.customer == customer).tolist():
            place = int(one.place[bid])
            able = (
                [place]
                if place < one.sellers
                else np.flatnonzero(one.reach[place - one.sellers][one.seller_class]).tolist()
            )
            mine += [(bid, seller) for seller in able]
        choices.append(mine)
    best = 0
    for picked in product(*choices):
        taken = [pair for pair in picked if pair[0] >= 0]
        found = Allotment(*(np.array([pair[at] for pair in taken], np.int64) for at in (0, 1)), True)
        if not breaks(one, found):
            best = max(best, found.worth(one))
    return best


@pytest.mark.slow
@settings(deadline=None, max_examples=150)
@given(st.one_of(markets(), markets(household_limit=2)))
def test_nothing_else_is_worth_more_and_every_limit_is_kept(one: Market) -> None:
    found = optimal(one)
    assert found is not None
    assert breaks(one, found) == []
    assert found.worth(one) == best_of_all(one)


@settings(deadline=None, max_examples=60)
@given(markets())
def test_the_plain_way_keeps_every_limit_and_is_never_better(one: Market) -> None:
    plain, best = greedy(one), optimal(one)
    assert breaks(one, plain) == []
    assert best is not None
    assert plain.worth(one) <= best.worth(one)


@settings(deadline=None, max_examples=100)
@given(markets())
def test_at_the_shadow_prices_no_household_has_anything_to_gain(one: Market) -> None:
    found = optimal(one)
    assert found is not None
    price = prices(one, found)
    assert (price >= 0).all()
    assert (gains(one, found, price) <= 0).all()


@settings(deadline=None, max_examples=100)
@given(markets(household_limit=2))
def test_prices_come_to_an_end_where_a_household_may_be_in_several_leads(one: Market) -> None:
    found = optimal(one)
    assert found is not None
    assert (prices(one, found) >= 0).all()


def test_greedy_can_be_wrong_and_prices_show_it() -> None:
    """The first customer is worth a little more at the full seller, but the second has nobody else."""
    one = market([(0, 0, 10), (0, 1, 9), (1, 0, 8)], [0, 1], [1, 2])
    plain, best = greedy(one), optimal(one)
    assert best is not None
    assert (plain.worth(one), best.worth(one)) == (10, 17)
    assert prices(one, best).tolist() == [8, 0]
    assert (gains(one, plain, prices(one, best)) > 0).any()


def test_a_lead_stays_with_the_seller_who_serves_while_there_is_room_and_then_goes_to_a_colleague() -> None:
    bids = [(customer, place, value) for customer, own in ((0, 9), (1, 8)) for place, value in ((0, own), (2, 5))]
    roomy = market(bids, [0, 1], [2, 2], reach=[[1]])
    full = market(bids, [0, 1], [1, 2], reach=[[1]])
    for one, sellers in ((roomy, [0, 0]), (full, [0, 1])):
        found = optimal(one)
        assert found is not None
        assert found.seller[np.argsort(one.customer[found.bid])].tolist() == sellers


def test_lists_grow_evenly_where_it_costs_next_to_nothing() -> None:
    bids = [(customer, 2, 50) for customer in range(4)]
    one = market(bids, list(range(4)), [4, 4], reach=[[1]], evenness=1, parts=4)
    found = optimal(one)
    assert found is not None
    assert np.bincount(found.seller).tolist() == [2, 2]


def test_the_same_market_is_solved_the_same_way() -> None:
    random = np.random.default_rng(3)
    bids = [(customer, place, int(random.integers(1, 4))) for customer in range(60) for place in range(8)]
    one = market(
        bids, list(range(60)), [2] * 6, classes=[0, 0, 1, 1, 0, 1], reach=[[1, 0], [1, 1]], evenness=1, parts=2
    )
    first, second = optimal(one), optimal(one)
    assert first is not None and second is not None
    assert (first.bid.tolist(), first.seller.tolist()) == (second.bid.tolist(), second.seller.tolist())


def test_nobody_to_offer_anything_to_is_an_empty_allotment() -> None:
    one = market([], [0, 1], [1])
    for found in (optimal(one), greedy(one)):
        assert found is not None
        assert len(found.bid) == 0
