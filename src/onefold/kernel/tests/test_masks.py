from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onefold.kernel.masks import mask_email, mask_id_number, mask_name, mask_phone

MASKS = (mask_name, mask_phone, mask_id_number, mask_email)


@pytest.mark.parametrize(
    ("name", "mask"),
    [
        ("张小明", "张*"),
        ("欧阳娜娜", "欧*"),
        (" 张 三 ", "张*"),
        ("𠮷野", "𠮷*"),
        ("阿凡提·买买提", "阿*"),
        ("John Smith", "J*** S***"),
        ("J", "*"),
        ("张", "*"),
        ("", ""),
    ],
)
def test_a_name_keeps_only_its_first_letters(name: str, mask: str) -> None:
    assert mask_name(name) == mask


def test_a_number_keeps_only_its_last_digits() -> None:
    assert mask_phone("13812345678") == "138****5678"
    assert mask_phone("+86 138-1234-5678") == "861****5678"
    assert mask_phone("62345678") == "****78"
    assert mask_phone("95511") == "****" and mask_phone(" ") == ""
    assert mask_id_number("11010519491231002X") == "****002X"
    assert mask_id_number("1234567") == "****" and mask_id_number("") == ""


def test_an_address_keeps_one_letter_and_its_domain() -> None:
    assert mask_email("john@example.com") == "j***@example.com"
    assert mask_email("j@example.com") == "***@example.com"
    assert mask_email("not an address") == mask_email("@x") == mask_email("x@") == "***"
    assert mask_email("") == ""


@given(st.text(min_size=1, max_size=40))
def test_no_mask_returns_what_it_was_given(value: str) -> None:
    for mask in MASKS:
        shown = mask(value)
        assert shown in {"", "*"} or "*" in shown
        assert value.strip() == "" or shown != value or set(value) <= set("*")
