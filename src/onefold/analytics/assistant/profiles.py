"""What a column holds, by counting: its type with the options a feed declares, how empty, how unique, how few its codes.

Only counts, shapes and short codes leave this module. `Profile.codes` is filled only where no person can stand behind a value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial

import polars as pl

from onefold.analytics.assistant.dates import OPEN_ENDS, DateForm, date_form
from onefold.kernel import identifiers
from onefold.kernel.unfit import Unfit

VALUES_TRIED = 3000
"""Different values a check of the kernel is tried on; beyond that the first ones stand for all."""
FITS_MIN = 0.6
"""Share of a column that must be of a type; what is not, is set aside later and shown."""
CODES_MAX, CODE_LENGTH_MAX = 40, 24
NOTHING = (
    "?",
    "-",
    "--",
    "NULL",
    "null",
    "N/A",
    "n/a",
    "NA",
    "None",
    "none",
    "nan",
    "NaN",
    "#N/A",
    "\\N",
    "无",
    "空",
    "未知",
    "不详",
    "/",
    ".",
)
DEFAULT_BIRTHDAYS = ("1900-01-01", "1900/01/01", "19000101", "1900.01.01", "1970-01-01", "19700101", "1970/01/01")

SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏"
    "韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_MONEY = re.compile(r"[-+]?[0-9]{1,14}\.[0-9]{1,2}")
_GROUPED = re.compile(r"[-+]?[0-9]{1,3}(?:[, '][0-9]{3})+(?:\.[0-9]{1,2})?")
_WHOLE = re.compile(r"[-+]?[0-9]{1,18}")
_CURRENCY = re.compile(r"CNY|USD|EUR|HKD|JPY|GBP|CHF|CZK|TWD|SGD|AUD|CAD|KRW|MOP")


@dataclass(frozen=True)
class Profile:
    """One column of a sample. `type` and `fits` (rows of that type): the best guess; `others`: the other types seen, with
    their rows. `counts`: the different values with their rows, for the assistant's own questions, never for printing."""

    name: str
    type: str
    rows: int
    filled: int
    distinct: int
    fits: int
    empty: tuple[str, ...]
    form: DateForm | None = None
    grouping: str = ""
    codes: Mapping[str, int] = field(default_factory=dict)
    others: Mapping[str, int] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    embedded: str = ""

    @property
    def unique(self) -> bool:
        return self.filled == self.rows == self.distinct

    @property
    def misfits(self) -> int:
        return self.filled - self.fits


def profile_of(name: str, values: pl.Series, on: date) -> Profile:
    """Look at one column of texts. `on`: the day of the look; a birth after it is none."""
    counted = values.str.strip_chars().fill_null("").value_counts(name="n", sort=False)
    counts: dict[str, int] = dict(counted.sort("n", counted.columns[0], descending=[True, False]).rows())
    counts.pop("", None)
    nothing = tuple(text for text in counts if text in NOTHING and len(counts) > 1)
    filled = {text: rows for text, rows in counts.items() if text not in nothing}
    total = sum(filled.values())
    tried = _scaled(filled)
    scores = {kind: rows for kind, test in _tests(on) if (rows := _rows_passing(tried, test))}
    form = date_form(tried, on)
    if form:
        scores["date"] = form.fits + sum(tried.get(text, 0) for text in OPEN_ENDS)
    kind = _chosen(scores, sum(tried.values()), tried, form)
    empty = nothing + tuple(text for text in filled if kind == "date" and text in OPEN_ENDS)
    fits = sum(tried.values()) if kind == "text" else scores.get(kind, 0)
    fits += scores.get("whole", 0) if kind == "money" else 0
    fits += scores.get("credit_code", 0) if kind == "id_number" else 0
    return Profile(
        name=name, type=kind, rows=len(values), filled=total, distinct=len(filled),
        fits=round(fits * total / max(sum(tried.values()), 1)), empty=empty,
        form=form if kind == "date" else None,
        grouping=_grouping(tried) if kind == "money" else "",
        codes=_codes(filled, total, kind), others={k: n for k, n in scores.items() if k != kind}, counts=filled,
        embedded=_embedded(tried),
    )  # fmt: skip


def _scaled(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(list(counts.items())[:VALUES_TRIED])


def _passes(check: Callable[[str], object], text: str) -> bool:
    try:
        check(text)
    except Unfit:
        return False
    return True


def _tests(on: date) -> list[tuple[str, Callable[[str], bool]]]:
    def resident(text: str) -> bool:
        return len(text) >= 15 and _passes(partial(identifiers.resident_id, on=on), text)

    def credit(text: str) -> bool:
        return len(text) >= 18 and not resident(text) and _passes(identifiers.credit_code, text)

    def mobile(text: str) -> bool:
        bare = re.sub(r"[-+ ()]", "", text)
        return bool(re.fullmatch(r"(?:0?0?86)?1[3-9][0-9]{9}", bare)) or (
            bool(re.fullmatch(r"\+[0-9]{8,15}|0[0-9]{2,3}-?[0-9]{7,8}", re.sub(r"[ ()]", "", text)))
            and _passes(identifiers.normalise_phone, text)
        )

    return [
        ("resident_id", resident),
        ("credit_code", credit),
        ("phone", mobile),
        ("email", lambda text: "@" in text and _passes(identifiers.normalise_email, text)),
        ("money", lambda text: bool(_MONEY.fullmatch(text) or _GROUPED.fullmatch(text))),
        ("whole", lambda text: bool(_WHOLE.fullmatch(text))),
        ("currency", lambda text: bool(_CURRENCY.fullmatch(text))),
    ]


def _rows_passing(counts: Mapping[str, int], test: Callable[[str], bool]) -> int:
    return sum(rows for text, rows in counts.items() if test(text))


def _chosen(scores: Mapping[str, int], total: int, counts: Mapping[str, int], form: DateForm | None) -> str:
    """The narrowest type that most of the column is of; text otherwise."""
    least = total * FITS_MIN
    numbers = scores.get("resident_id", 0) + scores.get("credit_code", 0)
    for kind in ("email", "resident_id", "credit_code", "phone"):
        if total and scores.get(kind, 0) >= max(least, 1):
            return kind
    if numbers >= least and numbers:
        return "id_number"
    if form and scores["date"] >= max(least, 1) and _truly_days(counts, form):
        return "date"
    amounts = scores.get("money", 0)
    if amounts and amounts + scores.get("whole", 0) >= max(least, 1):
        return "money"
    if scores.get("whole", 0) >= max(total * 0.98, 1) and not _leading_zeros(counts):
        return "whole"
    return "text"


def _truly_days(counts: Mapping[str, int], form: DateForm) -> bool:
    """Bare digits are days only if hardly any of them is not: numbers of six digits often are, by chance."""
    bare = re.sub("%[YymdHMS]", "", form.format) == ""
    shaped = sum(rows for text, rows in counts.items() if re.fullmatch("[0-9]+", text) and text not in OPEN_ENDS)
    return not bare or form.fits >= 0.97 * shaped


def _leading_zeros(counts: Mapping[str, int]) -> bool:
    return any(text.startswith("0") and len(text) > 1 for text in counts)


def _grouping(counts: Mapping[str, int]) -> str:
    found = [mark for mark in (",", " ", "'") if any(mark in text for text in counts)]
    return found[0] if found else ""


def _codes(counts: Mapping[str, int], total: int, kind: str) -> Mapping[str, int]:
    """The values, if they are so few and so often the same that they must be codes - and nobody's number or name."""
    few = len(counts) <= CODES_MAX and total >= 2.5 * len(counts)
    short = all(len(text) <= CODE_LENGTH_MAX and not re.search("[0-9]{5}", text) for text in counts)
    fitting = kind in ("text", "whole", "currency") and few and short and not _like_people(counts)
    return dict(counts) if fitting else {}


def _like_people(counts: Mapping[str, int]) -> bool:
    """Two to four Chinese letters that begin with a surname, most of them: names of people, however often they stand there."""
    named = sum(
        1 for text in counts if 2 <= len(text) <= 4 and text[0] in SURNAMES and re.fullmatch("[\u4e00-\u9fff]+", text)
    )
    return len(counts) > 2 and named >= 0.6 * len(counts)


def _embedded(counts: Mapping[str, int]) -> str:
    """A fact hidden in the digits: `birth_number` (YYMMDD, the month plus 50 for women)."""
    six = {text: rows for text, rows in counts.items() if re.fullmatch("[0-9]{6}", text)}
    if len(six) < 20 or sum(six.values()) < 0.95 * sum(counts.values()):
        return ""
    months = [(int(text[2:4]), int(text[4:6])) for text in six]
    sound = sum(1 for month, day in months if (1 <= month <= 12 or 51 <= month <= 62) and 1 <= day <= 31)
    women = sum(1 for month, _ in months if month > 50)
    return "birth_number" if sound >= 0.98 * len(six) and 0.1 <= women / len(six) <= 0.9 else ""
