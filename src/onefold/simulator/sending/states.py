"""What a company knows of a chunk, and from which day on: one row for each thing it would say in the full extract (`day` 0) or in
the increment of a later day (`day` 1, 2, …). Nothing is wrong yet; `mistakes` comes after.

Every frame has `day` (Int32), `company`, `number` (what the row is about, as the truth counts it) and the fields of its list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from onefold.simulator.world.parameters import HISTORY

HOLDOUT_CAMPAIGN = "GROUP-HOLDOUT"
Tables = Mapping[str, pl.DataFrame]


@dataclass(frozen=True)
class Span:
    """The full extract speaks as of the end of `base_day`; `days` increments follow."""

    base_day: date
    days: int

    def of(self, day: pl.Expr) -> pl.Expr:
        """The number of the first file that can know of `day`: 0 for the full extract; beyond `days`: none of ours."""
        return pl.max_horizontal((day - pl.lit(self.base_day)).dt.total_days(), pl.lit(0)).cast(pl.Int32)

    def told(self, frame: pl.DataFrame) -> pl.DataFrame:
        return frame.filter(pl.col("day") <= self.days)

    @property
    def as_of(self) -> pl.Expr:
        """The date a row's file speaks of."""
        return pl.lit(self.base_day) + pl.duration(days=pl.col("day"))


def records_of(tables: Tables) -> pl.DataFrame:
    """Each record with its party's particulars, by place: what else is said of a record is joined by `record`."""
    return tables["records"].join(tables["parties"], on="party", how="left", maintain_order="left")


def customers(records: pl.DataFrame, span: Span, corrected: pl.Series) -> pl.DataFrame:
    """One row when the record was opened, one when the company learnt of a change, one on the day `corrected` (Int32, by record;
    empty = never) on which somebody put right what had been set aside. `stale` names the particulars that are old.
    """
    known_from = pl.col("opened_on")
    first = records.with_columns(span.of(known_from).alias("day"), corrected.alias("corrected"))
    learns = (pl.col("seen_on") >= pl.col("changed_on")) & (pl.col("changed_on") > known_from)
    learnt = first.filter(learns.fill_null(False)).with_columns(span.of(pl.col("seen_on")).alias("day_learnt"))
    learnt = learnt.filter(pl.col("day_learnt") > pl.col("day")).with_columns(pl.col("day_learnt").alias("day"))
    again = first.filter(pl.col("corrected").is_not_null()).with_columns(pl.col("corrected").alias("day"))
    rows = span.told(pl.concat([first, learnt.drop("day_learnt"), again]))
    fresh = (
        pl.col("changed_on").is_null()
        | (pl.col("changed_on") <= known_from)
        | ((pl.col("seen_on") >= pl.col("changed_on")) & (pl.col("seen_on") <= span.as_of))
    )
    wrong = (pl.col("changed_on") <= span.as_of).fill_null(False)
    return _particulars(rows.with_columns(fresh.fill_null(True).alias("fresh"), wrong.alias("known_wrong")))


def _particulars(rows: pl.DataFrame) -> pl.DataFrame:
    def then(name: str) -> pl.Expr:
        return pl.when(pl.col("fresh")).then(pl.col(name)).otherwise(pl.coalesce(f"old_{name}", name))

    def stale(name: str) -> pl.Expr:
        changed = pl.col(f"old_{name}").is_not_null() & pl.col(f"old_{name}").ne_missing(pl.col(name))
        return ~pl.col("fresh") & changed & pl.col("known_wrong")

    return rows.select(
        "day", "company", "corrected", pl.col("record").alias("number"), "record", "place", "source_key", "kind",
        then("surname").alias("surname"), "given", "latin_name", "sex", "born_on", "id_type", "id_number",
        then("phone").alias("phone"), "email", then("address").alias("address"), then("district").alias("region"),
        stale("surname").alias("stale_surname"), stale("phone").alias("stale_phone"),
        stale("address").alias("stale_address"),
    )  # fmt: skip


def contracts(tables: Tables, keys: pl.DataFrame, span: Span) -> pl.DataFrame:
    """One row when signed, one when it ended or ran out. `keys`: record, source_key, lost."""
    frame = tables["contracts"].join(keys, on="record", how="left", maintain_order="left")
    signed, over = span.of(pl.col("signed_on")), span.of(pl.coalesce("ended_on", "valid_until"))
    first = frame.with_columns(signed.alias("day"))
    ended = frame.with_columns(over.alias("day"), signed.alias("signed"))
    ended = ended.filter(pl.col("day") > pl.col("signed")).drop("signed")
    rows = span.told(pl.concat([first, ended]))
    stopped = (pl.col("ended_on") <= span.as_of).fill_null(False)
    out = (pl.col("valid_until") <= span.as_of).fill_null(False)
    status = pl.when(stopped).then(pl.col("end")).when(out).then(pl.lit("EXPIRED")).otherwise(pl.lit("IN_FORCE"))
    until = pl.when(stopped).then(pl.col("ended_on")).otherwise(pl.col("valid_until"))
    return rows.select(
        "day", "company", pl.col("contract").alias("number"), "lost", "contract_no", "source_key", "product",
        status.alias("status"), "valid_from", until.alias("valid_until"), "channel", "seller", "premium_minor",
    )  # fmt: skip


def consents(tables: Tables, keys: pl.DataFrame, span: Span) -> pl.DataFrame:
    """One row when given, one when withdrawn: then it ends on that day."""
    frame = tables["consents"].join(keys, on="record", how="left", maintain_order="left")
    given, gone = span.of(pl.col("given_on")), span.of(pl.col("withdrawn_on"))
    first = frame.with_columns(given.alias("day"))
    ended = frame.with_columns(gone.alias("day")).filter(pl.col("withdrawn_on").is_not_null() & (gone > given))
    rows = span.told(pl.concat([first, ended]))
    withdrawn = (pl.col("withdrawn_on") <= span.as_of).fill_null(False)
    until = pl.when(withdrawn).then(pl.col("withdrawn_on")).otherwise(pl.col("valid_until"))
    return rows.select(
        "day", "company", pl.col("record").alias("number"), "lost", "source_key", "to_company", "purpose", "categories",
        "notice_version", pl.col("given_on").alias("valid_from"), until.alias("valid_until"),
    )  # fmt: skip


def ticked(rows: pl.DataFrame, companies: list[str]) -> pl.DataFrame:
    """Consents that differ in the recipient alone as one row with a box a company, `to_HLIFE` and so on, Y or N."""
    same = [name for name in rows.columns if name != "to_company"]
    boxes = [(pl.col("to_company") == other).any().alias(f"to_{other}") for other in companies]
    found = rows.group_by(same, maintain_order=True).agg(boxes)
    return found.with_columns(
        pl.when(pl.col(f"to_{other}")).then(pl.lit("Y")).otherwise(pl.lit("N")).alias(f"to_{other}")
        for other in companies
    )


def contact_blocks(tables: Tables, keys: pl.DataFrame, span: Span) -> pl.DataFrame:
    frame = tables["blocks"].join(keys, on="record", how="left", maintain_order="left")
    return span.told(frame.with_columns(span.of(pl.col("valid_from")).alias("day"))).select(
        "day", "company", pl.col("record").alias("number"), "lost", "source_key", "valid_from", "valid_until"
    )


def circumstances(tables: Tables, keys: pl.DataFrame, span: Span) -> pl.DataFrame:
    """Each statement once, on its day; a later one is a row of its own."""
    frame = tables["circumstances"].join(keys, on="record", how="left", maintain_order="left")
    return span.told(frame.with_columns(span.of(pl.col("told_on")).alias("day"))).select(
        "day", "company", pl.col("record").alias("number"), "lost", "source_key", "kind", "value", "told_on"
    )


def relations(tables: Tables, keys: pl.DataFrame, span: Span) -> pl.DataFrame:
    others = keys.select(
        pl.col("record").alias("other_record"), pl.col("source_key").alias("other_source_key"),
        pl.col("lost").alias("other_lost"),
    )  # fmt: skip
    frame = tables["ties"].join(keys, on="record", how="left", maintain_order="left")
    frame = frame.join(others, on="other_record", how="left", maintain_order="left")
    return span.told(frame.with_columns(span.of(pl.col("known_on")).alias("day"))).select(
        "day",
        "company",
        pl.col("record").alias("number"),
        "lost",
        "other_lost",
        "source_key",
        "other_source_key",
        "kind",
    )


def past_contacts(tables: Tables, keys: pl.DataFrame, span: Span) -> pl.DataFrame:
    frame = tables["contacts"].join(keys, on="record", how="left", maintain_order="left")
    return span.told(frame.with_columns(span.of(pl.col("on")).alias("day"))).select(
        "day", "company", pl.col("contact").alias("number"), "lost", (pl.lit("N") + pl.col("contact").cast(pl.String)).alias("contact_no"),
        "source_key", "channel", "seller", "series", "direction", pl.col("on").alias("happened_on"), "outcome", "campaign",
    )  # fmt: skip


def campaign_members(tables: Tables, keys: pl.DataFrame, span: Span) -> pl.DataFrame:
    members = pl.concat([tables["campaign_members"], _held_out(tables, span)], how="diagonal_relaxed")
    frame = members.join(keys, on="record", how="left", maintain_order="left")
    return span.told(frame.with_columns(span.of(pl.col("assigned_on")).alias("day"))).select(
        "day", "company", pl.col("record").alias("number"), "lost", "campaign", "source_key", "series", "channel", "arm",
        "assigned_on", "treated_share_ppm",
    )  # fmt: skip


def _held_out(tables: Tables, span: Span) -> pl.DataFrame:
    """The group's permanent holdout, as each company tells it of its own customers: from the day each came, or the lot's first."""
    records = tables["records"].join(tables["parties"].filter("holdout").select("party"), on="party", how="semi")
    return records.filter(pl.col("double_of").is_null()).select(
        "record", "party", "company", campaign=pl.lit(HOLDOUT_CAMPAIGN), arm=pl.lit("HOLDOUT"),
        assigned_on=pl.max_horizontal("opened_on", pl.lit(span.base_day - timedelta(days=HISTORY))),
    )  # fmt: skip


def claims(tables: Tables, contracts: pl.DataFrame, span: Span) -> pl.DataFrame:
    """One row when reported, one when settled. `contracts`: contract, contract_no, lost (no row of it was ever loaded)."""
    frame = tables["claims"].join(contracts, on="contract", how="left", maintain_order="left")
    reported, settled = span.of(pl.col("reported_on")), span.of(pl.col("settled_on"))
    first = frame.with_columns(reported.alias("day"))
    later = frame.with_columns(settled.alias("day")).filter(pl.col("settled_on").is_not_null() & (settled > reported))
    rows = span.told(pl.concat([first, later]))
    closed = (pl.col("settled_on") <= span.as_of).fill_null(False)
    return rows.select(
        "day", "company", pl.col("claim").alias("number"), "lost", "claim_no", "contract_no", "happened_on", "reported_on",
        pl.when(closed).then(pl.col("settled_on")).alias("settled_on"), "claimed_minor",
        pl.when(closed).then(pl.col("paid_minor")).alias("paid_minor"),
        pl.when(closed).then(pl.col("outcome")).otherwise(pl.lit("OPEN")).alias("outcome"),
    )  # fmt: skip
