"""A gate to play with: two companies, feeds as short YAML, files as texts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from onefold.analytics.landing import Batch, Landed, land
from onefold.policy.feeds import FeedSpec, load_feeds
from onefold.seam import store, vault
from onefold.seam.contracts import Dataset
from onefold.seam.datasets import ARRIVALS, REJECTS

KEY, VAULT_KEY = bytes(range(32)), bytes(range(1, 33))
START = datetime(2026, 6, 1, 8, tzinfo=UTC)
CATALOGUE = SimpleNamespace(
    companies=[SimpleNamespace(company=code) for code in ("HLIFE", "HPC")],
    series=[SimpleNamespace(series="HLIFE.TERM", company="HLIFE"), SimpleNamespace(series="HPC.MOTOR", company="HPC")],
    products=[
        SimpleNamespace(product="HLIFE.TERM.STD", series="HLIFE.TERM"),
        SimpleNamespace(product="HLIFE.TERM.PLUS", series="HLIFE.TERM"),
        SimpleNamespace(product="HPC.MOTOR.STD", series="HPC.MOTOR"),
    ],
)

CUSTOMERS = """
feed: customers
company: HLIFE
target: source_records
mode: full
columns:
  no: {type: text, required: true}
  name: {type: text}
  born: {type: date, format: "%Y-%m-%d"}
  idn: {type: resident_id, on_bad: empty}
map:
  {source_key: no, kind: {constant: PERSON}, name: name, born_on: born, id_number: idn, id_type: {constant: RESIDENT_ID}}
"""
CONTRACTS = """
feed: contracts
company: HLIFE
target: contracts
mode: full
columns:
  no: {type: text, required: true}
  cust: {type: text, required: true}
  product: {type: text}
  begins: {type: date, format: "%Y-%m-%d"}
  premium: {type: money, currency: CNY}
map:
  contract_no: no
  source_key: cust
  product: {column: product, codes: {T: HLIFE.TERM.STD, P: HLIFE.TERM.PLUS, M: HPC.MOTOR.STD}}
  status: {constant: IN_FORCE}
  valid_from: begins
  premium_minor: premium
"""


@dataclass
class Gate:
    """Files are sent one hour apart; `land` replays all of them into a fresh lake."""

    folder: Path
    batches: list[Batch] = field(default_factory=list)
    feeds: dict[str, FeedSpec] = field(default_factory=dict)
    runs: int = 0

    def declare(self, *texts: str) -> Gate:
        folder = self.folder / "feeds"
        folder.mkdir(exist_ok=True)
        for text in texts:
            name = text.split("feed: ", 1)[1].split("\n", 1)[0]
            words = f"{text}\ntitle: {{en: {name}, zh-Hans: {name}}}\nfile: '{name}*.csv'\n"
            (folder / f"{name}.yaml").write_text(words, encoding="utf-8")
        self.feeds = load_feeds(folder)
        return self

    def send(self, feed: str, *lines: str, sequence: int = 0, at: datetime | None = None) -> str:
        content = "".join(f"{line}\n" for line in lines).encode()
        batch_id = f"b{len(self.batches):02d}"
        path = self.folder / batch_id
        path.write_bytes(content)
        at = at or START + timedelta(hours=len(self.batches))
        self.batches.append(Batch(batch_id, feed, path, at, hashlib.sha256(content).hexdigest(), sequence))
        return batch_id

    def replace(self, place: int, content: bytes) -> None:
        """The file sent at this place is of these bytes instead."""
        sent = self.batches[place]
        sent.path.write_bytes(content)
        self.batches[place] = replace(sent, file_sha256=hashlib.sha256(content).hexdigest())

    def land(self, until: int | None = None) -> Landing:
        """Replay the batches received (of the first `until`)."""
        self.runs += 1
        lake = self.folder / f"lake{self.runs}"
        batches = self.batches[:until]
        vault_folder = self.folder / "vault"
        landed = land(batches, self.feeds, CATALOGUE, KEY, START + timedelta(days=99), lake, vault_folder, VAULT_KEY)
        return Landing(landed, lake, vault_folder)


@dataclass
class Landing:
    """One replay's results, to ask."""

    landed: Landed
    lake: Path
    vault: Path

    def rows(self, dataset: Dataset) -> list[dict[str, Any]]:
        if dataset.vault:
            keys = vault.VaultKeys.for_folder(self.vault, VAULT_KEY)
            return vault.open_(self.vault, dataset, keys).to_pylist()
        return store.read(self.lake, dataset).to_pylist()

    @property
    def hashes(self) -> list[tuple[str, str]]:
        return [(written.dataset, written.sha256) for written in (*self.landed.lake, *self.landed.vault)]

    def equation(self, batch_id: str) -> tuple[str, int, int, int, int]:
        """Outcome or reason; rows in, loaded, quarantined, duplicate."""
        row = self.arrival(batch_id)
        outcome = str(row["reason"] or row["outcome"])
        return outcome, row["rows_in"], row["rows_loaded"], row["rows_quarantined"], row["rows_duplicate"]

    def arrival(self, batch_id: str) -> dict[str, Any]:
        return next(row for row in self.rows(ARRIVALS) if row["batch_id"] == batch_id)

    def rejected(self) -> list[tuple[object, ...]]:
        return [(row["batch_id"], row["line"], row["rule"], row["column"]) for row in self.rows(REJECTS)]
