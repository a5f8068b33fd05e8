"""What the simulated companies send, through the real landing: what was planted is set aside, by file, line, rule and column, and nothing else."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path

import polars as pl
import pytest

from onefold import policy
from onefold.analytics.landing import Batch, land
from onefold.policy.feeds import FeedSpec, load_feeds
from onefold.seam import store, vault
from onefold.seam.contracts import Dataset
from onefold.seam.datasets import ARRIVALS, CONTRACT_NUMBERS, CONTRACTS, REJECTS, SOURCE_IDENTITIES
from onefold.simulator import oracle, sending
from onefold.simulator.sending.accidents import PLAN
from onefold.simulator.sending.layouts import CSV, GROUP_LAYOUTS, LAYOUTS
from onefold.simulator.sending.rates import IS_SET_ASIDE, SAYS_WRONG
from onefold.simulator.sending.tests.conftest import DAYS, LAST, Sent, sent

__all__ = ["sent"]

FEEDS = Path(sending.__file__).parents[1] / "rulebook" / "feeds"
KEY, VAULT_KEY = bytes(range(32)), bytes(range(1, 33))


@dataclass(frozen=True)
class Landing:
    """What came of the files, to ask."""

    lake: Path
    vault: Path
    feeds: dict[str, FeedSpec]

    def rows(self, dataset: Dataset) -> pl.DataFrame:
        if dataset.vault:
            table = vault.open_(self.vault, dataset, vault.VaultKeys.for_folder(self.vault, VAULT_KEY))
        else:
            table = store.read(self.lake, dataset)
        frame = pl.from_arrow(table)
        assert isinstance(frame, pl.DataFrame)
        return frame


@pytest.fixture(scope="session")
def landing(sent: Sent, tmp_path_factory: pytest.TempPathFactory) -> Landing:
    folder, feeds = tmp_path_factory.mktemp("landed"), load_feeds(FEEDS)
    batches = [
        Batch(
            file["file"],
            file["feed"],
            sent.out / file["file"],
            datetime.combine(file["arrives_on"], time(8), tzinfo=UTC),
            file["sha256"],
            file_name=Path(file["file"]).name,
        )
        for file in sent.table("files").iter_rows(named=True)
    ]
    known, catalogue = datetime(2026, 7, 1, tzinfo=UTC), policy.load().catalogue(LAST)
    land(batches, feeds, catalogue, KEY, known, folder / "lake", folder / "vault", VAULT_KEY)
    return Landing(folder / "lake", folder / "vault", feeds)


def test_every_feed_is_described_with_the_columns_that_are_sent(landing: Landing) -> None:
    layouts = [*LAYOUTS.values(), *GROUP_LAYOUTS.values()]
    assert set(landing.feeds) == {layout.feed for layout in layouts}
    for layout in layouts:
        spec = landing.feeds[layout.feed]
        assert [column.header for column in layout.columns] == [column.name for column in spec.columns], layout.feed
        assert spec.takes_file(layout.file_name("20260531"))
        if layout.form.kind == CSV:
            assert (spec.csv.encoding, spec.csv.delimiter) == (layout.form.encoding, layout.form.delimiter)


def test_exactly_the_planted_rows_are_set_aside(sent: Sent, landing: Landing) -> None:
    planted = sent.table("defects").filter(pl.col("outcome") == "QUARANTINED")
    expected = sorted(planted.select("file", "line", "rule", "column").rows())
    rejects = landing.rows(REJECTS).select("batch_id", "line", "rule", pl.col("column").fill_null(""))
    assert sorted(rejects.rows()) == expected
    assert len(expected) > 150


def test_every_kind_of_mistake_was_made(sent: Sent) -> None:
    made = set(sent.table("defects")["kind"].to_list())
    planned = {kind for kinds in IS_SET_ASIDE.values() for kind in kinds} | set(SAYS_WRONG)
    assert planned - made == set()
    assert {"CUSTOMER_LOST", "CONTRACT_LOST", "OLD_ADDRESS", "OLD_PHONE"} <= made


def test_every_file_comes_to_what_the_truth_says_of_it(sent: Sent, landing: Landing) -> None:
    files = sent.table("files").select("file", "expected", "reason", "rows")
    arrivals = landing.rows(ARRIVALS).select("batch_id", "outcome", pl.col("reason").fill_null(""), "rows_in")
    assert sorted(arrivals.select("batch_id", "outcome", "reason").rows()) == sorted(
        files.select("file", "expected", "reason").rows()
    )
    taken = files.filter(pl.col("expected") == "LOADED")
    found = arrivals.filter(pl.col("outcome") == "LOADED")
    assert sorted(taken.select("file", "rows").rows()) == sorted(found.select("batch_id", "rows_in").rows())


def test_repeated_rows_are_counted_as_such(sent: Sent, landing: Landing) -> None:
    doubled = sent.table("defects").filter(pl.col("outcome") == "REPEATED").group_by("file").len()
    arrivals = landing.rows(ARRIVALS).filter(pl.col("outcome") == "LOADED")
    counted = dict(arrivals.select("batch_id", "rows_duplicate").rows())
    assert len(doubled) > 5
    assert all(counted[file] >= rows for file, rows in doubled.rows())


def test_every_accident_happened_and_what_was_refused_came_again(sent: Sent) -> None:
    files = sent.table("files")
    assert set(files["kind"].to_list()) >= {accident.kind for accident in PLAN} - {"NORMAL"}
    names = {row["file"].split("/")[1] for row in files.iter_rows(named=True) if row["expected"] == "LOADED"}
    refused = files.filter(pl.col("expected") == "REFUSED")
    assert len(refused) == 4
    assert set(refused["replaced_by"].to_list()) <= names
    late = files.filter(pl.col("kind") == "LATE")
    assert (late["arrives_on"] > late["speaks_of"]).all()


def test_the_newest_loaded_version_of_every_contract_is_what_its_company_said_last(
    sent: Sent, landing: Landing
) -> None:
    """Products, status, dates, channels and amounts, through eight dialects and back."""
    numbers = landing.rows(CONTRACT_NUMBERS).select("contract_id", "company", "contract_no")
    latest = (
        landing.rows(CONTRACTS).filter(pl.col("known_until").is_null()).join(numbers, on=["contract_id", "company"])
    )
    fields = ["product", "status", "valid_from", "valid_until", "channel", "seller", "premium_minor"]
    landed = {
        (row["company"], row["contract_no"]): tuple(row[name] for name in fields)
        for row in latest.iter_rows(named=True)
    }
    tables, base_day, days = oracle.tables_of(sent.truth)
    aside, expected = oracle.rows_set_aside(tables), {}
    for contract in tables["contracts"]:
        feed = f"{contract['company'].lower()}_contracts"
        for day in oracle.days_told(contract, base_day, days):
            if (feed, (day - base_day).days, contract["contract"]) not in aside:
                said = oracle.said_on(contract, day)
                expected[contract["company"], contract["contract_no"]] = (
                    contract["product"], said["status"], said["from"], said["until"], contract["channel"],
                    contract["seller"], contract["premium_minor"],
                )  # fmt: skip
    assert (base_day + dt.timedelta(days=days), days) == (LAST, DAYS)
    assert landed == expected
    assert len(expected) > 1_000


def test_a_record_nothing_went_wrong_with_says_who_its_party_is(sent: Sent, landing: Landing) -> None:
    wrong = sent.table("defects").filter(pl.col("feed").str.ends_with("_customers"))["number"].unique()
    records = sent.table("records").filter(pl.col("opened_on") <= LAST, ~pl.col("record").is_in(wrong.implode()))
    truth = records.join(sent.table("parties"), on="party").filter(
        pl.col("changed_on").is_null(), pl.col("latin_name").is_null(), pl.col("kind") == "PERSON"
    )
    landed = landing.rows(SOURCE_IDENTITIES)
    both = truth.join(landed, on=["company", "source_key"], how="left", suffix="_landed")
    assert len(both) > 100
    assert (both["name"] == both["surname"] + both["given"]).all()
    assert (both["id_number_landed"] == both["id_number"]).all()
    assert (both["phone_landed"] == both["phone"]).all()
    assert (both["born_on_landed"] == both["born_on"]).all()


def test_a_company_has_the_old_address_until_it_meets_the_customer_again(sent: Sent, landing: Landing) -> None:
    wrong = sent.table("defects").filter(
        pl.col("kind").is_in(["ADDRESS_ODD", "ADDRESS_SHORT", "ROW_UNQUOTED"]) | (pl.col("outcome") == "QUARANTINED"),
        pl.col("feed").str.ends_with("_customers"),
    )
    records = sent.table("records").filter(
        pl.col("opened_on") <= LAST, ~pl.col("record").is_in(wrong["number"].implode())
    )
    truth = records.join(sent.table("parties").drop_nulls(["changed_on", "old_address"]), on="party")
    truth = truth.filter(~pl.col("company").is_in(["HHEALTH", "HFUND"]))
    both = truth.join(landing.rows(SOURCE_IDENTITIES), on=["company", "source_key"], suffix="_landed")
    old = 0
    for row in both.iter_rows(named=True):
        met = any(row["changed_on"] <= day <= LAST for day in (row["opened_on"], row["seen_on"]))
        assert row["address_landed"] == (row["address"] if met else row["old_address"]), row
        old += not met
    assert len(both) == len(truth) and 30 < old < len(both) - 30
