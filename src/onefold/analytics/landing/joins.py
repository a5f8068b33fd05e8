"""Rows multiplied (`unpivot`, `repeat`), joined to another feed (`lookup`), left out (`only`)."""

from __future__ import annotations

import polars as pl

from onefold.analytics.landing.shapes import ROW, RULE, marked, where
from onefold.policy.feeds import FeedSpec, Lookup, Repeat, Unpivot


def multiplied(frame: pl.DataFrame, feed: FeedSpec) -> pl.DataFrame:
    """One row per kept flag or repeated value; a good row without kept flags gives none, one with a broken rule stays."""
    if feed.unpivot is None:
        return _repeated(frame, feed.repeat) if feed.repeat else frame
    many = _unpivoted(frame, feed.unpivot)
    lost = frame.filter(pl.col(RULE).is_not_null()).join(many.select(ROW), on=ROW, how="anti")
    return pl.concat([many, lost.drop(feed.unpivot.columns)], how="diagonal") if lost.height else many


def _unpivoted(frame: pl.DataFrame, unpivot: Unpivot) -> pl.DataFrame:
    rest = frame.drop(unpivot.columns)
    pieces = []
    for column in unpivot.columns:
        kept = frame[column].is_in(list(unpivot.keep)).fill_null(False)
        piece = rest.filter(kept).with_columns(
            pl.lit(column).alias(unpivot.name), frame[column].filter(kept).alias(unpivot.value)
        )
        pieces.append(piece)
    return pl.concat(pieces)


def _repeated(frame: pl.DataFrame, repeat: Repeat) -> pl.DataFrame:
    return pl.concat([frame.with_columns(pl.lit(value).alias(repeat.name)) for value in repeat.values])


def looked_up(frame: pl.DataFrame, lookup: Lookup, theirs: pl.DataFrame) -> pl.DataFrame:
    """`frame` with the taken columns. Rules: LOOKUP_MISSING, LOOKUP_AMBIGUOUS (several rows with different answers)."""
    for column, texts in lookup.where.items():
        theirs = theirs.filter(pl.col(column).is_in(list(texts)))
    keys = [f"_{ours}" for ours in lookup.on]
    right = theirs.select(
        *(pl.col(column).alias(f"_{ours}") for ours, column in lookup.on.items()),
        *(pl.col(column).alias(name) for name, column in lookup.take.items()),
    ).unique()
    answers = right.group_by(keys).agg(pl.len().alias("_answers"), *(pl.col(name).first() for name in lookup.take))
    joined = frame.join(answers, left_on=list(lookup.on), right_on=keys, how="left", maintain_order="left")
    at = next(iter(lookup.on))
    joined = marked(joined, where(joined["_answers"] > 1, "LOOKUP_AMBIGUOUS"), at)
    if lookup.required:
        joined = marked(joined, where(joined["_answers"].is_null(), "LOOKUP_MISSING"), at)
    return joined.drop("_answers")


def selected(frame: pl.DataFrame, only: dict[str, tuple[str, ...]]) -> pl.DataFrame:
    """Leave out the good rows whose texts are not wanted."""
    for column, texts in only.items():
        frame = frame.filter(pl.col(RULE).is_not_null() | pl.col(column).is_in(list(texts)).fill_null(False))
    return frame
