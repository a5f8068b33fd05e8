"""What a cell says is escaped wherever it stands; nothing, zero and unknown are three things."""

from __future__ import annotations

import pytest

from onefold.web.ui.templatetags.tables import table_rows

EVIL = '"><script>x</script>'


def row(*cells: dict[str, object]) -> str:
    return table_rows([{"cells": list(cells)}])


@pytest.mark.parametrize("place", ["text", "url", "note", "label", "tone", "icon"])
def test_whatever_a_cell_says_is_escaped(place):
    written = row({"text": "a", "tone": "bad" if place == "icon" else "", place: EVIL})
    assert "<script>" not in written
    assert "&lt;script&gt;" in written


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ({"text": "a", "value": None, "as": ""}, "<td>a</td>"),
        ({"text": None}, "<td data-empty>–</td>"),
        ({"text": None, "value": 0, "as": "count"}, '<td class="of-num" data-nothing>0</td>'),
        ({"text": None, "value": None, "as": "count"}, '<td class="of-num" data-empty>–</td>'),
        ({"value": 1234, "as": "count", "label": "Rows"}, '<td class="of-num" data-label="Rows">1,234</td>'),
        ({"text": "2", "numeric": True, "url": "/x"}, '<td class="of-num"><a href="/x">2</a></td>'),
        ({"text": "late", "tone": "warn"}, '<td data-says><span class="of-pill" data-tone="warn">late</span></td>'),
        ({"text": "a", "note": "b"}, "<td>a<small>b</small></td>"),
    ],
)
def test_a_cell_is_written_as_it_is(cell, written):
    assert row({"text": "head"}, cell) == f'<tr><th scope="row">head</th>{written}</tr>'
