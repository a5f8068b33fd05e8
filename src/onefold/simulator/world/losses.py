"""Claims as a table: when reported, settled, and how much was paid."""

from __future__ import annotations

import numpy as np
import polars as pl

from onefold.simulator.tables import CLAIMS
from onefold.simulator.world import parameters as p
from onefold.simulator.world.arrangements import NEVER
from onefold.simulator.world.contracts import Contracts, days
from onefold.simulator.world.course import OPEN, PAID, PARTLY_PAID, REFUSED, Claims
from onefold.simulator.world.dice import scaled, spread
from onefold.simulator.world.numbers import padded, scattered
from onefold.simulator.world.spells import Spells

CLAIMS_PER_CHUNK = 100_000
OUTCOMES = pl.Series(["PAID", "PARTLY_PAID", "DECLINED", "OPEN"])
assert (PAID, PARTLY_PAID, REFUSED, OPEN) == (0, 1, 2, 3)
TYPICAL = {
    "HPC.MOTOR": 420_000, "HPC.HOME": 260_000, "HPC.ACCIDENT": 180_000, "HPC.LIABILITY": 5_200_000, "HHEALTH.MEDICAL": 350_000,
    "HHEALTH.GROUP": 900_000, "HLIFE.CI": 25_000_000, "HLIFE.TERM": 50_000_000,
}  # fmt: skip
"""Middle claim, minor units."""


def claims_frame(claims: Claims, contracts: Contracts, spells: Spells, chunk: int, last: int) -> pl.DataFrame:
    """Claims reported by the last day, on contracts that covered the day; unsettled ones are OPEN."""
    contract = contracts.of(claims.spell, claims.day, spells.signed + 1)
    number = chunk * CLAIMS_PER_CHUNK + np.arange(len(contract))
    reported = claims.day + scaled(spread(number, 101), 400) * scaled(spread(number, 102), 60) // 400
    at = np.maximum(contract, 0)
    covered = (
        (contract >= 0)
        & (claims.day >= contracts.valid_from[at])
        & (claims.day < np.minimum(contracts.ended[at], contracts.valid_until[at]))
    )
    kept = np.flatnonzero(covered & (reported <= last))
    number, at, reported, happened, how = number[kept], at[kept], reported[kept], claims.day[kept], claims.how[kept]
    series = spells.series[claims.spell[kept]]
    settled = reported + 1 + scaled(spread(number, 103), 40)
    done = settled <= last
    claimed = (
        np.array([TYPICAL.get(code, 100_000) for code in p.CODES])[series]
        * (200 + scaled(spread(number, 104), 2_200))
        // 1_000
    )
    paid = claimed * np.array((1_000, 450, 0))[how] // 1_000 // 100 * 100
    return pl.DataFrame(
        {
            "claim": number.astype(np.uint64),
            "contract": contracts.number[at].astype(np.uint64),
            "company": pl.Series(p.COMPANIES).gather(contracts.company[at]),
            "claim_no": "C" + padded("", scattered(number, 10**9, 3), 9),
            "happened_on": days(happened),
            "reported_on": days(reported),
            "settled_on": days(np.where(done, settled, NEVER)),
            "claimed_minor": claimed // 100 * 100,
            "paid_minor": pl.Series(paid).set(pl.Series(~done), None),
            "outcome": OUTCOMES.gather(np.where(done, how, OPEN)),
        },
        schema_overrides=CLAIMS,
    ).select(list(CLAIMS))  # fmt: skip
