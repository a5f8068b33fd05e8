from __future__ import annotations

from pathlib import Path

import pytest

from onefold import policy
from onefold.policy.cases import Case, cases_of, discrepancies, failure_of
from onefold.policy.tests.packs_made import LIMIT, packs

SHIPPED = policy.load()


@pytest.mark.parametrize("case", cases_of(SHIPPED), ids=lambda case: f"{case.file}: {case.name}")
def test_the_shipped_case_holds(case: Case) -> None:
    assert failure_of(case, SHIPPED) is None


def test_the_packs_do_not_contradict_each_other() -> None:
    assert discrepancies(SHIPPED) == []


def test_every_pack_with_values_has_cases() -> None:
    tested = {case.file.split("/")[0] for case in cases_of(SHIPPED)}
    assert {name.split(".")[0] for name in SHIPPED.values} | {"catalogue"} == tested


def failures(folder: Path, line: str) -> list[str | None]:
    book = policy.load(packs(folder, contact__limits=LIMIT, contact__cases__x=f"cases: [{line}]"))
    return [failure_of(case, book) for case in cases_of(book) if case.file.endswith("x.yaml")]


@pytest.mark.parametrize(
    ("line", "matter"),
    [
        ("{name: n, value: contact.visits_per_day_max, on: 2026-06-30, expect: 5}", "expected 5, the answer is 6"),
        ("{name: n, value: contact.visits_per_day_max, on: 2023-01-01, expect: 5}", "no value on 2023-01-01"),
        ("{name: n, value: contact.visits_per_day_max, on: 2026-06-30, refused: NO_VALUE_YET}", "but the answer is 6"),
        ("{name: n, value: contact.nothing, on: 2026-06-30, refused: NO_VALUE_YET}", "no value contact.nothing"),
        ("{name: n, series: HPC.MOTOR, on: 2026-06-30, expect: {on_sale: false}}", "'on_sale': True"),
        (
            "{name: n, required_grade: {seller_company: HPC, series: HPC.MOTOR}, on: 2026-06-30, expect: 2}",
            "answer is 1",
        ),
        ("{name: n, notice: true, on: 2026-06-30, expect: {version: 2023-2}}", "2025-1"),
    ],
)
def test_a_case_that_does_not_hold_says_what_was_answered(tmp_path: Path, line: str, matter: str) -> None:
    assert matter in str(failures(tmp_path, line))


@pytest.mark.parametrize(
    "line",
    [
        "{name: n, on: 2026-06-30, expect: 5}",
        "{name: n, value: a, notice: true, on: 2026-06-30, expect: 5}",
        "{name: n, value: a, on: 2026-06-30}",
        "{name: n, value: a, on: 2026-06-30, expect: 5, refused: NO_VALUE_YET}",
        "{name: n, value: a, on: 2026-06-30, refused: NO}",
        "{name: n, value: a, expect: 5}",
    ],
)
def test_a_case_that_asks_nothing_clear_is_broken(tmp_path: Path, line: str) -> None:
    with pytest.raises(policy.RulebookBroken):
        failures(tmp_path, line)


def test_a_notice_that_does_not_name_a_recipient_is_found(tmp_path: Path) -> None:
    notices = (SHIPPED.folders["consent"] / "notices.yaml").read_text(encoding="utf-8")
    values = (SHIPPED.folders["consent"] / "values.yaml").read_text(encoding="utf-8")
    without = notices.replace("- Harbour Trust (HTRUST), htrust-privacy@harbour.example", "- somebody else")
    book = policy.load(packs(tmp_path, consent__notices=without, consent__values=values))
    assert discrepancies(book) == [
        f"notice {version}: the text does not name HTRUST" for version in ("2023-2", "2025-1")
    ]
    other_group = "companies: {ALFA: {pillar: BANKING, name: {en: Alfa, zh-Hans: 甲}}}"
    book = policy.load(packs(tmp_path / "other", catalogue__c=other_group))
    assert "notice 2025-1: HLIFE is no company of the catalogue" in discrepancies(book)
