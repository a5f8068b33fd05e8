"""What the rulebook and the catalogue say about every offer, whoever the customer is: the side of the series and sellers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from onefold.analytics.engines.lake import Lake
from onefold.analytics.features.periods import in_force
from onefold.policy import Rulebook, Series

KINDS = ("PERSON", "ORGANISATION")
NO_LIMIT = -1
NOBODY = -1


@dataclass(frozen=True)
class Policy:
    """S series, C companies, K channels and L sellers in force, each sorted by code; the rest are arrays over positions."""

    as_of: date
    series: pa.StringArray
    owner: NDArray[np.int64]
    """S: position of the owner company"""
    fits: NDArray[np.bool_]
    """2 x S: PERSON, ORGANISATION"""
    on_sale: NDArray[np.bool_]
    age_min: NDArray[np.int64]
    age_max: NDArray[np.int64]
    companies: pa.StringArray
    sellers: pa.StringArray
    seller_company: NDArray[np.int64]
    """L"""
    seller_channel: NDArray[np.int64]
    seller_grade: NDArray[np.int64]
    pools: tuple[NDArray[np.int64], ...]
    """C: sellers in force in the channels of the company"""
    may_sell: NDArray[np.bool_]
    """K x S: the channel-product matrix of the day"""
    agreement: NDArray[np.bool_]
    """C x C: seller company, owner company; true on the diagonal"""
    required_grade: NDArray[np.int64]
    """C x S"""


def policy(lake: Lake, rulebook: Rulebook, as_of: date) -> Policy:
    """Read the catalogue, the channel-product matrix, the agency agreements and the sellers as they are on the day."""
    series = lake.arrow(lake.table("product_series").order_by("series"))
    companies = lake.arrow(lake.table("companies").order_by("company"))["company"].combine_chunks()
    channels = lake.arrow(lake.table("channels").order_by("channel"))
    on_register = lake.table("sellers")
    sellers = lake.arrow(on_register.filter(in_force(on_register, as_of)).order_by("seller"))
    seller_channel = positions(sellers["channel"], channels["channel"])
    return Policy(
        as_of,
        series["series"].combine_chunks(),
        positions(series["company"], companies),
        _fits(series),
        _on_sale(series, as_of),
        whole(series["age_min"]),
        whole(series["age_max"]),
        companies,
        sellers["seller"].combine_chunks(),
        positions(sellers["company"], companies),
        seller_channel,
        whole(sellers["grade"]),
        _pools(seller_channel, positions(channels["company"], companies), len(companies)),
        _pairs(lake, "channel_products", as_of, ("channel", channels["channel"]), ("series", series["series"])),
        _pairs(lake, "agency_agreements", as_of, ("seller_company", companies), ("owner_company", companies))
        | np.eye(len(companies), dtype=np.bool_),
        _required_grade(rulebook, companies, series, as_of),
    )


def positions(values: pa.ChunkedArray | pa.Array, codes: pa.ChunkedArray | pa.Array) -> NDArray[np.int64]:
    """Return where each value stands among the codes; NOBODY where it does not, or is empty."""
    codes = codes.combine_chunks() if isinstance(codes, pa.ChunkedArray) else codes
    return whole(pc.index_in(values, value_set=codes, skip_nulls=True))


def whole(values: pa.ChunkedArray | pa.Array) -> NDArray[np.int64]:
    """Return 64-bit integers; -1 (no limit, nobody, unknown) where empty."""
    return np.asarray(pc.fill_null(values, NO_LIMIT)).astype(np.int64)


def _fits(series: pa.Table) -> NDArray[np.bool_]:
    kinds = [text.split(",") for text in series["kinds"].to_pylist()]
    return np.array([[kind in listed for listed in kinds] for kind in KINDS], dtype=np.bool_).reshape(
        len(KINDS), len(kinds)
    )


def _on_sale(series: pa.Table, as_of: date) -> NDArray[np.bool_]:
    begun = pc.fill_null(pc.less_equal(series["on_sale_from"], as_of), False)
    going = pc.fill_null(pc.greater(series["on_sale_until"], as_of), True)
    return np.asarray(pc.and_(begun, going)).astype(np.bool_)


def _pools(seller_channel: NDArray[np.int64], home: NDArray[np.int64], companies: int) -> tuple[NDArray[np.int64], ...]:
    placed = np.where(seller_channel == NOBODY, NOBODY, np.append(home, NOBODY)[seller_channel])
    return tuple(np.flatnonzero(placed == company) for company in range(companies))


def _pairs(
    lake: Lake, dataset: str, as_of: date, rows: tuple[str, pa.ChunkedArray], columns: tuple[str, pa.ChunkedArray]
) -> NDArray[np.bool_]:
    """Lay the dataset's rows in force into a matrix of row codes x column codes."""
    table = lake.table(dataset)
    found = lake.arrow(table.filter(in_force(table, as_of)).select(rows[0], columns[0]))
    row, column = positions(found[rows[0]], rows[1]), positions(found[columns[0]], columns[1])
    matrix = np.zeros((len(rows[1]), len(columns[1])), np.bool_)
    both = (row != NOBODY) & (column != NOBODY)
    matrix[row[both], column[both]] = True
    return matrix


def _required_grade(
    rulebook: Rulebook, companies: pa.StringArray, series: pa.ChunkedArray, as_of: date
) -> NDArray[np.int64]:
    terms = [Series(**row) for row in series.to_pylist()]
    grades = [[rulebook.required_grade(company, one, on=as_of) for one in terms] for company in companies.to_pylist()]
    return np.array(grades, dtype=np.int64).reshape(len(companies), len(terms))
