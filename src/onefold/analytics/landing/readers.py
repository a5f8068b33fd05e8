"""Files to kept readings: in this process, or where there is much to read in two processes side by side.

A group of files is read, its identifying values sealed at once, then each file's reading is kept. What is said between the
processes are names; rows go by the disk.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from onefold.analytics.landing.arrival import Arrival, Tables, arrive
from onefold.analytics.landing.facts import DELETED, ID, Pseudonyms
from onefold.analytics.landing.kept import FACTS, LINES, ORIGINALS, SEALED, TABLE, Frames, Kept
from onefold.analytics.landing.rows import originals
from onefold.analytics.landing.shapes import AT, ROW, RULE, Batch
from onefold.kernel.refusals import Refusal
from onefold.policy.feeds import FeedSpec
from onefold.seam import datasets, vault
from onefold.seam.contracts import Dataset
from onefold.seam.vault import VaultKeys

SEAL = "_seal"
"""Eight bytes that stand for the identifying values of a row: equal where these are equal, for one record."""

SEALED_AS: dict[str, tuple[Dataset, str]] = {
    "source_records": (datasets.SOURCE_IDENTITIES, "source_id"),
    "contracts": (datasets.CONTRACT_NUMBERS, "contract_id"),
    "sellers": (datasets.SELLER_IDENTITIES, "seller"),
}
_ALONE = 24 * 2**20
"""So many bytes are read sooner in this process than two others are started."""
_FILE = 100_000
_GROUP = 32 * 2**20


@dataclass(frozen=True)
class Task:
    """One file to read, and the name of its entry."""

    key: str
    batch: Batch
    feed: FeedSpec


@dataclass(frozen=True)
class Desk:
    """What a reader needs: where readings are kept, and the keys."""

    kept: Kept
    keys: VaultKeys
    pseudonym_key: bytes


def read_all(tasks: list[Task], desk: Desk, processes: int = 2) -> None:
    """Read the files, none of which looks anything up or is looked up, and keep what they say."""
    groups = list(_groups(tasks))
    if processes < 2 or len(groups) < 2 or sum(map(_effort, tasks)) < _ALONE:
        for group in groups:
            read_group(group, desk)
        return
    shares: list[list[list[Task]]] = [[] for _ in range(processes)]
    for group in sorted(groups, key=lambda group: -sum(map(_effort, group))):
        min(shares, key=lambda share: sum(_effort(task) for each in share for task in each)).append(group)
    _side_by_side([share for share in shares if share], desk)


def _side_by_side(shares: list[list[list[Task]]], desk: Desk) -> None:
    """Each share in a process of its own. One that loses its parent ends with its share; what it kept is good."""
    before = os.environ.get("POLARS_MAX_THREADS")
    os.environ["POLARS_MAX_THREADS"] = "1"
    try:
        spawning = multiprocessing.get_context("spawn")
        refusals = spawning.SimpleQueue()
        workers = [spawning.Process(target=_work, args=(share, desk, refusals)) for share in shares]
        for worker in workers:
            worker.start()
    finally:
        os.environ.pop("POLARS_MAX_THREADS")
        os.environ |= {"POLARS_MAX_THREADS": before} if before else {}
    for worker in workers:
        worker.join()
    if not refusals.empty():
        raise refusals.get()
    if any(worker.exitcode for worker in workers):
        raise RuntimeError("a reading process failed")


def _work(share: list[list[Task]], desk: Desk, refusals: Any) -> None:
    """A process's whole life. A refusal is told its parent; what else went wrong is told by place, never by value."""
    try:
        for group in share:
            read_group(group, desk)
    except Refusal as refusal:
        refusals.put(refusal)
        os._exit(1)
    except BaseException as error:
        frames = traceback.extract_tb(error.__traceback__)
        places = "".join(f"  {frame.filename}:{frame.lineno} {frame.name}\n" for frame in frames)
        sys.stderr.write(f"{type(error).__name__}\n{places}")
        sys.stderr.flush()
        os._exit(1)


def _groups(tasks: Iterable[Task]) -> Iterator[list[Task]]:
    """Files of one company and target together, as far as they are small: each group costs one change of the salts."""
    group: list[Task] = []
    size = 0
    for task in sorted(tasks, key=lambda task: (task.feed.company, task.feed.target)):
        apart = group and (task.feed.company, task.feed.target) != (group[0].feed.company, group[0].feed.target)
        if group and (apart or size + _size(task) > _GROUP):
            yield group
            group, size = [], 0
        group.append(task)
        size += _size(task)
    if group:
        yield group


def _effort(task: Task) -> int:
    """The work in a file, in bytes: even a small one takes as long as so many."""
    return _size(task) + _FILE


def _size(task: Task) -> int:
    try:
        return task.batch.path.stat().st_size
    except OSError:
        return 0


def read_group(group: list[Task], desk: Desk, tables: Tables | None = None, looked_up: bool = False) -> None:
    """Read files of one target and keep what they say; `looked_up`: their rows, too, for other feeds."""
    names = Pseudonyms(desk.pseudonym_key)
    if len(group) == 1:  # perhaps a large one: sealed piece by piece

        def closed(facts: pl.DataFrame) -> pl.DataFrame:
            return _closed(facts, _sealed([facts], group[0].feed, desk)[0], group[0].feed)

        arrivals = [arrive(group[0].batch, group[0].feed, tables or {}, names, closed, looked_up)]
    else:
        arrivals = [arrive(task.batch, task.feed, tables or {}, names, with_table=looked_up) for task in group]
        read = [arrival for arrival in arrivals if arrival.facts is not None]
        texts = _sealed([arrival.facts for arrival in read if arrival.facts is not None], group[0].feed, desk)
        for arrival, sealed in zip(read, texts, strict=True):
            if arrival.facts is not None and arrival.feed is not None:
                arrival.facts = _closed(arrival.facts, sealed, arrival.feed)
    for task, arrival in zip(group, arrivals, strict=True):
        frames = _frames(arrival)
        if frames and looked_up and arrival.table is not None:
            frames[TABLE] = arrival.table
        desk.kept.save(task.key, arrival, frames)


def _frames(arrival: Arrival) -> Frames:
    """What is kept of a file; its facts are closed."""
    facts, feed = arrival.facts, arrival.feed
    if facts is None or feed is None:
        return {}
    frames = {LINES: pl.DataFrame({"first": arrival.first, "last": arrival.last})}
    if SEALED in facts.columns:
        frames[SEALED] = facts.select(SEALED)
    frames[FACTS] = facts.drop(SEALED, strict=False)
    broken = facts.filter(pl.col(RULE).is_not_null())[ROW].unique().sort().to_numpy()
    if len(broken):
        sent = originals(arrival.batch, feed, arrival.first[broken], arrival.last[broken])
        frames[ORIGINALS] = pl.DataFrame({ROW: broken.astype(np.int64), "original": sent})
    return frames


def _closed(facts: pl.DataFrame, texts: pl.Series | None, feed: FeedSpec) -> pl.DataFrame:
    """The facts without what identifies, which is SEALED, and stands as SEAL among them."""
    if texts is None:
        return _pseudonymous(facts, feed)
    seals = texts.bin.slice(0, 8).bin.reinterpret(dtype=pl.UInt64).alias(SEAL)
    return _pseudonymous(facts.with_columns(seals), feed).with_columns(texts.alias(SEALED))


def _pseudonymous(facts: pl.DataFrame, feed: FeedSpec) -> pl.DataFrame:
    """Only what the lake may know of the facts, and what the replay needs."""
    if feed.target == "source_records":
        there = (pl.col(name).is_not_null().alias(f"has_{name}") for name in ("id_number", "name", "phone"))
        facts = facts.with_columns(pl.col("born_on").dt.month_start().alias("birth_month"), *there).drop("source_id")
    if feed.target == "sellers":
        asked = feed.source_of("registration_no") is not None
        told = pl.col("registration_no").is_not_null() if asked else pl.lit(None, pl.Boolean)
        facts = facts.with_columns(told.alias("has_registration_no"))
    open_ = {column.name for column in datasets.ALL[feed.target].columns} if feed.target in datasets.ALL else set()
    needed = {ROW, RULE, AT, ID, DELETED, SEAL, *open_}
    return facts.select(name for name in facts.columns if name in needed)


def _sealed(frames: list[pl.DataFrame], feed: FeedSpec, desk: Desk) -> list[pl.Series | None]:
    """For each frame of facts the sealed identifying values of its rows; empty where a row is bad or its person forgotten."""
    if feed.target not in SEALED_AS or not frames:
        return [None] * len(frames)
    whole = pl.concat(frames).with_row_index("_index")
    dataset, id_ = SEALED_AS[feed.target]
    if "company" not in whole.columns:
        whole = whole.with_columns(pl.lit(feed.company).alias("company"))
    good = whole.filter(pl.col(RULE).is_null() & ~pl.col(DELETED)).with_columns(pl.col(ID).alias(id_))
    fields = [column.name for column in dataset.columns if column.name in good.columns]
    pieces = [pl.DataFrame(schema={"_index": pl.UInt32, SEALED: pl.Binary})]
    for company in good["company"].unique().sort().to_list():
        ours = good.filter(pl.col("company") == company)
        table = ours.select(fields).to_arrow(compat_level=pl.CompatLevel.oldest())
        texts = pl.Series(SEALED, vault.with_sealed(dataset, company, table, desk.keys)[vault.SEALED])
        pieces.append(pl.DataFrame({"_index": ours["_index"], SEALED: texts}))
    found = pl.concat(pieces)
    texts = whole.select("_index").join(found, on="_index", how="left", maintain_order="left")[SEALED]
    ends = np.cumsum([frame.height for frame in frames])
    return [texts.slice(int(end) - frame.height, frame.height) for end, frame in zip(ends, frames, strict=True)]
