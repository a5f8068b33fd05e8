"""Reading a page as a person does: its words, without the marks round them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

HIDDEN = re.compile(r"<(script|style|head)\b.*?</\1>", re.S)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Each test begins in English, whatever language the last answer was in."""
    with translation.override("en"):
        yield


def text_of(answer: Any) -> str:
    """Return the words of a page, single spaces between them."""
    without = HIDDEN.sub(" ", answer.content.decode())
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", without))).strip()


def command_id_of(answer: Any, code: str) -> str:
    """Return the command id of the form whose button sends `code`."""
    forms = re.findall(r"<form\b.*?</form>", answer.content.decode(), re.S)
    form = next(form for form in forms if f'value="{code}"' in form)
    found = re.search(r'name="command_id" value="([^"]+)"', form)
    assert found
    return found.group(1)


def links_of(answer: Any, pattern: str) -> list[str]:
    """Return the addresses of a page that match `pattern`, each once, in order."""
    return list(dict.fromkeys(re.findall(rf'href="({pattern})"', answer.content.decode())))
