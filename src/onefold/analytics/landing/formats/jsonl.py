"""JSON lines: one object a line. Numbers stay as they are written; what a table cannot hold sets its row aside."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
import polars as pl

from onefold.analytics.landing.files import Content
from onefold.analytics.landing.formats.texts import TEXT_BYTES_MAX, Cells, HeaderCheck
from onefold.analytics.landing.shapes import AT, RULE, FileRefused
from onefold.policy.feeds import FeedSpec

UNKNOWN_SHARE_MAX = 0.5
"""One row with a key nobody knows is one bad row; where half of them have one, the file has changed."""


class _Broken(ValueError):
    def __init__(self, rule: str, at: str | None = None) -> None:
        super().__init__(rule)
        self.rule, self.at = rule, at


@dataclass(frozen=True)
class _Row:
    place: int
    texts: dict[str, str]
    rule: str | None = None
    at: str | None = None


def jsonl_cells(content: Content, feed: FeedSpec, check: HeaderCheck) -> Cells:
    """The rows of a file of JSON lines. Rules: NOT_JSON, NOT_A_NUMBER, DUPLICATE_KEY, NESTED_VALUE, UNKNOWN_KEY, BROKEN_TEXT,
    ROW_TOO_LONG. A key that no row has is a missing column; one that is missing in some rows is empty there.

    Raises `FileRefused` NOT_THE_FORMAT where no line is an object, HEADER_CHANGED.
    """
    declared = {column.name for column in feed.columns}
    known = declared | set(feed.ignore)
    rows, keys, strange = [], Counter[str](), 0
    for place, line in enumerate(content.text.split(b"\n")):
        if not line.strip():
            continue
        row, found = _row(place, line, declared, known)
        strange += row.rule == "UNKNOWN_KEY"
        keys.update(found)
        rows.append(row)
    readable = sum(row.rule not in ("NOT_JSON", "ROW_TOO_LONG") for row in rows)
    if rows and not readable:
        raise FileRefused("NOT_THE_FORMAT", "no line is a JSON object")
    if rows:
        check([key for key in keys if key in known or strange > UNKNOWN_SHARE_MAX * readable])
    names = [column.name for column in feed.columns if column.name in keys or not rows]
    return Cells(
        pl.DataFrame(
            {name: [row.texts.get(name, "") for row in rows] for name in names}, schema=dict.fromkeys(names, pl.String)
        ),
        pl.Series(RULE, [row.rule for row in rows], dtype=pl.String),
        pl.Series(AT, [row.at for row in rows], dtype=pl.String),
        np.array([row.place for row in rows], dtype=np.int64),
    )


def _row(place: int, line: bytes, declared: set[str], known: set[str]) -> tuple[_Row, set[str]]:
    if len(line) > TEXT_BYTES_MAX:
        return _Row(place, {}, "ROW_TOO_LONG"), set()
    try:
        values = _DECODER.decode(line.decode())
        if not isinstance(values, dict):
            raise _Broken("NOT_JSON")
    except _Broken as broken:
        return _Row(place, {}, broken.rule), set()
    except (ValueError, RecursionError):
        return _Row(place, {}, "NOT_JSON"), set()
    texts, rule, at = {}, None, None
    for key, value in values.items():
        if key not in declared:
            rule = rule or (None if key in known else "UNKNOWN_KEY")
            continue
        try:
            texts[key] = _text(value)
        except _Broken as broken:
            rule, at = rule or broken.rule, at if rule else key
    return _Row(place, texts, rule, at), set(values)


def _text(value: object) -> str:
    if type(value) is str:
        if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
            raise _Broken("BROKEN_TEXT")
        return value
    if value is None:
        return ""
    if value is True or value is False:
        return "true" if value else "false"
    raise _Broken("NESTED_VALUE")


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Broken("DUPLICATE_KEY")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise _Broken("NOT_A_NUMBER")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_without_repeats, parse_float=str, parse_int=str, parse_constant=_refuse_constant
)
