"""examples/real-feeds: the shapes of two published data sets through the gate, by YAML alone.

With ONEFOLD_DATA set to the folder that holds `berka_pkdd99` and `zimnat_recommendation`, the published files themselves are
read as well and every count is compared with a plain reading by Python's csv module.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import os
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from onefold import policy
from onefold.analytics.landing import Batch, Landed, land
from onefold.analytics.linkage import link_records
from onefold.policy.feeds import FeedSpec, feeds_of_file, load_feeds
from onefold.seam import store, vault
from onefold.seam.contracts import Dataset
from onefold.seam.datasets import (
    CONSENTS,
    CONTRACTS,
    MEMBERSHIPS,
    RELATIONS,
    SELLERS,
    SOURCE_IDENTITIES,
    SOURCE_RECORDS,
)

EXAMPLE = Path(__file__).parents[5] / "examples" / "real-feeds"
RECEIVED = datetime(2026, 6, 30, 2, tzinfo=UTC)
MASTER = bytes(range(32))
FLAGS = [
    "P5DA",
    "RIBP",
    "8NN1",
    "7POT",
    "66FJ",
    "GYSR",
    "SOP4",
    "RVSZ",
    "PYUQ",
    "LJR9",
    "N2MW",
    "AHXO",
    "BSTQ",
    "FM3X",
    "K6QO",
    "QBOL",
    "JWFN",
    "JZ9D",
    "J9JW",
    "GHYX",
    "ECY3",
]

SHAPES = {
    "district.asc": 'A1;A2;A3;A4;A5;A6;A7;A8;A9;A10;A11;A12;A13;A14;A15;A16\r\n7;"Town";"west";1;1;1;1;1;1;1;1;?;1;1;?;1\r\n',
    "client.asc": '"client_id";"birth_number";"district_id"\r\n1;"705520";7\r\n2;"450204";7\r\n3;"450299";7\r\n',
    "disp.asc": '"disp_id";"client_id";"account_id";"type"\r\n11;1;21;"OWNER"\r\n12;2;21;"DISPONENT"\r\n',
    "account.asc": '"account_id";"district_id";"frequency";"date"\r\n21;7;"POPLATEK TYDNE";930131\r\n22;7;"POPLATEK TYDNE";930131\r\n',
    "card.asc": '"card_id";"disp_id";"type";"issued"\r\n31;11;"gold";931107 00:00:00\r\n',
    "loan.asc": '"loan_id";"account_id";"date";"amount";"duration";"payments";"status"\r\n41;21;940131;96396;13;8033.00;"B"\r\n',
    "order.asc": '"order_id";"account_id";"bank_to";"account_to";"amount";"k_symbol"\r\n51;21;"YZ";"87";2452.00;" "\r\n',
    "Train.csv": (
        "ID,join_date,sex,marital_status,birth_year,branch_code,occupation_code,occupation_category_code," + ",".join(FLAGS) + "\n"
        + "AAA,1/2/2019,F,M,1987,1X1H,2A7I,T4MS," + ",".join("1" if flag in ("RVSZ", "K6QO") else "0" for flag in FLAGS) + "\n"
        + "BBB,,M,f,1990,1X1H,2A7I,T4MS," + ",".join("1" if flag == "RVSZ" else "0" for flag in FLAGS) + "\n"
    ),
}  # fmt: skip


class Outcome:
    """Everything that came of it, to ask."""

    def __init__(self, folder: Path, files: list[Path], feeds: dict[str, FeedSpec]) -> None:
        batches = [
            Batch(f"{name}/{path.name}", name, path, RECEIVED, hashlib.sha256(path.read_bytes()).hexdigest())
            for path in files
            for name in feeds_of_file(feeds.values(), path.name)
        ]
        self.lake, self.vault = folder / "lake", folder / "vault"
        catalogue = policy.load(EXAMPLE / "rulebook").catalogue(date(2026, 6, 30))
        self.landed: Landed = land(batches, feeds, catalogue, MASTER, RECEIVED, self.lake, self.vault, MASTER)

    def table(self, dataset: Dataset) -> pa.Table:
        if dataset.vault:
            return vault.open_(self.vault, dataset, vault.VaultKeys.for_folder(self.vault, MASTER))
        return store.read(self.lake, dataset)

    def count(self, dataset: Dataset, column: str) -> Counter[object]:
        return Counter(self.table(dataset)[column].to_pylist())

    def equations(self) -> dict[str, tuple[str, int, int, int]]:
        return {
            arrival.batch.feed: (
                arrival.reason or arrival.outcome,
                arrival.rows_in,
                arrival.rows_quarantined,
                arrival.rows_duplicate,
            )
            for arrival in self.landed.arrivals
        }


def the_feeds(*, assumed: bool) -> dict[str, FeedSpec]:
    return load_feeds(EXAMPLE / "rulebook" / "feeds", *([EXAMPLE / "assumptions" / "feeds"] if assumed else []))


def test_whatever_is_assumed_says_so_and_lies_apart() -> None:
    feeds = the_feeds(assumed=True)
    assert {name for name, feed in feeds.items() if feed.assumed} == {n for n in feeds if n.startswith("assumed_")}
    assert set(the_feeds(assumed=False)) == {name for name, feed in feeds.items() if not feed.assumed}
    targets = {feed.target for feed in the_feeds(assumed=False).values()}
    assert targets == {"source_records", "contracts", "lookup"}, (
        "no channel, seller, agreement or consent was published"
    )


def test_rows_of_the_published_shapes_become_customers_and_contracts(tmp_path: Path) -> None:
    for name, content in SHAPES.items():
        (tmp_path / name).write_text(content, encoding="utf-8", newline="")
    files = [*(tmp_path / name for name in SHAPES), *sorted((EXAMPLE / "assumptions").glob("*.csv"))]
    outcome = Outcome(tmp_path, files, the_feeds(assumed=True))
    equations = outcome.equations()
    assert equations["berka_clients"] == ("TOO_MANY_QUARANTINED", 3, 3, 0), (
        "45-02-99 is no birth date, and 1 in 3 is too many"
    )
    (tmp_path / "client.asc").write_text(
        SHAPES["client.asc"].replace('3;"450299";7\r\n', ""), encoding="utf-8", newline=""
    )
    outcome = Outcome(tmp_path, files, the_feeds(assumed=True))
    equations = outcome.equations()
    assert equations["berka_accounts"] == ("LOADED", 2, 1, 0), "account 22 has no owner"
    assert equations["zimnat_policies"][0] == "TOO_MANY_QUARANTINED", "one of two without a day"
    rows = {row["source_key"]: row for row in outcome.table(SOURCE_IDENTITIES).to_pylist()}
    assert (rows["1"]["born_on"], rows["2"]["born_on"]) == (date(1970, 5, 20), date(1945, 2, 4))
    assert rows["AAA"]["born_on"] == date(1987, 12, 31)
    people = outcome.table(SOURCE_RECORDS).to_pylist()
    assert Counter((row["company"], row["sex"], row["region"]) for row in people) == {
        ("BERKA", "F", "west"): 1, ("BERKA", "M", "west"): 1, ("ZIMNAT", "F", "1X1H"): 1, ("ZIMNAT", "M", "1X1H"): 1,
    }  # fmt: skip
    contracts = {row["product"]: row for row in outcome.table(CONTRACTS).to_pylist()}
    assert set(contracts) == {"BERKA.ACCOUNT.WEEKLY", "BERKA.CARD.GOLD", "BERKA.LOAN.STD", "BERKA.ORDER.OTHER"}
    loan = contracts["BERKA.LOAN.STD"]
    assert (loan["valid_from"], loan["valid_until"], loan["status"]) == (
        date(1994, 1, 31),
        date(1995, 2, 28),
        "EXPIRED",
    )
    assert (loan["premium_minor"], loan["currency"]) == (9639600, "CZK")
    assert contracts["BERKA.ORDER.OTHER"]["valid_from"] == date(1993, 1, 31)
    assert outcome.count(CONSENTS, "to_company") == {"BERKA": 4, "ZIMNAT": 4}
    assert outcome.table(RELATIONS).num_rows == 1
    assert outcome.count(SELLERS, "grade") == {1: 4, 2: 4, 3: 4}


# The published files themselves


@pytest.fixture(scope="module")
def data() -> Path:
    folder = os.environ.get("ONEFOLD_DATA")
    if not folder:
        pytest.skip("set ONEFOLD_DATA to the folder with berka_pkdd99 and zimnat_recommendation")
    return Path(folder)


@pytest.fixture(scope="module")
def real(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    files = [path for name in ("berka_pkdd99", "zimnat_recommendation") for path in sorted((data / name).iterdir())]
    files += sorted((EXAMPLE / "assumptions").glob("*.csv"))
    return Outcome(tmp_path_factory.mktemp("real"), files, the_feeds(assumed=True))


def plain(path: Path, delimiter: str) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def berka(data: Path, name: str) -> list[dict[str, str]]:
    return plain(data / "berka_pkdd99" / f"{name}.asc.gz", ";")


@pytest.mark.slow
def test_every_published_row_is_accounted_for(data: Path, real: Outcome) -> None:
    sizes = {
        name: len(berka(data, name)) for name in ("account", "card", "client", "disp", "district", "loan", "order")
    }
    train = plain(data / "zimnat_recommendation" / "Train.csv.gz", ",")
    undated = sum(not row["join_date"] for row in train)
    equations = real.equations()
    for feed, name in (("accounts", "account"), ("cards", "card"), ("clients", "client"), ("dispositions", "disp"),
                       ("districts", "district"), ("loans", "loan"), ("orders", "order")):  # fmt: skip
        assert equations[f"berka_{feed}"] == ("LOADED", sizes[name], 0, 0)
    assert equations["zimnat_customers"] == ("LOADED", len(train), 0, 0)
    assert equations["zimnat_policies"] == ("LOADED", len(train), undated, 0)
    assert undated == 2


@pytest.mark.slow
def test_contracts_are_those_of_a_direct_count(data: Path, real: Outcome) -> None:
    expected = {f"BERKA.{series}": len(berka(data, name)) for name, series in
                (("account", "ACCOUNT"), ("card", "CARD"), ("loan", "LOAN"), ("order", "ORDER"))}  # fmt: skip
    train = [row for row in plain(data / "zimnat_recommendation" / "Train.csv.gz", ",") if row["join_date"]]
    expected |= {f"ZIMNAT.{flag}": sum(row[flag] == "1" for row in train) for flag in FLAGS}
    assert real.count(CONTRACTS, "series") == expected
    owners = {row["account_id"]: row["client_id"] for row in berka(data, "disp") if row["type"] == "OWNER"}
    held = Counter(owners[row["account_id"]] for name in ("account", "loan", "order") for row in berka(data, name))
    clients = {row["disp_id"]: row["client_id"] for row in berka(data, "disp")}
    held += Counter(clients[row["disp_id"]] for row in berka(data, "card"))
    keys = {row["source_id"]: row["source_key"] for row in real.table(SOURCE_IDENTITIES).to_pylist()}
    contracts = real.table(CONTRACTS).to_pylist()
    assert Counter(keys[row["source_id"]] for row in contracts if row["company"] == "BERKA") == held
    amounts = sum(int(row["amount"]) * 100 for row in berka(data, "loan"))
    assert sum(row["premium_minor"] for row in contracts if row["series"] == "BERKA.LOAN") == amounts


@pytest.mark.slow
def test_customers_are_those_of_a_direct_count_and_the_companies_share_nobody(data: Path, real: Outcome) -> None:
    women = sum(int(row["birth_number"][2:4]) > 50 for row in berka(data, "client"))
    train = plain(data / "zimnat_recommendation" / "Train.csv.gz", ",")
    people = real.table(SOURCE_RECORDS)
    found = Counter(zip(people["company"].to_pylist(), people["sex"].to_pylist(), strict=True))
    assert found["BERKA", "F"] == women
    assert found["ZIMNAT", "F"] == sum(row["sex"] == "F" for row in train)
    memberships, customers = link_records(
        people, real.table(SOURCE_IDENTITIES), real.table(RELATIONS), MEMBERSHIPS.schema.empty_table(), RECEIVED.date(), RECEIVED
    )  # fmt: skip
    assert memberships.num_rows == customers.num_rows == len(berka(data, "client")) + len(train)
    assert set(memberships["basis"].to_pylist()) == {"ALONE"}
    company = dict(zip(people["source_id"].to_pylist(), people["company"].to_pylist(), strict=True))
    ties = real.table(RELATIONS).to_pylist()
    assert all(company[tie["source_id"]] == company[tie["other_source_id"]] for tie in ties)
    assert len(ties) == sum(row["type"] == "DISPONENT" for row in berka(data, "disp"))
