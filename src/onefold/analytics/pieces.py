"""A dataset written, read and worked on piece by piece, for those too large to hold at once. The contract is checked all the same."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from onefold.seam import checksums, store
from onefold.seam.contracts import Dataset

Piece = TypeVar("Piece")
Made = TypeVar("Made")


def side_by_side(work: Callable[[Piece], Made], pieces: Iterable[Piece]) -> Iterator[Made]:
    """What `work` makes of each piece, in their order; as many at a time as there are cores, no more are held."""
    at_once = os.cpu_count() or 1
    with ThreadPoolExecutor(at_once) as pool:
        waiting: deque[Future[Made]] = deque()
        for piece in pieces:
            waiting.append(pool.submit(work, piece))
            if len(waiting) > at_once:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def write_pieces(folder: Path, dataset: Dataset, pieces: Iterable[pa.Table]) -> store.Written:
    """Write pieces that follow each other in key order, whole or not at all; raise `ContractBroken` if they do not.

    Equal pieces give equal bytes; each piece is a row group of its own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = store.path_of(folder, dataset)
    part = target.with_suffix(".part")
    rows, last = 0, None
    with pq.ParquetWriter(part, dataset.schema, compression="zstd", store_schema=False) as writer:
        for piece in pieces:
            piece = store.checked(dataset, piece)
            if not piece.num_rows:
                continue
            if last is not None and _key(dataset, piece, 0) <= last:
                raise store.ContractBroken(f"{dataset.name}: a piece does not begin after the one before it")
            last = _key(dataset, piece, piece.num_rows - 1)
            writer.write_table(piece)
            rows += piece.num_rows
    return store.Written(dataset.name, rows, checksums.placed(part, target))


def read_pieces(folder: Path, dataset: Dataset) -> Iterator[pa.Table]:
    """Give the dataset row group by row group; nothing if the folder has none of it."""
    source = store.file_of(folder, dataset)
    if source is None:
        return
    with pq.ParquetFile(source) as file:
        for number in range(file.num_row_groups):
            yield store.conformed(dataset, file.read_row_group(number))


def rows_in(folder: Path, dataset: Dataset) -> int:
    """Return the number of rows of a dataset, without reading them."""
    source = store.file_of(folder, dataset)
    rows: int = pq.read_metadata(source).num_rows if source else 0
    return rows


def _key(dataset: Dataset, piece: pa.Table, row: int) -> tuple[object, ...]:
    return tuple(piece[name][row].as_py() for name in dataset.key)
