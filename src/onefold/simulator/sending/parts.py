"""What the companies say of one chunk: pieces of files, in order, and what is wrong in them. Pure: a chunk in, a `Part` out, so
that any process can do any chunk."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

from onefold.simulator.sending import mistakes, states
from onefold.simulator.sending.layouts import (
    CSV,
    EXCEL,
    LAYOUTS,
    LISTS,
    MONEY,
    PARQUET,
    TICKED,
    Layout,
)
from onefold.simulator.sending.rates import DROPPED, FIRST_AMOUNT, FIRST_DATE, RULES
from onefold.simulator.sending.states import Span
from onefold.simulator.sending.vocabulary import COMPANIES
from onefold.simulator.sending.writing import lines_of, texts_of
from onefold.simulator.tables import Chunk

LOADED, DROPPED_VALUE, REPEATED, QUARANTINED = "LOADED", "VALUE_DROPPED", "REPEATED", "QUARANTINED"
DEFECTS: dict[str, type[pl.DataType]] = {
    "feed": pl.String, "day": pl.Int32, "line": pl.Int64, "column": pl.String, "kind": pl.String, "rule": pl.String,
    "outcome": pl.String, "number": pl.UInt64,
}  # fmt: skip
"""`line`: where the row begins, counted from 1 in the file (in a part: from 0 in the piece). `rule`: what the gate must say, empty
where the row must load. `number`: the record, contract, contact or claim that the row is about."""


@dataclass(frozen=True)
class Piece:
    """Some rows of one file. `body`: bytes to append; for Parquet a frame in Arrow's file form; for Excel the same, of texts."""

    feed: str
    day: int
    rows: int
    lines: int
    total_minor: int
    body: bytes


@dataclass(frozen=True)
class Part:
    number: int
    pieces: list[Piece]
    defects: pl.DataFrame
    tables: dict[str, pl.DataFrame]


def part_of(chunk: Chunk, sellers: pl.DataFrame, span: Span, seed: int) -> Part:
    """`sellers`: of the group, at least those who serve this chunk."""
    phones = _phones(chunk, sellers)
    pieces: list[Piece] = []
    defects = [pl.DataFrame(schema=DEFECTS)]
    for list_, rows, noted in _told(chunk, phones, span, seed):
        rows = judged(rows, list_).with_row_index("row")
        marks = noted.frame().join(rows.select("row", "number"), on="row", how="left") if noted else None
        for company in COMPANIES:
            layout = LAYOUTS.get((company, list_))
            mine = rows.filter(pl.col("company") == company).sort("day", maintain_order=True)
            if layout is not None and len(mine):
                mine = mine.with_columns(_first_lines(mine, layout))
                pieces.extend(_pieces(mine, layout))
                defects.extend(_defects(mine, layout, marks))
    return Part(chunk.number, pieces, pl.concat(defects), chunk.tables)


def _phones(chunk: Chunk, sellers: pl.DataFrame) -> dict[str, pl.Series]:
    """By company, the telephone numbers of the sellers who sold something to this chunk, in their order."""
    here = sellers.filter(pl.col("seller").is_in(chunk.tables["contracts"]["seller"].unique().implode()))
    return {company: here.filter(pl.col("company") == company)["phone"].drop_nulls() for company in COMPANIES}


def _told(
    chunk: Chunk, phones: dict[str, pl.Series], span: Span, seed: int
) -> Iterator[tuple[str, pl.DataFrame, mistakes.Noted | None]]:
    """List by list: its name, its rows with what is planted in them, and what was noted."""

    def rng(purpose: int) -> np.random.Generator:
        return mistakes.generator(seed, chunk.number, purpose)

    tables = chunk.tables
    records = states.records_of(tables).with_row_index("place")
    told = records.select(span.of(pl.col("opened_on")))["opened_on"]
    fates = mistakes.fates_of(records, span.days, told, rng(0))
    known = states.customers(records, span, fates.corrected)
    rows, noted = mistakes.misspeak_customers(known, records, fates, phones, rng(1))
    yield "customers", rows, noted
    keys = records.select("record", "source_key", fates.lost.alias("lost"))
    contracts = mistakes.misspeak(states.contracts(tables, keys, span), "contracts", "premium_minor", rng(2))
    yield "contracts", contracts, None
    consents = states.consents(tables, keys, span)
    by_box = consents["company"] == TICKED[0]
    yield "consents", mistakes.misspeak(consents.filter(~by_box), "consents", None, rng(3)), None
    boxes = states.ticked(consents.filter(by_box), list(COMPANIES))
    yield "consents", mistakes.misspeak(boxes, "consents", None, rng(4)), None
    for purpose, (list_, of) in enumerate(_PLAIN.items(), 5):
        yield list_, mistakes.misspeak(of(tables, keys, span), list_, None, rng(purpose)), None
    claims = states.claims(tables, _contracts_lost(tables, contracts), span)
    yield "claims", mistakes.misspeak(claims, "claims", "claimed_minor", rng(16)), None


_PLAIN = {
    "contact_blocks": states.contact_blocks,
    "relations": states.relations,
    "past_contacts": states.past_contacts,
    "campaign_members": states.campaign_members,
}


def _contracts_lost(tables: dict[str, pl.DataFrame], rows: pl.DataFrame) -> pl.DataFrame:
    """Contracts of which no row loads, or none was sent at all."""
    loaded = judged(rows, "contracts").filter(pl.col("fault").is_null())["number"].unique()
    contracts = tables["contracts"].select("contract", "contract_no")
    return contracts.with_columns(~pl.col("contract").is_in(loaded.implode()).alias("lost"))


def judged(rows: pl.DataFrame, list_: str) -> pl.DataFrame:
    """`rows` with `fault`: the kind for which the row is set aside, in the order in which a gate would find it; empty = it loads."""
    planted, second = pl.col("planted"), pl.col("second")
    admitted = (
        planted.is_null()
        | planted.is_in(list(mistakes.ADMITTED))
        | (_only_dropped() if list_ == "customers" else False)
    )
    faults = [(~admitted.fill_null(True), planted)]
    if "valid_until" in rows.columns:
        faults.append((pl.col("valid_until") <= pl.col("valid_from"), pl.lit("PERIOD_EMPTY")))
    if "lost" in rows.columns:
        hangs_on = "CONTRACT_LOST" if list_ == "claims" else "CUSTOMER_LOST"
        faults.append((pl.col("lost").fill_null(True), pl.lit(hangs_on)))
    if "other_lost" in rows.columns:
        faults.append((pl.col("other_lost").fill_null(True), pl.lit("RELATIVE_LOST")))
    faults.append((second & (planted == "KEY_REPEATED"), planted))
    fault = pl.coalesce(pl.when(broken.fill_null(False)).then(kind) for broken, kind in faults)
    return rows.with_columns(fault.alias("fault"))


def _only_dropped() -> pl.Expr:
    return pl.any_horizontal(
        (pl.col("planted") == kind) & (pl.col("company") == company)
        for kind in ("ID_CHECKSUM", "BIRTH_IMPOSSIBLE")
        for company, field in DROPPED
        if RULES[kind][0] == field
    )


# Pieces


def _first_lines(rows: pl.DataFrame, layout: Layout) -> list[pl.Series]:
    """`line`: where each row begins in its piece, from 0; `breaks`: line breaks inside it."""
    breaks = np.zeros(len(rows), np.int64)
    if layout.form.kind == CSV and layout.column("address") is not None:
        breaks = rows["address"].str.count_matches("\n", literal=True).fill_null(0).to_numpy().astype(np.int64)
    ends = np.cumsum(1 + breaks)
    starts = ends - 1 - breaks
    days = rows["day"].to_numpy()
    _, first, which = np.unique(days, return_index=True, return_inverse=True)
    return [pl.Series("line", starts - starts[first][which]), pl.Series("breaks", breaks)]


def _pieces(rows: pl.DataFrame, layout: Layout) -> Iterator[Piece]:
    texts = texts_of(rows, layout)
    cut = _framer(texts, rows, layout) if layout.form.kind in (EXCEL, PARQUET) else _cutter(texts, rows, layout)
    days, firsts, counts = np.unique(rows["day"].to_numpy(), return_index=True, return_counts=True)
    breaks = np.add.reduceat(rows["breaks"].to_numpy(), firsts)
    totals = np.add.reduceat(_amounts(rows, layout), firsts)
    for day, first, count, more, total in zip(
        *(column.tolist() for column in (days, firsts, counts, breaks, totals)), strict=True
    ):
        body = cut(first, count)
        if layout.form.packed:
            body = gzip.compress(body, compresslevel=4, mtime=0)
        yield Piece(layout.feed, day, count, count + more, total, body)


def _amounts(rows: pl.DataFrame, layout: Layout) -> np.ndarray:
    """What a trailer adds up; nothing where there is none."""
    field = next((column.field for column in layout.columns if column.kind == MONEY), None)
    if field is None or not layout.form.trailer:
        return np.zeros(len(rows), np.int64)
    return rows[field].fill_null(0).to_numpy()


Cut = Callable[[int, int], bytes]
"""From a first row and a number of rows to their bytes."""


def _cutter(texts: pl.DataFrame, rows: pl.DataFrame, layout: Layout) -> Cut:
    """All lines stand one behind the other in one buffer; a file's share is cut out of it."""
    lines = (lines_of(texts, rows, layout) + layout.form.newline).rechunk().to_arrow()
    _, offsets, letters = lines.cast(pa.large_string()).buffers()
    ends, encoding = np.frombuffer(offsets, np.int64, len(lines) + 1, lines.offset * 8), layout.form.encoding
    text = memoryview(letters)

    def cut(first: int, count: int) -> bytes:
        share = bytes(text[ends[first] : ends[first + count]])
        return share if encoding == "utf-8" else share.decode().encode(encoding)

    return cut


def _framer(texts: pl.DataFrame, rows: pl.DataFrame, layout: Layout) -> Cut:
    return lambda first, count: _framed(texts.slice(first, count), rows.slice(first, count), layout)


def _framed(texts: pl.DataFrame, rows: pl.DataFrame, layout: Layout) -> bytes:
    """The fields in Arrow's file form: texts for a workbook, values as they are for Parquet (there only codes are texts)."""
    frame = texts
    if layout.form.kind == PARQUET:
        frame = texts.with_columns(
            rows[column.field].alias(column.header) for column in layout.columns if column.kind in ("day", "whole")
        )
    sink = frame.write_ipc(None, compression="uncompressed")
    return sink.getvalue()


# Defects


def _defects(rows: pl.DataFrame, layout: Layout, marks: pl.DataFrame | None) -> Iterator[pl.DataFrame]:
    """What is wrong in the rows of one company's list: what was noted, what was planted, and what hangs on what is not there."""
    if marks is not None:
        headers = {column.field: column.header for column in layout.columns}
        said = marks.join(rows.select("row", "day", "line"), on="row", how="inner", maintain_order="right")
        column = pl.col("field").replace_strict(headers, default=None, return_dtype=pl.String)
        yield _shaped(
            said.with_columns(column.alias("column")).filter(pl.col("column").is_not_null()), layout, "", LOADED
        )
    odd = rows.filter(pl.col("fault").is_not_null())
    for (kind,), some in odd.group_by("fault", maintain_order=True):
        yield _shaped(_of_kind(some, str(kind), layout), layout, RULES[str(kind)][1], QUARANTINED)
    fine = rows.filter(pl.col("fault").is_null() & pl.col("planted").is_not_null())
    repeated = fine.filter((pl.col("planted") == "ROW_DOUBLED") & pl.col("second"))
    yield _shaped(_of_kind(repeated, "ROW_DOUBLED", layout), layout, "", REPEATED)
    for (kind,), some in fine.filter(~pl.col("planted").is_in(list(mistakes.ADMITTED))).group_by(
        "planted", maintain_order=True
    ):
        yield _shaped(_of_kind(some, str(kind), layout), layout, "", DROPPED_VALUE)


def _of_kind(rows: pl.DataFrame, kind: str, layout: Layout) -> pl.DataFrame:
    return rows.with_columns(pl.lit(kind).alias("kind"), pl.lit(_column_at_fault(kind, layout)).alias("column"))


def _shaped(rows: pl.DataFrame, layout: Layout, rule: str, outcome: str) -> pl.DataFrame:
    said = {"feed": layout.feed, "rule": rule, "outcome": outcome}
    rows = rows.with_columns(pl.lit(text).alias(name) for name, text in said.items())
    return rows.select(pl.col(name).cast(type_) for name, type_ in DEFECTS.items())


def _column_at_fault(kind: str, layout: Layout) -> str:
    """The header that the gate names."""
    field = RULES.get(kind, ("", ""))[0]
    if kind == "ID_TYPE_UNKNOWN" and (layout.company, "id_number") not in DROPPED:
        field = "id_number"
    elif kind in mistakes.ADMITTED:
        field = LISTS[layout.list][0]
    elif kind == "DATE_IMPOSSIBLE":
        field = FIRST_DATE[layout.list]
    elif kind == "AMOUNT_GROUPED":
        field = FIRST_AMOUNT[layout.list]
    column = layout.column(field)
    return column.header if column else ""
