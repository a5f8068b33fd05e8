"""The engine beyond one machine: Spark over the same Parquet. Imported only by who asks for it; needs the `spark` extra and Java."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from onefold.analytics.engines.lake import Lake

LOOPBACK = "127.0.0.1"


def open_lake(folder: Path, *, master: str = "local[2]", memory_mb: int = 2048, scratch: Path | None = None) -> Lake:
    """Open `folder` on a Spark session of its own; raise ImportError without pyspark."""
    place = Path(tempfile.mkdtemp(prefix="onefold-lake-", dir=scratch))
    session = started(master, memory_mb, place)
    connection = ibis.pyspark.connect(session)

    # Ibis would go through pandas, which cannot hold our open end (year 9999); Spark itself speaks Arrow.
    def to_arrow(expression: ir.Table) -> pa.Table:
        return session.sql(connection.compile(expression)).toArrow()

    def keep(name: str, expression: ir.Table) -> ir.Table:
        session.sql(connection.compile(expression)).cache().createOrReplaceTempView(name)
        return connection.table(name)

    def dispose() -> None:
        session.stop()
        shutil.rmtree(place, ignore_errors=True)

    return Lake(folder, connection, place, to_arrow, keep, dispose)


def started(master: str, memory_mb: int, place: Path) -> Any:
    """A session whose files lie in `place`."""
    os.environ["PYSPARK_PYTHON"] = sys.executable  # executors would take any python3 of the PATH
    os.environ["SPARK_LOCAL_IP"] = LOOPBACK
    from pyspark.sql import SparkSession

    settings = {
        "spark.driver.host": LOOPBACK,
        "spark.driver.bindAddress": LOOPBACK,
        "spark.driver.memory": f"{memory_mb}m",
        "spark.ui.enabled": "false",
        "spark.local.dir": str(place),
        "spark.sql.warehouse.dir": str(place / "warehouse"),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "100000",
    }
    builder = SparkSession.builder.master(master).appName("onefold")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session
