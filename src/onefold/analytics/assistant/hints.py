"""For each group of rejects: what in the YAML would help. Names columns, forms of dates and short codes, never a person's value."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from onefold.analytics.assistant.dates import OPEN_ENDS, date_form
from onefold.analytics.assistant.dialect import decoded, rows_of
from onefold.analytics.assistant.profiles import NOTHING
from onefold.analytics.assistant.samples import sample_of
from onefold.analytics.assistant.words import say
from onefold.policy.feeds import FeedSpec

CODES_SHOWN = 12
_CODED = ("UNKNOWN_CODE", "NOT_IN_LIST", "UNKNOWN_CHANNEL", "UNKNOWN_SELLER", "UNKNOWN_COMPANY")
_CATALOGUED = ("UNKNOWN_PRODUCT", "UNKNOWN_SERIES", "NOT_ITS_PRODUCT")
_PLAIN = {
    "REQUIRED": "hint_required", "LOOKUP_MISSING": "hint_lookup", "LOOKUP_AMBIGUOUS": "hint_lookup",
    "KEY_REPEATED": "hint_key", "KEY_TAKEN": "hint_key", "UNKNOWN_CUSTOMER": "hint_customers", "PERIOD_EMPTY": "hint_period",
    "TOO_LONG": "hint_text",
}  # fmt: skip
_BAD_VALUE = re.compile("ID_|CREDIT_CODE|DOCUMENT|PHONE|EMAIL|BIRTH|NOT_A_|AMOUNT|OUT_OF_RANGE|DATE_OUT")


def hints_for(
    rule: str, column: str, rows: Sequence[dict[str, Any]], feed: FeedSpec, path: Path, language: str
) -> Iterator[str]:
    """What would help against these rejects of one rule in one column."""
    counts = _values(column, rows, feed, path)
    nothing = [text for text in counts if text in NOTHING or text in OPEN_ENDS]
    if nothing:
        yield say(language, "hint_empty", texts=", ".join(f'"{text}"' for text in nothing))
    rest = {text: n for text, n in counts.items() if text not in nothing}
    if rule == "NOT_A_DATE" and (form := date_form(rest, date(2100, 1, 1))):
        yield say(language, "hint_date", rows=form.fits, form=form.format)
    elif rule in _CODED and (codes := _shown(rest)):
        yield say(language, "hint_code", codes=codes)
    elif rule in _CATALOGUED and (codes := _shown(rest)):
        yield say(language, "hint_catalogue", codes=codes)
    elif rule == "AMOUNT_NOT_A_NUMBER" and (mark := next((m for m in ",' " if any(m in text for text in rest)), "")):
        yield say(language, "hint_grouping", mark=mark)
    elif rule in _PLAIN:
        yield say(language, _PLAIN[rule])
    elif rest and _BAD_VALUE.match(rule):
        yield say(language, "hint_bad")


def _shown(counts: dict[str, int]) -> str:
    short = [text for text in counts if len(text) <= 24 and not re.search("[0-9]{5}", text)]
    return ", ".join(f'"{text}"' for text in short[:CODES_SHOWN])


def _values(column: str, rows: Sequence[dict[str, Any]], feed: FeedSpec, path: Path) -> Counter[str]:
    """The texts that stood in the column of these rows, the commonest first."""
    names = _names(feed, path)
    derived = next((step for step in feed.derivations if step.name == column and step.inputs), None)
    place = (
        names.index(column)
        if column in names
        else names.index(derived.inputs[0])
        if derived and derived.inputs[0] in names
        else -1
    )
    if place < 0:
        return Counter()
    found: Counter[str] = Counter()
    for row in rows[:5000]:
        fields = _fields(row["original"], feed, names)
        if len(fields) > place:
            found[fields[place].strip()] += 1
    return Counter(dict(found.most_common()))


def _names(feed: FeedSpec, path: Path) -> list[str]:
    """The columns in the order in which they stand in a rejected row."""
    in_file = feed.format == "csv" and feed.csv.header
    return sample_of(path).rows.columns if in_file else [column.name for column in feed.columns]


def _fields(original: bytes, feed: FeedSpec, names: list[str]) -> list[str]:
    if feed.format == "jsonl":
        try:
            row = json.loads(original)
        except ValueError:
            return []
        return [str(row.get(name, "")) for name in names] if isinstance(row, dict) else []
    codec = feed.csv.encoding if feed.format == "csv" and feed.csv.encoding != "auto" else ""
    text = original.decode(codec, "replace") if codec else decoded(original, cut=False).text
    return next(iter(rows_of(text, feed.csv.delimiter, feed.csv.quote)), [])


def hint_for_file(arrival: dict[str, Any], bad: int, feed: FeedSpec, path: Path, language: str) -> str:
    """What would help against the refusal of a whole file, of which `bad` rows were bad by themselves."""
    reason = arrival["reason"]
    if reason == "TOO_MANY_QUARANTINED":
        share = bad / max(arrival["rows_in"], 1)
        return say(language, "hint_tolerance", share=f"{share:.2f}")
    try:
        sample = sample_of(path)
    except (OSError, ValueError):
        return ""
    if reason == "WRONG_ENCODING":
        return say(language, "hint_encoding", encoding=sample.dialect.encoding)
    if reason == "HEADER_CHANGED":
        declared = {column.name for column in feed.columns} | set(feed.ignore)
        return say(
            language, "hint_code", codes=", ".join(name for name in sample.rows.columns if name not in declared) or "-"
        )
    return ""
