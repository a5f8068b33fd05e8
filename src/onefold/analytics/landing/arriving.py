"""Every batch read, or taken from what was kept of it; those of looked-up feeds before those that look them up."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import polars as pl

from onefold.analytics.landing.arrival import Arrival, Tables, empty_table
from onefold.analytics.landing.kept import TABLE
from onefold.analytics.landing.readers import Desk, Task, read_all, read_group
from onefold.analytics.landing.shapes import NO_SEQUENCE, Batch
from onefold.policy.feed_targets import GROUP
from onefold.policy.feeds import FeedSpec, in_order
from onefold.seam import checksums

_TOGETHER = 50
"""files of a feed that are read at once where feeds look each other up"""


def arrived(
    batches: list[Batch], feeds: Mapping[str, FeedSpec], companies: frozenset[str], desk: Desk, processes: int
) -> list[Arrival]:
    """An arrival for each batch, in their order. Raises `KeptFileBroken`: what was received must be there, also where it was read
    before, or what comes out would depend on what is kept."""
    for batch in batches:
        checksums.present(batch.path, batch.file_sha256)
    refused = {batch.batch_id: arrival for batch in batches if (arrival := _refused(batch, feeds, companies))}
    waiting: dict[str, list[Batch]] = {name: [] for name in feeds}
    for batch in batches:
        if batch.batch_id not in refused:
            waiting[batch.feed].append(batch)
    tied = {lookup.feed for feed in feeds.values() for lookup in feed.lookups}
    tied |= {feed.name for feed in feeds.values() if feed.lookups}
    free = {name: waiting[name] for name in feeds if name not in tied}
    found = _kept_or_read(free, feeds, desk, processes)
    found.update(_tied(tied, waiting, feeds, desk))
    return [refused.get(batch.batch_id) or found[batch.batch_id] for batch in batches]


def _refused(batch: Batch, feeds: Mapping[str, FeedSpec], companies: frozenset[str]) -> Arrival | None:
    """What needs no reading to be refused."""
    arrival = Arrival(batch, feeds.get(batch.feed))
    if arrival.feed is None:
        arrival.refuse("UNKNOWN_FEED")
    elif arrival.feed.company != GROUP and arrival.feed.company not in companies:
        arrival.refuse("UNKNOWN_COMPANY")
    elif batch.sequence == NO_SEQUENCE:
        arrival.refuse("SEQUENCE_MISSING")
    else:
        return None
    return arrival


def _kept_or_read(
    batches: Mapping[str, list[Batch]], feeds: Mapping[str, FeedSpec], desk: Desk, processes: int
) -> dict[str, Arrival]:
    tasks = [
        Task(desk.kept.key_of(batch, feeds[name], ()), batch, feeds[name])
        for name, ours in batches.items()
        for batch in ours
    ]
    found = {task.batch.batch_id: desk.kept.arrival_of(task.key, task.batch, task.feed) for task in tasks}
    unread = {task.key: task for task in tasks if found[task.batch.batch_id] is None}
    read_all(list(unread.values()), desk, processes)
    return {task.batch.batch_id: found[task.batch.batch_id] or _just_read(task, desk) for task in tasks}


def _just_read(task: Task, desk: Desk) -> Arrival:
    arrival = desk.kept.arrival_of(task.key, task.batch, task.feed)
    if arrival is None:
        raise RuntimeError("a file was read, and nothing of it is there")
    return arrival


# Feeds that look each other up


def _tied(
    names: set[str], waiting: Mapping[str, list[Batch]], feeds: Mapping[str, FeedSpec], desk: Desk
) -> dict[str, Arrival]:
    """One feed after the other. What a feed looks up is part of its entries' names, so another answer is another entry."""
    found: dict[str, Arrival] = {}
    read: dict[str, list[Arrival]] = {}
    stamps: dict[str, str] = {}
    tables: Tables = {}

    def table_of(name: str) -> pl.DataFrame:
        if name not in tables:
            theirs = {lookup.feed: table_of(lookup.feed) for lookup in feeds[name].lookups}
            tables[name] = _table_of(feeds[name], read[name], empty_table(feeds[name], theirs), desk)
        return tables[name]

    for name in (name for name in in_order(feeds) if name in names):
        feed = feeds[name]
        asked = any(lookup.feed == name for other in feeds.values() for lookup in other.lookups)
        looked_up = [*(stamps[lookup.feed] for lookup in feed.lookups), "asked" if asked else ""]
        tasks = [Task(desk.kept.key_of(batch, feed, looked_up), batch, feed) for batch in waiting[name]]
        unread = {task.key: task for task in tasks if desk.kept.arrival_of(task.key, task.batch, feed) is None}
        theirs = {lookup.feed: table_of(lookup.feed) for lookup in feed.lookups} if unread else {}
        todo = list(unread.values())
        for at in range(0, len(todo), _TOGETHER):
            read_group(todo[at : at + _TOGETHER], desk, theirs, asked)
        read[name] = [_just_read(task, desk) for task in tasks]
        places = [f"{arrival.key} {arrival.batch.sequence}" for arrival in read[name]]
        stamps[name] = hashlib.sha256("\n".join([repr(feed), *places]).encode()).hexdigest()
        found.update((arrival.batch.batch_id, arrival) for arrival in read[name])
    return found


def _table_of(feed: FeedSpec, arrivals: list[Arrival], empty: pl.DataFrame, desk: Desk) -> pl.DataFrame:
    """The rows of a feed for looking up: of the newest file where it is full, else of all; of an increment the newest row of
    each key."""
    read = [arrival for arrival in arrivals if arrival.reason is None]
    if not read:
        return empty
    order = sorted(range(len(read)), key=lambda place: (read[place].batch.sequence, place))
    if feed.full:
        return desk.kept.frame(read[order[-1]].key, TABLE)
    rows = pl.concat([desk.kept.frame(read[place].key, TABLE) for place in order])
    keys = [source.column for name in feed.target_spec.key if (source := feed.source_of(name)) and source.column]
    if feed.mode != "increment" or not keys:
        return rows
    rows = rows.unique(keys, keep="last", maintain_order=True)
    return (
        rows.filter(
            ~pl.any_horizontal(
                pl.col(column).is_in(list(texts)).fill_null(False) for column, texts in feed.delete.items()
            )
        )
        if feed.delete
        else rows
    )
