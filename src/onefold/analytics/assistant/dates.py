"""Which form of date a column is written in: every form that could be meant is tried on the values, and counted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y",
         "%y%m%d", "%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%y-%m-%d", "%y/%m/%d")  # fmt: skip
_TIMES = ("", " %H:%M:%S", "T%H:%M:%S", " %H:%M", "%H%M%S")
FORMATS = tuple(day + time for day in _DAYS for time in _TIMES)
OPEN_ENDS = ("9999-12-31", "9999/12/31", "9999.12.31", "99991231", "9999年12月31日", "31.12.9999", "31/12/9999", "12/31/9999",
             "2999-12-31", "29991231", "0000-00-00", "00000000", "0000/00/00")  # fmt: skip
_PART = {"%Y": "(?P<Y>[0-9]{4})", "%y": "(?P<y>[0-9]{2})"}


@dataclass(frozen=True, slots=True)
class DateForm:
    """`fits`: rows that read as a date in this form; `others`: forms that some of the rest read in, with their rows.
    `rival`: another form that fits just as well, so that the data cannot say which is meant."""

    format: str
    century: int | None
    fits: int
    others: tuple[tuple[str, int], ...]
    rival: str = ""


def date_form(counts: Mapping[str, int], on: date) -> DateForm | None:
    """The form that most of the texts (with their rows) are written in. `on`: what lies long after it is no likely year."""
    rest = {text: rows for text, rows in counts.items() if text not in OPEN_ENDS}
    found = {form: fitting for form in FORMATS if (fitting := _fitting(rest, form, on))}
    if not found:
        return None
    best = max(found, key=lambda form: (sum(found[form].values()), -FORMATS.index(form)))
    fits = sum(found[best].values())
    left = {text: rows for text, rows in rest.items() if text not in found[best]}
    others = ((form, sum(_fitting(left, form, on).values())) for form in FORMATS if form != best)
    rivals = [form for form in found if form != best and found[form].keys() == found[best].keys()]
    rival = next((form for form in rivals if _swapped(form, best)), "")
    return DateForm(best, _century(found[best], best, on), fits, _largest(others), rival)


def _largest(others: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    ranked = sorted((each for each in others if each[1]), key=lambda each: -each[1])
    return tuple(ranked[:3])


def _swapped(one: str, other: str) -> bool:
    """Day and month change places, nothing else."""
    return one.replace("%d", "%_").replace("%m", "%d").replace("%_", "%m") == other


def _fitting(counts: Mapping[str, int], form: str, on: date) -> dict[str, int]:
    pattern = re.compile(_pattern(form))
    return {text: rows for text, rows in counts.items() if (found := pattern.fullmatch(text)) and _is_day(found, on)}


def _pattern(form: str) -> str:
    digits = "{2}" if re.search("%[Yymd]%", form) else "{1,2}"
    pieces = re.split("(%[A-Za-z])", form)
    named = (
        _PART.get(piece) or f"(?P<{piece[1]}>[0-9]{digits})" if piece.startswith("%") else re.escape(piece)
        for piece in pieces
    )
    return "".join(named)


def _is_day(found: re.Match[str], on: date) -> bool:
    parts = found.groupdict()
    year = int(parts["Y"]) if "Y" in parts else 2000 + int(parts["y"])
    try:
        date(year, int(parts["m"]), int(parts["d"]))
    except ValueError:
        return False
    return 1850 <= year <= on.year + 120 and int(parts.get("H") or 0) < 24 and int(parts.get("M") or 0) < 60


def _century(fitting: Mapping[str, int], form: str, on: date) -> int | None:
    """1900 if any year would otherwise lie in the future, for two digits say no more."""
    if "%y" not in form:
        return None
    pattern = re.compile(_pattern(form))
    years = [int(found["y"]) for text in fitting if (found := pattern.fullmatch(text))]
    return 1900 if max(years) > on.year % 100 + 1 else 2000
