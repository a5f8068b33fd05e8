"""Every word in both languages; a catalogue that is not whole is told from one that is."""

from __future__ import annotations

from pathlib import Path

import pytest

from onefold.web.ui.translations import MESSAGES, faults, update, used_in

UI = Path(__file__).parents[1]


@pytest.fixture
def app(tmp_path: Path) -> Path:
    (tmp_path / "page.html").write_text(
        '{% load i18n %}<p>{% translate "Leads" %}</p>{% include "x" with t=_("None") %}'
    )
    (tmp_path / "words.py").write_text('from django.utils.translation import gettext as _\nTITLE = _("Today")\n')
    (tmp_path / "nested/locale").mkdir(parents=True)
    (tmp_path / "nested/other.py").write_text('_("elsewhere")\n')
    return tmp_path


def translate(app: Path, words: dict[str, str]) -> None:
    po = app / MESSAGES
    text = po.read_text(encoding="utf-8")
    for english, chinese in words.items():
        text = text.replace(f'msgid "{english}"\nmsgstr ""', f'msgid "{english}"\nmsgstr "{chinese}"')
    po.write_text(text, encoding="utf-8")
    update(app)


def test_the_interface_has_all_its_words_in_chinese() -> None:
    assert faults(UI) == []


def test_words_are_found_in_templates_in_arguments_and_in_python_but_not_in_a_nested_app(app: Path) -> None:
    assert {message.id for message in used_in(app) if message.id} == {"Leads", "None", "Today"}


def test_a_word_without_chinese_is_a_fault(app: Path) -> None:
    update(app)
    translate(app, {"Leads": "线索", "None": "无"})
    assert faults(app) == ["not translated: Today"]


def test_a_whole_catalogue_has_no_fault_and_a_second_update_changes_nothing(app: Path) -> None:
    update(app)
    translate(app, {"Leads": "线索", "None": "无", "Today": "今日"})
    before = (app / MESSAGES).read_bytes()
    update(app)
    assert faults(app) == []
    assert (app / MESSAGES).read_bytes() == before


def test_a_catalogue_changed_without_compiling_is_a_fault(app: Path) -> None:
    update(app)
    translate(app, {"Leads": "线索", "None": "无", "Today": "今日"})
    po = app / MESSAGES
    po.write_text(po.read_text(encoding="utf-8").replace("今日", "今天"), encoding="utf-8")
    assert faults(app) == ["django.mo is not what django.po says"]


def test_a_word_with_a_context_is_compiled_with_it(app: Path) -> None:
    (app / "words.py").write_text('pgettext("of a list", "Open")\n')
    update(app)
    translate(app, {"Leads": "线索", "None": "无", "Open": "未结"})
    assert faults(app) == []


def test_a_new_and_a_leftover_word_are_faults(app: Path) -> None:
    update(app)
    translate(app, {"Leads": "线索", "None": "无", "Today": "今日"})
    (app / "words.py").write_text('_("Tomorrow")\n')
    assert faults(app) == ["not in the catalogue: Tomorrow", "no longer used: Today"]


def test_an_invented_placeholder_is_a_fault(app: Path) -> None:
    (app / "words.py").write_text('_("Call %(name)s")\n')
    update(app)
    translate(app, {"Leads": "线索", "None": "无", "Call %(name)s": "致电%(who)s"})
    assert faults(app) == ["other placeholders: Call %(name)s"]
