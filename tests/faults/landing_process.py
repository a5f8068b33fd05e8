"""A landing to be killed: `python -m tests.faults.landing_process FOLDER` lands every file of the folder, then says so."""

from __future__ import annotations

import hashlib
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

from onefold.analytics.landing import Batch, land
from onefold.policy.feeds import load_feeds
from onefold.seam import vault

START = datetime(2026, 6, 1, 8, tzinfo=UTC)
COMPANIES = ("HLIFE", "HPC")
CATALOGUE = SimpleNamespace(companies=[SimpleNamespace(company=code) for code in COMPANIES], series=[], products=[])


def main(folder: Path) -> None:
    feeds = load_feeds(folder / "feeds")
    batches = [
        Batch(
            path.name,
            f"{path.name.split('_')[0].lower()}_customers",
            path,
            START + timedelta(minutes=number),
            hashlib.sha256(path.read_bytes()).hexdigest(),
        )
        for number, path in enumerate(sorted((folder / "files").iterdir()))
    ]
    run = folder / "run"
    landed = land(
        batches, feeds, CATALOGUE, bytes(range(32)), START + timedelta(days=9), run / "lake", run / "vault", bytes(range(32)),
        salts_in=folder / "vault", kept=folder / "vault" / vault.KEPT_FOLDER, code="1", processes=1,
    )  # fmt: skip
    digest = hashlib.sha256(repr([(each.dataset, each.sha256) for each in landed.lake]).encode())
    rows = [(each.dataset, each.rows) for each in landed.vault]
    (folder / "done").write_text(f"{digest.hexdigest()} {rows}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
