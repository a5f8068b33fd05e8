"""The front gate: every batch received so far goes through it, and comes out as the landed and the sealed datasets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

import polars as pl

from onefold.analytics.landing.arrival import Arrival
from onefold.analytics.landing.arriving import arrived
from onefold.analytics.landing.behind import Behind
from onefold.analytics.landing.facts import ID
from onefold.analytics.landing.kept import FACTS, Kept
from onefold.analytics.landing.outputs import (
    arrivals_table,
    landed_table,
    places_of_seals,
    quality_table,
    rejects_table,
    sealed_rows,
)
from onefold.analytics.landing.readers import SEAL, SEALED_AS, Desk
from onefold.analytics.landing.replay import FILE, KNOWN_FROM, PLACE, History, Load, runs_of, take
from onefold.analytics.landing.shapes import NO_SEQUENCE, Batch
from onefold.analytics.landing.world import READY, Catalogue, World
from onefold.kernel.keys import id_of
from onefold.policy.feed_targets import TARGETS
from onefold.policy.feeds import FeedSpec
from onefold.seam import salts, store, vault
from onefold.seam.datasets import ARRIVALS, FIELD_QUALITY, REJECTS
from onefold.seam.store import Written
from onefold.seam.vault import VaultKeys

_TARGETS = (
    "lookup", "channels", "sellers", "channel_products", "agency_agreements", "source_records", "relations", "contracts",
    "consents", "contact_blocks", "past_contacts", "campaign_members", "claims", "circumstances",
)  # fmt: skip
"""Replayed in this order, so that what a row refers to is there before it."""


@dataclass(frozen=True)
class Landed:
    """What was written: datasets of the lake, datasets of the vault, and the arrivals in order of receipt."""

    lake: tuple[Written, ...]
    vault: tuple[Written, ...]
    arrivals: tuple[Arrival, ...]


def land(
    batches: Iterable[Batch],
    feeds: Mapping[str, FeedSpec],
    catalogue: Catalogue,
    key: bytes,
    known: datetime,
    lake: Path,
    sealed: Path,
    vault_key: bytes,
    salts_in: Path | None = None,
    kept: Path | None = None,
    code: str = "",
    processes: int = 2,
) -> Landed:
    """Replay all batches received until `known` and write the LANDED datasets to `lake`, the SEALED ones to `sealed`.

    `key` makes pseudonyms, `vault_key` seals. `salts_in`: the folder of the vault's salts, if `sealed` is only one run's: what is
    forgotten there stays forgotten in every run to come. `kept`: the folder of what was read in earlier runs by the program
    `code`; without it every file is read. A batch never raises for what is in its file: it is refused, with a reason. The result
    depends on the batches' content and times alone, not on the order of the list, what is kept or the number of processes.
    """
    ordered = sorted((_placed(batch, feeds) for batch in batches if batch.received_at <= known), key=_order)
    keys = VaultKeys.for_folder(salts_in or sealed, vault_key)
    stamp = hashlib.sha256(b"kept readings" + key).hexdigest() + id_of(vault_key) + code
    desk = Desk(Kept(kept or sealed / "landing.part", vault_key, stamp), keys, key)
    world = World.of(catalogue)
    arrivals = arrived(ordered, feeds, world.companies, desk, processes)
    gone = _gone(keys)
    load = _loader(ordered, desk, gone)
    in_lake, in_vault = _replayed(lake, sealed, arrivals, world, load, desk.kept, gone)
    in_lake.append(store.write(lake, ARRIVALS, arrivals_table(arrivals)))
    in_lake.append(store.write(lake, FIELD_QUALITY, quality_table(arrivals)))
    in_vault.append(vault.seal(sealed, REJECTS, rejects_table(arrivals, desk.kept), keys))
    desk.kept.sweep({arrival.key for arrival in arrivals} if kept else set())
    if kept is None and desk.kept.folder.exists():
        desk.kept.folder.rmdir()
    return Landed(tuple(in_lake), tuple(in_vault), tuple(arrivals))


def _replayed(
    lake: Path, sealed: Path, arrivals: list[Arrival], world: World, load: Load, kept: Kept, gone: dict[str, pl.Series]
) -> tuple[list[Written], list[Written]]:
    """Replay target by target. Each is written, to the lake and where it identifies to the vault, while the next is replayed, and let go."""
    with Behind() as for_lake, Behind() as for_vault:
        for target in _TARGETS:
            versions = _versions(target, arrivals, world, load)
            if landed := landed_table(target, versions):
                for_lake.write(partial(store.write, lake, *landed))
            if target in SEALED_AS:
                dataset, id_ = SEALED_AS[target]
                rows = sealed_rows(id_, places_of_seals(target, versions, gone[target]), arrivals, kept)
                for_vault.write(partial(vault.write_sealed, sealed, dataset, rows, kept.master))
            del versions, landed
        return for_lake.written(), for_vault.written()


def _gone(keys: VaultKeys) -> dict[str, pl.Series]:
    """Target to the ids that were forgotten."""
    return {
        target: pl.Series(ID, salts.forgotten(keys.folder, dataset.name)) for target, (dataset, _) in SEALED_AS.items()
    }


def _loader(ordered: list[Batch], desk: Desk, gone: dict[str, pl.Series]) -> Load:
    """Gives the facts of an arrival; who was forgotten since they were read has no seal any more."""
    places = {batch.batch_id: place for place, batch in enumerate(ordered)}

    def load(arrival: Arrival) -> pl.DataFrame:
        facts = desk.kept.frame(arrival.key, FACTS).with_row_index(PLACE)
        facts = facts.with_columns(pl.lit(places[arrival.batch.batch_id], pl.UInt32).alias(FILE))
        target = arrival.feed.target if arrival.feed else ""
        if SEAL in facts.columns and gone[target].len():
            kept = pl.when(~pl.col(ID).is_in(gone[target].implode())).then(pl.col(SEAL)).alias(SEAL)
            facts = facts.with_columns(kept)
        return facts

    return load


def _order(batch: Batch) -> tuple[datetime, int, str]:
    return batch.received_at, batch.sequence, batch.batch_id


def _placed(batch: Batch, feeds: Mapping[str, FeedSpec]) -> Batch:
    """The batch with the sequence its file's name says; it stays below every sequence where the name says none."""
    feed = feeds.get(batch.feed)
    if feed is None or not feed.sequence:
        return batch
    sequence = feed.sequence_of(batch.file_name)
    return replace(batch, sequence=NO_SEQUENCE if sequence is None else sequence)


def _versions(target: str, arrivals: list[Arrival], world: World, load: Load) -> pl.DataFrame:
    """Replay the arrivals of one target: all versions of its facts. What the world learns of it is noted.

    Scope by scope, for they know nothing of each other: so increments that came day by day between those of others are one run.
    """
    scopes: dict[str, list[Arrival]] = {}
    for arrival in arrivals:
        if arrival.feed is not None and arrival.feed.target == target:
            scopes.setdefault("" if TARGETS[target].may_be_group else arrival.feed.company, []).append(arrival)
    frames = {}
    for scope, ours in scopes.items():
        history = History(TARGETS[target])
        for run in runs_of(ours):
            take(history, run, world, load)
        if (versions := history.versions()).width:
            frames[scope] = versions
    _learn(world, target, frames)
    return pl.concat(frames.values(), how="diagonal") if frames else pl.DataFrame()


def _learn(world: World, target: str, frames: dict[str, pl.DataFrame]) -> None:
    """Let the rows replayed next refer to what was just learnt."""
    for scope, versions in frames.items():
        if target == "channels":
            world.channels = dict(versions.sort(KNOWN_FROM).select("channel", "company").rows())
        elif target == "sellers":
            world.sellers = frozenset(versions["seller"].to_list())
        elif target in ("source_records", "contracts"):
            known = versions.group_by(ID).agg(pl.col(KNOWN_FROM).min().alias(READY))
            (world.customers if target == "source_records" else world.contracts)[scope] = known
