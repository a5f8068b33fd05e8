"""What was read of each file, kept between runs: a file that was read once is not parsed and typed again.

An entry is named by all that decides what comes out of a file: its bytes, its feed, the day it came, the pseudonyms' key, this
program, and what it looks up. So an entry is never wrong, only there or not; losing all of them costs time and nothing else.
It is written file by file, each by a rename, the one that makes it count last; whoever dies leaves whole entries.

No identifying value lies here in clear. Those of good rows are sealed record by record, as in the vault: who is forgotten is
forgotten here. The bytes of bad rows and what other feeds look up are sealed as a whole (`LOCKED`).
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from onefold.analytics.landing.arrival import Arrival, Quality
from onefold.analytics.landing.shapes import ROW, Batch
from onefold.kernel.keys import id_of
from onefold.policy.feeds import FeedSpec
from onefold.seam import checksums, vault
from onefold.seam.vault import VaultBroken

FACTS, SEALED, LINES, ORIGINALS, TABLE = (
    "facts",
    "sealed",
    "lines",
    f"originals.{vault.LOCKED}",
    f"table.{vault.LOCKED}",
)
Frames = dict[str, pl.DataFrame]


@dataclass(frozen=True)
class Kept:
    """The folder of the entries. `stamp` names the program and the pseudonyms' key."""

    folder: Path
    master: bytes
    stamp: str

    def key_of(self, batch: Batch, feed: FeedSpec, looked_up: Iterable[str]) -> str:
        """`looked_up`: names of what the feed looks up, so that another answer there makes another entry here."""
        parts = [batch.file_sha256, repr(feed), batch.latest_day.isoformat(), self.stamp, *looked_up]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:40]

    def save(self, key: str, arrival: Arrival, frames: Frames) -> None:
        """Keep what `arrival` came to, and its frames by name; `facts` and `table` of the arrival itself are not looked at."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        sums = {name: self._write(f"{key}.{name}", self._content(name, frame)) for name, frame in frames.items()}
        head = {
            "outcome": arrival.outcome,
            "reason": arrival.reason,
            "details": arrival.details,
            "rows_in": arrival.rows_in,
            "rows_quarantined": arrival.rows_quarantined,
            "quality": arrival.quality,
            "sha256": sums,
            "vault_key": id_of(self.master),
        }
        self._write(f"{key}.json", json.dumps(head).encode())

    def arrival_of(self, key: str, batch: Batch, feed: FeedSpec) -> Arrival | None:
        """What became of the file as far as it goes alone; none if it has to be read."""
        try:
            head = json.loads((self.folder / f"{key}.json").read_bytes())
            for name, sha256 in head["sha256"].items():
                checksums.verified(self.folder / f"{key}.{name}", sha256)
        except (OSError, ValueError, KeyError, checksums.KeptFileBroken):
            return None  # not there, or not as it was written: the file itself is read again
        return Arrival(
            batch,
            feed,
            outcome=head["outcome"],
            reason=head["reason"],
            details=list(head["details"]),
            rows_in=head["rows_in"],
            rows_quarantined=head["rows_quarantined"],
            quality=tuple(Quality(*each) for each in head["quality"]),
            key=key,
        )

    def frame(self, key: str, name: str, columns: list[str] | None = None) -> pl.DataFrame:
        """One of the entry's frames; one without columns if the entry has none of that name."""
        sums = json.loads((self.folder / f"{key}.json").read_bytes())["sha256"]
        if name not in sums:
            return pl.DataFrame()
        path = checksums.verified(self.folder / f"{key}.{name}", sums[name])
        if not name.endswith(vault.LOCKED):
            return pl.read_ipc(path, columns=columns)
        try:
            return pl.read_ipc(io.BytesIO(vault.unlocked(self.master, path.read_bytes())))
        except VaultBroken:
            path.unlink()  # the entry counts no longer, and the file is read again by the next run
            raise

    def originals(self, key: str) -> dict[int, bytes]:
        """Number of the row to its bytes as sent, for the rows that were bad by themselves."""
        frame = self.frame(key, ORIGINALS)
        return dict(frame.select(ROW, "original").rows()) if frame.width else {}

    def sweep(self, used: set[str]) -> None:
        """Let go of entries that no batch of this run has, and of what the dead left half written."""
        for path in self.folder.glob("*") if self.folder.exists() else ():
            if path.name.split(".")[0] not in used:
                path.unlink(missing_ok=True)

    def _content(self, name: str, frame: pl.DataFrame) -> bytes | Callable[[Any], Any]:
        if name == SEALED:
            return lambda file: frame.write_ipc(file)
        if not name.endswith(vault.LOCKED):
            return lambda file: frame.write_ipc(file, compression="lz4")
        text = io.BytesIO()
        frame.write_ipc(text, compression="lz4")
        return vault.locked_up(self.master, text.getvalue())

    def _write(self, name: str, content: bytes | Callable[[Any], Any]) -> str:
        """Return the file's hash."""
        part = self.folder / f"{name}.{os.getpid()}.part"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content) if isinstance(content, bytes) else content(file)
        sha256 = checksums.sha256_of(part)
        os.replace(part, self.folder / name)
        return sha256
