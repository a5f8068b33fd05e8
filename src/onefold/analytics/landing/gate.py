"""The front gate: every batch received so far goes through it, and comes out as the landed and the sealed datasets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import polars as pl

from onefold.analytics.landing.arrival import Arrival, Tables, arrive, empty_table
from onefold.analytics.landing.facts import ID, Pseudonyms
from onefold.analytics.landing.outputs import arrivals_table, landed_tables, quality_table, sealed_tables
from onefold.analytics.landing.replay import KNOWN_FROM, History, runs_of, take
from onefold.analytics.landing.shapes import NO_SEQUENCE, Batch
from onefold.analytics.landing.world import READY, Catalogue, World
from onefold.policy.feed_targets import GROUP, TARGETS
from onefold.policy.feeds import FeedSpec, in_order
from onefold.seam import store, vault
from onefold.seam.datasets import ARRIVALS, FIELD_QUALITY
from onefold.seam.store import Written
from onefold.seam.vault import VaultKeys

_TARGETS = (
    "lookup", "channels", "sellers", "channel_products", "agency_agreements", "source_records", "relations", "contracts",
    "consents", "contact_blocks", "past_contacts", "campaign_members", "claims",
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
    salts: Path | None = None,
) -> Landed:
    """Replay all batches received until `known` and write the LANDED datasets to `lake`, the SEALED ones to `sealed`.

    `key` makes pseudonyms, `vault_key` seals. `salts`: the folder of the vault's salts, if `sealed` is only one run's: what is
    forgotten there stays forgotten in every run to come. A batch never raises for what is in its file: it is refused, with a reason.
    The result depends on the batches' content and times alone, not on the order of the list.
    """
    ordered = sorted((_placed(batch, feeds) for batch in batches if batch.received_at <= known), key=_order)
    world = World.of(catalogue)
    arrivals = _arrived(ordered, feeds, world, Pseudonyms(key))
    versions = {target: _versions(target, arrivals, world) for target in _TARGETS}
    in_lake = [store.write(lake, dataset, table) for dataset, table in landed_tables(versions)]
    in_lake.append(store.write(lake, ARRIVALS, arrivals_table(arrivals)))
    in_lake.append(store.write(lake, FIELD_QUALITY, quality_table(arrivals)))
    keys = VaultKeys.for_folder(salts or sealed, vault_key)
    in_vault = [vault.seal(sealed, dataset, table, keys) for dataset, table in sealed_tables(versions, arrivals)]
    return Landed(tuple(in_lake), tuple(in_vault), tuple(arrivals))


def _order(batch: Batch) -> tuple[datetime, int, str]:
    return batch.received_at, batch.sequence, batch.batch_id


def _placed(batch: Batch, feeds: Mapping[str, FeedSpec]) -> Batch:
    """The batch with the sequence its file's name says; it stays below every sequence where the name says none."""
    feed = feeds.get(batch.feed)
    if feed is None or not feed.sequence:
        return batch
    sequence = feed.sequence_of(batch.file_name)
    return replace(batch, sequence=NO_SEQUENCE if sequence is None else sequence)


def _versions(target: str, arrivals: list[Arrival], world: World) -> pl.DataFrame:
    """Replay the arrivals of one target: all versions of its facts. What the world learns of it is noted."""
    histories: dict[str, History] = {}
    ours = [arrival for arrival in arrivals if arrival.feed is not None and arrival.feed.target == target]
    for run in runs_of(ours):
        feed = run[0].feed
        if feed is not None:
            scope = "" if TARGETS[target].may_be_group else feed.company
            take(histories.setdefault(scope, History(TARGETS[target])), run, world)
    frames = {scope: frame for scope, history in histories.items() if (frame := history.versions()).width}
    _learn(world, target, frames)
    return pl.concat(frames.values(), how="diagonal") if frames else pl.DataFrame()


def _arrived(batches: list[Batch], feeds: Mapping[str, FeedSpec], world: World, names: Pseudonyms) -> list[Arrival]:
    """Every batch read, those of looked-up feeds first; returned in order of receipt."""
    found: dict[str, Arrival] = {}
    tables: Tables = {}
    looked_up = {lookup.feed for feed in feeds.values() for lookup in feed.lookups}
    for name in in_order(feeds):
        read: list[Arrival] = []
        for batch in (batch for batch in batches if batch.feed == name):
            read.append(_read_once(read, batch, feeds[name], tables, world, names))
        found.update((arrival.batch.batch_id, arrival) for arrival in read)
        if name in looked_up:
            tables[name] = _table_of(feeds[name], read, empty_table(feeds[name], tables))
        for arrival in read:
            arrival.table = None
    unknown = (arrive(batch, None, tables, names) for batch in batches if batch.feed not in feeds)
    found.update((arrival.batch.batch_id, arrival) for arrival in unknown)
    return [found[batch.batch_id] for batch in batches]


def _read_once(
    read: list[Arrival], batch: Batch, feed: FeedSpec, tables: Tables, world: World, names: Pseudonyms
) -> Arrival:
    """Read the batch's file, unless it was read before. (What a day of birth may be depends on the day of receipt.)"""
    same = (batch.file_sha256, batch.received_at.date())
    for earlier in read:
        if (earlier.batch.file_sha256, earlier.batch.received_at.date()) == same:
            return replace(earlier, batch=batch, details=list(earlier.details))
    if feed.company == GROUP or feed.company in world.companies:
        return arrive(batch, feed, tables, names)
    arrival = Arrival(batch, feed)
    arrival.refuse("UNKNOWN_COMPANY")
    return arrival


def _table_of(feed: FeedSpec, arrivals: list[Arrival], empty: pl.DataFrame) -> pl.DataFrame:
    """The rows of a feed for looking up: of the newest file where it is full, of all files otherwise."""
    read = [(arrival.batch.sequence, arrival.table) for arrival in arrivals if arrival.table is not None]
    if not read:
        return empty
    if not feed.full:
        return pl.concat([table for _, table in read])
    newest = max(range(len(read)), key=lambda place: (read[place][0], place))
    return read[newest][1]


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
