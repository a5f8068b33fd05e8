"""The fault plan, its tests and its mutants belong together: nothing promised without a test, no mutant gone stale."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.faults.mutants import HOME, MUTANTS
from tests.faults.rows import PROMISED, ROWS


def numbers(words: str) -> set[int]:
    """The rows that a mutant is of: the numbers its words begin with."""
    leading = re.match(r"[\d, ]*", words)
    return {int(number) for number in re.findall(r"\d+", leading.group() if leading else "")}


def sources(place: str) -> list[Path]:
    path = HOME / place
    return sorted(path.rglob("test_*.py")) if path.is_dir() else [path]


@pytest.mark.parametrize("name", MUTANTS)
def test_no_mutant_is_stale(name: str) -> None:
    mutant = MUTANTS[name]
    text = (HOME / mutant.file).read_text()
    assert mutant.old in text, f"{mutant.file} no longer has the line to break"
    assert mutant.old != mutant.new
    places = [word for word in mutant.tests.split() if "/" in word]
    assert places, "a mutant names its tests"
    for place in places:
        assert (HOME / place.partition("::")[0]).exists(), place


@pytest.mark.parametrize("number", PROMISED)
def test_every_row_promised_has_a_test_and_a_mutant(number: int) -> None:
    assert number in ROWS, "a row without a test"
    for place in ROWS[number].tests:
        assert (HOME / place).exists(), place
    beside = any("def test_mutant" in path.read_text() for place in ROWS[number].tests for path in sources(place))
    assert beside or any(number in numbers(mutant.row) for mutant in MUTANTS.values()), "a row without a mutant"
