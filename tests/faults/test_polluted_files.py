"""Row 23: every broken file beside its clean copy: no crash, no bad row loaded, no good value changed."""

from __future__ import annotations

import csv
import io
import os
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from onefold.analytics.landing.columns import read_column
from onefold.analytics.landing.rows import originals, sheet_of
from onefold.analytics.landing.shapes import Batch, FileRefused
from onefold.policy.feed_sentences import REFUSAL_SENTENCES, REJECT_SENTENCES
from onefold.policy.feeds import ColumnSpec
from onefold.seam.checksums import sha256_of
from tests.corpus.feeds import feed_of
from tests.corpus.pollution import Polluted, clean_rows, polluted

MANY = 2_400 if os.environ.get("ONEFOLD_NIGHTLY") == "1" else 0
FEED = feed_of(
    "csv",
    ColumnSpec("no", "text", required=True, length_max=4),
    ColumnSpec("name", "text", required=True, length_max=12),
    ColumnSpec("born", "date", required=True, format="%Y-%m-%d"),
    ColumnSpec("amount", "money", required=True, currency="CNY"),
    ColumnSpec("note", "text", length_max=10),
)
CLEAN = [tuple(row) for row in clean_rows()]


@dataclass
class Outcome:
    """What became of a file: refused, or texts and bytes of the rows without a rule, and the rules of the others."""

    reason: str = ""
    good: dict[tuple[str, ...], bytes] = field(default_factory=dict)
    rules: list[str] = field(default_factory=list)
    whole: bool = True


def outcome(folder: Path, content: bytes) -> Outcome:
    path = folder / "file"
    path.write_bytes(content)
    batch = Batch("b", "corpus", path, datetime(2026, 6, 30, tzinfo=UTC), sha256_of(path))
    try:
        sheet = sheet_of(batch, FEED)
    except FileRefused as refusal:
        return Outcome(refusal.reason)
    rules = sheet.frame["_rule"].to_list()
    for column in FEED.columns:
        reading = read_column(column, sheet.frame, date(2026, 6, 30))
        rules = [rule or later for rule, later in zip(rules, reading.rules, strict=True)]
    kept = originals(batch, FEED, sheet.first, sheet.last)
    texts = sheet.frame.select("no", "name", "born", "amount", "note").rows()
    return Outcome(
        good={row: sent for row, rule, sent in zip(texts, rules, kept, strict=True) if rule is None},
        rules=[rule for rule in rules if rule],
        whole="".join(b"".join(kept).decode().split()) in "".join(content.decode().split()),
    )


def is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def faults(case: Polluted, found: Outcome) -> list[str]:
    """What the gate got wrong with this file.

    A row may have been changed into another that is right in itself (a comma more inside quotes): what its own bytes say to
    another strict reader is what must be loaded then. Only a control total could know better.
    """
    if found.reason:
        allowed = case.broken is None or (found.reason == "WRONG_ENCODING" and not is_utf8(case.content))
        return [] if allowed and found.reason in REFUSAL_SENTENCES else [f"refused whole: {found.reason}"]
    wrong = [f"no sentence for {rule}" for rule in found.rules if rule not in REJECT_SENTENCES]
    for row, sent in found.good.items():
        if row not in CLEAN and list(csv.reader(io.StringIO(sent.decode(), newline=""), strict=True)) != [list(row)]:
            wrong.append(f"loaded {row}")
    if case.broken is not None:
        untouched = {row for number, row in enumerate(CLEAN) if number not in case.broken}
        wrong += [f"untouched and lost: {row}" for row in untouched - set(found.good)]
    return wrong if found.whole else [*wrong, "bytes are missing"]


def test_the_clean_file_is_clean(tmp_path: Path) -> None:
    clean = next(case for case in polluted(0) if case.kind == "byte order mark")
    found = outcome(tmp_path, clean.content)
    assert faults(clean, found) == []
    assert list(found.good) == CLEAN


@pytest.mark.slow
def test_no_polluted_file_crashes_the_gate_loads_a_bad_row_or_changes_a_good_one(tmp_path: Path) -> None:
    wrong, files, changed = {}, 0, 0
    for case in polluted(MANY):
        found = outcome(tmp_path, case.content)
        files += 1
        changed += bool(set(found.good) - set(CLEAN))
        if matters := faults(case, found):
            wrong[case.kind] = matters
    assert wrong == {}
    assert files >= max(MANY, 440)
    assert changed <= files * 0.08


def test_drift_of_the_header_refuses_the_first_file(tmp_path: Path) -> None:
    drifts = {case.kind: case for case in polluted(0) if case.kind.startswith("column ")}
    for kind, case in drifts.items():
        found = outcome(tmp_path, case.content)
        expected = "" if " moved" in kind or " retyped" in kind else "HEADER_CHANGED"
        assert found.reason == expected, kind
        if " retyped" in kind:
            assert found.good == {}
