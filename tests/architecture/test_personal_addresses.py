"""No name and no number of a person in an address, where it is logged and remembered: a form sent by GET holds choices only."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "src" / "onefold" / "web"
FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
FREE = re.compile(r"""<textarea|<input(?![^>]*type="(?:hidden|checkbox|radio|submit|date|month|number|file)")""")
SHOWCASE = "ui/templates/ui/gallery"
"""The gallery shows components with example values, to staff; nothing is looked up there."""


def forms_sent_by_get(text: str) -> list[str]:
    return [inside for attributes, inside in FORM.findall(text) if 'method="post"' not in attributes.lower()]


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(WEB.rglob("*.html")) if SHOWCASE not in path.as_posix()],
    ids=lambda path: path.name,
)
def test_a_form_sent_by_get_asks_for_no_free_text(path: Path) -> None:
    for inside in forms_sent_by_get(path.read_text(encoding="utf-8")):
        assert not FREE.search(inside), f"{path.name}: send it by POST, see web/privacy.py"


def test_the_walk_finds_what_it_is_for() -> None:
    seen = '<form method="get"><input class="x" type="search" name="q"></form><form method="post"><input></form>'
    (inside,) = forms_sent_by_get(seen)
    assert FREE.search(inside) and not FREE.search('<input type="hidden" name="page">')
