"""Linkage as a step of a run: reads lake and vault, writes to the lake."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from onefold.analytics.linkage.link import link_records
from onefold.seam import store, vault
from onefold.seam.datasets import CUSTOMERS, MEMBERSHIPS, RELATIONS, SOURCE_IDENTITIES, SOURCE_RECORDS


class Job(Protocol):
    @property
    def var(self) -> Path: ...
    @property
    def as_of(self) -> date: ...


class Work(Protocol):
    """What linkage needs of a run."""

    @property
    def job(self) -> Job: ...
    @property
    def known_at(self) -> datetime: ...
    @property
    def lake(self) -> Path: ...
    @property
    def vault(self) -> Path: ...
    @property
    def previous(self) -> Path | None: ...
    @property
    def vault_key(self) -> bytes: ...


def link(work: Work) -> None:
    """Write `memberships` and `customers`. The memberships of the run before stand where nothing speaks against them."""
    keys = vault.VaultKeys.for_folder(work.job.var / "vault", work.vault_key)
    previous = store.read(work.previous, MEMBERSHIPS) if work.previous else MEMBERSHIPS.schema.empty_table()
    memberships, customers = link_records(
        store.read(work.lake, SOURCE_RECORDS),
        vault.open_(work.vault, SOURCE_IDENTITIES, keys),
        store.read(work.lake, RELATIONS),
        previous,
        work.job.as_of,
        work.known_at,
    )
    store.write(work.lake, MEMBERSHIPS, memberships)
    store.write(work.lake, CUSTOMERS, customers)
