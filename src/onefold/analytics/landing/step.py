"""Landing as a step of a run: what the run hands over, unpacked for `land_batches`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from onefold.analytics.landing.gate import Landed, land_batches
from onefold.analytics.landing.shapes import Batch
from onefold.analytics.landing.world import Catalogue
from onefold.policy.feeds import FeedSpec
from onefold.seam.vault import VaultKeys


class BatchFile(Protocol):
    @property
    def batch_id(self) -> str: ...
    @property
    def feed(self) -> str: ...
    @property
    def path(self) -> Path: ...
    @property
    def received_at(self) -> datetime: ...
    @property
    def sha256(self) -> str: ...


class Job(Protocol):
    @property
    def var(self) -> Path: ...
    @property
    def as_of(self) -> date: ...
    @property
    def batches(self) -> Sequence[BatchFile]: ...


class Rulebook(Protocol):
    @property
    def feeds(self) -> Mapping[str, FeedSpec]: ...
    def catalogue(self, on: date) -> Catalogue: ...


class Work(Protocol):
    """What landing needs of a run."""

    @property
    def job(self) -> Job: ...
    @property
    def known_at(self) -> datetime: ...
    @property
    def rulebook(self) -> Rulebook: ...
    @property
    def lake(self) -> Path: ...
    @property
    def vault(self) -> Path: ...
    @property
    def pseudonym_key(self) -> bytes: ...
    @property
    def vault_key(self) -> bytes: ...


def land(work: Work) -> Landed:
    """Land every batch of the job. The vault's salts lie beside all runs (`var/vault/keys.parquet`), so that what was
    forgotten stays forgotten in every run to come."""
    job = work.job
    batches = [Batch(batch.batch_id, batch.feed, batch.path, batch.received_at, batch.sha256) for batch in job.batches]
    keys = VaultKeys.for_folder(job.var / "vault", work.vault_key)
    catalogue = work.rulebook.catalogue(job.as_of)
    return land_batches(
        batches, work.rulebook.feeds, catalogue, work.pseudonym_key, work.known_at, work.lake, work.vault, keys
    )
