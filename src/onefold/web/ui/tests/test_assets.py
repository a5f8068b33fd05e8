"""What is served: third-party files as they were committed, our own within the budget and without anything forbidden."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from onefold.web.ui import assets

UI = Path(__file__).parents[1]
STATIC = UI / "static"
VENDOR = STATIC / "vendor"
CSS_LINES_MAX = 1500
FILE_BYTES_MAX = 1_048_576


def kept_hashes() -> dict[str, str]:
    lines = (VENDOR / "HASHES").read_text(encoding="utf-8").splitlines()
    return {path: digest for digest, path in (line.split("  ", 1) for line in lines)}


def vendored() -> list[str]:
    return sorted(
        str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file() and path.name != "HASHES"
    )


def test_every_vendored_file_is_the_one_that_was_committed() -> None:
    found = {path: hashlib.sha256((VENDOR / path).read_bytes()).hexdigest() for path in vendored()}
    assert found == kept_hashes()


@pytest.mark.parametrize(
    "folder", sorted(path for path in VENDOR.iterdir() if path.is_dir()), ids=lambda path: path.name
)
def test_every_vendored_library_brings_its_licence(folder: Path) -> None:
    assert (folder / "LICENSE").stat().st_size > 100


def test_no_file_is_too_large_for_a_slow_line() -> None:
    assert [path for path in vendored() if (VENDOR / path).stat().st_size > FILE_BYTES_MAX] == []


def test_every_named_asset_exists() -> None:
    named = {path for styles in assets.STYLES.values() for path in styles}
    named |= {*assets.SCRIPTS, *assets.CHART_SCRIPTS, assets.ICONS}
    assert sorted(path for path in named if not (STATIC / path).is_file()) == []


def test_every_stylesheet_of_ours_is_loaded_somewhere() -> None:
    loaded = {path for styles in assets.STYLES.values() for path in styles}
    ours = {str(path.relative_to(STATIC)) for path in (STATIC / "ui").glob("*.css")}
    assert sorted(ours - loaded) == []


def test_our_stylesheets_stay_within_the_budget() -> None:
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in (STATIC / "ui").glob("*.css"))
    assert lines <= CSS_LINES_MAX


def test_every_rule_of_ours_stands_in_a_layer_and_shouts_nowhere() -> None:
    for path in (STATIC / "ui").glob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S).strip()
        assert text.startswith("@layer"), path.name
        assert "!important" not in text, path.name
        assert text.count("{") == text.count("}"), path.name


def test_nothing_of_ours_is_fetched_from_elsewhere() -> None:
    for path in (STATIC / "ui").iterdir():
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "//" not in re.sub(r"^\s*//.*$", "", text, flags=re.M).replace("*//", ""), path.name


def test_an_own_file_carries_a_mark_of_its_content_and_a_vendored_one_its_version() -> None:
    assert re.fullmatch(r"/static/ui/tokens\.css\?v=[0-9a-f]{8}", assets.address("ui/tokens.css"))
    assert assets.address(assets.HTMX) == "/static/vendor/htmx-2.0.11/htmx.min.js"


def test_scripts_of_ours_need_no_eval_and_write_no_html() -> None:
    for path in (STATIC / "ui").glob("*.js"):
        found = re.findall(
            r"\beval\b|new Function|innerHTML|outerHTML|document\.write|insertAdjacentHTML", path.read_text()
        )
        assert found == [], path.name
