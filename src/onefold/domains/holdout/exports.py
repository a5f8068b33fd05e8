"""What the room gives the lake: every arm, so that the next run draws nobody twice."""

from __future__ import annotations

import polars as pl
import pyarrow as pa
from django.db import connection

from onefold.seam import datasets
from onefold.seam.contracts import Dataset


def export() -> list[tuple[Dataset, pa.Table]]:
    dataset = datasets.HOLDOUTS
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT replace(customer_id::text, '-', ''), arm, drawn_on, basis FROM holdout_arm ORDER BY customer_id"
        )
        rows = cursor.fetchall()
    names = [column.name for column in dataset.columns]
    frame = pl.DataFrame(rows, schema=names, orient="row") if rows else None
    table = frame.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(dataset.schema) if frame is not None else None
    return [(dataset, table if table is not None else dataset.schema.empty_table())]
