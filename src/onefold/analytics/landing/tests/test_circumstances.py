"""What companies were told of their customers lands under a pseudonym, dated, in words everybody knows."""

from __future__ import annotations

from pathlib import Path

from onefold.analytics.landing.tests.world import Gate
from onefold.seam.datasets import CIRCUMSTANCES
from onefold.seam.datasets import SELLERS as SELLERS_DATASET

CUSTOMERS = """
feed: customers
company: HLIFE
target: source_records
mode: full
columns:
  no: {type: text}
  name: {type: text}
map: {source_key: no, kind: {constant: PERSON}, name: name}
"""
TESTS = """
feed: risk_tests
company: HLIFE
target: circumstances
mode: increment
columns:
  no: {type: text}
  level: {type: text}
  day: {type: date, format: "%Y-%m-%d"}
map:
  source_key: no
  kind: {constant: RISK_LEVEL}
  value: {column: level, codes: {C1: "1", C5: "5", C9: "9"}}
  told_on: day
"""


def test_a_risk_test_lands_and_a_level_nobody_knows_is_set_aside(tmp_path: Path) -> None:
    gate = Gate(tmp_path)
    gate.declare(CUSTOMERS, TESTS)
    gate.send("customers", "no,name", "1,Wei Ming", "2,Su Qing")
    gate.send("risk_tests", "no,level,day", "1,C1,2026-05-02", "2,C9,2026-05-03", "9,C5,2026-05-03")
    landing = gate.land()
    rows = landing.rows(CIRCUMSTANCES)
    assert [(row["kind"], row["value"], row["told_on"].isoformat(), row["company"]) for row in rows] == [
        ("RISK_LEVEL", "1", "2026-05-02", "HLIFE")
    ]
    assert len(rows[0]["circumstance_id"]) == 32 and "no" not in rows[0]
    assert sorted(str(rule) for _, _, rule, _ in landing.rejected()) == ["UNKNOWN_CODE", "UNKNOWN_CUSTOMER"]


SELLERS = """
feed: {name}
company: HLIFE
target: sellers
mode: full
columns:
  code: {{type: text}}
  name: {{type: text}}
  number: {{type: text}}
map: {{seller: code, channel: {{constant: HLIFE.AGENTS}}, grade: {{constant: 1}}, name: name, valid_from: {{constant: "2020-01-01"}}{more}}}
"""
CHANNELS = """
feed: channels
company: HLIFE
target: channels
mode: full
columns:
  code: {type: text}
map: {channel: code, kind: {constant: AGENT}, name_en: code, name_zh: code}
"""


def test_a_register_nobody_was_asked_for_is_no_missing_registration(tmp_path: Path) -> None:
    for more, expected in (("", [None, None]), (", registration_no: number", [True, False])):
        folder = tmp_path / str(len(more))
        folder.mkdir()
        gate = Gate(folder)
        gate.declare(CHANNELS, SELLERS.format(name="sellers", more=more))
        gate.send("channels", "code", "HLIFE.AGENTS")
        gate.send("sellers", "code,name,number", "S1,Lin,4498", "S2,Zhou,")
        rows = gate.land().rows(SELLERS_DATASET)
        assert [row["has_registration_no"] for row in rows] == expected
