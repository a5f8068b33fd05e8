from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from onefold import policy
from onefold.policy.tests.packs_made import LIMIT, packs

NAME = "contact.visits_per_day_max"
SUMMER_2026 = date(2026, 6, 30)


def loaded(folder: Path, text: str = LIMIT, *, drafts: bool = False) -> policy.Rulebook:
    return policy.load(packs(folder, contact__limits=text), drafts=drafts)


@pytest.mark.parametrize(
    ("on", "value"),
    [(date(2024, 1, 1), 4), (date(2025, 12, 31), 4), (date(2026, 1, 1), 6), (date(2030, 1, 1), 6)],
)
def test_a_value_holds_from_its_day_until_the_next_one(tmp_path: Path, on: date, value: int) -> None:
    assert loaded(tmp_path).value(NAME, on=on) == value


def test_there_is_no_value_before_the_first_day_and_none_of_an_unknown_name(tmp_path: Path) -> None:
    with pytest.raises(policy.NoValueYet, match="2024-01-01"):
        loaded(tmp_path).value(NAME, on=date(2023, 12, 31))
    with pytest.raises(policy.UnknownValue, match=r"contact\.nothing"):
        loaded(tmp_path).value("contact.nothing", on=SUMMER_2026)


def test_an_explanation_tells_dates_reference_file_and_what_was_before(tmp_path: Path) -> None:
    found = loaded(tmp_path).explain(NAME, on=SUMMER_2026)
    assert (found.value, found.since, found.until, found.reference) == (6, date(2026, 1, 1), None, "Decision 2")
    assert [(one.value, one.since, one.until) for one in found.earlier] == [(4, date(2024, 1, 1), date(2026, 1, 1))]
    assert (found.file, found.unit, found.meaning["zh-Hans"]) == ("contact/limits.yaml", "visits", "每日拜访次数上限")
    assert loaded(tmp_path).explain(NAME, on=date(2025, 1, 1)).until == date(2026, 1, 1)


def test_a_draft_counts_only_when_asked_for(tmp_path: Path) -> None:
    after = date(2027, 6, 30)
    assert loaded(tmp_path).value(NAME, on=after) == 6
    tried = loaded(tmp_path, drafts=True)
    assert tried.value(NAME, on=after) == 9 and tried.explain(NAME, on=after).draft
    assert tried.version != loaded(tmp_path).version


def test_a_draft_tried_out_stands_in_front_of_the_decided_value_of_its_day(tmp_path: Path) -> None:
    for number, text in enumerate(
        [LIMIT.replace("2027-01-01", "2026-01-01"), LIMIT.replace("2026-01-01", "2027-01-01")]
    ):
        on = date(2027, 6, 30)
        assert loaded(tmp_path / str(number), text).value(NAME, on=on) == 6
        assert loaded(tmp_path / str(number), text, drafts=True).value(NAME, on=on) == 9
    first = LIMIT.replace("2027-01-01", "2024-01-01").replace(
        "{from: 2024-01-01, value: 4", "{from: 2024-01-01, value: 5"
    )
    lines = first.splitlines()
    swapped = "\n".join([*lines[:-3], lines[-1], *lines[-3:-1]])
    assert loaded(tmp_path / "swapped", swapped, drafts=True).value(NAME, on=date(2024, 6, 30)) == 9


def test_a_value_that_is_nothing_but_a_draft_is_unknown_and_leaves_the_version_alone(tmp_path: Path) -> None:
    only_draft = (
        LIMIT
        + "  new:\n    meaning: {en: New, zh-Hans: 新}\n    unit: days\n    history: [{from: 2026-01-01, value: 1, reference: R, draft: true}]\n"
    )
    book = loaded(tmp_path / "with", only_draft)
    with pytest.raises(policy.UnknownValue):
        book.value("contact.new", on=SUMMER_2026)
    assert book.version == loaded(tmp_path / "without").version
    assert loaded(tmp_path / "with", only_draft, drafts=True).value("contact.new", on=SUMMER_2026) == 1


@pytest.mark.parametrize(
    ("old", "new", "place", "matter"),
    [
        (", reference: Decision 1", "", r"history\[0\]", "reference is missing"),
        ("reference: Decision 1", "reference: ' '", r"history\[0\]\.reference", "must be a text"),
        ("{from: 2024-01-01, ", "{", r"history\[0\]", "from is missing"),
        ("from: 2024-01-01", "from: 2024", r"history\[0\]\.from", "must be a day"),
        ("from: 2024-01-01", "from: 2024-02-30", "", "2024-02-30 is no day"),
        ("value: 4, ", "", r"history\[0\]", "value is missing"),
        (", zh-Hans: 每日拜访次数上限", "", "meaning", "zh-Hans is missing"),
        ("en: Most visits in a day, ", "", "meaning", "en is missing"),
        ("    unit: visits\n", "", "visits_per_day_max", "unit is missing"),
        ("2026-01-01", "2024-01-01", "history", "two entries begin on the same day"),
        ("value: 6", "value: six", "history", "different types"),
        ("value: 6", "value: 6.5", r"history\[1\]\.value", "no decimals"),
        ("value: 6", "value: {a: [1, 0.5]}", r"history\[1\]\.value\.a\[1\]", "no decimals"),
        ("draft: true", "draft: yes", "draft", "true or false"),
        ("draft: true", "drafts: true", r"history\[2\]", "nobody knows drafts"),
        ("unit: visits", "unit: visits\n    unit: visits", "", "unit stands here twice"),
        ("values:", "value:", "top", "nobody knows value"),
        ("values:", "values: [", "", "line 4"),
    ],
)
def test_what_is_missing_is_named_with_its_file_and_place(
    tmp_path: Path, old: str, new: str, place: str, matter: str
) -> None:
    assert LIMIT.count(old)
    with pytest.raises(policy.RulebookBroken, match=rf"contact/limits\.yaml.*{place}.*{matter}"):
        loaded(tmp_path, LIMIT.replace(old, new, 1))


def test_the_same_value_in_two_files_of_a_pack_is_refused(tmp_path: Path) -> None:
    with pytest.raises(policy.RulebookBroken, match="already a value of this name"):
        policy.load(packs(tmp_path, contact__limits=LIMIT, contact__more=LIMIT))


def test_yaml_has_no_surprises(tmp_path: Path) -> None:
    odd = (
        LIMIT.replace("value: 4", "value: {on: no, time: 21:00, code: 010, day: 2026-01-01}")
        .replace("value: 6", "value: {on: yes, time: 09:00, code: 0x1F, day: 2026-01-02}")
        .replace("value: 9", "value: {}")
    )
    value = loaded(tmp_path, odd).value(NAME, on=date(2025, 1, 1))
    assert value == {"on": "no", "time": "21:00", "code": "010", "day": date(2026, 1, 1)}
