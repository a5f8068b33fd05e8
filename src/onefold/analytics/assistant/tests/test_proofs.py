"""What a check finds: the same landing as a run, every reject explained, hints that help, an exit code one can build on."""

from __future__ import annotations

from pathlib import Path

import pytest

from onefold.analytics.assistant.__main__ import main
from onefold.analytics.assistant.proving import prove
from onefold.analytics.assistant.tests import bank, dirty
from onefold.analytics.assistant.tests.agreement import DATA, ON
from onefold.policy.packs import SHIPPED

FEEDS = SHIPPED / "feeds"
CUSTOMERS = """
feed: hpc_people
company: HPC
target: source_records
title: {en: People, zh-Hans: 人}
file: "people*.csv"
mode: full
columns:
  no: {type: text, required: true}
  born: {type: date, format: "%Y-%m-%d"}
  sex: {type: text, one_of: [F, M]}
  since: {type: date, format: "%Y-%m-%d"}
map: {source_key: no, kind: {constant: PERSON}, born_on: born, sex: sex}
"""
POLICIES = """
feed: hpc_policies
company: HPC
target: contracts
title: {en: Policies, zh-Hans: 保单}
file: "policies*.csv"
mode: full
columns:
  no: {type: text, required: true}
  holder: {type: text, required: true}
  product: {type: text}
  begins: {type: date, format: "%Y-%m-%d"}
  premium: {type: money, currency: CNY}
map: {contract_no: no, source_key: holder, product: product, status: {constant: IN_FORCE}, valid_from: begins, premium_minor: premium}
"""
PEOPLE = "no,born,sex,since\nA1,1980-01-02,F,2020-01-01\nA2,02/03/1981,X,\nA3,?,F,\nA4,1982-13-40,M,\n"
SOLD = (
    "no,holder,product,begins,premium\nP1,A1,HPC.MOTOR.STD,2020-01-01,10.00\nP2,A9,HPC.MOTOR.STD,2020-01-01,10.00\n"
    'P3,A1,GLASS,2020-01-01,10.00\nP4,A1,HPC.HOME.STD,2020-01-01,"1,000.00"\n'
)


@pytest.fixture
def feeds(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "hpc_people.yaml").write_text(CUSTOMERS)
    (folder / "hpc_policies.yaml").write_text(POLICIES)
    (tmp_path / "people.csv").write_text(PEOPLE)
    (tmp_path / "policies.csv").write_text(SOLD)
    return folder


def checked(feeds: Path, *names: str, language: str = "en", hints: bool = True) -> tuple[str, int]:
    files = [feeds.parent / name for name in names]
    lines, code = prove(feeds, files, ON, None, language=language, hints=hints)
    return "\n".join(lines), code


def test_the_shipped_feeds_are_proved_on_harbour_groups_files() -> None:
    lines, code = prove(FEEDS, sorted(DATA.glob("*.csv")), ON, None)
    text = "\n".join(lines)
    assert code == 0
    assert text.count("rows in") == 35
    assert "1 × NOT_A_DATE 起保日期: This is not a date of the declared form. (lines 22)" in text
    assert "HFUND source_records × 7, filled: source_key 100 %" in text


def test_rejects_are_grouped_with_rule_column_sentence_and_lines(feeds: Path) -> None:
    text, code = checked(feeds, "people.csv", "policies.csv")
    assert "people.csv → hpc_people (source_records)\n  4 rows in = 1 loaded + 3 set aside + 0 repeated" in text
    assert "3 × NOT_A_DATE born: This is not a date of the declared form. (lines 3, 4, 5)" in text
    assert "1 × UNKNOWN_CUSTOMER holder: The company has sent no such customer. (lines 3)" in text
    assert code == 0, "no tolerance is declared, so what loads is enough"


def test_hints_say_what_the_yaml_could_say(feeds: Path) -> None:
    text, _ = checked(feeds, "people.csv", "policies.csv")
    assert 'hint: if these texts mean nothing, add empty: ["?"]' in text
    assert "hint: 1 of them are written %d/%m/%Y" in text
    assert 'hint: put "GLASS" into the catalogue (products.yaml), or map them by codes' in text
    assert 'hint: the amounts have separators: grouping: ","' in text
    assert "hint:" not in checked(feeds, "people.csv", "policies.csv", hints=False)[0]


def test_sentences_come_in_the_language_asked_for(feeds: Path) -> None:
    text, _ = checked(feeds, "people.csv", language="zh-Hans")
    assert "不是声明格式的日期。" in text
    assert "共 4 行 = 载入 1 + 隔离 3 + 重复 0" in text


def test_more_rejects_than_tolerated_end_with_one(feeds: Path) -> None:
    (feeds / "hpc_people.yaml").write_text(CUSTOMERS + "tolerance: {quarantined_share_max: 0.5}\n")
    text, code = checked(feeds, "people.csv")
    assert code == 1
    assert "REFUSED TOO_MANY_QUARANTINED: Too many rows had to be set aside." in text
    assert "raise tolerance.quarantined_share_max above 0.75" in text


def test_holders_are_not_blamed_where_the_customers_were_not_given(feeds: Path) -> None:
    text, _ = checked(feeds, "policies.csv")
    assert "(the customers' file was not given: holders cannot be checked)" in text


def test_a_changed_header_names_the_columns_nobody_declared(feeds: Path) -> None:
    (feeds.parent / "people.csv").write_text(PEOPLE.replace("since", "joined"))
    text, code = checked(feeds, "people.csv")
    assert code == 1
    assert "HEADER_CHANGED" in text
    assert "hint: declare joined" in text


def test_an_open_decision_is_named_with_its_place_and_its_feed_left_out(feeds: Path) -> None:
    (feeds / "hpc_policies.yaml").write_text(POLICIES.replace("IN_FORCE", "TODO"))
    text, code = checked(feeds, "people.csv", "policies.csv")
    assert code == 1
    assert "1 decisions are open:\n  hpc_policies.yaml:14  map:" in text
    assert "policies.csv: no feed takes a file of this name" in text
    assert "people.csv → hpc_people" in text


def test_a_feed_that_does_not_hold_together_is_said_with_file_and_place(feeds: Path) -> None:
    (feeds / "hpc_people.yaml").write_text(CUSTOMERS.replace("born_on: born", "born_on: birth"))
    text, code = checked(feeds, "people.csv")
    assert code == 1
    assert "the feeds cannot be loaded: hpc_people.yaml: map.born_on: there is no column birth" in text


def test_no_value_of_a_person_is_said(feeds: Path) -> None:
    (feeds.parent / "people.csv").write_text(PEOPLE + "A5,44019019800102123X,F,\n")
    text, _ = checked(feeds, "people.csv")
    assert "44019019800102123X" not in text


def test_a_drafted_bank_loads_once_its_decisions_are_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(path) for path in bank.write(tmp_path)]
    out = tmp_path / "out"
    main(["draft", *files, "--company", "CBANK", "--currency", "CZK", "--out", str(out), "--language", "en"])
    assert main(["check", str(out), *files, "--on", "2026-06-30", "--language", "en"]) == 1
    assert "catalogue.yaml:4  CBANK: INSURANCE, BANKING or INVESTMENT?" in capsys.readouterr().out
    _decided(out / "catalogue" / "catalogue.yaml", "BANKING")
    _decided(out / "feeds" / "cbank_loan.yaml", "IN_FORCE")
    assert main(["check", str(out), *files, "--on", "2026-06-30", "--language", "en"]) == 0
    told = capsys.readouterr().out
    assert f"CBANK contracts × {bank.ACCOUNTS + bank.LOANS + bank.CARDS}," in told
    assert f"CBANK source_records × {bank.CLIENTS}," in told


def _decided(path: Path, answer: str) -> None:
    lines = [
        line.partition("   # TODO")[0]
        for line in path.read_text().splitlines()
        if not line.strip().startswith("# TODO")
    ]
    path.write_text("\n".join(lines).replace("TODO", answer) + "\n")


def test_dirty_chinese_files_load_but_for_what_is_truly_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(dirty.customers(tmp_path)), str(dirty.policies(tmp_path))]
    out = tmp_path / "out"
    main(["draft", *files, "--company", "HPC", "--out", str(out), "--on", "2026-06-30", "--language", "zh-Hans"])
    path = out / "feeds" / "hpc_baodan.yaml"
    lines = [line for line in path.read_text().splitlines() if "# TODO" not in line]
    path.write_text(
        "\n".join(lines).replace("车险: TODO", "车险: HPC.MOTOR.STD").replace("家财险: TODO", "家财险: HPC.HOME.STD")
    )
    assert main(["check", str(out), *files, "--on", "2026-06-30", "--language", "zh-Hans"]) == 0
    told = capsys.readouterr().out
    assert "共 120 行 = 载入 118 + 隔离 2 + 重复 0" in told
    assert "2 × ID_CHECKSUM 证件号码" in told
    assert "born_on 100 %" in told
