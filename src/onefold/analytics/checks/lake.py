"""The lake identifies nobody: it holds the lake's datasets, in their contracts' columns, and not a file more."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from onefold.kernel.refusals import Kind, Refusal
from onefold.seam import datasets, store

IDENTIFYING = {
    column.name
    for dataset in datasets.SEALED
    for column in dataset.columns
    if column.name not in {name for key in datasets.SEALED for name in key.key}
} - {"company", "kind", "feed", "column", "rule", "recorded_at"}
"""Columns of the vault that say who somebody is. Keys of the vault are pseudonyms and codes."""


class StrangeFileInTheLake(Refusal):
    code = "STRANGE_FILE_IN_THE_LAKE"
    kind = Kind.CONFLICT
    sentence = {
        "en": "The lake holds {file}, which is no dataset of the lake. Nothing was released.",
        "zh-Hans": "数据湖中出现不属于数据湖的文件 {file}，未发布。",
    }


class IdentifyingColumn(Refusal):
    code = "IDENTIFYING_COLUMN"
    kind = Kind.CONFLICT
    sentence = {
        "en": "Dataset {dataset} of the lake has column {column}, which its contract does not allow. Nothing was released.",
        "zh-Hans": "数据湖数据集 {dataset} 含有契约不允许的列 {column}，未发布。",
    }


def check_lake(folder: Path) -> None:
    """Raise for a file that is no dataset of the lake, or a column that is not in the contract (so none that identifies)."""
    for path in sorted(folder.iterdir()):
        dataset = datasets.ALL.get(path.stem)
        if path.suffix == ".json":
            continue
        if path.suffix != ".parquet" or dataset is None or dataset.vault:
            raise StrangeFileInTheLake(file=path.name)
        allowed = {column.name for column in dataset.columns} - IDENTIFYING
        for name in pq.read_schema(store.file_of(folder, dataset)).names:
            if name not in allowed:
                raise IdentifyingColumn(dataset=dataset.name, column=name)
