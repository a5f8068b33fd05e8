"""The files that take longest begin first, and are there."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.faults.mutants import HOME
from tests.longest_first import LONGEST, longest_first


@pytest.mark.parametrize("name", LONGEST)
def test_a_file_on_the_list_is_there(name: str) -> None:
    assert (HOME / name).is_file()


def test_the_longest_begin_and_the_others_stay_in_their_order() -> None:
    found = ["tests/b.py", LONGEST[1], "tests/a.py", LONGEST[0], "tests/b.py", LONGEST[1]]
    tests = [SimpleNamespace(path=Path("/h") / name) for name in found]
    begin = [str(test.path.relative_to("/h")) for test in longest_first(tests, Path("/h"))]
    assert begin == [LONGEST[0], LONGEST[1], LONGEST[1], "tests/b.py", "tests/a.py", "tests/b.py"]
