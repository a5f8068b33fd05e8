"""Linkage on public sets of persons with known doubles: FEBRL 1-4, fake_1000, RLdata500.

    python benchmarks/linkage_sets.py FOLDER      (a folder with er_febrl, er_fake_1000 and er_rldata500)

The general path with the shipped policy: a set is only told which of its columns is the name, the birth date and so on. An identity
number that the set says may be mistyped is a document that proves nothing alone (type OTHER). Printed are the best F1 over all
thresholds (pairs lost before comparing count as missed), F1 at a probability of one half, and the customers made at the policy's threshold.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import polars as pl

from onefold import policy
from onefold.analytics.engines.likeness import on_duckdb
from onefold.analytics.linkage.joining import joined
from onefold.analytics.linkage.likely import likely
from onefold.analytics.linkage.matching import LABEL, matched
from onefold.analytics.linkage.measures import Pairs, pairs
from onefold.analytics.linkage.terms import terms_of

TODAY = date(2026, 6, 30)
KNOWN = datetime(2026, 6, 30, tzinfo=UTC)
COLUMNS = ("name", "born_on", "sex", "id_type", "id_number", "phone", "email", "address", "region")


@dataclass(frozen=True)
class PublicSet:
    """`columns`: our column from those of the set. `person`: who it is in truth."""

    files: tuple[str, ...]
    person: pl.Expr
    columns: dict[str, pl.Expr]


def joined_text(*names: str) -> pl.Expr:
    return pl.concat_str([pl.col(name).fill_null("") for name in names], separator=" ").str.strip_chars()


def day(text: pl.Expr, form: str) -> pl.Expr:
    return text.str.to_date(form, strict=False)


FEBRL = {
    "name": joined_text("given_name", "surname"), "born_on": day(pl.col("date_of_birth"), "%Y%m%d"),
    "id_number": pl.col("soc_sec_id"), "address": joined_text("street_number", "address_1", "address_2"),
    "region": pl.col("postcode"),
}  # fmt: skip
PERSON = pl.col("rec_id").str.extract(r"rec-(\d+)-")
FOLDERS = {
    **{f"febrl{n}": PublicSet((f"er_febrl/febrl{n}.csv.gz",), PERSON, FEBRL) for n in (1, 2, 3)},
    "febrl4": PublicSet(("er_febrl/febrl4a.csv.gz", "er_febrl/febrl4b.csv.gz"), PERSON, FEBRL),
    "fake_1000": PublicSet(
        ("er_fake_1000/fake_1000.csv.gz",), pl.col("cluster"),
        {"name": joined_text("first_name", "surname"), "born_on": day(pl.col("dob"), "%Y-%m-%d"), "region": pl.col("city"), "email": pl.col("email")},
    ),
    "rldata500": PublicSet(
        ("er_rldata500/RLdata500.csv.gz",), pl.col("entity_id"),
        {"name": joined_text("fname_c1", "fname_c2", "lname_c1", "lname_c2"), "born_on": pl.date(pl.col("by").cast(pl.Int32), pl.col("bm").cast(pl.Int32), pl.col("bd").cast(pl.Int32))},
    ),
}  # fmt: skip


def main(folder: Path) -> int:
    print(
        f"{'set':<24} {'records':>8} {'pairs':>7}   best F1 (P / R)            F1 at .5   customers F1 (P / R)         s"
    )
    for name, one in FOLDERS.items():
        records, truth = read(folder, one)
        evaluate(name, records, truth)
        if "id_number" in one.columns:
            evaluate(f"{name} without number", records.with_columns(pl.lit(None, pl.String).alias("id_number")), truth)
    return 0


def read(folder: Path, one: PublicSet) -> tuple[pl.DataFrame, pl.DataFrame]:
    frames = []
    for number, file in enumerate(one.files):
        raw = pl.read_csv(folder / file, infer_schema=False)
        raw = raw.rename({name: name.strip() for name in raw.columns}).with_columns(pl.all().str.strip_chars())
        told = {name: pl.lit(None, pl.String) for name in COLUMNS} | {"born_on": pl.lit(None, pl.Date)} | one.columns
        ids = pl.Series("source_id", [sha256(f"{number}:{row}".encode()).hexdigest()[:32] for row in range(len(raw))])
        frames.append(raw.select(ids, one.person.alias("true"), *(column.alias(name) for name, column in told.items())))
    rows = pl.concat(frames).with_columns(
        pl.lit("PERSON").alias("kind"), pl.lit("OTHER").alias("id_type"), pl.lit(KNOWN).alias("recorded_at"),
        *(pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in COLUMNS if name not in ("born_on", "id_type")),
    )  # fmt: skip
    return rows.drop("true"), rows.select("source_id", "true")


def evaluate(name: str, records: pl.DataFrame, truth: pl.DataFrame) -> None:
    began = time.monotonic()
    terms = terms_of(policy.load(), TODAY)
    found = matched(records)
    told = likely(found, replace(terms, review_above=1), on_duckdb, None)
    nobody = pl.DataFrame(schema={"source_id": pl.String, "customer_id": pl.String})
    whole, _ = joined(found, told.pairs.filter(pl.col("probability_ppm") >= terms.review_above), nobody, terms)
    seconds = time.monotonic() - began
    scored = scores(found, told.pairs, truth)
    true = pairs(truth.with_columns(pl.col("true").alias("found"))).true
    best, half = (
        max((at(scored, ppm, true) for ppm in scored["ppm"].unique()), key=lambda p: p.f1),
        at(scored, 500_000, true),
    )
    made = pairs(whole.join(truth, on="source_id").with_columns(pl.col(LABEL).alias("found")))
    print(
        f"{name:<24} {len(records):>8,} {true:>7,}   {best.f1:.4f} ({best.precision:.4f} / {best.recall:.4f})   {half.f1:.4f}"
        f"     {made.f1:.4f} ({made.precision:.4f} / {made.recall:.4f})   {seconds:.1f}", flush=True
    )  # fmt: skip


def scores(found: pl.DataFrame, weighed: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    """Every pair thought of: its probability (a strong key's is one) and whether it is right."""
    sure = found.select("source_id", LABEL)
    same = sure.join(sure.rename({"source_id": "other_source_id"}), on=LABEL).filter(
        pl.col("source_id") < pl.col("other_source_id")
    )
    every = pl.concat(
        [same.select("source_id", "other_source_id", pl.lit(1_000_000, pl.Int32).alias("ppm")),
         weighed.select("source_id", "other_source_id", pl.col("probability_ppm").alias("ppm"))]
    )  # fmt: skip
    other = truth.rename({"source_id": "other_source_id", "true": "other"})
    return (
        every.join(truth, on="source_id")
        .join(other, on="other_source_id")
        .select("ppm", (pl.col("true") == pl.col("other")).alias("right"))
    )


def at(scored: pl.DataFrame, ppm: int, true: int) -> Pairs:
    taken = scored.filter(pl.col("ppm") >= ppm)
    return Pairs(len(taken), true, int(taken["right"].sum()))


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
