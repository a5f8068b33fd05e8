"""The templates as text: allowed by the strict content policy, documented, short, and shown in the gallery."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

UI = Path(__file__).parents[1]
DOORS = UI.parent
TEMPLATES = sorted(DOORS.glob("**/templates/**/*.html"))
COMPONENTS = sorted((UI / "templates/ui/components").glob("*.html"))
LINES_MAX = 120
FORBIDDEN = {
    "a style attribute": r"<[^>]*\sstyle\s*=",
    "a style element": r"<style\b",
    "an inline script": r"<script(?![^>]*\bsrc=)",
    "an event attribute": r"<[^>]*\son[a-z]+\s*=",
    "an expression for htmx": r"hx-on|hx-vals=['\"]js:|hx-headers=['\"]js:",
    "an address elsewhere": r"(?:src|href)=['\"](?:https?:)?//",
}


def name_of(path: Path) -> str:
    return str(path.relative_to(DOORS))


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_holds_nothing_that_the_content_policy_forbids(path: Path) -> None:
    text = re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", path.read_text(encoding="utf-8"), flags=re.S)
    assert [what for what, pattern in FORBIDDEN.items() if re.search(pattern, text, re.I)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_stays_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES_MAX


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_a_component_says_what_it_takes(path: Path) -> None:
    assert re.match(r"{% comment %}.{20,}?{% endcomment %}", path.read_text(encoding="utf-8"), re.S)


def test_the_readme_names_every_component() -> None:
    text = (UI / "README.md").read_text(encoding="utf-8")
    assert [path.stem for path in COMPONENTS if f"`{path.stem}`" not in text] == []


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_a_component_is_shown_in_the_gallery(path: Path) -> None:
    shown = {name for page in (UI / "templates/ui/gallery").glob("*.html") for name in included(page)}
    assert path.stem in shown


def included(page: Path, seen: set[str] | None = None) -> set[str]:
    """The components a page includes, also through other components."""
    seen = set() if seen is None else seen
    for name in re.findall(r'include "ui/components/(\w+)\.html"', page.read_text(encoding="utf-8")):
        if name not in seen:
            seen.add(name)
            included(UI / f"templates/ui/components/{name}.html", seen)
    return seen


def test_every_included_template_exists() -> None:
    for path in TEMPLATES:
        for name in re.findall(r'(?:include|extends) "([\w/.-]+)"', path.read_text(encoding="utf-8")):
            assert any((root / name).is_file() for root in DOORS.glob("**/templates")), f"{name_of(path)}: {name}"


def test_every_icon_that_is_asked_for_is_in_the_sprite() -> None:
    sprite = next((UI / "static/vendor").glob("tabler-icons-*/icons.svg")).read_text(encoding="utf-8")
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        asked = set(re.findall(r'{% icon "([\w-]+)"', text)) | set(re.findall(r'\bicon="([\w-]+)"', text))
        assert asked <= drawn, f"{name_of(path)}: {asked - drawn}"
