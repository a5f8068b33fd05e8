"""One small group, sent with twelve times as many mistakes as usual. (`tests/seam/test_simulated_files.py` brings it through the gate.)"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from onefold.simulator import sending
from onefold.simulator.sending import rates

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
