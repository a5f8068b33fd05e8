"""Every decision says of which day it is and whether it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DECISIONS = sorted((Path(__file__).resolve().parents[2] / "adr").glob("*.md"))
DATED = re.compile(r"\b20\d\d-\d\d-\d\d, (accepted|superseded by \d{4})\.")


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_its_number_a_day_and_a_state(decision: Path) -> None:
    title, text = decision.read_text().split("\n", 1)
    assert title.startswith(f"# {int(decision.name[:4])}. ")
    assert DATED.search(text[:400]), "say `2026-11-30, accepted.` under the title"


def test_no_number_is_given_twice() -> None:
    numbers = [path.name[:4] for path in DECISIONS]
    assert len(numbers) == len(set(numbers))
