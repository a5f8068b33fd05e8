"""Rows of `customer_features` as a dense matrix of features, in columns whose order a fit keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from onefold.analytics.mining.boosting import Matrix
from onefold.seam.datasets import CUSTOMER_FEATURES

COUNTED = ("held", "ended")
CODES = ("kind", "sex", "channel_kind", "region")
NUMBERS = tuple(column.name for column in CUSTOMER_FEATURES.columns if pa.types.is_int32(column.type))
CODES_MOST = 60


@dataclass(frozen=True)
class Layout:
    """What stands in which column: numbers, contracts by series held and ended, and codes with their known words."""

    series: tuple[str, ...]
    words: dict[str, tuple[str, ...]]

    @property
    def names(self) -> tuple[str, ...]:
        counted = [f"{name}:{series}" for name in COUNTED for series in self.series]
        return (*NUMBERS, *counted, *CODES)

    @property
    def categories(self) -> tuple[int, ...]:
        return tuple(range(len(self.names) - len(CODES), len(self.names)))

    def plain(self) -> dict[str, Any]:
        return asdict(self)


def layout_of(features: pa.Table, series: Sequence[str]) -> Layout:
    """Fix the layout by the rows a model is learnt from: the commonest words of each code, by name."""
    return Layout(tuple(series), {name: _common_words(features[name]) for name in CODES})


def layout_from(plain: dict[str, Any]) -> Layout:
    return Layout(tuple(plain["series"]), {name: tuple(words) for name, words in plain["words"].items()})


def _common_words(column: pa.ChunkedArray) -> tuple[str, ...]:
    counts = pc.value_counts(column.combine_chunks()).to_pylist()
    words = sorted((-row["counts"], row["values"]) for row in counts if row["values"] is not None)
    return tuple(sorted(word for _, word in words[:CODES_MOST]))


def matrix_of(features: pa.Table, layout: Layout) -> Matrix:
    """Lay n rows out as n x F numbers; NaN = unknown (also a word the layout does not know)."""
    rows = features.num_rows
    matrix = np.full((rows, len(layout.names)), np.nan, np.float32)
    for place, name in enumerate(NUMBERS):
        matrix[:, place] = numbers_of(features[name])
    place = len(NUMBERS)
    for name in COUNTED:
        matrix[:, place : place + len(layout.series)] = counts_of(features, name, layout.series)
        place += len(layout.series)
    for name in CODES:
        matrix[:, place] = codes_of(features[name], layout.words[name])
        place += 1
    return matrix


def with_series(customers: Matrix, place: NDArray[np.int64], layout: Layout) -> Matrix:
    """Put the series spoken of beside the customer: its place, and what the customer holds of the same company."""
    companies = np.array([series.split(".")[0] for series in layout.series])
    first = len(NUMBERS)
    held = customers[:, first : first + len(layout.series)] > 0
    same = np.zeros(len(customers), np.float32)
    for number in np.unique(place):
        rows = place == number
        same[rows] = held[rows][:, companies == companies[number]].sum(axis=1)
    return np.column_stack([customers, place.astype(np.float32), same])


def numbers_of(column: pa.ChunkedArray) -> NDArray[np.float64]:
    found: NDArray[np.float64] = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    return found


def codes_of(column: pa.ChunkedArray, words: Sequence[str]) -> NDArray[np.float64]:
    return numbers_of(pa.chunked_array([pc.index_in(column.combine_chunks(), pa.array(words, pa.string()))]))


def counts_of(features: pa.Table, name: str, series: Sequence[str]) -> NDArray[np.float32]:
    """n x S: the parallel lists `name_series` and `name_counts` laid out."""
    lists = features[f"{name}_series"].combine_chunks()
    column = pc.index_in(pc.list_flatten(lists), pa.array(series, pa.string())).fill_null(-1).to_numpy()
    row = pc.list_parent_indices(lists).to_numpy()
    counts = pc.list_flatten(features[f"{name}_counts"].combine_chunks()).to_numpy()
    matrix = np.zeros((features.num_rows, len(series)), np.float32)
    matrix[row[column >= 0], column[column >= 0]] = counts[column >= 0]
    return matrix
