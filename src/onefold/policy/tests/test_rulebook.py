from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from onefold import policy
from onefold.policy.packs import SHIPPED
from onefold.policy.tests.packs_made import LIMIT, packs

SUMMER_2026 = date(2026, 6, 30)
REWRITTEN = """
# the same, written by somebody else
values:
    "visits_per_day_max":
        history:
        -   value: 6
            reference: >-
                Decision 2
            from: 2026-01-01
        -   {reference: Decision 1, value: 4, from: 2024-01-01}
        unit: "visits"
        meaning:
            zh-Hans: 每日拜访次数上限
            en: Most visits in a day
"""


def version_of(folder: Path, **files: str) -> str:
    return policy.load(packs(folder, **files)).version


def test_the_version_depends_on_what_is_said_not_on_how_it_is_written(tmp_path: Path) -> None:
    other = LIMIT.replace("visits_per_day_max", "calls_per_day_max").replace("values:\n", "")
    ordered = REWRITTEN.replace(
        "-   value: 6", "-   {reference: Decision 1, value: 4, from: 2024-01-01}\n        -   value: 6"
    ).replace(
        "            from: 2026-01-01\n        -   {reference: Decision 1, value: 4, from: 2024-01-01}\n",
        "            from: 2026-01-01\n",
    )
    one = version_of(tmp_path / "1", contact__limits=LIMIT)
    assert version_of(tmp_path / "2", contact__limits=ordered) == one, "layout, comments, order of keys, the draft"
    assert version_of(tmp_path / "3", contact__limits=LIMIT, contact__cases__x="cases: [{}]") == one, "cases"
    whole = version_of(tmp_path / "4", contact__limits=LIMIT + other)
    assert version_of(tmp_path / "5", contact__limits=LIMIT, contact__more="values:\n" + other) == whole != one, (
        "files of a pack"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("value: 6", "value: 7"),
        ("Decision 2", "Decision 2b"),
        ("2026-01-01", "2026-01-02"),
        ("unit: visits", "unit: trips"),
    ],
)
def test_any_change_of_what_is_said_gives_another_version(tmp_path: Path, old: str, new: str) -> None:
    changed = version_of(tmp_path / "2", contact__limits=LIMIT.replace(old, new))
    assert changed != version_of(tmp_path / "1", contact__limits=LIMIT)


def test_a_change_of_the_catalogue_a_notice_or_a_feed_gives_another_version(tmp_path: Path) -> None:
    shipped = policy.load().version
    for pack, file, old, new in [
        ("catalogue", "series.yaml", "age_max: 60", "age_max: 61"),
        ("consent", "notices.yaml", "You may withdraw at any time", "You may withdraw on Mondays"),
        ("feeds", "hlife_contracts.yaml", "policy_no", "policy_number"),
    ]:
        folder = tmp_path / pack
        shutil.copytree(SHIPPED / pack, folder / pack)
        text = (folder / pack / file).read_text(encoding="utf-8")
        assert old in text
        (folder / pack / file).write_text(text.replace(old, new), encoding="utf-8")
        assert policy.load(folder).version != shipped, pack


def test_a_draft_notice_is_not_shown_and_leaves_the_version_alone(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED / "consent", tmp_path / "consent")
    path = tmp_path / "consent" / "notices.yaml"
    text = path.read_text(encoding="utf-8")
    newest = (
        text[text.index("  2025-1:") :]
        .replace("2025-1:", "2026-1:")
        .replace("from: 2025-01-01", "from: 2026-01-01\n    draft: true")
    )
    path.write_text(text + newest, encoding="utf-8")
    assert policy.load(tmp_path).notice(SUMMER_2026).version == "2025-1"
    assert policy.load(tmp_path).version == policy.load().version
    assert policy.load(tmp_path, drafts=True).notice(SUMMER_2026).version == "2026-1"


def test_a_demanding_series_needs_its_grade_whoever_sells_it() -> None:
    book = policy.load()
    motor = replace(book.catalogue(SUMMER_2026).series_of("HPC.MOTOR"), grade_min=3)
    assert [book.required_grade(company, motor, SUMMER_2026) for company in ("HPC", "HLIFE", "HBANK")] == [3, 3, 3]


def test_a_pack_in_the_folder_replaces_the_shipped_one_whole_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONEFOLD_RULEBOOK", str(packs(tmp_path, contact__limits=LIMIT)))
    book = policy.load()
    assert book.value("contact.visits_per_day_max", on=SUMMER_2026) == 6
    with pytest.raises(policy.UnknownValue):
        book.value("contact.leads_per_seller_max", on=SUMMER_2026)
    assert len(book.catalogue(SUMMER_2026).companies) == 8
    monkeypatch.delenv("ONEFOLD_RULEBOOK")
    assert policy.load().value("contact.leads_per_seller_max", on=SUMMER_2026) == 20


def test_a_pack_nobody_knows_and_a_folder_that_is_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(policy.RulebookBroken, match="contcat: there is no such pack"):
        policy.load(packs(tmp_path, contcat__limits=LIMIT))
    with pytest.raises(policy.RulebookBroken, match="not a folder"):
        policy.load(tmp_path / "nowhere")


def test_feeds_are_read_from_the_pack_in_use(tmp_path: Path) -> None:
    assert {"hlife_contracts", "group_sellers"} <= policy.load().feeds.keys()
    (tmp_path / "feeds").mkdir()
    assert policy.load(tmp_path).feeds == {}


def test_fees_are_a_pack_that_no_ranking_reads() -> None:
    """What is recommended cannot follow what is paid: nothing that decides, ranks or allocates asks for a value of the pack."""
    book = policy.load()
    assert {"fees.plans", "fees.splits", "fees.clawback"} <= set(book.values)
    assert "Offers are ranked without any of it" in book.about["fees"]["en"] and "费用" in book.about["fees"]["zh-Hans"]
    root = Path(policy.__file__).parents[1]
    deciding = (
        "decision",
        "analytics",
        "seam",
        "domains/offers",
        "domains/leads",
        "domains/unlocks",
        "web/terminal/cards.py",
    )
    for place in deciding:
        for path in [root / place] if place.endswith(".py") else (root / place).rglob("*.py"):
            assert "tests" in path.parts or "fees." not in path.read_text(), path


def test_every_shipped_pack_names_its_jurisdiction() -> None:
    book = policy.load()
    assert {book.jurisdictions[pack] for pack in book.folders if pack != "feeds"} == {"CN-2026"}


def test_what_has_no_confirmed_source_is_a_draft() -> None:
    confirmed = policy.load()
    for name, value in policy.load(drafts=True).values.items():
        for entry in value.history:
            assert entry.draft or "not confirmed" not in entry.reference, name
    assert "suitability.minor_death_cover_max" not in confirmed.values
