"""What a feed is, once read: plain values, all checked. See `feeds` for the format and its meaning."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase

from onefold.policy.feed_targets import DAY, MONEY, TARGETS, TEXT, WHOLE, Target

COLUMN_TYPES = {
    "text": TEXT,
    "whole": WHOLE,
    "date": DAY,
    "money": MONEY,
    "resident_id": TEXT,
    "credit_code": TEXT,
    "id_number": TEXT,
    "phone": TEXT,
    "email": TEXT,
}
"""Column types and the kind of value each gives."""

ENCODINGS = ("utf-8", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "windows-1250", "windows-1252", "auto")


@dataclass(frozen=True, slots=True)
class CsvDialect:
    """How the bytes become rows. Nothing of it is ever guessed, but for `auto`: UTF-8 strictly, else GB18030."""

    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    header: bool = True
    newline: str = "any"
    skip_lines: int = 0


@dataclass(frozen=True, slots=True)
class ExcelDialect:
    """Which sheet of a workbook (its name, or its place from 1), and which of its rows holds the names of the columns."""

    sheet: str | int = 1
    header_row: int = 1


@dataclass(frozen=True, slots=True)
class JsonlDialect:
    """One JSON object a line."""

    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True)
class ParquetDialect:
    """A Parquet file says of itself what there is to say."""


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One column of the file: what its texts must look like. Only the options of its type are set."""

    name: str
    type: str
    required: bool = False
    empty: tuple[str, ...] = ()
    drops_bad: bool = False
    may_be_absent: bool = False
    """True where the file may lack the column altogether: a change of the file that was agreed to."""
    length_max: int = 500
    one_of: tuple[str, ...] = ()
    at_least: int | None = None
    at_most: int | None = None
    format: str = ""
    century: int | None = None
    first_day: date = date(1850, 1, 1)
    last_day: date = date(2199, 12, 31)
    currency: str = ""
    currency_column: str = ""
    grouping: str = ""
    type_column: str = ""
    types: dict[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return COLUMN_TYPES[self.type]


@dataclass(frozen=True, slots=True)
class Unpivot:
    """Wide flags to rows: for each of `columns` whose text is in `keep` one row, with the column's name in `name`."""

    columns: tuple[str, ...]
    name: str
    value: str
    keep: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """The row once for each of `values`, which stands in `name`."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lookup:
    """Columns taken from the one row of another feed that has the same `on` and passes `where`."""

    feed: str
    on: dict[str, str]
    where: dict[str, tuple[str, ...]]
    take: dict[str, str]
    required: bool


@dataclass(frozen=True, slots=True)
class Derivation:
    """One new column by one function of the closed list (`feed_functions`)."""

    name: str
    function: str
    inputs: tuple[str, ...]
    options: dict[str, object]
    when: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class FieldSource:
    """Where a field of the target comes from: a column, perhaps through codes, or a constant."""

    field: str
    column: str = ""
    codes: dict[str, str] | None = None
    otherwise: str | None = None
    constant: str | None = None


@dataclass(frozen=True, slots=True)
class Control:
    """What the file as a whole must fulfil, or it is refused."""

    rows_at_least: int = 1
    closed_share_max: float = 1.0
    trailer: str = ""
    total_of: str = ""


@dataclass(frozen=True, slots=True)
class FeedSpec:
    """One feed: who sends it, what it looks like, what it fills."""

    name: str
    company: str
    target: str
    title: dict[str, str]
    file: str
    csv: CsvDialect
    mode: str
    """full: each file is the whole truth; append, increment: each file adds and corrects, row by row"""
    columns: tuple[ColumnSpec, ...]
    ignore: tuple[str, ...]
    unpivot: Unpivot | None
    repeat: Repeat | None
    lookups: tuple[Lookup, ...]
    derivations: tuple[Derivation, ...]
    only: dict[str, tuple[str, ...]]
    map: tuple[FieldSource, ...]
    control: Control
    quarantined_share_max: float
    freshness_days: int
    assumed: bool
    sequence: str = ""
    """pattern of the file's name that gives the sender's order; empty: the order of receipt"""
    delete: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """the column and the texts by which a row says that its fact is over"""
    excel: ExcelDialect | None = None
    parquet: ParquetDialect | None = None
    jsonl: JsonlDialect | None = None
    """at most one of these three; without any, the file is CSV"""

    @property
    def full(self) -> bool:
        return self.mode == "full"

    @property
    def format(self) -> str:
        """csv, excel, parquet or jsonl"""
        return next((name for name in ("excel", "parquet", "jsonl") if getattr(self, name) is not None), "csv")

    @property
    def encoding(self) -> str:
        """The encoding of a row that was set aside, as it is kept."""
        return self.jsonl.encoding if self.jsonl else self.csv.encoding if self.format == "csv" else "utf-8"

    @property
    def target_spec(self) -> Target:
        return TARGETS[self.target]

    def column(self, name: str) -> ColumnSpec | None:
        return next((column for column in self.columns if column.name == name), None)

    def source_of(self, field_name: str) -> FieldSource | None:
        return next((source for source in self.map if source.field == field_name), None)

    def sequence_of(self, file_name: str) -> int | None:
        """The sender's order of a file by its name: (date, number, revision) as one whole number; 0 without a pattern.

        None where the name does not say it.
        """
        if not self.sequence:
            return 0
        found = re.search(self.sequence, file_name)
        if found is None:
            return None
        parts = {name: int(text) for name, text in found.groupdict().items() if text}
        return parts.get("date", 0) * 1_000_000 + parts.get("number", 0) * 1_000 + parts.get("revision", 0)

    def takes_file(self, name: str) -> bool:
        """Does a file of this name (without folder) belong to this feed? A packed one (`.gz`, `.zip`) does too."""
        plain = name.removesuffix(".gz").removesuffix(".zip") if name.endswith((".gz", ".zip")) else name
        return fnmatchcase(name, self.file) or fnmatchcase(plain, self.file)
