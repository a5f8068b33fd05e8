"""What leaves for a spreadsheet may not become a formula there."""

from __future__ import annotations

from decimal import Decimal

import pytest

from onefold.kernel.spreadsheets import sheet


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-2", "@SUM(A1)", "\t=1", "\r=1", "\0=1"])
def test_a_cell_that_begins_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert f"'{text}" in sheet([[text, "x"]]).decode("utf-8-sig")


def test_numbers_stay_numbers_even_when_negative() -> None:
    assert sheet([[-2, 0.5, Decimal("-1.5")]]).decode("utf-8-sig") == "-2,0.5,-1.5\r\n"


def test_the_file_says_that_it_is_utf_8() -> None:
    assert sheet([["海港人寿"]]).startswith(b"\xef\xbb\xbf")
    assert "海港人寿" in sheet([["海港人寿"]]).decode("utf-8-sig")
