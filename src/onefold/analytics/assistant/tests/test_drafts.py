"""What drafts propose: against the feeds of Harbour Group written by hand, on a bank nobody has seen, on dirty Chinese files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from onefold import policy
from onefold.analytics.assistant import samples
from onefold.analytics.assistant.__main__ import main
from onefold.analytics.assistant.codes import TODO, meanings
from onefold.analytics.assistant.decisions import open_decisions
from onefold.analytics.assistant.drafts import Draft
from onefold.analytics.assistant.proposing import drafts_of, known_of
from onefold.analytics.assistant.tests import bank, dirty, formats
from onefold.analytics.assistant.tests.agreement import DATA, ON, Agreement, agreement, compare
from onefold.analytics.assistant.words import LANGUAGES
from onefold.analytics.assistant.writing import yaml_of
from onefold.policy.feed_targets import TARGETS
from onefold.policy.feeds import load_feeds

KNOWN = known_of(policy.load().catalogue(ON))
PKDD = Path(os.environ.get("ONEFOLD_DATA", "/nowhere")) / "berka_pkdd99"


def drafted(files: list[Path], company: str = "HPC", **more: str) -> dict[str, Draft]:
    return {draft.name: draft for draft in drafts_of(files, company, KNOWN, ON, **more)}


# Harbour Group


@pytest.fixture(scope="module", params=["named", "nameless"])
def found(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Agreement:
    return agreement(tmp_path_factory.mktemp("files"), nameless=request.param == "nameless")


def test_drafts_of_harbour_groups_files_agree_with_the_feeds_written_by_hand(found: Agreement) -> None:
    assert found.all["target"] == 33
    assert found.share("target") == 1.0, found.apart
    assert found.share("dialect") == 1.0, found.apart
    assert found.share("type") >= 0.99, found.apart
    assert found.share("map") >= 0.98, found.apart


def test_a_code_the_assistant_is_sure_of_is_what_a_person_wrote(found: Agreement) -> None:
    apart = [text for text in found.apart if text.startswith("code") and f": {TODO}, by hand" not in text]
    assert apart == []


def test_no_value_of_a_person_stands_in_a_draft() -> None:
    personal = set()
    for path in DATA.glob("*_customers.csv"):
        draft = drafted([path], path.name.split("_")[0].upper())
        text = yaml_of(next(iter(draft.values())), "en")
        for each in draft.values():
            for field in ("name", "id_number", "phone", "email", "address", "source_key"):
                profile = each.profiles.get(each.column_of(field))
                personal |= set(profile.counts) if profile else set()
        assert [value for value in personal if value in text] == []
    assert len(personal) > 300


def test_keys_of_customers_that_repeat_are_no_codes() -> None:
    text = yaml_of(drafted([DATA / "hlife_consents.csv"], "HLIFE")["hlife_consents"], "en")
    assert "L100037" not in text


# A bank in five files


@pytest.fixture
def drafts(tmp_path: Path) -> dict[str, Draft]:
    return drafted(bank.write(tmp_path), "CBANK", currency="CZK")


def test_the_holder_is_looked_up_in_the_file_between(drafts: dict[str, Draft]) -> None:
    account, card = drafts["cbank_account"], drafts["cbank_card"]
    assert account.target == card.target == "contracts"
    taken = {"client_id": "client_id"}
    owner = {"type": "OWNER"}
    assert account.lookups == [
        {"feed": "cbank_disp", "on": {"account_id": "account_id"}, "where": owner, "take": taken}
    ]
    assert card.lookups == [{"feed": "cbank_disp", "on": {"disp_id": "disp_id"}, "take": taken}]
    assert account.map["source_key"].column == "client_id"


def test_numbers_that_two_files_share_are_kept_apart_by_a_word(drafts: dict[str, Draft]) -> None:
    parts = [drafts[f"cbank_{name}"].derive["contract_no"]["parts"] for name in ("account", "loan")]
    assert parts == [[{"text": "account "}, {"column": "account_id"}], [{"text": "loan "}, {"column": "loan_id"}]]
    assert "contract_no" not in drafts["cbank_card"].derive


def test_a_birth_number_gives_birth_and_sex(drafts: dict[str, Draft]) -> None:
    client = drafts["cbank_client"]
    assert client.target == "source_records"
    assert {name: step["function"] for name, step in client.derive.items()} == {
        "born_on": "birth_number_date",
        "sex": "birth_number_sex",
    }


def test_a_duration_gives_the_end_and_stays_a_number(drafts: dict[str, Draft]) -> None:
    loan = drafts["cbank_loan"]
    assert loan.derive["ends_on"] == {"function": "date_add_months", "from": ["date", "duration"]}
    assert loan.columns["duration"].type == "whole"
    assert loan.columns["date"].options["century"] == 1900


def test_letters_of_which_one_is_unknown_are_left_to_a_person(drafts: dict[str, Draft]) -> None:
    assert set((drafts["cbank_loan"].map["status"].codes or {}).values()) == {TODO}
    assert meanings("status", None, ["A", "C"]) == {"A": "IN_FORCE", "C": "CANCELLED"}


@pytest.mark.skipif(not PKDD.is_dir(), reason="ONEFOLD_DATA does not name the public data")
def test_the_public_bank_is_drafted_in_one_go() -> None:
    found = drafted(sorted(PKDD.glob("*.asc.gz")), "CBANK", currency="CZK")
    targets = {name.removeprefix("cbank_"): draft.target for name, draft in found.items()}
    contracts = dict.fromkeys(("account", "card", "loan"), "contracts")
    others = dict.fromkeys(("disp", "district", "order", "trans"), "lookup")
    assert targets == contracts | others | {"client": "source_records"}
    assert found["cbank_account"].lookups[0]["where"] == {"type": "OWNER"}


# Dirty Chinese files


@pytest.fixture
def chinese(tmp_path: Path) -> dict[str, Draft]:
    return drafted([dirty.customers(tmp_path), dirty.policies(tmp_path)])


def test_gb18030_and_the_closing_line_are_recognised(chinese: dict[str, Draft]) -> None:
    policies = chinese["hpc_baodan"]
    assert policies.sample.dialect.encoding == "gb18030"
    trailer = policies.control["trailer"]
    assert trailer == {"pattern": "^合计,(?P<rows>[0-9]+),(?P<total>[-0-9.,]+)$", "total_of": "保费"}
    assert policies.columns["保费"].options == {"currency": "CNY", "grouping": ","}


def test_last_days_of_cover_get_a_day_added(chinese: dict[str, Draft]) -> None:
    assert chinese["hpc_baodan"].derive["ended_on"] == {"function": "date_add_days", "from": ["终保日期"], "days": 1}


def test_days_in_several_forms_are_taken_from_the_number_where_they_cannot_be_read(chinese: dict[str, Draft]) -> None:
    people = chinese["hpc_kehu"]
    assert people.columns["出生日期"].options == {"format": "%Y/%m/%d", "on_bad": "empty"}
    assert people.derive["born_by_either"]["from"] == ["出生日期", "born_by_number"]
    assert people.columns["联系电话"].options["empty"] == ["无"]
    assert people.columns["证件号码"].type == "resident_id"


# Files of other kinds


def test_day_and_month_that_nothing_tells_apart_are_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    rows = "".join(f"C{n},Name {n},0{n % 9 + 1}/0{n % 7 + 1}/2020\n" for n in range(40))
    path.write_text(f"client_no,name,registered\n{rows}")
    draft = drafted([path], "HPC")["hpc_clients"]
    assert draft.profiles["registered"].form and draft.profiles["registered"].form.rival == "%m/%d/%Y"


def test_of_a_large_file_only_pieces_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(samples, "HEAD_BYTES", 2**19)
    monkeypatch.setattr(samples, "PIECE_BYTES", 2**16)
    monkeypatch.setattr(samples, "ROWS_MAX", 12_000)
    path = tmp_path / "hpc_customers.csv"
    row = "C{:09d},someone,1980-01-02,15400000000\n"
    with path.open("w") as file:
        file.write("customer_no,name,birth_date,mobile\n")
        for start in range(0, 100_000, 10_000):
            file.write("".join(row.format(number) for number in range(start, start + 10_000)))
    draft = drafted([path])["hpc_customers"]
    assert not draft.sample.whole
    assert draft.sample.rows.height <= 12_000
    assert max(draft.sample.rows["customer_no"]) > "C000090000"
    assert draft.target == "source_records"


def test_a_file_in_a_code_page_of_europe_is_a_guess_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "klienti.csv"
    names = ["Dvořák", "Černý", "Žižka", "Říha", "Šťastný", "Novák"]
    rows = "".join(f"K{n};{names[n % 6]} č. {n}\n" for n in range(60))
    path.write_bytes(f"client_no;name\n{rows}".encode("cp1250"))
    draft = drafted([path])["hpc_klienti"]
    assert draft.sample.dialect.encoding == "windows-1250"
    assert "windows-1250" in " ".join(draft.remarks)


def test_a_file_without_header_gets_columns_counted(tmp_path: Path) -> None:
    path = tmp_path / "hpc_list.csv"
    path.write_text("".join(f"{n},C{n},2020-01-{n % 28 + 1:02d}\n" for n in range(1, 40)))
    draft = drafted([path])["hpc_list"]
    assert not draft.sample.dialect.header
    assert list(draft.profiles) == ["column_1", "column_2", "column_3"]


@pytest.mark.parametrize("ending", ["csv.gz", "csv.zip", "xlsx", "parquet", "jsonl"])
def test_a_list_is_the_same_list_in_every_format(
    ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = formats.written(DATA / "hlife_customers.csv", tmp_path / f"hlife_customers.{ending}")
    main(["draft", str(path), "--company", "HLIFE", "--out", str(tmp_path / "out"), "--language", "en"])
    drafted_ = drafted([path], "HLIFE")["hlife_customers"]
    compared = Agreement()
    compare(drafted_, policy.load().feeds["hlife_customers"], compared)
    assert [text for text in compared.apart if not text.startswith("dialect")] == []
    capsys.readouterr()
    assert (
        main(["check", str(tmp_path / "out"), str(path), "--on", "2026-06-30", "--language", "en", "--fix-hints"]) == 0
    )
    assert "21 rows in = 20 loaded + 1 set aside + 0 repeated" in capsys.readouterr().out


# The YAML


def test_a_draft_loads_once_every_todo_is_answered(tmp_path: Path) -> None:
    out = tmp_path / "out"
    files = [str(path) for path in bank.write(tmp_path)]
    assert (
        main(["draft", *files, "--company", "CBANK", "--currency", "CZK", "--out", str(out), "--language", "en"]) == 0
    )
    loan = out / "feeds" / "cbank_loan.yaml"
    places = [decision.place for decision in open_decisions(loan)]
    assert places == ["ends_on", "status"]
    lines = [line for line in loan.read_text().splitlines() if "# TODO" not in line]
    loan.write_text("\n".join(lines).replace("TODO", "IN_FORCE"))
    assert open_decisions(loan) == []
    assert len(load_feeds(out / "feeds")) == 5


def test_what_stands_there_is_not_overwritten_unless_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "draft",
        str(DATA / "hlife_customers.csv"),
        "--company",
        "HLIFE",
        "--out",
        str(tmp_path),
        "--language",
        "zh-Hans",
    ]
    main(words)
    path = tmp_path / "feeds" / "hlife_customers.yaml"
    path.write_text("mine")
    main(words)
    assert path.read_text() == "mine"
    assert "已存在" in capsys.readouterr().out
    main([*words, "--again"])
    assert path.read_text() != "mine"


def test_everything_is_said_in_both_languages_with_the_same_places() -> None:
    from string import Formatter

    from onefold.analytics.assistant import words

    def places(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    assert [code for code, (english, chinese) in words._SAID.items() if places(english) != places(chinese)] == []
    assert len(LANGUAGES) == 2


def test_todo_is_no_word_of_any_target() -> None:
    allowed = {value for target in TARGETS.values() for field in target.fields for value in field.one_of}
    assert TODO not in allowed
