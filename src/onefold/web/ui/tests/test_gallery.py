"""The gallery answers in both languages and every frame, without a database."""

from __future__ import annotations

import re

import pytest
from django.test import Client, override_settings

from onefold.web.ui.gallery import STATUSES
from onefold.web.ui.tests.server import SETTINGS

FRAMES = ("", "phone", "entrance", *STATUSES)


def page(show: str, language: str) -> str:
    with override_settings(**SETTINGS):
        answer = Client().get("/gallery/", {"show": show}, headers={"accept-language": language})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("show", FRAMES)
@pytest.mark.parametrize(("language", "tag"), [("en", "en"), ("zh-hans", "zh-Hans")])
def test_every_frame_is_rendered_in_both_languages(show: str, language: str, tag: str) -> None:
    text = page(show, language)
    assert f'<html lang="{tag}">' in text
    assert 'class="of-skip" href="#main"' in text
    assert "{{" not in text and "{%" not in text


@pytest.mark.parametrize("show", FRAMES)
def test_no_id_is_given_twice(show: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', page(show, "en"))
    assert sorted(name for name in set(ids) if ids.count(name) > 1) == []


@pytest.mark.parametrize("status", STATUSES)
def test_a_refusal_says_what_and_what_to_do_and_carries_the_part_for_htmx(status: str) -> None:
    text = page(status, "en")
    assert "Consent of this customer" in text
    assert "CONSENT_WITHDRAWN" in text
    assert "What to do" in text
    assert len(re.findall(r"<div [^>]*data-refusal", text)) == 1
    assert 'lang="zh-Hans">该客户' in text


def test_the_page_says_of_which_day_and_release_its_figures_are() -> None:
    text = page("", "en")
    assert "30 Jun 2026" in text and "1a2b3c4d" in text
    assert "simulated clock 2026-06-30" in text


def test_htmx_may_neither_evaluate_nor_add_styles() -> None:
    config = re.search(r'name="htmx-config" content="([^"]+)"', page("", "en"))
    assert config
    assert "&quot;allowEval&quot;: false" in config[1]
    assert "&quot;includeIndicatorStyles&quot;: false" in config[1]


def test_the_matrix_prints_every_number_beside_its_shade() -> None:
    text = page("", "en").partition("of-white-space")[0]
    shades = re.findall(r'<td class="of-heat" data-heat="(\d)"[^>]*>(.*?)</td>', text)
    assert len(shades) == 8 * 16
    assert all("%" in inside or "–" in inside for _, inside in shades)
