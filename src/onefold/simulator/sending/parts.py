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


def part_of(chunk: Chunk, sellers: pl.DataFrame, span: Span, seed: int) -> Part:
    """`sellers`: of the group, at least those who serve this chunk."""
    phones = _phones(chunk, sellers)
    pieces: list[Piece] = []
    defects = [pl.DataFrame(schema=DEFECTS)]
    for list_, rows, noted in _told(chunk, phones, span, seed):
        rows = _in_files(judged(rows, list_).with_row_index("row"), list_)
        if len(rows):
            defects.extend(_defects(rows, list_, noted))
        for (company,), mine in rows.group_by("company", maintain_order=True):
            pieces.extend(_pieces(mine, LAYOUTS[str(company), list_]))
    return Part(chunk.number, pieces, pl.concat(defects))


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
    heard = states.circumstances(tables, keys, span)
    yield "circumstances", mistakes.misspeak(heard, "circumstances", None, rng(17)), None


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


_PLACES = {company: place for place, company in enumerate(COMPANIES)}


def _in_files(rows: pl.DataFrame, list_: str) -> pl.DataFrame:
    """The rows in the order of their files, with `line`: where each begins in its piece, from 0; and `breaks`: line breaks inside."""
    keeps = [company for company in COMPANIES if (company, list_) in LAYOUTS]
    place = pl.col("company").replace_strict(_PLACES, return_dtype=pl.Int32)
    rows = rows.filter(pl.col("company").is_in(keeps)).with_columns((place * 1_000 + pl.col("day")).alias("file"))
    rows = rows.sort("file", maintain_order=True)
    breaks = np.zeros(len(rows), np.int64)
    if "address" in rows.columns:
        told = [company for company in keeps if _tells_lines(LAYOUTS[company, list_])]
        found = rows["address"].str.count_matches("\n", literal=True).fill_null(0)
        breaks = (found * rows["company"].is_in(told)).to_numpy().astype(np.int64)
    ends = np.cumsum(1 + breaks)
    starts = ends - 1 - breaks
    _, first, which = np.unique(rows["file"].to_numpy(), return_index=True, return_inverse=True)
    begins = starts[first][which] if len(rows) else starts
    return rows.with_columns(pl.Series("line", starts - begins), pl.Series("breaks", breaks))


def _tells_lines(layout: Layout) -> bool:
    """Whether a line break in an address makes a line more of its file."""
    return layout.form.kind == CSV and layout.column("address") is not None


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


def _defects(rows: pl.DataFrame, list_: str, noted: mistakes.Noted | None) -> Iterator[pl.DataFrame]:
    """What is wrong in the rows of one list: what was noted, what was planted, and what hangs on what is not there."""
    if noted is not None:
        said = noted.frame().join(rows.select("row", "company", "day", "line", "number"), on="row", how="inner")
        headers = _table(
            [(c, column.field, column.header) for c, layout in _keepers(list_) for column in layout.columns]
        )
        said = said.join(headers, left_on=["company", "field"], right_on=["company", "kind"], how="inner")
        yield _shaped(said, list_, "", LOADED)
    odd = rows.filter(pl.col("fault").is_not_null() | pl.col("planted").is_not_null())
    if not len(odd):
        return
    kinds = [(c, kind, _column_at_fault(kind, layout)) for c, layout in _keepers(list_) for kind in RULES]
    columns = _table(
        [*kinds, *((c, "ROW_DOUBLED", _column_at_fault("ROW_DOUBLED", layout)) for c, layout in _keepers(list_))]
    )
    odd = odd.with_columns(pl.coalesce("fault", "planted").alias("kind")).join(
        columns, on=["company", "kind"], how="left"
    )
    for (kind,), some in odd.filter(pl.col("fault").is_not_null()).group_by("kind", maintain_order=True):
        yield _shaped(some, list_, RULES[str(kind)][1], QUARANTINED)
    fine = odd.filter(pl.col("fault").is_null())
    yield _shaped(fine.filter((pl.col("kind") == "ROW_DOUBLED") & pl.col("second")), list_, "", REPEATED)
    yield _shaped(fine.filter(~pl.col("kind").is_in(list(mistakes.ADMITTED))), list_, "", DROPPED_VALUE)


def _keepers(list_: str) -> list[tuple[str, Layout]]:
    return [(company, LAYOUTS[company, list_]) for company in COMPANIES if (company, list_) in LAYOUTS]


def _table(rows: list[tuple[str, str, str]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"company": pl.String, "kind": pl.String, "column": pl.String}, orient="row")


def _shaped(rows: pl.DataFrame, list_: str, rule: str, outcome: str) -> pl.DataFrame:
    feed = (pl.col("company").str.to_lowercase() + pl.lit(f"_{list_}")).alias("feed")
    rows = rows.with_columns(feed, pl.lit(rule).alias("rule"), pl.lit(outcome).alias("outcome"))
    return rows.select(pl.col(name).cast(type_) for name, type_ in DEFECTS.items())


def _column_at_fault(kind: str, layout: Layout) -> str:
    """The header that the gate names."""
    field = RULES.get(kind, ("", ""))[0]
    if kind == "ID_TYPE_UNKNOWN" and (layout.company, "id_number") not in DROPPED:
        field = "id_number"
    elif kind in mistakes.ADMITTED:
        field = LISTS[layout.list][0]
    elif kind == "DATE_IMPOSSIBLE":
        field = FIRST_DATE.get(layout.list, "")
    elif kind == "AMOUNT_GROUPED":
        field = FIRST_AMOUNT.get(layout.list, "")
    column = layout.column(field)
    return column.header if column else ""
