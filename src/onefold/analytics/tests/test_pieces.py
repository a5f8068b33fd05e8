"""A dataset written in pieces is the dataset, and pieces out of order are refused."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from onefold.analytics.pieces import read_pieces, rows_in, side_by_side, write_pieces
from onefold.analytics.tests.worlds import company, table_of
from onefold.seam import store
from onefold.seam.datasets import COMPANIES

WHOLE = table_of("companies", [company(code) for code in "ABCDEFG"])


def test_pieces_make_the_whole(tmp_path: Path) -> None:
    written = write_pieces(tmp_path, COMPANIES, [WHOLE.slice(0, 3), WHOLE.slice(3, 0), WHOLE.slice(3)])
    assert (written.rows, rows_in(tmp_path, COMPANIES)) == (7, 7)
    assert store.read(tmp_path, COMPANIES)["company"].to_pylist() == list("ABCDEFG")
    assert [piece.num_rows for piece in read_pieces(tmp_path, COMPANIES)] == [3, 4]


def test_equal_pieces_give_equal_bytes(tmp_path: Path) -> None:
    hashes = {write_pieces(tmp_path / name, COMPANIES, [WHOLE.slice(0, 3), WHOLE.slice(3)]).sha256 for name in "ab"}
    assert len(hashes) == 1


@pytest.mark.parametrize("second", [WHOLE.slice(2), WHOLE.slice(0, 1)])
def test_a_piece_that_does_not_follow_is_refused_and_leaves_no_dataset(second: pa.Table, tmp_path: Path) -> None:
    with pytest.raises(store.ContractBroken, match="does not begin after"):
        write_pieces(tmp_path, COMPANIES, [WHOLE.slice(0, 3), second])
    assert not store.path_of(tmp_path, COMPANIES).exists()


def test_no_pieces_make_an_empty_dataset(tmp_path: Path) -> None:
    assert write_pieces(tmp_path, COMPANIES, []).rows == 0
    assert store.read(tmp_path, COMPANIES).num_rows == 0
    assert list(read_pieces(tmp_path / "nowhere", COMPANIES)) == []


def test_pieces_worked_on_side_by_side_come_in_their_order_and_no_more_are_taken_than_can_be_worked_on() -> None:
    taken: list[int] = []

    def pieces() -> Iterator[int]:
        for number in range(50):
            taken.append(number)
            yield number

    def slow_at_first(number: int) -> int:
        time.sleep(0.02 if number == 0 else 0)
        return number * number

    made = side_by_side(slow_at_first, pieces())
    assert next(made) == 0
    assert len(taken) <= (os.cpu_count() or 1) + 1
    assert list(made) == [number * number for number in range(1, 50)]


def test_what_goes_wrong_beside_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        list(side_by_side(lambda number: 1 // number, [1, 0, 1]))
