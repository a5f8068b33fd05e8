"""Every code has its words, and no identifying value is anywhere in the lake."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pyarrow.parquet as pq

from onefold.analytics.landing import REFUSAL_SENTENCES, REJECT_SENTENCES
from onefold.analytics.landing.tests.world import Gate
from onefold.kernel import identifiers, money
from onefold.seam import checksums, datasets

LANDING = Path(__file__).parents[1]


def codes_in(pattern: str, *paths: Path) -> set[str]:
    return {code for path in paths for code in re.findall(pattern, path.read_text(encoding="utf-8"))}


def test_every_rule_and_refusal_has_a_sentence_in_both_languages_and_none_is_left_over() -> None:
    formats = list(LANDING.glob("formats/*.py"))
    sources = [*LANDING.glob("*.py"), *formats]
    kernel = [Path(identifiers.__file__), Path(money.__file__)]
    raised = codes_in(r'Unfit\("([A-Z_]+)"\)', *sources, *kernel) | codes_in(r'_compact\(text, "([A-Z_]+)"\)', *kernel)
    marked = codes_in(r'(?:where|_note|_note_rows)\([^\n]*"([A-Z_]{5,})"', *sources) | codes_in(
        r'", "([A-Z_]{5,})"\)', *sources
    )
    marked |= codes_in(r'rules\[[^\n]*\] = "([A-Z_]+)"', *sources) | codes_in(r'": "(UNKNOWN_[A-Z]+)"', *sources)
    marked |= codes_in(r', "([A-Z_]{5,})"\),?\n', *sources)
    refused = codes_in(r'(?:FileRefused|refuse)\(\s*"([A-Z_]+)"', *sources)
    marked |= codes_in(r'"([A-Z]+(?:_[A-Z]+)+)"', *formats) - refused
    assert raised | marked - refused >= {"NUL_BYTE", "KEY_TAKEN", "NOT_ITS_PRODUCT", "BIRTH_NUMBER"}
    assert (raised | marked) - refused - set(REJECT_SENTENCES) == set()
    assert refused == set(REFUSAL_SENTENCES)
    assert set(REJECT_SENTENCES) - raised - marked == set()
    for sentences in (*REJECT_SENTENCES.values(), *REFUSAL_SENTENCES.values()):
        assert sentences["en"].endswith(".") and sentences["zh-Hans"].endswith("。")


FULL = """
feed: customers
company: HLIFE
target: source_records
mode: full
columns: {no: {type: text}, name: {type: text}, born: {type: date, format: "%Y-%m-%d"}, idn: {type: resident_id}, phone: {type: phone}, email: {type: email}, street: {type: text}}
map: {source_key: no, kind: {constant: PERSON}, name: name, born_on: born, id_type: {constant: RESIDENT_ID}, id_number: idn, phone: phone, email: email, address: street}
"""
CONTRACTS = """
feed: contracts
company: HLIFE
target: contracts
mode: append
columns: {no: {type: text}, cust: {type: text}}
map: {contract_no: no, source_key: cust, product: {constant: HLIFE.TERM.STD}, status: {constant: IN_FORCE}, valid_from: {constant: 2020-01-01}}
"""
CANARIES = {
    "KEY-CANARY-1", "王小明金丝雀", "1949-12-31", "11010519491231002X", "13812345678", "canary@example.com",
    "金丝雀路七号", "POLICY-CANARY-9", "BAD-ROW-CANARY", "赵强金丝雀", "REG-CANARY",
}  # fmt: skip
SELLERS = """
feed: sellers
company: HLIFE
target: sellers
mode: full
columns: {code: {type: text}, name: {type: text}, reg: {type: text}}
map: {seller: code, channel: {constant: A}, grade: {constant: 1}, name: name, registration_no: reg, valid_from: {constant: 2020-01-01}}
"""
CHANNELS = """
feed: channels
company: HLIFE
target: channels
mode: full
columns: {code: {type: text}}
map: {channel: code, kind: {constant: AGENT}, name_en: code, name_zh: code}
"""


def test_no_identifying_value_reaches_the_lake_in_any_column_or_any_byte(tmp_path: Path) -> None:
    gate = Gate(tmp_path).declare(FULL, CONTRACTS, SELLERS, CHANNELS)
    person = "KEY-CANARY-1,王小明金丝雀,1949-12-31,11010519491231002X,13812345678,canary@example.com,金丝雀路七号"
    gate.send("customers", "no,name,born,idn,phone,email,street", person, "BAD-ROW-CANARY,x,1949-12-31,1,,,")
    gate.send("contracts", "no,cust", "POLICY-CANARY-9,KEY-CANARY-1", "BAD-ROW-CANARY,KEY-CANARY-2")
    gate.send("channels", "code", "A")
    gate.send("sellers", "code,name,reg", "S1,赵强金丝雀,REG-CANARY")
    landing = gate.land()
    assert len(landing.rows(datasets.CONTRACTS)) == len(landing.rows(datasets.SELLERS)) == 1
    assert len(landing.rows(datasets.REJECTS)) == 2
    for path in landing.lake.iterdir():
        if path.name == checksums.LIST:
            assert set(json.loads(path.read_text())) == {one.name for one in landing.lake.glob("*.parquet")}
            continue
        assert path.suffix == ".parquet"
        seen = {str(value) for column in pq.read_table(path).columns for value in column.to_pylist()}
        everything = path.read_bytes().decode("utf-8", "ignore") + "\n".join(seen)
        assert {canary for canary in CANARIES if canary in everything} == set(), path.name
    sealed = b"".join(path.read_bytes() for path in landing.vault.rglob("*") if path.is_file())
    assert {canary for canary in CANARIES if canary.encode() in sealed} == set()
    opened = str([landing.rows(dataset) for dataset in datasets.SEALED])
    assert {c for c in CANARIES - {"1949-12-31", "BAD-ROW-CANARY"} if c not in opened} == set(), "the canaries did fly"
