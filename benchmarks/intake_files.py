"""Customer files of eight companies to measure the intake with: about ten columns, real-looking numbers, no real person.

    rows: surname and given name, resident number with a right check digit, birthday, sex, mobile, mail, address, division

A share of the rows is bad in ways that companies know: a wrong check digit, a day that does not exist, no key.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import polars as pl

from onefold.policy.feeds import FeedSpec, load_feeds

COMPANIES = ("HLIFE", "HPC", "HHEALTH", "HPENSION", "HBANK", "HSEC", "HFUND", "HTRUST")
IN_GB18030 = ("HLIFE", "HBANK")
CATALOGUE = SimpleNamespace(companies=[SimpleNamespace(company=code) for code in COMPANIES], series=[], products=[])
SURNAMES = list("王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗")
GIVEN = list("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚文辉玲桂红建国华春秀")
DIVISIONS = ("110101", "310104", "440305", "330106", "510107", "420103", "610113", "350203")
STREETS = ("港湾路", "人民路", "解放大道", "中山东路", "建设街", "滨海大道")
HEADER = "no,name,id_type,id_number,born,sex,mobile,mail,address,division"

FEED = """
feed: {name}
company: {company}
target: source_records
title: {{en: {name}, zh-Hans: {name}}}
file: "{name}*.csv"
mode: {mode}
csv: {{encoding: {encoding}}}
columns:
  no: {{type: text, required: true}}
  name: {{type: text, required: true}}
  id_type: {{type: text}}
  id_number: {{type: id_number, type_column: id_type, types: {{"1": RESIDENT_ID, "2": PASSPORT}}}}
  born: {{type: date, format: "%Y-%m-%d"}}
  sex: {{type: text, one_of: ["1", "2"]}}
  mobile: {{type: phone, on_bad: empty}}
  mail: {{type: email, on_bad: empty}}
  address: {{type: text}}
  division: {{type: text}}
map:
  source_key: no
  kind: {{constant: PERSON}}
  name: name
  sex: {{column: sex, codes: {{"1": M, "2": F}}}}
  born_on: born
  id_type: {{column: id_type, codes: {{"1": RESIDENT_ID, "2": PASSPORT}}}}
  id_number: id_number
  phone: mobile
  email: mail
  address: address
  region: division
"""


def name_of(company: str) -> str:
    return f"{company.lower()}_customers"


def write_feeds(folder: Path, mode: str = "full") -> dict[str, FeedSpec]:
    folder.mkdir(parents=True, exist_ok=True)
    for company in COMPANIES:
        encoding = "gb18030" if company in IN_GB18030 else "utf-8"
        text = FEED.format(name=name_of(company), company=company, encoding=encoding, mode=mode)
        (folder / f"{name_of(company)}.yaml").write_text(text, encoding="utf-8")
    return load_feeds(folder)


def write_file(path: Path, company: str, first: int, rows: int, seed: int, bad_share: float = 0.005) -> None:
    """Customers `first` to `first + rows` of a company. The same arguments give the same bytes."""
    text = customers(first, rows, np.random.default_rng([seed, COMPANIES.index(company), first]), bad_share)
    content = text.write_csv(include_header=True).encode("gb18030" if company in IN_GB18030 else "utf-8")
    path.write_bytes(content)


def customers(first: int, rows: int, chance: np.random.Generator, bad_share: float) -> pl.DataFrame:
    days = chance.integers(-14_000, 12_000, rows).astype("datetime64[D]")
    numbers = _resident_numbers(days, chance)
    bad = chance.random(rows) < bad_share
    numbers = np.where(bad, np.char.add(np.array([text[:17] for text in numbers], dtype="U17"), "Z"), numbers)
    surname, given, second = (_picked(chance, texts, rows) for texts in (SURNAMES, GIVEN, GIVEN))
    mobile = chance.integers(13_000_000_000, 19_999_999_999, rows)
    passport = chance.random(rows) < 0.03
    return pl.DataFrame(
        {
            "no": "C" + pl.Series(np.arange(first, first + rows)).cast(pl.String).str.zfill(8),
            "name": pl.Series(surname + given + np.where(chance.random(rows) < 0.7, second, "")),
            "id_type": np.where(passport, "2", "1"),
            "id_number": np.where(passport, np.char.add("E", (mobile % 100_000_000).astype("U9")), numbers),
            "born": pl.Series(days).dt.to_string("%Y-%m-%d"),
            "sex": np.where(chance.random(rows) < 0.5, "1", "2"),
            "mobile": pl.Series(mobile).cast(pl.String),
            "mail": "c" + pl.Series(np.arange(first, first + rows)).cast(pl.String) + "@example.com",
            "address": pl.Series(_picked(chance, STREETS, rows)) + pl.Series(chance.integers(1, 900, rows)).cast(pl.String) + "号",
            "division": pl.Series(_picked(chance, DIVISIONS, rows)),
        }
    )  # fmt: skip


def _picked(chance: np.random.Generator, texts: list[str] | tuple[str, ...], rows: int) -> np.ndarray:
    return np.array(texts, dtype=object)[chance.integers(0, len(texts), rows)]


def _resident_numbers(days: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Division, birthday, serial number and the check digit of GB 11643."""
    rows = len(days)
    divisions = np.array(DIVISIONS)[chance.integers(0, len(DIVISIONS), rows)]
    dates = np.char.replace(days.astype("U10"), "-", "")
    body = np.char.add(np.char.add(divisions, dates), np.char.zfill(chance.integers(1, 1000, rows).astype("U3"), 3))
    digits = np.frombuffer(body.astype("S17").tobytes(), np.uint8).reshape(rows, 17).astype(np.int64) - 48
    sums = digits @ np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
    return np.char.add(body, np.array(list("10X98765432"))[sums % 11])
