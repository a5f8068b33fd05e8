"""The batches of one target, one after the other: what each said that was new, what it changed, what it closed.

A deterministic replay of everything received; nothing is carried over from an earlier run. (Where this must become
incremental, `History` is what to keep between runs: it is the whole memory.)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

from onefold.analytics.landing.arrival import DUPLICATE_FILE, LOADED, Arrival
from onefold.analytics.landing.facts import ID
from onefold.analytics.landing.shapes import ROW, RULE, marked, where
from onefold.analytics.landing.world import INSTANT, READY, World, referred
from onefold.policy.feed_targets import Target
from onefold.policy.feeds import FeedSpec

FEED, OWNER, SEQUENCE, KNOWN_FROM, KNOWN_UNTIL = "_feed", "_owner", "_sequence", "known_from", "known_until"
_KEPT = ("source_records", "channels")
"""Targets a full file never closes: facts hang on them."""


@dataclass
class History:
    """What one target holds: `open` versions, one per ID, and `closed` ones with KNOWN_UNTIL."""

    target: Target
    open: pl.DataFrame
    closed: list[pl.DataFrame] = field(default_factory=list)
    owners: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)
    taken: dict[str, dict[str, int]] = field(default_factory=dict)

    @staticmethod
    def of(target: Target) -> History:
        return History(target, pl.DataFrame())

    def versions(self) -> pl.DataFrame:
        """All versions with KNOWN_FROM, KNOWN_UNTIL; those that were never known for any time are left out."""
        frames = [frame for frame in (self.open, *self.closed) if frame.width]
        if not frames:
            return pl.DataFrame()
        all_ = pl.concat(frames, how="diagonal")
        if KNOWN_UNTIL not in all_.columns:
            return all_.with_columns(pl.lit(None, INSTANT).alias(KNOWN_UNTIL))
        return all_.filter(pl.col(KNOWN_UNTIL).is_null() | (pl.col(KNOWN_UNTIL) > pl.col(KNOWN_FROM)))


def take(history: History, arrival: Arrival, world: World) -> None:
    """Let one arrival into the history, or refuse it; its counts and rejects are settled here."""
    batch, feed = arrival.batch, arrival.feed
    if arrival.outcome != LOADED or feed is None or arrival.facts is None:
        return
    if _is_again(history, arrival):
        return
    if feed.full and batch.sequence < history.sequences.get(feed.name, batch.sequence):
        arrival.refuse("SUPERSEDED")
        return
    facts = _judged(history, arrival, world)
    arrival.rejects = facts.filter(pl.col(RULE).is_not_null()).sort(ROW).unique(ROW, keep="first", maintain_order=True)
    arrival.rows_quarantined = arrival.rejects.height
    if arrival.rows_in and arrival.rows_quarantined / arrival.rows_in > feed.quarantined_share_max:
        arrival.refuse("TOO_MANY_QUARANTINED", f"{arrival.rows_quarantined} of {arrival.rows_in} rows")
        return
    good = facts.join(arrival.rejects.select(ROW), on=ROW, how="anti", maintain_order="left")
    missing = _missing(history, arrival, facts)
    open_here = _open_of(history, feed.name).height
    if missing.len() > feed.control.closed_share_max * open_here:
        arrival.refuse("CLOSES_TOO_MUCH", f"{missing.len()} of {open_here}")
        return
    _apply(history, arrival, good, missing)
    arrival.facts = None


def _is_again(history: History, arrival: Arrival) -> bool:
    """The same file of the same feed was accepted before: nothing changes, every row of it says nothing new.

    In a full feed only the newest accepted file counts: A, then B, then A again means that B is no longer the truth (a wish
    not to be contacted, made and withdrawn, gives just that). A mere repetition of A is told by its lower `sequence`.
    """
    rows = history.taken.get(arrival.batch.feed, {}).get(arrival.batch.file_sha256)
    if rows is None:
        return False
    arrival.outcome, arrival.details = DUPLICATE_FILE, []
    arrival.rows_in = arrival.rows_duplicate = rows
    return True


def _judged(history: History, arrival: Arrival, world: World) -> pl.DataFrame:
    """The arrival's facts with rules for references, repeated keys and keys of another feed."""
    feed, facts = arrival.feed, arrival.facts
    if feed is None or facts is None or ID not in facts.columns:
        return pl.DataFrame(schema={ROW: pl.UInt32, RULE: pl.String}) if facts is None else facts
    facts = referred(facts, feed, world)
    at = _key_column(arrival)
    facts = _repeats_marked(facts, _content(history.target), at)
    foreign = _held_by_others(history, feed)
    return marked(facts, where(facts[ID].is_in(list(foreign)), "KEY_TAKEN"), at) if foreign else facts


def _held_by_others(history: History, feed: FeedSpec) -> set[str]:
    """Ids that came with another feed. Pseudonyms hold the company, so there only feeds of one company can meet."""
    plain = history.target.name in ("channels", "sellers", "channel_products", "agency_agreements")
    others = (
        ids
        for (company, name), ids in history.owners.items()
        if name != feed.name and (plain or company == feed.company)
    )
    return set().union(*others)


def _repeats_marked(facts: pl.DataFrame, content: list[str], at: str | None) -> pl.DataFrame:
    """Mark a good row whose key stood before in the file with other content."""
    placed = facts.with_row_index("_place")
    first = placed.filter(pl.col(RULE).is_null()).unique(ID, keep="first", maintain_order=True)
    if first.height == facts.height:
        return facts
    joined = placed.join(
        first.select(ID, "_place", *content), on=ID, how="left", suffix="_first", maintain_order="left"
    )
    other = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_first")) for name in content)
    later = pl.col("_place") > pl.col("_place_first")
    return marked(facts, where(joined.select((later & other).alias("repeated"))["repeated"], "KEY_REPEATED"), at)


def _key_column(arrival: Arrival) -> str | None:
    feed = arrival.feed
    keys = feed.target_spec.key if feed else ()
    source = feed.source_of(keys[0]) if feed and keys else None
    return source.column or None if source else None


def _content(target: Target) -> list[str]:
    """The fields that make a version: everything but the key, and what is derived from the key."""
    derived = ["series"] if target.name == "contracts" else []
    return [field.name for field in target.fields if field.name not in target.key] + derived


def _open_of(history: History, feed: str) -> pl.DataFrame:
    return history.open.filter(pl.col(FEED) == feed) if history.open.width else history.open


def _missing(history: History, arrival: Arrival, facts: pl.DataFrame) -> pl.Series:
    """Ids a full file closes. A row set aside still says that its fact is there; if its key cannot be read, nothing closes."""
    nothing = pl.Series(ID, [], dtype=pl.String)
    feed = arrival.feed
    if feed is None or not feed.full or history.target.name in _KEPT or not history.open.width:
        return nothing
    if facts.filter(pl.col(ID).is_null()).height:
        arrival.details.append("rows without a readable key: nothing was closed")
        return nothing
    held = _open_of(history, feed.name)[ID]
    return held.filter(~held.is_in(facts[ID].implode()))


def _apply(history: History, arrival: Arrival, good: pl.DataFrame, missing: pl.Series) -> None:
    feed, batch = arrival.feed, arrival.batch
    if feed is None:
        return
    history.sequences[feed.name] = max(batch.sequence, history.sequences.get(feed.name, batch.sequence))
    earlier = {} if feed.full else history.taken.get(feed.name, {})
    history.taken[feed.name] = earlier | {batch.file_sha256: arrival.rows_in}
    if ID not in good.columns:
        return
    good = _as_versions(history, arrival, good)
    news = _news(history, good)
    rows = good.with_columns(news.alias("_news")).group_by(ROW).agg(pl.col("_news").any())
    arrival.rows_duplicate = rows.filter(~pl.col("_news")).height
    fresh = good.filter(news).drop(ROW)
    _close(history, fresh.select(ID, pl.col(KNOWN_FROM).alias(KNOWN_UNTIL)))
    _close(history, pl.DataFrame({ID: missing}).with_columns(_instant(batch.received_at).alias(KNOWN_UNTIL)))
    history.open = pl.concat([history.open, fresh], how="diagonal") if history.open.width else fresh
    history.owners.setdefault((feed.company, feed.name), set()).update(fresh[ID].to_list())


def _as_versions(history: History, arrival: Arrival, good: pl.DataFrame) -> pl.DataFrame:
    feed, batch = arrival.feed, arrival.batch
    received = _instant(batch.received_at)
    known = pl.max_horizontal(received, pl.col(READY)) if READY in good.columns else received
    owner = [] if "company" in good.columns else [pl.lit(feed.company if feed else "").alias("company")]
    kept = [ROW, ID, *(name for name in good.columns if name in _columns(history.target) or name.endswith("source_id"))]
    return good.with_columns(known.alias(KNOWN_FROM)).select(
        *kept, *owner, KNOWN_FROM, pl.lit(batch.feed).alias(FEED), pl.lit(batch.sequence).alias(SEQUENCE)
    )


def _columns(target: Target) -> set[str]:
    return {field.name for field in target.fields} | {"series"}


def _news(history: History, good: pl.DataFrame) -> pl.Series:
    """Which facts say something new: not what is held already, not older than it, not said earlier in the same file."""
    first = good.select(pl.col(ID).is_first_distinct())[ID]
    if not history.open.width:
        return first
    content = _content(history.target)
    held = history.open.select(ID, SEQUENCE, *content, pl.lit(True).alias("_held"))
    joined = good.join(held, on=ID, how="left", suffix="_held", maintain_order="left")
    same = (
        pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_held")) for name in content)
        if content
        else pl.lit(True)
    )
    known = pl.col("_held").fill_null(False) & (same | (pl.col(SEQUENCE) < pl.col(f"{SEQUENCE}_held")))
    return first & ~joined.select(known.alias("known"))["known"]


def _close(history: History, ends: pl.DataFrame) -> None:
    """Close the open versions of these ids at their KNOWN_UNTIL."""
    if not ends.height or not history.open.width:
        return
    history.closed.append(history.open.join(ends, on=ID, how="inner"))
    history.open = history.open.join(ends, on=ID, how="anti")


def _instant(at: datetime) -> pl.Expr:
    return pl.lit(at).cast(INSTANT)
