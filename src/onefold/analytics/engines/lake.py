"""A folder of Parquet datasets seen as Ibis tables, whichever engine reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa

from onefold.seam import datasets, store


@dataclass
class Lake:
    """An opened lake. `table` is lazy; `arrow` computes; `kept` computes once and keeps the result until the lake closes."""

    folder: Path
    connection: Any
    scratch: Path
    """A folder of our own, gone when the lake closes: spilled sorts, and the empty file of a dataset that is not there."""
    to_arrow: Callable[[ir.Table], pa.Table]
    keep: Callable[[str, ir.Table], ir.Table]
    dispose: Callable[[], None]
    declared: frozenset[str] | None = None
    """The datasets that may be opened; any of the lake's where nothing is declared."""
    opened: dict[str, ir.Table] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=count)

    def table(self, name: str) -> ir.Table:
        """Return the dataset as a table; empty, but of the right shape, if the folder has none of it."""
        if self.declared is not None and name not in self.declared:
            raise PermissionError(f"{name} is not among the declared inputs")
        if name not in self.opened:
            self.opened[name] = self.connection.read_parquet(str(self._file_of(name)), table_name=name)
        return self.opened[name]

    def earlier(self, folder: Path, name: str) -> ir.Table:
        """Return a dataset of another release's folder, to be set beside this one's; empty if that folder has none of it."""
        file = str(self._file_of(name, folder))
        return self.connection.read_parquet(file, table_name=f"earlier_{next(self.numbers)}_{name}")

    def arrow(self, expression: ir.Table) -> pa.Table:
        return self.to_arrow(expression)

    def kept(self, expression: ir.Table) -> ir.Table:
        return self.keep(f"kept_{next(self.numbers)}", expression)

    def close(self) -> None:
        self.opened.clear()
        self.dispose()

    def __enter__(self) -> Lake:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _file_of(self, name: str, folder: Path | None = None) -> Path:
        dataset = datasets.ALL[name]
        if dataset.vault:
            raise PermissionError(f"{name} is a vault dataset; the lake does not open it")
        present = store.file_of(folder or self.folder, dataset)
        if present:
            return present
        store.write(self.scratch, dataset, dataset.schema.empty_table())
        return store.path_of(self.scratch, dataset)
