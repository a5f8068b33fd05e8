"""A described file as a matrix: numbers as they are, days as their number, texts as codes, and how common a text is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from onefold.analytics.mining.boosting import Matrix
from onefold.analytics.mining.evaluation.description import Condition, Description

Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Columns:
    """How columns become numbers, fixed by the rows learnt from: words of each text, and how often each was seen."""

    numbers: tuple[str, ...]
    words: dict[str, dict[str, int]]
    counts: dict[str, dict[str, int]]

    @property
    def categories(self) -> tuple[int, ...]:
        return tuple(range(len(self.numbers), len(self.numbers) + len(self.words)))


def frame_of(folder: Path, description: Description, file: str) -> pl.DataFrame:
    """Read one of the files; days are numbers from here on, texts texts."""
    as_text = dict.fromkeys((*description.texts, *description.days), pl.String)
    frame = pl.read_csv(
        folder / description.files[file],
        separator=description.separator,
        infer_schema_length=None,
        schema_overrides=as_text,
    )
    return frame.with_columns(
        pl.col(name).str.to_date(form, strict=False).cast(pl.Int32) for name, form in description.days.items()
    )


def met(frame: pl.DataFrame, condition: Condition) -> Reals:
    """1 where the row has one of the condition's values."""
    return frame[condition.column].cast(pl.String).is_in(list(condition.values)).cast(pl.Float64).to_numpy()


def columns_of(frame: pl.DataFrame, description: Description) -> Columns:
    conditions = [description.target, description.treatment, description.among]
    spoken = {description.id, *description.leave_out, *description.items, *(c.column for c in conditions if c)}
    used = [name for name in frame.columns if name not in spoken]
    texts = [name for name in used if frame[name].dtype == pl.String]
    return Columns(
        tuple(name for name in used if name not in texts),
        {
            name: {word: number for number, word in enumerate(sorted(frame[name].drop_nulls().unique()))}
            for name in texts
        },
        {name: dict(frame[name].drop_nulls().value_counts().iter_rows()) for name in description.counts_of},
    )


def matrix_of(frame: pl.DataFrame, columns: Columns) -> Matrix:
    """n x F; NaN = empty, or a word nobody has seen."""
    parts = [frame[name].cast(pl.Float32).to_numpy() for name in columns.numbers]
    parts += [looked_up(frame[name], words) for name, words in columns.words.items()]
    parts += [looked_up(frame[name], counts) for name, counts in columns.counts.items()]
    return np.column_stack(parts).astype(np.float32)


def looked_up(column: pl.Series, numbers: dict[str, int]) -> NDArray[np.float32]:
    return column.replace_strict(numbers, default=None, return_dtype=pl.Float32).to_numpy()
