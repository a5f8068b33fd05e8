"""Pairs of records compared and weighed by Splink, on DuckDB or on Spark: the same settings, the same levels."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow as pa

MEMORY_MB = 4096
Settings = dict[str, Any]


@dataclass
class Pairing:
    """An engine at work on pairs. `query` answers SQL over its tables."""

    api: Any
    query: Callable[[str], pa.Table]
    give: Callable[[pa.Table], Any]
    """makes of a table what the engine can register"""
    numbers: Iterator[int] = field(default_factory=count)

    def scored(self, records: pa.Table, settings: Settings, frequencies: dict[str, pa.Table], least: float) -> pa.Table:
        """Candidates of at least this probability: place_l, place_r, match_probability and a gamma_ column a comparison."""
        linker = self._linker(records, settings)
        for column, table in frequencies.items():
            linker.table_management.register_term_frequency_lookup(self._registered(table), column)
        names = [f"gamma_{comparison['output_column_name']}" for comparison in settings["comparisons"]]
        made = linker.inference.predict(threshold_match_probability=least, warning_mode="never").physical_name
        return self.query(f"select place_l, place_r, match_probability, {', '.join(names)} from {made}")

    def patterns(self, records: pa.Table, settings: Settings) -> pa.Table:
        """How often each combination of levels occurs among the candidates: the gamma_ columns and `pairs`."""
        linker = self._linker(records, settings)
        names = ", ".join(f"gamma_{comparison['output_column_name']}" for comparison in settings["comparisons"])
        made = linker.inference.predict(warning_mode="never").physical_name
        return self.query(f"select {names}, count(*) as pairs from {made} group by {names}")

    def _linker(self, records: pa.Table, settings: Settings) -> Any:
        from splink import Linker

        return Linker(self._registered(records), settings, log_level=logging.ERROR, validate_settings=False)

    def _registered(self, table: pa.Table) -> Any:
        return self.api.register(self.give(table), table_name=f"told_{next(self.numbers)}")


@contextmanager
def on_duckdb(*, memory_mb: int = MEMORY_MB, threads: int | None = None) -> Iterator[Pairing]:
    """Compare in this process. What is compared identifies people, so nothing of it is spilled to a disk: beyond `memory_mb` it fails."""
    import duckdb
    from splink import DuckDBAPI

    connection = duckdb.connect(
        config={
            "temp_directory": "", "memory_limit": f"{memory_mb}MB", "threads": threads or os.cpu_count() or 1,
            "autoinstall_known_extensions": False, "autoload_known_extensions": False,
        }
    )  # fmt: skip
    try:
        yield Pairing(DuckDBAPI(connection), lambda sql: connection.sql(sql).to_arrow_table(), lambda table: table)
    finally:
        connection.close()


@contextmanager
def on_spark(*, master: str = "local[2]", memory_mb: int = MEMORY_MB, scratch: Path | None = None) -> Iterator[Pairing]:
    """Compare on a Spark session of its own; raise ImportError without pyspark."""
    from splink import SparkAPI

    from onefold.analytics.engines import spark

    place = Path(tempfile.mkdtemp(prefix="onefold-pairs-", dir=scratch))
    session = spark.started(master, memory_mb, place)
    session.conf.set(
        "spark.sql.codegen.wholeStage", "false"
    )  # all levels in one method would be beyond what Java compiles
    # Splink's own functions live in a jar that is not there, and its default way to cut a lineage writes files; neither is needed.
    api = SparkAPI(spark_session=session, break_lineage_method="persist", register_udfs_automatically=False)
    try:
        yield Pairing(api, lambda sql: session.sql(sql).toArrow(), session.createDataFrame)
    finally:
        session.stop()
        shutil.rmtree(place, ignore_errors=True)
