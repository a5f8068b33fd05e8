"""A dataset written in pieces is the dataset, and pieces out of order are refused."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from onefold.analytics.pieces import read_pieces, rows_in, write_pieces
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
