"""No file breaks the gate: whatever its bytes are, it is read, set aside row by row, or refused with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onefold.analytics.landing import REFUSAL_SENTENCES, REJECT_SENTENCES
from onefold.analytics.landing.arrival import arrive
from onefold.analytics.landing.facts import Pseudonyms
from onefold.analytics.landing.tests.world import KEY, START, Gate
from onefold.seam import datasets

EVERYTHING = """
feed: everything
company: HLIFE
target: source_records
mode: full
csv: {encoding: auto}
columns:
  no: {type: text, required: true}
  name: {type: text, max: 20}
  born: {type: date, format: "%d/%m/%Y"}
  kind: {type: text}
  idn: {type: id_number, type_column: kind, types: {身份证: RESIDENT_ID, 护照: PASSPORT, 信用代码: CREDIT_CODE}}
  phone: {type: phone}
  email: {type: email, on_bad: empty}
  amount: {type: money, currency_column: ccy}
  ccy: {type: text}
  year: {type: whole}
derive:
  birthday: {function: last_day_of_year, from: [year]}
  best: {function: first_filled, from: [born, birthday]}
map:
  source_key: no
  kind: {constant: PERSON}
  name: name
  born_on: best
  id_type: {column: kind, codes: {身份证: RESIDENT_ID, 护照: PASSPORT, 信用代码: CREDIT_CODE}}
  id_number: idn
  phone: phone
  email: email
"""
GOOD = """no,name,born,kind,idn,phone,email,amount,ccy,year
1,王小明,20/5/1980,身份证,11010519491231002X,13812345678,a@b.cn,1.50,CNY,1980
2,"Li, ""Lei""
junior",,护照,E1234567,010-12345678,,"2",JPY,
"""
pieces = st.sampled_from(
    [
        '"',
        ",",
        "\n",
        "\r\n",
        "\0",
        "\x1f",
        "王",
        "𠮷",
        "\ufffd",
        "９",
        "-",
        "1e400",
        "NaN",
        "9" * 30,
        "=cmd()",
        "护照",
        "x" * 30,
        " ",
    ]
)
strange = st.binary(max_size=4) | pieces.map(str.encode) | pieces.map(lambda text: text.encode("gb18030", "ignore"))
splices = st.lists(st.tuples(st.integers(0, len(GOOD.encode())), st.integers(0, 12), strange), max_size=6)


def spliced(content: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
    for at, length, new in changes:
        content = content[:at] + new + content[at + length :]
    return content


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(splices, st.booleans())
def test_no_file_breaks_the_gate(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int, bytes]], gb: bool
) -> None:
    gate = Gate(tmp_path_factory.mktemp("gate")).declare(EVERYTHING)
    gate.send("everything")
    gate.replace(0, spliced(GOOD.encode("gb18030" if gb else "utf-8"), changes))
    arrival = arrive(gate.batches[0], gate.feeds["everything"], {}, Pseudonyms(KEY))
    if arrival.reason:
        assert arrival.reason in REFUSAL_SENTENCES
        return
    assert arrival.facts is not None
    rules = arrival.facts["_rule"].drop_nulls().to_list()
    assert set(rules) <= set(REJECT_SENTENCES)
    assert arrival.facts["_row"].to_list() == list(range(arrival.rows_in))


def test_the_file_before_it_was_mutilated_is_good(tmp_path: Path) -> None:
    gate = Gate(tmp_path).declare(EVERYTHING)
    batch = gate.send("everything")
    gate.replace(0, GOOD.encode("gb18030"))
    landing = gate.land()
    assert landing.equation(batch) == ("LOADED", 2, 2, 0, 0)
    first, second = landing.rows(datasets.SOURCE_IDENTITIES)
    names = {first["name"], second["name"]}
    assert names == {"王小明", 'Li, "Lei"\njunior'}
    assert {first["id_type"], second["id_type"]} == {"RESIDENT_ID", "PASSPORT"}
    assert first["recorded_at"] == START
