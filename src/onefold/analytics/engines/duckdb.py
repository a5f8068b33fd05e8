"""The embedded engine: DuckDB over Parquet, within the memory and threads it is given."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import ibis
import ibis.expr.types as ir

from onefold.analytics.engines.lake import Lake

MEMORY_MB = 4096


def open_lake(
    folder: Path, *, memory_mb: int = MEMORY_MB, threads: int | None = None, scratch: Path | None = None
) -> Lake:
    """Open `folder`. Beyond `memory_mb` DuckDB spills into a folder of its own under `scratch`, removed on closing."""
    place = Path(tempfile.mkdtemp(prefix="onefold-lake-", dir=scratch))
    connection = ibis.duckdb.connect(
        temp_directory=str(place / "spill"),
        memory_limit=f"{memory_mb}MB",
        threads=threads or os.cpu_count() or 1,
        autoinstall_known_extensions=False,  # the machine may have no network, and must not look for one
        autoload_known_extensions=False,
    )
    # Days are cut at midnight UTC, not at the midnight of the machine.
    connection.raw_sql("SET TimeZone = 'UTC'")

    def keep(name: str, expression: ir.Table) -> ir.Table:
        # Not Ibis's own cache: its finalizers outlive the connection and drop tables of a closed one.
        return connection.create_table(name, expression, temp=True)

    def dispose() -> None:
        connection.disconnect()
        shutil.rmtree(place, ignore_errors=True)

    return Lake(folder, connection, place, lambda expression: expression.to_pyarrow(), keep, dispose)
