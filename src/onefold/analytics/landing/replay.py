"""The batches of one target, one after the other: what each said that was new, what it changed, what it closed.

A deterministic replay of everything received; nothing is carried over from an earlier run but what was read (`kept`).

Every row is a *statement*: this fact is so, or it is over. What holds is the statement with the highest sequence, of those
with equal sequence the last received. So an older file that comes late changes nothing that a newer one has spoken of, row by
row, and increments that come in any order end in the same state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

import polars as pl

from onefold.analytics.landing.arrival import DUPLICATE_FILE, LOADED, Arrival
from onefold.analytics.landing.facts import DELETED, ID
from onefold.analytics.landing.shapes import AT, ROW, RULE, marked, where
from onefold.analytics.landing.world import INSTANT, READY, World, referred
from onefold.policy.feed_targets import Target
from onefold.policy.feeds import FeedSpec

FEED, SEQUENCE, KNOWN_FROM, KNOWN_UNTIL = "_feed", "_sequence", "known_from", "known_until"
_ORDER, _RECEIVED, _SAME = "_order", "_received", "_same"
FILE, PLACE = "_file", "_place"
"""Where a statement stands: number of the batch in order of receipt, and of the fact in it."""
_NO_CONTENT = {ROW, RULE, AT, ID, READY, FEED, SEQUENCE, FILE, PLACE, KNOWN_FROM, KNOWN_UNTIL, _ORDER, _RECEIVED, _SAME}
Run = list[Arrival]
Load = Callable[[Arrival], pl.DataFrame]
"""gives the facts of an arrival, with FILE and PLACE"""


@dataclass
class History:
    """What one target of one scope holds: `held`, the statement in force for each ID, and the `closed` versions."""

    target: Target
    held: pl.DataFrame = field(default_factory=pl.DataFrame)
    closed: list[pl.DataFrame] = field(default_factory=list)
    sequences: dict[str, int] = field(default_factory=dict)
    taken: dict[str, dict[str, int]] = field(default_factory=dict)

    def versions(self) -> pl.DataFrame:
        """All versions with KNOWN_FROM, KNOWN_UNTIL; those that were never known for any time are left out."""
        if not self.held.width:
            return pl.DataFrame()
        in_force = self.held.filter(~pl.col(DELETED)).with_columns(pl.lit(None, INSTANT).alias(KNOWN_UNTIL))
        known = (frame.filter(pl.col(KNOWN_UNTIL) > pl.col(KNOWN_FROM)) for frame in self.closed)
        return pl.concat([in_force, *known], how="diagonal")


def runs_of(arrivals: Iterable[Arrival]) -> Iterator[Run]:
    """What can be taken at once: the increments of one feed that follow each other; each full file alone."""
    for _, group in groupby(enumerate(arrivals), lambda pair: _run_key(*pair)):
        yield [arrival for _, arrival in group]


def _run_key(place: int, arrival: Arrival) -> tuple[str, int]:
    return arrival.batch.feed, place if arrival.feed is None or arrival.feed.full else -1


def take(history: History, run: Run, world: World, load: Load) -> None:
    """Let a run into the history, file by file, or refuse a file; counts and rejects are settled here."""
    run = [arrival for arrival in run if arrival.outcome == LOADED]
    feed = run[0].feed if run else None
    if feed is None:
        return
    if feed.full and run[0].batch.sequence < history.sequences.get(feed.name, run[0].batch.sequence):
        if not _is_again(history, run[0]):
            run[0].refuse("SUPERSEDED")
        return
    facts = _judged(history, run, feed, world, load)
    accepted = [order for order, arrival in enumerate(run) if _is_accepted(history, arrival, facts, order)]
    if len(accepted) < len(run):
        facts = facts.filter(pl.col(_ORDER).is_in(accepted))
    if accepted and ID in facts.columns:
        _apply(history, run, feed, facts)


def _is_accepted(history: History, arrival: Arrival, facts: pl.DataFrame, order: int) -> bool:
    """Settle one file's rejects; false if it is a repetition or has to be refused whole."""
    feed, batch = arrival.feed, arrival.batch
    if feed is None or _is_again(history, arrival):
        return False
    broken = facts.filter((pl.col(_ORDER) == order) & pl.col(RULE).is_not_null()).sort(ROW, maintain_order=True)
    arrival.rejects = broken.select(ROW, RULE, AT).unique(ROW, keep="first", maintain_order=True)
    arrival.rows_quarantined = arrival.rejects.height
    if arrival.rows_in and arrival.rows_quarantined / arrival.rows_in > feed.quarantined_share_max:
        arrival.refuse("TOO_MANY_QUARANTINED", f"{arrival.rows_quarantined} of {arrival.rows_in} rows")
        return False
    if feed.full:
        missing, held = _missing(history, arrival, facts).len(), _held_of(history, feed.name).len()
        if missing > feed.control.closed_share_max * held:
            arrival.refuse("CLOSES_TOO_MUCH", f"{missing} of {held}")
            return False
    history.sequences[feed.name] = max(batch.sequence, history.sequences.get(feed.name, batch.sequence))
    earlier = {} if feed.full else history.taken.get(feed.name, {})
    history.taken[feed.name] = earlier | {batch.file_sha256: arrival.rows_in}
    return True


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


# What the rows of a run say


def _judged(history: History, run: Run, feed: FeedSpec, world: World, load: Load) -> pl.DataFrame:
    """The run's facts, with rules for references, repeated keys and keys of another feed, and _ORDER within the run."""
    facts = pl.concat(
        load(arrival).with_columns(pl.lit(order, pl.Int32).alias(_ORDER)) for order, arrival in enumerate(run)
    )
    if ID not in facts.columns:
        return facts
    facts = _referring(facts, feed, world)
    at = _key_column(feed)
    facts = _repeats_marked(facts, at)
    foreign = _held_by_others(history, feed)
    return marked(facts, where(facts[ID].is_in(foreign.implode()), "KEY_TAKEN"), at) if foreign.len() else facts


def _referring(facts: pl.DataFrame, feed: FeedSpec, world: World) -> pl.DataFrame:
    """`referred`, but for rows that only say that a fact is over."""
    over = facts.filter(pl.col(DELETED))
    if not over.height:
        return referred(facts, feed, world)
    said = referred(facts.filter(~pl.col(DELETED)), feed, world)
    return pl.concat([said, over], how="diagonal").sort(_ORDER, ROW, maintain_order=True)


def _held_by_others(history: History, feed: FeedSpec) -> pl.Series:
    """Ids that came with another feed of the same scope."""
    if not history.held.width or set(history.taken) <= {feed.name}:
        return pl.Series(ID, [], dtype=pl.String)
    return history.held.filter(pl.col(FEED) != feed.name)[ID]


def _repeats_marked(facts: pl.DataFrame, at: str | None) -> pl.DataFrame:
    """Mark a good row whose key stood before in the same file with other content."""
    good = facts.filter(pl.col(RULE).is_null())
    if good.select(_ORDER, ID).is_unique().all():
        return facts
    placed = facts.with_row_index("_index")
    first = placed.filter(pl.col(RULE).is_null()).unique([_ORDER, ID], keep="first", maintain_order=True)
    content = _content_of(facts)
    joined = placed.join(
        first.select(_ORDER, ID, "_index", *content),
        on=[_ORDER, ID],
        how="left",
        suffix="_first",
        maintain_order="left",
    )
    other = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_first")) for name in content)
    later = pl.col("_index") > pl.col("_index_first")
    return marked(facts, where(joined.select((later & other).alias("repeated"))["repeated"], "KEY_REPEATED"), at)


def _key_column(feed: FeedSpec) -> str | None:
    keys = feed.target_spec.key
    source = feed.source_of(keys[0]) if keys else None
    return source.column or None if source else None


def _content_of(frame: pl.DataFrame) -> list[str]:
    """The columns that make a version."""
    return [name for name in frame.columns if name not in _NO_CONTENT]


def _held_of(history: History, feed: str) -> pl.Series:
    """Ids of this feed that are in force."""
    if not history.held.width:
        return pl.Series(ID, [], dtype=pl.String)
    return history.held.filter((pl.col(FEED) == feed) & ~pl.col(DELETED))[ID]


def _missing(history: History, arrival: Arrival, facts: pl.DataFrame) -> pl.Series:
    """Ids a full file closes. A row set aside still says that its fact is there; if its key cannot be read, nothing closes."""
    nothing = pl.Series(ID, [], dtype=pl.String)
    feed = arrival.feed
    if feed is None or not feed.full or feed.target_spec.is_kept or not history.held.width or ID not in facts.columns:
        return nothing
    if facts[ID].null_count():
        note = "rows without a readable key: nothing was closed"
        arrival.details += [note] if note not in arrival.details else []
        return nothing
    held = _held_of(history, feed.name)
    return held.filter(~held.is_in(facts[ID].implode()))


# What holds


def _apply(history: History, run: Run, feed: FeedSpec, facts: pl.DataFrame) -> None:
    broken = facts.filter(pl.col(RULE).is_not_null()).select(_ORDER, ROW).unique()
    good = facts.join(broken, on=[_ORDER, ROW], how="anti", maintain_order="left") if broken.height else facts
    said = _statements(run, feed, good)
    rows = said.select(_ORDER, ROW).unique().group_by(_ORDER).len()
    if feed.full:
        over = pl.DataFrame({ID: _missing(history, run[0], facts)}).with_columns(pl.lit(0, pl.Int32).alias(_ORDER))
        said = pl.concat([said, _over(run, feed, over)], how="diagonal")
    news = _settle(history, said)
    fresh = news.drop_nulls(ROW).unique([_ORDER, ROW]).group_by(_ORDER).len()
    counts = rows.join(fresh, on=_ORDER, how="left").with_columns(pl.col("len_right").fill_null(0))
    for order, all_, new in counts.select(_ORDER, "len", "len_right").rows():
        run[order].rows_duplicate = all_ - new


def _statements(run: Run, feed: FeedSpec, good: pl.DataFrame) -> pl.DataFrame:
    good = _dated(run, feed, good)
    known = [pl.max_horizontal(_RECEIVED, READY).alias(KNOWN_FROM)] if READY in good.columns else []
    owner = [] if "company" in good.columns else [pl.lit(feed.company).alias("company")]
    said = good.with_columns(*known, *owner).drop(RULE, AT, READY, _RECEIVED, strict=False)
    if not said[DELETED].any():
        return said
    return said.with_columns(
        pl.when(~pl.col(DELETED)).then(pl.col(name)).alias(name) for name in _content_of(said) if name != DELETED
    )


def _over(run: Run, feed: FeedSpec, ids: pl.DataFrame) -> pl.DataFrame:
    """Statements that these facts are over."""
    return _dated(run, feed, ids).with_columns(pl.lit(True).alias(DELETED)).drop(_RECEIVED)


def _dated(run: Run, feed: FeedSpec, frame: pl.DataFrame) -> pl.DataFrame:
    times = pl.DataFrame(
        [(order, arrival.batch.received_at, arrival.batch.sequence) for order, arrival in enumerate(run)],
        schema={_ORDER: pl.Int32, _RECEIVED: INSTANT, SEQUENCE: pl.Int64},
        orient="row",
    )
    dated = frame.join(times, on=_ORDER, how="left", maintain_order="left")
    return dated.with_columns(pl.col(_RECEIVED).alias(KNOWN_FROM), pl.lit(feed.name).alias(FEED))


def _settle(history: History, said: pl.DataFrame) -> pl.DataFrame:
    """Bring the statements into the history; return those that said something new (_ORDER, ROW)."""
    said = said.unique([_ORDER, ID], keep="first", maintain_order=True)
    before = history.held.join(said.select(ID), on=ID, how="semi") if history.held.width else history.held
    if not before.height and not said[ID].is_duplicated().any():
        history.held = pl.concat([history.held, said.drop(_ORDER, ROW)], how="diagonal")
        return said.filter(~pl.col(DELETED)).select(_ORDER, ROW)
    before = before.with_columns(pl.lit(-1, pl.Int32).alias(_ORDER))
    chain = pl.concat([before, said], how="diagonal").sort(ID, _ORDER)
    chain = chain.filter(pl.col(SEQUENCE) == pl.col(SEQUENCE).cum_max().over(ID))
    same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift(1)) for name in (ID, *_content_of(chain)))
    follows = (pl.col(ID) == pl.col(ID).shift(1)).fill_null(False)
    turns = chain.with_columns((same & follows).alias(_SAME), follows.alias("_follows"))
    newest = turns.group_by(ID).agg(pl.col(SEQUENCE).last())
    turns = turns.filter(~pl.col(_SAME))
    followed = pl.col(ID) == pl.col(ID).shift(-1)
    turns = turns.with_columns(pl.when(followed).then(pl.col(KNOWN_FROM).shift(-1)).alias(KNOWN_UNTIL))
    closed = turns.filter(pl.col(KNOWN_UNTIL).is_not_null() & ~pl.col(DELETED))
    last = turns.filter(pl.col(KNOWN_UNTIL).is_null()).drop(SEQUENCE).join(newest, on=ID, how="left")
    if closed.height:
        history.closed.append(closed.drop(_ORDER, ROW, _SAME, "_follows"))
    rest = history.held.join(last.select(ID), on=ID, how="anti") if history.held.width else history.held
    history.held = pl.concat([rest, last.drop(_ORDER, ROW, _SAME, "_follows", KNOWN_UNTIL)], how="diagonal")
    told = (pl.col(_ORDER) >= 0) & (~pl.col(DELETED) | pl.col("_follows"))
    return turns.filter(told).select(_ORDER, ROW)
