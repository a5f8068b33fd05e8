"""The sellers' side: who may sell what, where, and which colleagues are as good as one another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from onefold.analytics.allocation.market import Whole
from onefold.analytics.decide.permissions import permitted
from onefold.analytics.decide.policy import NOBODY, Policy, positions

REACHES_EVERYWHERE = ("TELEPHONE", "ONLINE")
"""Kinds of channel for which a customer's region does not matter."""


@dataclass(frozen=True)
class Staff:
    """L sellers in force by code; R regions, the last for a customer without one."""

    sellers: pa.StringArray
    series: pa.StringArray
    company: Whole
    """L"""
    permitted: NDArray[np.bool_]
    """L x S: the seller may sell the series, whoever the customer is"""
    seller_class: Whole
    """L: sellers of one class have company, region and rights in common"""
    regions: pa.Array
    pool: Whole
    """companies x (R + 1) x S: the pool of colleagues who may sell the series there; NOBODY"""
    reach: NDArray[np.bool_]
    """pools x classes"""


def staff(policy: Policy, sellers: pa.Table, channels: pa.Table) -> Staff:
    """Gather what allocation asks of sellers. `sellers`, `channels`: the datasets."""
    who = policy.sellers
    return staff_with(
        permitted(policy), who.codes, policy.series.codes, who.company[:-1], len(policy.companies), sellers, channels
    )


def staff_with(
    rights: NDArray[np.bool_], codes: pa.StringArray, series: pa.StringArray, company: Whole, companies: int, sellers: pa.Table,
    channels: pa.Table,
) -> Staff:  # fmt: skip
    """The staff of sellers by `codes` whose `rights` (L x S) are known."""
    sellers = sellers.take(pa.array(positions(codes, sellers["seller"])))
    channel = positions(sellers["channel"], channels["channel"])
    kinds = channels["kind"].take(pa.array(channel, mask=channel == NOBODY)).fill_null("")
    regions = sellers["region"].combine_chunks().drop_null().unique().sort()
    everywhere = np.isin(np.array(kinds.to_pylist(), dtype=np.str_), REACHES_EVERYWHERE)
    region = np.where(everywhere, NOBODY, positions(sellers["region"], regions))
    classes, seller_class = np.unique(
        np.column_stack([company, region, rights.astype(np.int64)]), axis=0, return_inverse=True
    )
    pool, reach = _pools(classes, companies, len(regions), len(series))
    return Staff(codes, series, company, rights, seller_class.reshape(-1), regions, pool, reach)


def _pools(classes: Whole, companies: int, regions: int, series: int) -> tuple[Whole, NDArray[np.bool_]]:
    """Number the different sets of classes that a company, a region and a series lead to."""
    pool = np.full((companies, regions + 1, series), NOBODY)
    numbers: dict[bytes, int] = {}
    for company in np.unique(classes[:, 0]):
        for region in range(regions + 1):
            here = (classes[:, 0] == company) & ((classes[:, 1] == NOBODY) | (classes[:, 1] == region))
            able = classes[:, 2:].astype(np.bool_) & here[:, None]
            for one in np.flatnonzero(able.any(axis=0)):
                pool[company, region, one] = numbers.setdefault(np.packbits(able[:, one]).tobytes(), len(numbers))
    unpacked = [np.unpackbits(np.frombuffer(key, np.uint8), count=len(classes)) for key in numbers]
    return pool, np.array(unpacked, np.bool_).reshape(len(numbers), len(classes))
