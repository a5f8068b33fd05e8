"""Columns for a core: named arrays of one length, of the declared type. A float or a null is refused, so replay is exact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]


FEW = 64
FLAG, WHOLE = np.dtype(np.bool_), np.dtype(np.int64)


def check_columns(names: Mapping[str, bool], row: Any) -> None:
    """Raise `TypeError` for a column of another type and `ValueError` for columns that are not of one length."""
    length = -1
    for name, flag in names.items():
        array: NDArray[Any] = getattr(row, name)
        wanted = FLAG if flag else WHOLE
        if (
            not isinstance(array, np.ndarray)
            or (array.dtype is not wanted and array.dtype != wanted)
            or array.ndim != 1
        ):
            raise TypeError(f"{name} must be a one-dimensional array of {wanted.name}")
        length = len(array) if length < 0 else length
        if len(array) != length:
            raise ValueError(f"{name} has {len(array)} rows, others have {length}")


def typed_columns(names: Mapping[str, bool], values: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    """The values as arrays; `names` says which hold flags. One number stands for a column full of it, without the memory."""
    arrays = {name: _typed(name, flag, values[name]) for name, flag in names.items()}
    rows = max((len(array) for array in arrays.values() if array.ndim), default=1)
    return {name: array if array.ndim else _spread(array, rows) for name, array in arrays.items()}


def _spread(array: NDArray[Any], rows: int) -> NDArray[Any]:
    """For few rows a copy is made faster than a view."""
    return np.full(rows, array) if rows <= FEW else np.broadcast_to(array, rows)


def _typed(name: str, flag: bool, values: Any) -> NDArray[Any]:
    array = np.asarray(values)
    wanted = FLAG if flag else WHOLE
    if array.dtype is wanted:
        return array
    if array.ndim and not len(array):
        return np.zeros(0, wanted)
    if flag is not (array.dtype == np.bool_) or array.dtype.kind not in "biu":
        raise TypeError(f"{name} must hold {'booleans' if flag else 'whole numbers'}, not {array.dtype}")
    return array.astype(wanted, casting="safe", copy=False)
