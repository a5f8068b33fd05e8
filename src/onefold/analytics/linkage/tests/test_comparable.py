"""Names, births and addresses made comparable: what must come out the same, and what must not."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onefold import policy
from onefold.analytics.linkage.comparable import comparable, normalised_names
from onefold.analytics.linkage.terms import terms_of
from onefold.kernel.identifiers import normalise_name

CHARACTERS = terms_of(policy.load(), date(2026, 6, 30)).characters
COLUMNS = ("source_id", "name", "sex", "id_type", "id_number", "phone", "email", "address", "region")


def compared(**told: Any) -> dict[str, Any]:
    row = dict.fromkeys(COLUMNS) | {"source_id": "a", "kind": "PERSON", "born_on": None} | told
    schema = dict.fromkeys((*COLUMNS, "kind"), pl.String) | {"born_on": pl.Date}
    return comparable(pl.DataFrame([row], schema=schema), CHARACTERS).row(0, named=True)


@pytest.mark.parametrize(
    ("one", "other"),
    [("张 伟", "張偉"), ("DUBOIS MIN-JUN", "Min-jun Dubois"), ("Müller, Hans", "hans MULLER"), ("古丽娜尔·吐尔地", "古丽娜尔•吐尔地")],
)  # fmt: skip
def test_one_name_in_two_hands_is_one(one: str, other: str) -> None:
    assert compared(name=one)["name"] == compared(name=other)["name"]


def test_sounds_are_alike_and_names_are_not() -> None:
    one, other = compared(name="王晓丽"), compared(name="王小莉")
    assert one["name"] != other["name"] and one["alike"] == other["alike"]


@pytest.mark.parametrize(
    ("name", "surname", "given"),
    [("欧阳文澜", "欧阳", "文澜"), ("王伟", "王", "伟"), ("Helene Dubois", "dubois", "helene"), ("Plato", "plato", None),
     ("古丽娜尔·吐尔地", "吐尔地", "古丽娜尔")],
)  # fmt: skip
def test_a_name_has_its_parts(name: str, surname: str, given: str | None) -> None:
    found = compared(name=name)
    assert (found["surname"], found["given"]) == (surname, given)


def test_an_organisation_is_known_without_its_legal_form() -> None:
    one = compared(name="北京瑞海科技有限责任公司", kind="ORGANISATION")
    assert one["alike"] == compared(name="北京瑞海科技有限公司", kind="ORGANISATION")["alike"] == "北京瑞海科技"
    assert one["surname"] is None and one["given"] is None


@pytest.mark.parametrize(
    "address",
    ["上海市黄浦区湖滨路300号13栋2503室", "黄浦区湖滨路300号13栋2503室", "湖滨路３００号13栋2503室", '上海市黄浦区湖滨路300号13栋2503室\n"收件人",转;交'],
)  # fmt: skip
def test_an_address_is_one_however_much_of_the_region_stands_before_it(address: str) -> None:
    found = compared(address=address)
    assert (found["address"], found["street"], found["house"]) == ("湖滨路300号13栋2503室", "湖滨路", "300-13-2503")


def test_an_address_without_a_number_is_none_and_letters_in_another_order_are_the_same_letters() -> None:
    assert compared(address="海淀区")["address"] is None
    assert compared(name="wilknis ann")["given_letters"] == compared(name="wilkins ann")["given_letters"]
    assert compared(name="王伟")["surname_letters"] is None, "Levenshtein would count bytes"


def test_digits_of_a_birth_date_in_another_order_are_the_same_digits() -> None:
    one, other = compared(born_on=date(1979, 11, 2)), compared(born_on=date(1979, 2, 11))
    assert one["born"] == "19791102" and one["born_digits"] == other["born_digits"]


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(max_size=6), st.text("王小明 ·張ab龴", max_size=6)), max_size=8))
def test_names_are_normalised_as_the_kernel_does(names: list[str | None]) -> None:
    found = normalised_names(pl.Series("name", names, dtype=pl.String)).to_list()
    assert found == [None if name is None else normalise_name(name) or None for name in names]
