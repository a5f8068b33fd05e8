"""A simulated group goes through the front gate: what is published equals what is so, once it is known who is who."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from unittest import mock

import polars as pl
import pytest

import onefold.simulator
from onefold import policy
from onefold.analytics import run as runs
from onefold.analytics.job import BatchFile, Job
from onefold.analytics.linkage import link
from onefold.analytics.linkage.matching import LABEL
from onefold.decision.gates import Gate
from onefold.kernel import keys
from onefold.kernel.ids import new_id, pseudonym
from onefold.policy.feeds import feeds_of_file
from onefold.seam import datasets as d
from onefold.seam import store
from onefold.simulator import oracle
from onefold.simulator.live.answers import Purchase
from onefold.simulator.live.telling import Book
from onefold.simulator.sending import Order, send

RULEBOOK = Path(onefold.simulator.__file__).parent / "rulebook"
CUSTOMERS, SEED = 1_500, 7
AS_OF = date(2026, 6, 30)


@pytest.fixture(scope="module")
def group(tmp_path_factory) -> tuple[Path, Path]:
    """What the companies send, and what is so."""
    place = tmp_path_factory.mktemp("group")
    send(Order(SEED, CUSTOMERS), place / "sent", place / "truth")
    return place / "sent", place / "truth"


@pytest.fixture(scope="module")
def job(group, tmp_path_factory) -> Job:
    """All of it received, each file on its day."""
    sent, truth = group
    var = tmp_path_factory.mktemp("var")
    for purpose in (keys.PSEUDONYM, keys.VAULT):
        keys.begin(var / "secrets", purpose)
    for dataset in d.EXPORTED:
        store.write(var / "exports", dataset, dataset.schema.empty_table())
    files = pl.read_parquet(truth / "files.parquet")
    waiting = set(files.filter("waits")["file"])
    known_at = datetime.combine(AS_OF, time(10), UTC)
    return Job("r", var, AS_OF, known_at, RULEBOOK, var / "exports", tuple(batches(sent, waiting)))


@pytest.fixture(scope="module")
def lake(group, job) -> Path:
    """The release made of it by a run to which somebody tells who is who."""
    return released(job, pl.read_parquet(group[1] / "records.parquet"))


def released(job: Job, records: pl.DataFrame) -> Path:
    with mock.patch.object(link, "matched", told_who_is_who(records, job.var)):
        return job.var / "lake" / "runs" / runs.run(job).release_id


def batches(sent: Path, waiting: set[str] = frozenset()) -> Iterator[BatchFile]:
    """Every file as its day's receipt, but for those that wait behind a feed that was paused."""
    feeds = policy.load(RULEBOOK).feeds.values()
    for path in sorted(sent.glob("*/*")):
        if f"{path.parent.name}/{path.name}" in waiting:
            continue
        at = datetime.combine(date.fromisoformat(path.parent.name), time(6), UTC) - timedelta(hours=8)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        for feed in feeds_of_file(feeds, path.name):
            yield BatchFile(new_id().hex, feed, path, at, digest, path.name)


def told_who_is_who(records: pl.DataFrame, var: Path) -> Callable[[pl.DataFrame], pl.DataFrame]:
    key = keys.current(var / "secrets", keys.PSEUDONYM)
    party_of = {
        pseudonym(key, "source", company, source_key): party
        for company, source_key, party in records.select("company", "source_key", "party").iter_rows()
    }

    def matched(sources: pl.DataFrame) -> pl.DataFrame:
        sources = sources.sort("source_id")
        labels = [party_of[source_id] for source_id in sources["source_id"]]
        return sources.with_columns(pl.Series(LABEL, labels).cast(pl.UInt32), pl.lit("ID_NUMBER").alias("basis"))

    return matched


def test_the_indicators_of_a_release_are_those_of_the_truth(group, lake):
    _, truth = group
    rulebook = policy.load(RULEBOOK)
    line_of = {row.series: row.line for row in rulebook.catalogue(AS_OF).series}
    expected = oracle.indicators(*oracle.tables_of(truth), AS_OF, line_of)
    values = pl.from_arrow(store.read(lake, d.INDICATOR_VALUES)).filter(pl.col("column") == "ALL")
    published = {
        (indicator, row): (numerator, denominator)
        for indicator, row, numerator, denominator in values.select(
            "indicator", "row", "numerator", "denominator"
        ).iter_rows()
    }
    assert len(expected) > 20
    assert {cell: published.get(cell) for cell in expected} == expected


def test_nobody_who_is_held_out_gets_an_offer_by_the_list(lake):
    """Of the held-out there are many, and many for whom nothing else stands before an offer."""
    held = pl.from_arrow(store.read(lake, d.HOUSEHOLD_ARMS)).filter(pl.col("arm") == "HOLDOUT").select("customer_id")
    offered = pl.from_arrow(store.read(lake, d.OFFERS)).select("customer_id")
    assert offered.join(held, on="customer_id", how="semi").is_empty() and len(offered) > 50
    judged = pl.from_arrow(store.read(lake, d.DECISIONS)).join(held, on="customer_id", how="semi")
    only_held = judged.filter(pl.col("blocked").list.eval(pl.element() == Gate.HELD_OUT.bit).list.any())
    assert len(only_held) >= 3


def test_what_became_of_every_file_is_what_was_expected(group, lake):
    _, truth = group
    files = pl.read_parquet(truth / "files.parquet").filter(~pl.col("waits"))
    arrivals = pl.from_arrow(store.read(lake, d.ARRIVALS))
    expected = files.group_by("feed", "expected", "reason").len().sort("feed", "expected", "reason")
    came = arrivals.group_by("feed", pl.col("outcome").alias("expected"), "reason").len()
    came = came.with_columns(pl.col("reason").fill_null("")).sort("feed", "expected", "reason")
    expected = expected.with_columns(pl.col("reason").fill_null(""))
    assert came.rows() == expected.rows()


def test_exactly_the_planted_rows_are_set_aside(group, lake):
    _, truth = group
    files = pl.read_parquet(truth / "files.parquet").filter((pl.col("expected") == "LOADED") & ~pl.col("waits"))
    defects = pl.read_parquet(truth / "defects.parquet").filter(pl.col("outcome") == "QUARANTINED")
    planted = (
        defects.join(files.select("file", "arrives_on"), on="file").unique(["file", "line"]).group_by("feed").len()
    )
    arrivals = pl.from_arrow(store.read(lake, d.ARRIVALS)).filter(pl.col("outcome") == "LOADED")
    aside = arrivals.group_by("feed").agg(pl.col("rows_quarantined").sum()).filter(pl.col("rows_quarantined") > 0)
    assert sorted(aside.rows()) == sorted(planted.rows())
    assert len(planted) > 5


def test_what_is_bought_on_a_day_lived_on_comes_in_the_next_morning(group, job, lake, tmp_path):
    book = Book.of(group[1], SEED)
    parties = book.parties.filter(pl.col("kind") == "PERSON")["party"].head(6).to_list()
    wanted = [Purchase(party, "HPC.ACCIDENT", "HPC.AGENTS", "", "OWN_NEED") for party in parties]
    book.tell(wanted, AS_OF + timedelta(days=1), tmp_path / "sent", tmp_path / "truth")
    later = replace(
        job,
        as_of=AS_OF + timedelta(days=1),
        known_at=job.known_at + timedelta(days=1),
        batches=(*job.batches, *batches(tmp_path / "sent")),
    )
    after = released(later, book.records)
    contracts = {folder: store.read(folder, d.CONTRACTS)["contract_id"].to_pylist() for folder in (lake, after)}
    assert len(set(contracts[after]) - set(contracts[lake])) == len(wanted)
    held = {
        folder: pl.from_arrow(store.read(folder, d.HOLDINGS)).filter(pl.col("series") == "HPC.ACCIDENT")
        for folder in (lake, after)
    }
    new = held[after].join(held[lake], on="contract_id", how="anti")
    assert new["customer_id"].n_unique() == len(parties)


def test_who_lives_on_later_knows_what_was_bought_before(group, tmp_path):
    truth = tmp_path / "truth"
    shutil.copytree(group[1], truth)
    first = Book.of(truth, SEED)
    stranger = first.parties.join(first.records.filter(company="HSEC"), on="party", how="anti")["party"][0]
    first.tell([Purchase(stranger, "HSEC.BROKERAGE", "HSEC.BRANCH", "", "OWN_NEED")], AS_OF, tmp_path / "sent", truth)
    second = Book.of(truth, SEED)
    assert second.bought == {(stranger, "HSEC.BROKERAGE")}
    assert second.records.filter(party=stranger, company="HSEC")["source_key"].len() == 1
    assert second.records["record"].is_unique().all()
