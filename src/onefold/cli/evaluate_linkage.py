"""`onefold evaluate linkage`: a group is made, sent and received as any other; who was found is laid beside who is who."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from datetime import time as time_of_day
from pathlib import Path

import polars as pl
import pyarrow as pa

from onefold import policy
from onefold.analytics.engines import likeness
from onefold.analytics.landing import Batch, land
from onefold.analytics.linkage import Likeness, link_records, terms_of
from onefold.analytics.linkage.measures import Pairs, Wholes, pairs, recall_by_mistake, wholes
from onefold.cli import place
from onefold.kernel import keys
from onefold.kernel.ids import pseudonym
from onefold.seam import datasets as d
from onefold.seam import store, vault

AS_OF = date(2026, 6, 30)
KNOWN = datetime(2026, 7, 1, tzinfo=UTC)
KEY, VAULT_KEY = bytes(range(32)), bytes(range(1, 33))
"""Of a group nobody lives in, thrown away after."""
FEEDS = ("_customers", "_relations")
HALF = 500_000


@dataclass(frozen=True)
class Told:
    """What linkage is told of a group, and what it is not: `truth` has source_id, true, record; `mistakes` record, kind."""

    records: pa.Table
    identities: pa.Table
    relations: pa.Table
    truth: pl.DataFrame
    mistakes: pl.DataFrame


def main(words: list[str]) -> int:
    parser = _parser()
    wanted = parser.parse_args(words)
    if wanted.var and not wanted.truth:
        parser.error("--var asks for --truth, the folder with the truth of what was sent to it")
    with tempfile.TemporaryDirectory() as folder:
        told = (
            of_installation(wanted.var, wanted.truth)
            if wanted.var
            else simulated(Path(folder), wanted.customers, wanted.seed, wanted.mistakes)
        )
    if wanted.without_numbers:
        told = without_numbers(told)
    before, _ = linked(told, by_likeness=False)
    began = time.monotonic()
    after, candidates = linked(told, by_likeness=True)
    show(told, before, after, candidates, time.monotonic() - began)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="onefold evaluate linkage", description=__doc__)
    parser.add_argument("--customers", type=int, default=20_000, help="size of the simulated group (20000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mistakes", type=int, default=1, metavar="TIMES", help="so many times the usual mistakes (1)")
    parser.add_argument("--without-numbers", action="store_true", help="as if no company knew an id number")
    parser.add_argument("--var", type=Path, help="instead: the last run of this installation ...")
    parser.add_argument("--truth", type=Path, help="... beside the truth of the group that was sent to it")
    return parser


# What linkage is told


def simulated(folder: Path, customers: int, seed: int, times: int = 1) -> Told:
    """A group from its companies' files, through the front gate."""
    from onefold.simulator.sending import Order, send

    with more_mistakes(times):
        send(Order(seed, customers), folder / "sent", folder / "truth")
    rulebook = policy.load(place.simulated_rulebook())
    files = pl.read_parquet(folder / "truth" / "files.parquet").filter(
        pl.any_horizontal(pl.col("feed").str.ends_with(ending) for ending in FEEDS)
    )
    batches = [
        Batch(
            row["file"], row["feed"], folder / "sent" / row["file"],
            datetime.combine(row["arrives_on"], time_of_day(6), UTC), row["sha256"], file_name=Path(row["file"]).name,
        )
        for row in files.iter_rows(named=True)
    ]  # fmt: skip
    lake, sealed = folder / "lake", folder / "vault"
    land(batches, rulebook.feeds, rulebook.catalogue(AS_OF), KEY, KNOWN, lake, sealed, VAULT_KEY)
    opening = vault.VaultKeys.for_folder(sealed, VAULT_KEY)
    return _told(lake, vault.open_(sealed, d.SOURCE_IDENTITIES, opening), folder / "truth", KEY)


@contextmanager
def more_mistakes(times: int) -> Iterator[None]:
    """Companies that say things wrong so many times as often, at most every second time."""
    from onefold.simulator.sending import rates

    usual = dict(rates.SAYS_WRONG)
    rates.SAYS_WRONG |= {kind: tuple(min(rate * times, HALF) for rate in said) for kind, said in usual.items()}
    try:
        yield
    finally:
        rates.SAYS_WRONG |= usual


def of_installation(var: Path, truth: Path) -> Told:
    """The last run's records of a demonstration, whose truth lies beside it."""
    runs = var / "lake" / "runs"
    release = (runs / "LATEST").read_text().strip()
    opening = vault.VaultKeys.of_ring(var / "vault", keys.read(var / "secrets", keys.VAULT))
    identities = vault.open_(var / "vault" / "runs" / release, d.SOURCE_IDENTITIES, opening)
    return _told(runs / release, identities, truth, keys.current(var / "secrets", keys.PSEUDONYM))


def _told(lake: Path, identities: pa.Table, truth: Path, key: bytes) -> Told:
    who = pl.read_parquet(truth / "records.parquet").select("record", "party", "company", "source_key")
    ids = [pseudonym(key, "source", company, own) for company, own in who.select("company", "source_key").iter_rows()]
    wrong = pl.read_parquet(truth / "defects.parquet").filter(pl.col("feed").str.ends_with("_customers"))
    return Told(
        store.read(lake, d.SOURCE_RECORDS),
        identities,
        store.read(lake, d.RELATIONS),
        who.select(pl.Series("source_id", ids), pl.col("party").alias("true"), "record"),
        wrong.filter(pl.col("outcome") != "QUARANTINED").select(pl.col("number").alias("record"), "kind").unique(),
    )


def without_numbers(told: Told) -> Told:
    nothing = pa.nulls(told.identities.num_rows, pa.string())
    place_ = told.identities.column_names.index("id_number")
    bare = told.identities.set_column(place_, told.identities.schema.field(place_), nothing)
    return Told(told.records, bare, told.relations, told.truth, told.mistakes)


# What linkage found


def linked(told: Told, *, by_likeness: bool) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Each record with `true`, `record` and `found`; and the pairs beyond strong keys."""
    nothing = d.MEMBERSHIPS.schema.empty_table()
    beyond = Likeness(terms_of(policy.load(), AS_OF), likeness.on_duckdb) if by_likeness else None
    found = link_records(told.records, told.identities, told.relations, nothing, AS_OF, KNOWN, beyond)
    members, candidates = pl.from_arrow(found.memberships), pl.from_arrow(found.candidates)
    assert isinstance(members, pl.DataFrame) and isinstance(candidates, pl.DataFrame)
    return members.join(told.truth, on="source_id").rename({"customer_id": "found"}), candidates


def show(told: Told, before: pl.DataFrame, after: pl.DataFrame, candidates: pl.DataFrame, seconds: float) -> None:
    people = after["true"].n_unique()
    print(f"{people:,} customers with {len(after):,} records, linked in {seconds:.1f} s")
    for title, found in (("strong keys alone", before), ("with likeness", after)):
        print(title)
        _show_pairs(pairs(found))
        _show_wholes(wholes(found))
    _show_candidates(candidates, told.truth)
    print("recall of pairs in which a record has a mistake: strong keys alone, with likeness")
    rows = zip(*(recall_by_mistake(found, told.mistakes).iter_rows() for found in (before, after)), strict=True)
    for (kind, true, right), (_, _, now) in rows:
        print(f"  {kind:<24} {true:>9,} pairs   {right / true:.4f}   {now / true:.4f}")


def _show_pairs(told: Pairs) -> None:
    print(f"  pairs: {told.true:,} true, {told.found:,} found, {told.found - told.right:,} of them wrong")
    print(f"  precision {told.precision:.6f}   recall {told.recall:.6f}   F1 {told.f1:.6f}")


def _show_wholes(told: Wholes) -> None:
    share = told.exact / max(told.all, 1)
    print(f"  customers: {told.exact:,} as they are ({share:.4%}), {told.torn:,} torn apart, {told.mixed:,} mixed")


def _show_candidates(candidates: pl.DataFrame, truth: pl.DataFrame) -> None:
    one = truth.select("source_id", "true")
    other = one.rename({"source_id": "other_source_id", "true": "other"})
    judged = candidates.join(one, on="source_id").join(other, on="other_source_id")
    right = (pl.col("true") == pl.col("other")).sum()
    for outcome, count, good in judged.group_by("outcome").agg(pl.len(), right.alias("right")).sort("outcome").rows():
        print(f"  {outcome}: {count:,} pairs of customers, {good:,} of them one person in truth")
