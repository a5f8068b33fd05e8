"""What developers run, named as they name it."""

from __future__ import annotations

import pytest

from onefold.cli.develop import folders_of


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("leads", ["src/onefold/domains/leads/tests"]),
        ("portal", ["src/onefold/web/portal/tests"]),
        ("tests/stories/test_walls.py", ["tests/stories/test_walls.py"]),
        ("-x", ["-x"]),
    ],
)
def test_a_room_is_named_by_its_name_and_everything_else_is_pytests(word: str, parts: list[str]) -> None:
    assert folders_of(word) == parts
