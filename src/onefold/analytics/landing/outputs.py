"""Histories to datasets: what goes to the lake, pseudonymous, and what goes to the vault."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import polars as pl
import pyarrow as pa

from onefold.analytics.landing.arrival import DUPLICATE_FILE, Arrival
from onefold.analytics.landing.facts import ID
from onefold.analytics.landing.kept import LINES, SEALED, Kept
from onefold.analytics.landing.replay import FILE, KNOWN_FROM, KNOWN_UNTIL, PLACE
from onefold.analytics.landing.rows import originals
from onefold.analytics.landing.shapes import AT, ROW, RULE
from onefold.seam import datasets
from onefold.seam.contracts import Dataset


def arrow(dataset: Dataset, frame: pl.DataFrame) -> pa.Table:
    """`frame` in the columns of the dataset; one without columns becomes the empty table."""
    if not frame.width:
        return dataset.schema.empty_table()
    return frame.select(column.name for column in dataset.columns).to_arrow(compat_level=pl.CompatLevel.oldest())


def _latest(versions: pl.DataFrame, only_one_scope: bool = False) -> pl.DataFrame:
    """The newest version of each id, closed or not. `only_one_scope`: the ids of a company are no other company's."""
    if only_one_scope and versions.width and versions[KNOWN_UNTIL].null_count() == versions.height:
        return versions  # what is in force is there once
    return versions.sort(KNOWN_FROM).unique(ID, keep="last") if versions.width else versions


def _shut(versions: pl.DataFrame) -> pl.DataFrame:
    """Plain datasets have no known time: what a newer full file no longer has ends on the day that file came."""
    latest = _latest(versions)
    if not latest.width:
        return latest
    day = pl.col(KNOWN_UNTIL).dt.date()
    latest = latest.with_columns(pl.min_horizontal("valid_until", day).alias("valid_until"))
    return latest.filter(pl.col("valid_until").is_null() | (pl.col("valid_until") > pl.col("valid_from")))


def _source_records(versions: pl.DataFrame) -> pl.DataFrame:
    latest = _latest(versions, only_one_scope=True)
    if not latest.width:
        return latest
    return latest.with_columns(
        pl.col(ID).alias("source_id"),
        pl.col(KNOWN_FROM).alias("recorded_at"),
    )


def _named(name: str) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """All versions, with their ids under the dataset's name."""
    return lambda versions: versions.with_columns(pl.col(ID).alias(name)) if versions.width else versions


def _consents(versions: pl.DataFrame) -> pl.DataFrame:
    versions = _named("consent_id")(versions)
    return versions.rename({"company": "from_company"}) if versions.width else versions


def _in_force(versions: pl.DataFrame) -> pl.DataFrame:
    return versions.filter(pl.col(KNOWN_UNTIL).is_null()) if versions.width else versions


_SHAPES: tuple[tuple[Dataset, Callable[[pl.DataFrame], pl.DataFrame]], ...] = (
    (datasets.SOURCE_RECORDS, _source_records),
    (datasets.CONTRACTS, _named("contract_id")),
    (datasets.CONSENTS, _consents),
    (datasets.CONTACT_BLOCKS, _named("block_id")),
    (datasets.CHANNELS, _latest),
    (datasets.CHANNEL_PRODUCTS, _shut),
    (datasets.AGENCY_AGREEMENTS, _shut),
    (datasets.SELLERS, _shut),
    (datasets.RELATIONS, _in_force),
    (datasets.PAST_CONTACTS, _named("contact_id")),
    (datasets.CAMPAIGN_MEMBERS, _named("member_id")),
    (datasets.CLAIMS, _named("claim_id")),
    (datasets.CIRCUMSTANCES, _named("circumstance_id")),
)
_LANDED = {dataset.name: (dataset, shape) for dataset, shape in _SHAPES}


def landed_table(target: str, versions: pl.DataFrame) -> tuple[Dataset, pa.Table] | None:
    """For the lake; nothing for a target that is only looked up. Only the contract's columns leave this function, so no name or
    number can."""
    if target not in _LANDED:
        return None
    dataset, shape = _LANDED[target]
    return dataset, arrow(dataset, shape(versions))


def places_of_seals(target: str, versions: pl.DataFrame, gone: pl.Series) -> pl.DataFrame:
    """Where the newest version of each record stands that is sealed. `gone`: the ids that were forgotten."""
    latest = _latest(versions, only_one_scope=target in ("source_records", "contracts"))
    if not latest.width:
        return latest
    latest = latest.select(ID, "company", KNOWN_FROM, FILE, PLACE)
    return latest.filter(~pl.col(ID).is_in(gone.implode())) if gone.len() else latest


def sealed_rows(id_: str, latest: pl.DataFrame, arrivals: list[Arrival], kept: Kept) -> Iterator[pa.Table]:
    """For the vault: the records of `places_of_seals` as they were sealed when they were read, company by company."""
    if not latest.width:
        return
    needed = latest.select(pl.col(ID).alias(id_), "company", pl.col(KNOWN_FROM).alias("recorded_at"), FILE, PLACE)
    for company in needed["company"].unique().sort().to_list():
        ours = needed.filter(pl.col("company") == company)
        pieces = []
        for file in ours[FILE].unique().sort().to_list():
            rows = ours.filter(pl.col(FILE) == file)
            texts = kept.frame(arrivals[file].key, SEALED)[SEALED].gather(rows[PLACE])
            pieces.append(rows.drop(FILE, PLACE).with_columns(texts.alias(SEALED)))
        yield pl.concat(pieces).sort(id_).to_arrow(compat_level=pl.CompatLevel.oldest())


def rejects_table(arrivals: list[Arrival], kept: Kept) -> pa.Table:
    """Every row set aside, with its bytes exactly as sent."""
    rows = [row for arrival in arrivals for row in _rejects(arrival, kept)]
    return pa.Table.from_pylist(rows, schema=datasets.REJECTS.schema)


def _rejects(arrival: Arrival, kept: Kept) -> Iterator[dict[str, object]]:
    """What was bad by itself was kept when the file was read; what refers to nothing is fetched from the file."""
    if arrival.rejects is None or arrival.feed is None or not arrival.rejects.height:
        return
    lines, sent = kept.frame(arrival.key, LINES), kept.originals(arrival.key)
    rest = arrival.rejects.filter(~pl.col(ROW).is_in(list(sent)))[ROW].to_numpy()
    if len(rest):
        first, last = lines["first"].to_numpy()[rest], lines["last"].to_numpy()[rest]
        sent |= zip(rest.tolist(), originals(arrival.batch, arrival.feed, first, last), strict=True)
    starts = lines["first"].gather(arrival.rejects[ROW]).to_list()
    for (row, at, rule), line in zip(arrival.rejects.select(ROW, AT, RULE).rows(), starts, strict=True):
        yield {
            "batch_id": arrival.batch.batch_id,
            "feed": arrival.batch.feed,
            "line": line + 1,
            "column": at,
            "rule": rule,
            "original": sent[row],
        }


def arrivals_table(arrivals: list[Arrival]) -> pa.Table:
    rows = [
        {
            "batch_id": arrival.batch.batch_id,
            "feed": arrival.batch.feed,
            "outcome": arrival.outcome,
            "reason": arrival.reason,
            "detail": "; ".join(arrival.details) or None,
            "rows_in": arrival.rows_in,
            "rows_loaded": arrival.rows_in - arrival.rows_quarantined - arrival.rows_duplicate,
            "rows_quarantined": arrival.rows_quarantined,
            "rows_duplicate": arrival.rows_duplicate,
        }
        for arrival in arrivals
    ]
    return pa.Table.from_pylist(rows, schema=datasets.ARRIVALS.schema)


def quality_table(arrivals: list[Arrival]) -> pa.Table:
    """How well the columns of each file were filled; a repetition says nothing of its own."""
    rows = [
        (arrival.batch.batch_id, arrival.batch.feed, arrival.feed.company, *quality)
        for arrival in arrivals
        if arrival.feed is not None and arrival.outcome != DUPLICATE_FILE
        for quality in arrival.quality
    ]
    names = [column.name for column in datasets.FIELD_QUALITY.columns]
    return pa.Table.from_pylist(
        [dict(zip(names, row, strict=True)) for row in rows], schema=datasets.FIELD_QUALITY.schema
    )
