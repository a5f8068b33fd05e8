"""`onefold indicator`: a table to read, or figures to go on with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from onefold.analytics.tests.releases_made import release_of
from onefold.analytics.tests.worlds import worked_case
from onefold.cli.indicator import indicator


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("var")
    release_of(worked_case(second_motor_policy=True), folder)
    return str(folder)


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEFOLD_LANGUAGE", "en")


def test_a_figure_is_printed_with_what_it_means(var: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert indicator(["product_penetration", "--var", var, "--as-of", "2026-05-31"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Product penetration · as of 31 May 2026 · known on 30 Jun 2026 23:00 UTC · release 4f0e4f0e"
    assert lines[3:] == [
        "row   numerator  denominator  value",
        "BANK          3            4   0.75",
        "LIFE          2            4   0.50",
        "PC            3            4   0.75",
    ]


def test_in_chinese_by_attribute_with_local_dates(
    var: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONEFOLD_LANGUAGE", "zh-Hans")
    assert indicator(["multi_company_share", "--var", var, "--by", "segment, region"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("交叉客户占比 · 截至 2026年6月30日 · 知悉时点 2026年6月30日 23:00 UTC")
    assert lines[3:] == ["客群  地区     分子  分母   数值", "ALL   UNKNOWN     2     4  50.0%"]


def test_csv_and_json_are_for_machines(var: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert indicator(["customer_penetration", "--var", var, "--csv", "--by", "segment"]) == 0
    assert capsys.readouterr().out == ("as_of,segment,row,column,numerator,denominator\n2026-06-30,ALL,ALL,ALL,8,4\n")
    assert indicator(["customer_penetration", "--var", var, "--json", "--known-on", "2026-06-01T12:00"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["figures"] == [{"as_of": "2026-06-30", "row": "ALL", "column": "ALL", "numerator": 8, "denominator": 4}]
    assert said["known"] == "2026-06-01 12:00:00+00:00"


def test_an_unknown_name_is_told_the_names(var: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert indicator(["penetration", "--var", var]) == 2
    assert "there is no indicator 'penetration'; there are active_customers" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--as-of", "2026-13-01"], ["--known-on", "yesterday"], ["--engine", "oracle"]])
def test_a_slip_of_the_pen_is_answered_with_how_to_write_it(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        indicator(["customer_penetration", *words])
    assert ended.value.code == 2
    assert words[1] in capsys.readouterr().err


def test_without_a_release_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert indicator(["customer_penetration", "--var", str(tmp_path)]) == 2
    assert "finished are: none" in capsys.readouterr().err


def test_alone_it_lists_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert indicator([]) == 0
    assert "customer_penetration         Customer penetration" in capsys.readouterr().out
