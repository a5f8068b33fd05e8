"""Feeds: a company's file described in YAML, so that a new company needs no code.

One file per feed. What happens to a file of a feed, in this order: bytes, unpacked, decoded, split into rows; `columns` gives
types; `unpivot` or `repeat` multiplies rows; `lookup` joins other feeds; `derive` makes columns by the functions of
`feed_functions`; `only` leaves rows out; `map` fills the fields of the `target` (`feed_targets`). A later step may use what
an earlier one made. The full format, key by key, is in `docs/company-it.md`; the shapes are in `feed_shapes`.

`load_feeds` refuses (`FeedBroken`, with file and place) any key it does not know, so that a typing error never means "off".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from onefold.policy.feed_checks import check_feed
from onefold.policy.feed_parsing import read_feed
from onefold.policy.feed_shapes import (
    ColumnSpec,
    Control,
    CsvDialect,
    Derivation,
    ExcelDialect,
    FeedSpec,
    FieldSource,
    JsonlDialect,
    Lookup,
    ParquetDialect,
    Repeat,
    Unpivot,
)
from onefold.policy.feed_targets import GROUP, TARGETS
from onefold.policy.feed_yaml import FeedBroken

__all__ = [
    "GROUP",
    "ColumnSpec",
    "Control",
    "CsvDialect",
    "Derivation",
    "ExcelDialect",
    "FeedBroken",
    "FeedSpec",
    "FieldSource",
    "JsonlDialect",
    "Lookup",
    "ParquetDialect",
    "Repeat",
    "Unpivot",
    "feeds_of_file",
    "in_order",
    "load_feeds",
]


def load_feeds(folder: Path, *more: Path) -> dict[str, FeedSpec]:
    """Every feed in the folders (`*.yaml`, by name), checked alone and against each other; raises `FeedBroken`."""
    feeds: dict[str, FeedSpec] = {}
    for path in [path for place in (folder, *more) for path in sorted(place.glob("*.yaml"))]:
        feed = read_feed(path)
        if feed.name in feeds:
            raise FeedBroken(path.name, "feed", f"there is already a feed {feed.name}")
        feeds[feed.name] = feed
    kinds: dict[str, dict[str, str]] = {}
    for name in in_order(feeds):
        kinds[name] = check_feed(feeds[name], kinds)
    return feeds


def in_order(feeds: Mapping[str, FeedSpec]) -> list[str]:
    """Names of the feeds so that each comes after those it looks up; otherwise by target, then name."""
    ranks = {target: rank for rank, target in enumerate(TARGETS)}
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for feed in feeds.values():
        sorter.add(feed.name, *(_known(feed.name, lookup.feed, feeds) for lookup in feed.lookups))
    try:
        sorter.prepare()
    except CycleError as error:
        raise FeedBroken(f"{error.args[1][0]}.yaml", "lookup", "feeds look each other up in a circle") from None
    order: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=lambda name: (ranks[feeds[name].target], name))
        order.extend(ready)
        sorter.done(*ready)
    return order


def feeds_of_file(feeds: Iterable[FeedSpec], name: str) -> list[str]:
    """Names of the feeds that read a file of this name (without folder), sorted. Several may; none = not our file."""
    return sorted(feed.name for feed in feeds if feed.takes_file(name))


def _known(name: str, other: str, feeds: Mapping[str, FeedSpec]) -> str:
    if other not in feeds:
        raise FeedBroken(f"{name}.yaml", "lookup.feed", f"there is no feed {other}")
    return other
