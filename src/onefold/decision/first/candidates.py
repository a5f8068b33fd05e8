"""What version 1 was told about each candidate offer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]
UNKNOWN = -1
"""An age or grade nobody knows; for `age_min` and `age_max`: no limit."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """N candidate offers. Flags are booleans, the rest 64-bit integers; nothing about money or fees is here, on purpose.

    Raises `TypeError` for another type (a float would make replay depend on the machine) and `ValueError` for arrays that
    are not of one length.
    """

    held: Flags
    """the customer holds the series"""
    consent_in_force: Flags
    """a marketing consent from the seller's company to the owner's covers the customer; false where there is no seller"""
    blocked: Flags
    """a do-not-contact wish is in force on any of the customer's source records"""
    on_sale: Flags
    """the series is on sale"""
    has_seller: Flags
    """there is a seller in force to judge for"""
    channel_authorised: Flags
    """the seller's channel may sell the series"""
    agreement_in_force: Flags
    """owner's and seller's company are the same, or an agency agreement between them is in force"""
    seller_grade: Whole
    """1 bronze, 2 silver, 3 gold; UNKNOWN"""
    required_grade: Whole
    """grade that the series needs at the seller's company"""
    age_low: Whole
    """least whole years the customer can have by what is known of the birth; UNKNOWN"""
    age_high: Whole
    """greatest whole years, likewise; equal to `age_low` when the exact day is known; UNKNOWN"""
    age_min: Whole
    """youngest age at which the series may be offered; UNKNOWN = no limit (always so for organisations)"""
    age_max: Whole
    """oldest age, inclusive; UNKNOWN = no limit"""
    suppressed: Flags
    """the customer said "not until …" and that day has not come"""
    popularity_numerator: Whole
    """customers who hold the series beside the held one that speaks most for it"""
    popularity_denominator: Whole
    """customers who hold that held one; for a customer who holds nothing: all active customers"""

    def __post_init__(self) -> None:
        for field in fields(self):
            array: NDArray[Any] = getattr(self, field.name)
            wanted = np.bool_ if field.type == "Flags" else np.int64
            if not isinstance(array, np.ndarray) or array.dtype != wanted or array.ndim != 1:
                raise TypeError(f"{field.name} must be a one-dimensional array of {wanted.__name__}")
            if len(array) != len(self.held):
                raise ValueError(f"{field.name} has {len(array)} rows, held has {len(self.held)}")

    def __len__(self) -> int:
        return len(self.held)

    def rows(self, which: slice | NDArray[Any]) -> Candidates:
        """Some of the candidates, in the order asked for."""
        return Candidates(**{field.name: getattr(self, field.name)[which] for field in fields(self)})


def candidates(columns: Mapping[str, Any]) -> Candidates:
    """Make `Candidates` of lists or arrays by field name; whole numbers of any width are widened, anything else refused."""
    return Candidates(
        **{field.name: _column(field.name, field.type == "Flags", columns[field.name]) for field in fields(Candidates)}
    )


def _column(name: str, flag: bool, values: Any) -> NDArray[Any]:
    array = np.asarray(values)
    if not len(array):
        return np.zeros(0, np.bool_ if flag else np.int64)
    if flag is not (array.dtype == np.bool_) or array.dtype.kind not in "biu":
        raise TypeError(f"{name} must hold {'booleans' if flag else 'whole numbers'}, not {array.dtype}")
    return np.ascontiguousarray(array.astype(np.bool_ if flag else np.int64, casting="safe", copy=False))
