"""The rulebook's catalogue rows are the rows of the catalogue datasets: same fields, same order, values of the columns' types."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from onefold import policy
from onefold.seam import store
from onefold.seam.contracts import Dataset
from onefold.seam.datasets import COMPANIES, PRODUCT_SERIES, PRODUCTS

CATALOGUE = policy.load().catalogue(date(2026, 6, 30))
PAIRS = [(COMPANIES, CATALOGUE.companies), (PRODUCT_SERIES, CATALOGUE.series), (PRODUCTS, CATALOGUE.products)]


@pytest.mark.parametrize(("dataset", "rows"), PAIRS, ids=[dataset.name for dataset, _ in PAIRS])
def test_catalogue_rows_cross_the_seam_unchanged(tmp_path: Path, dataset: Dataset, rows: tuple[Any, ...]) -> None:
    assert [field.name for field in fields(rows[0])] == [column.name for column in dataset.columns]
    table = pa.Table.from_pylist([asdict(row) for row in rows], schema=dataset.schema)
    store.write(tmp_path, dataset, table)
    assert store.read(tmp_path, dataset).to_pylist() == [asdict(row) for row in rows]
