"""One small group, sent with twelve times as many mistakes as usual, and brought through the real front gate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

import polars as pl
import pytest

from onefold import policy
from onefold.analytics.landing import Batch, land
from onefold.policy.feeds import FeedSpec, load_feeds
from onefold.seam import store, vault
from onefold.seam.contracts import Dataset
from onefold.simulator import sending
from onefold.simulator.sending import rates

FEEDS = Path(sending.__file__).parents[1] / "rulebook" / "feeds"
KEY, VAULT_KEY = bytes(range(32)), bytes(range(1, 33))
CUSTOMERS, TIMES, DAYS = 2_000, 12, 8
LAST = date(2026, 6, 8)


def harsher(times: int) -> pytest.MonkeyPatch:
    """Every rate so many times as high, at most one half."""
    patch = pytest.MonkeyPatch()
    for kind, said in rates.SAYS_WRONG.items():
        patch.setitem(rates.SAYS_WRONG, kind, tuple(min(rate * times, 500_000) for rate in said))
    for kinds in rates.IS_SET_ASIDE.values():
        for kind, said in kinds.items():
            patch.setitem(kinds, kind, tuple(rate * times for rate in said))
    return patch


@dataclass(frozen=True)
class Sent:
    out: Path
    truth: Path
    summary: sending.Summary

    def table(self, name: str) -> pl.DataFrame:
        return pl.read_parquet(self.truth / f"{name}.parquet")


@pytest.fixture(scope="session")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Sent:
    folder = tmp_path_factory.mktemp("simulated")
    patch = harsher(TIMES)
    try:
        order = sending.Order(1, CUSTOMERS, days=DAYS)
        summary = sending.send(order, folder / "out", folder / "truth", never_in=[folder / "var"])
    finally:
        patch.undo()
    return Sent(folder / "out", folder / "truth", summary)


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
