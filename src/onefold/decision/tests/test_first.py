"""Version 1 judges as it did on the day it was replaced."""

from __future__ import annotations

import hashlib
from dataclasses import fields

from onefold.decision.core import CORES
from onefold.decision.first.core import judge
from onefold.decision.gates import gates_in
from onefold.decision.tests.first_oracle import judge_one
from onefold.decision.tests.first_rows import random_rows


def codes(mask: int) -> set[str]:
    return {gate.name for gate in gates_in(int(mask))}


def test_version_one_agrees_with_its_slow_judge() -> None:
    rows = random_rows(3000)
    found = judge(rows)
    for place in range(len(rows)):
        row = {field.name: getattr(rows, field.name)[place].item() for field in fields(rows)}
        answer = codes(found.blocked[place]), codes(found.missing[place]), int(found.score[place])
        assert answer == judge_one(row)


def test_evidence_of_version_one_is_replayed_to_the_same_bytes() -> None:
    rows = random_rows(20_000, "replay")
    found = CORES[1]({field.name: getattr(rows, field.name) for field in fields(rows)})
    text = b"".join(
        array.astype(kind).tobytes()
        for array, kind in ((found.blocked, "<i8"), (found.missing, "<i8"), (found.score, "<i4"))
    )
    assert hashlib.sha256(text).hexdigest()[:16] == "e5e72e9bd6878947"
