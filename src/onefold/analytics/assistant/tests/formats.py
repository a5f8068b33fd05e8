"""One list written in another format, packed or typed as an office would send it."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter


def written(source: Path, path: Path) -> Path:
    """Write the CSV file `source` as the ending of `path` says."""
    text = source.read_bytes()
    header, *rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    if path.name.endswith(".gz"):
        path.write_bytes(gzip.compress(text))
    elif path.name.endswith(".zip"):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(source.name, text)
    elif path.suffix == ".xlsx":
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet()
            sheet.write_string(0, 0, "Customers as of 2026-06-30")
            for number, row in enumerate([header, *rows], 1):
                for place, cell in enumerate(row):
                    sheet.write_string(number, place, cell)
    elif path.suffix == ".parquet":
        pq.write_table(pa.table({name: [row[place] for row in rows] for place, name in enumerate(header)}), path)
    else:
        lines = [json.dumps(dict(zip(header, row, strict=True)), ensure_ascii=False) for row in rows]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
