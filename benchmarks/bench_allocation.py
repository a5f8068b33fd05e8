"""Leads of 200,000 customers over 2,000 sellers: the best allotment beside the plain one, and the whole step at a million customers.

    ./onefold bench bench_allocation [CUSTOMERS SELLERS]      (200,000 and 2,000; then the step: 1,000,000 and 5,200)

First the network of the choice at its hardest, as in the study of methods: every customer bids for five sellers with five offers, none of
which stands behind another, and the sellers can take nine tenths of the customers. Seconds are those of building and solving together; the
prices prove the optimum (nobody has anything to gain at them), which shares nothing with the solver. Then the step as a run does it:
verdicts as the dataset holds them, five offers of a customer, the serving seller and colleagues of the region, twenty leads a seller. No bid
is left out: of two offers through one seller only the better can ever be made, so one bid a customer and place is all there is.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from datetime import date

import numpy as np
import pyarrow as pa
from machine import describe

from onefold import policy
from onefold.analytics import allocation
from onefold.analytics.allocation.flow import optimal
from onefold.analytics.allocation.greedy import greedy
from onefold.analytics.allocation.market import Market
from onefold.analytics.allocation.prices import gains, prices
from onefold.analytics.allocation.staff import Staff, staff_with
from onefold.decision.gates import Gate

OFFERS, PIECE, REGIONS, COMPANIES = 5, 20_000, 63, 8
STEP = (1_000_000, 5_200)


def main(customers: int = 200_000, sellers: int = 2_000) -> int:
    print(describe())
    choose(customers, sellers)
    whole_step(*STEP)
    return 0


def choose(customers: int, sellers: int) -> None:
    market = _hard(customers, sellers)
    print(
        f"{customers:,} customers x {OFFERS} offers x {sellers:,} sellers, {len(market.value):,} bids, {int(market.capacity.sum()):,} places"
    )
    start = time.perf_counter()
    best = optimal(market)
    seconds = time.perf_counter() - start
    assert best is not None and best.optimal
    print(f"  best: worth {best.worth(market):,}, {len(best.bid):,} leads, built and solved in {seconds:.1f} s")
    start = time.perf_counter()
    plain = greedy(market)
    behind = 1 - plain.worth(market) / best.worth(market)
    print(f"  plain: worth {plain.worth(market):,} (-{behind:.2%}), {time.perf_counter() - start:.1f} s")
    start = time.perf_counter()
    proof = bool((gains(market, best, prices(market, best)) <= 0).all())
    print(
        f"  at the shadow prices {'nobody has anything to gain' if proof else 'SOMEBODY GAINS'} ({time.perf_counter() - start:.1f} s)"
    )


def _hard(customers: int, sellers: int) -> Market:
    random = np.random.default_rng(1)
    first, stride = random.integers(0, sellers, customers), random.integers(1, sellers // OFFERS, customers)
    place = (first[:, None] + np.arange(OFFERS) * stride[:, None]) % sellers
    one = np.zeros(sellers, np.int64)
    return Market(
        np.repeat(np.arange(customers), OFFERS), place.ravel(), random.integers(100, 20_000, customers * OFFERS),
        np.arange(customers), 1, np.full(sellers, customers * 9 // 10 // sellers), one, one, np.array([customers]),
        np.zeros((0, 1), np.bool_), 20, 4,
    )  # fmt: skip


def whole_step(customers: int, sellers: int) -> None:
    on = date(2026, 6, 30)
    book = policy.load()
    codes = [one.series for one in book.catalogue(on).series]
    random = np.random.default_rng(2)
    staff, register = _staff(sellers, codes, random)
    people, names = _people(customers), pa.table({"series": codes, "company": [code.split(".")[0] for code in codes]})
    pieces = list(_verdicts(people["customer_id"], staff, random))
    before = _peak()
    start = time.perf_counter()
    offers, unlocked = allocation.allocate(pieces, people, register, names, staff, allocation.limits(book, on))
    seconds = time.perf_counter() - start
    print(
        f"the step: {customers:,} customers, {sellers:,} sellers, {len(codes)} series, {len(staff.reach):,} pools of colleagues"
    )
    print(
        f"  {len(offers):,} leads and {len(unlocked):,} rights that would unlock more in {seconds:.1f} s, {_peak() - before:,} MB above the verdicts at the peak"
    )


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _staff(count: int, series: list[str], random: np.random.Generator) -> tuple[Staff, pa.Table]:
    """Sellers of eight companies, each in one of sixty-three regions and with one of four kinds of rights."""
    codes = pa.array([f"S{number:06}" for number in range(count)])
    company = random.integers(0, COMPANIES, count)
    kinds = random.random((COMPANIES, 4, len(series))) < 0.6
    register = pa.table(
        {
            "seller": codes, "company": pa.array([f"C{number}" for number in company]), "channel": pa.array(["AGT"] * count),
            "region": pa.array([f"R{number}" for number in random.integers(0, REGIONS, count)]),
        }
    )  # fmt: skip
    channels = pa.table({"channel": ["AGT"], "kind": ["AGENT"]})
    rights = kinds[company, random.integers(0, 4, count)]
    return staff_with(rights, codes, pa.array(series), company, COMPANIES, register, channels), register


def _people(count: int) -> pa.Table:
    ids = [f"{number:032x}" for number in range(count)]
    homes = [ids[number - number % 3 % 2] for number in range(count)]
    regions = [f"R{number % REGIONS}" for number in range(count)]
    return pa.table({"customer_id": ids, "household_id": homes, "region": regions})


def _verdicts(ids: pa.ChunkedArray, staff: Staff, random: np.random.Generator) -> Iterator[pa.Table]:
    """Dataset `decisions`: three in ten verdicts pass on the customer's side; a seller without the right refers or learns."""
    width = len(staff.series)
    for start in range(0, len(ids), PIECE):
        piece = ids.slice(start, PIECE).combine_chunks()
        size = len(piece) * width
        seller = np.repeat(random.integers(0, len(staff.sellers), len(piece)), width)
        column = np.tile(np.arange(width), len(piece))
        open_, able = random.random(size) < 0.3, staff.permitted[seller, column]
        action = np.where(able, "SELL", np.where(random.random(size) < 0.5, "REFER", "LEARN"))
        blocked = np.where(open_, 0, Gate.NO_CONSENT.bit) + np.where(able, 0, Gate.CHANNEL_NOT_AUTHORISED.bit)
        flat = {
            "series": staff.series.take(pa.array(column)), "sellers": staff.sellers.take(pa.array(seller)),
            "blocked": pa.array(blocked.astype(np.int64)), "missing": pa.array(np.zeros(size, np.int64)),
            "scores": pa.array(random.integers(0, 60_000, size).astype(np.int32)),
            "values": pa.array(random.integers(-500, 9_000, size)), "bases": pa.array(np.full(size, 2, np.int32)),
            "actions": pa.array(np.where(open_, action, "")), "because": staff.series.take(pa.array(column)),
        }  # fmt: skip
        ends = pa.array((np.arange(len(piece) + 1) * width).astype(np.int32))
        lists = {name: pa.ListArray.from_arrays(ends, values) for name, values in flat.items()}
        yield pa.table({"customer_id": piece, **lists})


if __name__ == "__main__":
    sys.exit(main(*(int(word.replace(",", "")) for word in sys.argv[1:])))
