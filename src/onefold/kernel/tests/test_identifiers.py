from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from onefold.kernel.identifiers import (
    credit_code,
    document_number,
    normalise_email,
    normalise_name,
    normalise_phone,
    resident_id,
)
from onefold.kernel.private_use import TODAY
from onefold.kernel.unfit import Unfit

GENUINE = "11010519491231002X"  # the example in the standard itself


def code_of(function: object, *arguments: object) -> str:
    with pytest.raises(Unfit) as refused:
        function(*arguments)  # type: ignore[operator]
    return refused.value.code


def resident_ids(seed: int, count: int) -> list[str]:
    """Well-formed numbers, found by trying check characters: the oracle is the validator of the standard, written anew."""
    chance = random.Random(seed)
    made = []
    for _ in range(count):
        born_on = date.fromordinal(chance.randrange(date(1930, 1, 1).toordinal(), date(2025, 1, 1).toordinal()))
        body = f"{chance.choice(['110101', '310115', '440305', '650102'])}{born_on:%Y%m%d}{chance.randrange(1000):03}"
        made.append(next(body + last for last in "0123456789X" if iso_7064_mod_11_2(body + last)))
    return made


def iso_7064_mod_11_2(number: str) -> bool:
    total = 0
    for character in number:
        total = (total * 2 + (10 if character == "X" else int(character))) % 11
    return total == 1


def test_a_resident_id_tells_birth_date_sex_and_region() -> None:
    found = resident_id(GENUINE)
    assert (found.number, found.born_on, found.sex, found.region) == (GENUINE, date(1949, 12, 31), "F", "110105")
    assert {resident_id(number).sex for number in resident_ids(1, 20) if int(number[16]) % 2} == {"M"}


@pytest.mark.parametrize(
    "written",
    ["11010519491231002x", " 110105 19491231 002X ", "１１０１０５１９４９１２３１００２Ｘ", "110105491231002"],
)
def test_every_way_of_writing_a_resident_id_becomes_one(written: str) -> None:
    assert resident_id(written).number == GENUINE


def test_every_single_digit_error_and_adjacent_swap_is_caught() -> None:
    for number in resident_ids(7, 40):
        assert resident_id(number).number == number
        for place in range(17):
            wrong = [number[:place] + digit + number[place + 1 :] for digit in "0123456789" if digit != number[place]]
            if place < 16 and number[place] != number[place + 1]:
                wrong.append(number[:place] + number[place + 1] + number[place] + number[place + 2 :])
            for typo in wrong:
                assert code_of(resident_id, typo) in {"ID_CHECKSUM", "ID_REGION", "ID_BIRTH_DATE"}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "ID_EMPTY"),
        ("\u3000", "ID_EMPTY"),
        ("1.10101E+17", "ID_SPOILT_BY_SPREADSHEET"),
        ("110105194912310021", "ID_CHECKSUM"),
        ("11010519491231002", "ID_SHAPE"),
        ("1101051949123100XX", "ID_SHAPE"),
        ("11010519491231002Х", "ID_SHAPE"),
        ("000105194912310029", "ID_REGION"),
        ("110105202302290018", "ID_BIRTH_DATE"),
        ("110105174912310020", "ID_BIRTH_DATE"),
        ("110105491331002", "ID_BIRTH_DATE"),
    ],
)
def test_what_cannot_be_a_resident_id_is_refused_with_its_reason(written: str, code: str) -> None:
    assert code_of(resident_id, written) == code


def test_a_birth_after_the_day_of_the_question_is_refused() -> None:
    assert code_of(resident_id, GENUINE, date(1949, 12, 30)) == "ID_BIRTH_IN_FUTURE"
    assert resident_id(GENUINE, date(1949, 12, 31)).number == GENUINE


def test_the_message_of_a_refused_value_does_not_show_it() -> None:
    with pytest.raises(Unfit) as refused:
        resident_id("110105194912310021")
    assert "1949" not in str(refused.value) and "1949" not in repr(refused.value)


def test_credit_codes_are_checked_and_written_in_capitals() -> None:
    assert credit_code("91350100m000100y43") == "91350100M000100Y43"
    assert credit_code(" 9135 0100 M000100Y43 ") == "91350100M000100Y43"
    assert code_of(credit_code, "91350100M000100Y44") == "CREDIT_CODE_CHECKSUM"
    assert code_of(credit_code, "91350100M000100YI3") == "CREDIT_CODE_SHAPE"
    assert code_of(credit_code, "91350100M000100Y4") == "CREDIT_CODE_SHAPE"
    assert code_of(credit_code, " ") == "CREDIT_CODE_EMPTY"


def test_other_documents_keep_letters_and_digits() -> None:
    assert document_number(" e-1234 5678 ") == "E12345678"
    assert code_of(document_number, "護照12345") == "DOCUMENT_SHAPE"
    assert code_of(document_number, "") == "DOCUMENT_EMPTY"


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("13812345678", "13812345678"),
        ("+86 138-1234-5678", "13812345678"),
        ("008613812345678", "13812345678"),
        ("8613812345678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("010-12345678转801", "01012345678"),
        ("+86 10 12345678", "01012345678"),
        ("+86 010 12345678", "01012345678"),
        ("（010）12345678", "01012345678"),
        ("+44 20 7946 0958", "442079460958"),
        ("0044 20 7946 0958 ext. 12", "442079460958"),
        ("95511", "95511"),
    ],
)
def test_every_way_of_writing_a_phone_becomes_one(written: str, number: str) -> None:
    assert normalise_phone(written) == number


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "PHONE_EMPTY"),
        ("转801", "PHONE_EMPTY"),
        ("unknown", "PHONE_SHAPE"),
        ("1234", "PHONE_SHAPE"),
        ("1.38123E+10", "PHONE_SHAPE"),
        ("13812345678/13912345678", "PHONE_SHAPE"),
        ("13812345678,13912345678", "PHONE_SHAPE"),
        ("00000000000", "PHONE_PLACEHOLDER"),
        ("11111111111", "PHONE_PLACEHOLDER"),
    ],
)
def test_what_cannot_be_one_phone_is_refused(written: str, code: str) -> None:
    assert code_of(normalise_phone, written) == code


def test_addresses_are_compared_in_small_letters() -> None:
    assert normalise_email(" John.Smith＠Example.COM ") == "john.smith@example.com"
    for wrong in ("john", "john@", "@x.com", "a@b@c.com", "a@b", "a b@c.com", "a@.com", "a@b.com;c@d.com"):
        assert code_of(normalise_email, wrong) == "EMAIL_SHAPE"
    assert code_of(normalise_email, "") == "EMAIL_EMPTY"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (bytes.fromhex("FE59").decode("gb18030") + "天", bytes.fromhex("82359037").decode("gb18030") + "天"),
        ("\ue863", "䶮"),
        ("阿凡提·买买提", "阿凡提•买买提"),
        ("阿凡提·买买提", "阿凡提 . 买买提"),
        ("阿凡提・买买提", "阿凡提．买买提"),
        ("张　三\u3000", "张三"),
        ("\ufeff张\u200b三", "张三"),
        ("葛\U000e0100", "葛"),
        ("ＪＯＨＮ　Ｓｍｉｔｈ", "john  smith"),
        ("O’Brien", "o'brien"),
        ("e\u0301lan", "Élan"),
        ("\uf9f7", "立"),
    ],
)
def test_names_that_read_the_same_compare_the_same(one: str, other: str) -> None:
    assert normalise_name(one) == normalise_name(other) != ""


def test_names_that_read_differently_stay_apart() -> None:
    assert (
        len(
            {
                normalise_name(name)
                for name in ("张三", "张叁", "章三", "Jose", "José", "𠮷野", "吉野", "J. Smith", "J Smith")
            }
        )
        == 9
    )


@given(st.text(max_size=30))
@example("T\u00a8\U00020000")  # a mark apart, whose space goes
@example("\uff40a")  # an apostrophe of compatibility
def test_normalising_a_name_twice_changes_nothing(name: str) -> None:
    once = normalise_name(name)
    assert normalise_name(once) == once


def test_no_private_character_of_the_old_chinese_encodings_survives() -> None:
    old = [chr(point) for point in range(0xE815, 0xE865)]
    assert all(not "\ue000" <= letter <= "\uf8ff" for letter in "".join(old).translate(TODAY))
    assert len(set("".join(old).translate(TODAY))) == 80, "two old characters must not become one"
