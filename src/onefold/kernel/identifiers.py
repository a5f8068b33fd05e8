"""Numbers, names and addresses by which a person or organisation is known: checked, and written in one way for comparing.

A checksum catches typing errors; 1 random number in 11 passes it, so it proves nobody's identity. Whatever cannot be what
it claims raises `Unfit` with a code; the value itself never enters the message.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from onefold.kernel.private_use import TODAY
from onefold.kernel.unfit import Unfit, narrowed

# Resident identity number, GB 11643

_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECK = "10X98765432"
_PROVINCES = {
    *range(11, 16),
    *range(21, 24),
    *range(31, 38),
    *range(41, 47),
    *range(50, 55),
    *range(61, 66),
    71,
    81,
    82,
    83,
}
_PERMANENT_RESIDENT = "9"
_BORN_SINCE = 1850


@dataclass(frozen=True, slots=True)
class ResidentId:
    """A resident identity number that passes every check, as 18 characters, and what it says of its owner."""

    number: str
    born_on: date
    sex: str
    region: str


def resident_id(text: str, on: date | None = None) -> ResidentId:
    """Check and normalise a resident identity number; 15 digits become 18, `x` becomes `X`.

    `on` is the day of the question: a birth after it is refused. Raises `Unfit`: ID_EMPTY, ID_SPOILT_BY_SPREADSHEET
    (`1.10101E+17`), ID_SHAPE, ID_REGION, ID_BIRTH_DATE, ID_BIRTH_IN_FUTURE, ID_CHECKSUM.
    """
    number = _eighteen(_compact(text, "ID_EMPTY"))
    if int(number[:2]) not in _PROVINCES and number[0] != _PERMANENT_RESIDENT:
        raise Unfit("ID_REGION")
    born_on = _birth_date(number[6:14])
    if on is not None and born_on > on:
        raise Unfit("ID_BIRTH_IN_FUTURE")
    if number[17] != _resident_check(number):
        raise Unfit("ID_CHECKSUM")
    return ResidentId(number, born_on, "M" if int(number[16]) % 2 else "F", number[:6])


def _eighteen(number: str) -> str:
    if re.fullmatch(r"[0-9]\.[0-9]+E\+?[0-9]+", number):
        raise Unfit("ID_SPOILT_BY_SPREADSHEET")
    if re.fullmatch(r"[0-9]{15}", number):
        number = number[:6] + "19" + number[6:]
        return number + _resident_check(number)
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise Unfit("ID_SHAPE")
    return number


def _resident_check(number: str) -> str:
    return _RESIDENT_CHECK[
        sum(int(digit) * weight for digit, weight in zip(number, _RESIDENT_WEIGHTS, strict=False)) % 11
    ]


def _birth_date(digits: str) -> date:
    try:
        born_on = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise Unfit("ID_BIRTH_DATE") from None
    if born_on.year < _BORN_SINCE:
        raise Unfit("ID_BIRTH_DATE")
    return born_on


# Unified social credit code, GB 32100

_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def credit_code(text: str) -> str:
    """Check and normalise an organisation's unified social credit code. Raises `Unfit`: CREDIT_CODE_EMPTY, _SHAPE, _CHECKSUM."""
    code = _compact(text, "CREDIT_CODE_EMPTY")
    if len(code) != 18 or any(letter not in _CREDIT_ALPHABET for letter in code):
        raise Unfit("CREDIT_CODE_SHAPE")
    total = sum(_CREDIT_ALPHABET.index(letter) * weight for letter, weight in zip(code, _CREDIT_WEIGHTS, strict=False))
    if code[17] != _CREDIT_ALPHABET[-total % 31]:
        raise Unfit("CREDIT_CODE_CHECKSUM")
    return code


def document_number(text: str) -> str:
    """Any other document's number (passport, permit): capitals and digits only. Raises `Unfit` DOCUMENT_EMPTY, DOCUMENT_SHAPE."""
    number = _compact(text, "DOCUMENT_EMPTY")
    if not re.fullmatch(r"[0-9A-Z]{4,32}", number):
        raise Unfit("DOCUMENT_SHAPE")
    return number


def _compact(text: str, code_if_empty: str) -> str:
    compact = re.sub(r"[\s\-]", "", narrowed(unicodedata.normalize("NFKC", text))).upper()
    if not compact:
        raise Unfit(code_if_empty)
    return compact


# Phone and e-mail

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_EXTENSION = re.compile(r"(?:转|轉|分机|ext\.?|x|#).*$", re.IGNORECASE | re.DOTALL)


def normalise_phone(text: str) -> str:
    """Digits only: a Chinese mobile as its 11 digits whatever prefix it came with, a Chinese landline with its leading 0.

    Any other number keeps its country code, without + or 00. An extension is dropped. Raises `Unfit`: PHONE_EMPTY,
    PHONE_SHAPE (letters, less than 5 or more than 15 digits: also two numbers in one field), PHONE_PLACEHOLDER (one digit
    repeated: linking by it would make one customer of many).
    """
    text = _EXTENSION.sub("", narrowed(unicodedata.normalize("NFKC", text))).strip()
    if not text:
        raise Unfit("PHONE_EMPTY")
    if not re.fullmatch(r"\+?[0-9()\s\-./]+", text):
        raise Unfit("PHONE_SHAPE")
    digits = re.sub(r"[^0-9]", "", text)
    digits = _at_home(digits.removeprefix("00"), text.startswith("+") or digits.startswith("00"))
    if not 5 <= len(digits) <= 15:
        raise Unfit("PHONE_SHAPE")
    if len(set(digits)) == 1:
        raise Unfit("PHONE_PLACEHOLDER")
    return digits


def _at_home(digits: str, international: bool) -> str:
    rest = digits.removeprefix("86")
    if rest != digits and _MOBILE.fullmatch(rest):
        return rest
    if international and rest != digits:
        return "0" + rest.removeprefix("0")
    return digits


def normalise_email(text: str) -> str:
    """Lower case, trimmed. Raises `Unfit` EMAIL_EMPTY, EMAIL_SHAPE."""
    address = narrowed(unicodedata.normalize("NFKC", text)).lower()
    if not address:
        raise Unfit("EMAIL_EMPTY")
    if len(address) > 254 or not re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>.]+(?:\.[^@\s,;<>.]+)+", address):
        raise Unfit("EMAIL_SHAPE")
    return address


# Names

_DOTS = dict.fromkeys(map(ord, "\u0387\u2022\u2027\u2219\u22c5\u30fb\uff65\u2e31\ua78f\u16eb\u25cf"), "·")
_APOSTROPHES = dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u02b9\u2032\u0060\u00b4"), "'")
_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_DOT_BETWEEN_HAN = re.compile(rf"(?<=[{_HAN}])\s*[.·]\s*(?=[{_HAN}])")


def normalise_name(text: str) -> str:
    """A name written in one way, for comparing only, never for showing. May come out empty.

    Old private-use characters become today's, compatibility forms are unified (NFKC), invisible characters go, the many
    middle dots become one, case is folded; a Chinese name keeps no space, any other single spaces.
    """
    text = unicodedata.normalize("NFKC", text.translate(TODAY).translate(_DOTS).translate(_APOSTROPHES))
    text = unicodedata.normalize("NFKC", _visible(text).casefold()).translate(_DOTS).translate(_APOSTROPHES)
    text = _DOT_BETWEEN_HAN.sub("·", text)
    text = re.sub(r"\s+", "" if re.search(f"[{_HAN}]", text) else " ", text).strip()
    return unicodedata.normalize("NFC", text)  # a mark that stood apart now stands on the letter before it


def _visible(text: str) -> str:
    """`text` without control and format characters and variation selectors, which no reader of the name can see."""
    return "".join(
        letter
        for letter in text
        if letter.isspace() or not (unicodedata.category(letter) in {"Cc", "Cf"} or _selects_variant(ord(letter)))
    )


def _selects_variant(point: int) -> bool:
    return 0xFE00 <= point <= 0xFE0F or 0xE0100 <= point <= 0xE01EF
