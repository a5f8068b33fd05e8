"""The folder nobody of the pipeline may open: what is so, and every mistake that was made on purpose.

Mode 0700, apart from what is sent and from `var`. For each table of a chunk a folder `contracts.parquet` and so on, with one part a
chunk, which Polars, DuckDB and PyArrow read like a file; one file for each table of the group; besides `files.parquet` (every file
sent, and what must become of it), `defects.parquet` (every mistake, by file and line) and `parameters.json`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq

from onefold.simulator.sending.accidents import REFUSED, Line
from onefold.simulator.sending.files import LAYOUT_OF, SHEET_ROWS, workbook_path
from onefold.simulator.sending.layouts import EXCEL
from onefold.simulator.sending.parts import DEFECTS
from onefold.simulator.tables import Chunk

FILES: dict[str, type[pl.DataType]] = {
    "file": pl.String, "feed": pl.String, "speaks_of": pl.Date, "arrives_on": pl.Date, "kind": pl.String, "rows": pl.Int64,
    "bytes": pl.Int64, "sha256": pl.String, "expected": pl.String, "reason": pl.String, "replaced_by": pl.String, "waits": pl.Boolean,
}  # fmt: skip
"""`file`: day of arrival and name. `expected`: LOADED, REFUSED (with the reason) or DUPLICATE_FILE. `waits`: it stands behind a
feed that was paused."""


class TruthInReach(ValueError):
    """The truth would lie where the pipeline can open it."""


def folder_for(truth: Path, never_in: Iterable[Path]) -> Path:
    """Make the folder, for its owner alone; raises `TruthInReach` if it would lie in one of `never_in`, or is not empty."""
    place = truth.resolve()
    for other in never_in:
        if place == other.resolve() or place.is_relative_to(other.resolve()):
            raise TruthInReach(f"the truth must not lie in {other}")
    if place.exists() and any(place.iterdir()):
        raise TruthInReach(f"{truth} is not empty")
    place.mkdir(parents=True, exist_ok=True)
    os.chmod(place, 0o700)
    return place


def keep_chunk(folder: Path, chunk: Chunk) -> None:
    """Write the tables of one chunk, each as a part of its table."""
    for name, table in chunk.tables.items():
        parts = folder / f"{name}.parquet"
        parts.mkdir(mode=0o700, exist_ok=True)
        table.write_parquet(
            parts / f"{chunk.number:06d}.parquet", compression="zstd", compression_level=1, statistics=False
        )


@dataclass
class Truth:
    """Tables that grow frame by frame, a file each."""

    folder: Path
    _open: dict[str, pq.ParquetWriter] = field(default_factory=dict)

    def add(self, name: str, frame: pl.DataFrame) -> None:
        table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
        if name not in self._open:
            self._open[name] = pq.ParquetWriter(self.folder / f"{name}.parquet", table.schema, compression="zstd")
        if len(frame) or name not in self._open:
            self._open[name].write_table(table)

    def say(self, parameters: dict[str, Any]) -> None:
        text = json.dumps(parameters, ensure_ascii=False, indent=1, default=str, sort_keys=True)
        (self.folder / "parameters.json").write_text(text + "\n", encoding="utf-8")

    def close(self) -> None:
        for writer in self._open.values():
            writer.close()
        for path in self.folder.iterdir():
            os.chmod(path, 0o700 if path.is_dir() else 0o600)


def files_frame(lines: list[Line], dates: list[Any], sizes: list[tuple[int, str]]) -> pl.DataFrame:
    """`lines` in order of arrival; `dates`: by day of the span; `sizes`: bytes and SHA-256 of each."""
    rows = [
        {
            **asdict(line),
            "file": f"{dates[line.arrives].isoformat()}/{line.name}",
            "speaks_of": dates[line.day],
            "arrives_on": dates[line.arrives],
            "bytes": size,
            "sha256": digest,
        }
        for line, (size, digest) in zip(lines, sizes, strict=True)
    ]
    return pl.DataFrame(rows, schema_overrides=FILES).select(list(FILES)) if rows else pl.DataFrame(schema=FILES)


def defects_by_file(defects: pl.DataFrame, lines: list[Line], dates: list[Any]) -> pl.DataFrame:
    """`defects` with the file in which each is found: of a refused file the one that came in its place, of a corrected one both."""
    places = [
        {"feed": line.feed, "day": line.day, "file": f"{dates[line.arrives].isoformat()}/{line.name}"}
        for line in lines
        if line.expected not in (REFUSED, "DUPLICATE_FILE") and not _further_workbook(line)
    ]
    frame = pl.DataFrame(places, schema={"feed": pl.String, "day": pl.Int32, "file": pl.String})
    found = defects.join(frame, on=["feed", "day"], how="inner", maintain_order="left_right")
    return _in_workbooks(found).select("file", *DEFECTS)


def _further_workbook(line: Line) -> bool:
    return LAYOUT_OF[line.feed].form.kind == EXCEL and line.name.count("_") > LAYOUT_OF[line.feed].feed.count("_") + 1


def _in_workbooks(found: pl.DataFrame) -> pl.DataFrame:
    """Rows beyond the first sheet stand in a further workbook, counted anew."""
    excel = [feed for feed, layout in LAYOUT_OF.items() if layout.form.kind == EXCEL]
    sheet = pl.when(pl.col("feed").is_in(excel)).then((pl.col("line") - 2) // SHEET_ROWS).otherwise(0)
    found = found.with_columns(sheet.alias("sheet"))
    if not (found["sheet"] > 0).any():
        return found
    names = {
        (file, number): str(workbook_path(Path(file), number))
        for file, number in found.select("file", "sheet").unique().rows()
    }
    named = [names[row] for row in found.select("file", "sheet").rows()]
    return found.with_columns(pl.Series("file", named), (pl.col("line") - pl.col("sheet") * SHEET_ROWS).alias("line"))
