from __future__ import annotations

from pathlib import Path

import pytest

from onefold.policy.cli import main
from onefold.policy.tests.packs_made import LIMIT, packs

NAME = "contact.visits_per_day_max"


def test_explain_tells_the_value_its_day_its_reference_and_what_was_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(packs(tmp_path, contact__limits=LIMIT))
    assert main(["--rulebook", folder, "explain", NAME, "--on", "2026-06-30"]) == 0
    said = capsys.readouterr().out
    for part in (
        f"{NAME} = 6",
        "每日拜访次数上限",
        "since      2026-01-01",
        "Decision 2",
        "contact/limits.yaml",
        "before     4",
    ):
        assert part in said
    assert main(["--rulebook", folder, "--drafts", "explain", NAME, "--on", "2027-06-30"]) == 0
    assert f"{NAME} = 9 (draft)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["explain", "contact.nothing", "--on", "2026-06-30"], 1),
        (["explain", "suitability.risk_levels_min", "--on", "2020-01-01"], 1),
        (["explain", "contact.outcomes"], 2),
        (["explain", "contact.outcomes", "--on", "yesterday"], 2),
        ([], 2),
        (["--help"], 0),
        (["--rulebook", "nowhere", "list"], 1),
    ],
)
def test_wrong_words_and_unknown_values_end_with_their_code(words: list[str], code: int) -> None:
    assert main(words) == code


def test_list_names_every_pack_and_value(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    said = capsys.readouterr().out
    for part in ("fees [CN-2026]", "contact.leads_per_seller_max", "每次发布中一名业务员最多获得的线索数"):
        assert part in said


def test_check_passes_the_shipped_rulebook_and_fails_a_case_that_does_not_hold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check"]) == 0
    assert "all hold" in capsys.readouterr().out
    case = f"cases: [{{name: too few, value: {NAME}, on: 2026-06-30, expect: 1}}]"
    folder = packs(tmp_path, contact__limits=LIMIT, contact__cases__x=case)
    assert main(["--rulebook", str(folder), "check"]) == 1
    assert "too few: expected 1, the answer is 6" in capsys.readouterr().out
