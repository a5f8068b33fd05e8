"""Two files as an old Chinese system would send them: GB18030, 15-digit numbers, days written in three ways, a closing line."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from onefold.kernel.identifiers import resident_id

PEOPLE = 120
ON = date(2026, 6, 30)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def number_of(person: int) -> str:
    """A sound number of the invented place 4498; each third one in the old form of 15 digits, each fortieth with a wrong digit."""
    first17 = f"4498{person % 4 + 1:02d}{_born(person):%Y%m%d}{person + 100:03d}"
    check = "10X98765432"[sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=True)) % 11]
    if person % 40 == 39:
        check = "0" if check != "0" else "1"
    return first17[:6] + first17[8:] if person % 3 == 0 and _born(person).year < 2000 else first17 + check


def _born(person: int) -> date:
    return date(1950, 1, 1) + timedelta(days=173 * person)


def _day(day: date, number: int) -> str:
    forms = ("%Y年%m月%d日", "%Y%m%d") if number % 10 < 2 else ("%Y/%m/%d", "%Y/%m/%d")
    return day.strftime(forms[number % 2])


def customers(folder: Path) -> Path:
    lines = ["客户编号,客户名称,性别,出生日期,证件号码,联系电话,客户类别,通讯地址"]
    for person in range(PEOPLE):
        sex = "男" if (person + 100) % 2 else "女"
        phone = "无" if person % 5 == 0 else f"154{person:08d}"
        name = "赵钱孙李周吴郑王"[person % 8] + "一二三四五六七八九十"[person % 10]
        lines.append(
            f"KH{person:06d},{name},{sex},{_day(_born(person), person)},{number_of(person)},{phone},个人,海港市东港区{person}号"
        )
    return _written(folder / "kehu_20260630.csv", lines)


def policies(folder: Path) -> Path:
    lines = ["保单号码,投保人编号,险种名称,状态,起保日期,终保日期,保费"]
    for number in range(2 * PEOPLE):
        begins = date(2020, 1, 1) + timedelta(days=7 * number)
        ends = begins.replace(year=begins.year + 1, day=min(begins.day, 28)) - timedelta(days=1)
        begins = begins.replace(day=min(begins.day, 28))
        holder = f"KH{number % PEOPLE:06d}" if number != 7 else "KH999999"
        kind, state = ("车险", "家财险")[number % 2], ("有效", "满期", "退保")[number % 3]
        lines.append(
            f'BD{number:08d},{holder},{kind},{state},{begins:%Y/%m/%d},{ends:%Y/%m/%d},"{10 * (number + 1):,}.00"'
        )
    total = 10 * sum(range(1, 2 * PEOPLE + 1))
    return _written(folder / "baodan_20260630.csv", [*lines, f"合计,{2 * PEOPLE},{total}.00"])


def _written(path: Path, lines: list[str]) -> Path:
    path.write_bytes("".join(f"{line}\r\n" for line in lines).encode("gb18030"))
    return path


assert resident_id(number_of(1), ON).number
