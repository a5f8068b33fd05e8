"""How figures are written, in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.utils import timezone, translation

from onefold.web.ui.templatetags.figures import ui_format

CASES: list[tuple[str, Any, str, str]] = [
    ("share", 0.4213, "42.1%", "42.1%"),
    ("share", Fraction(1, 3), "33.3%", "33.3%"),
    ("share", 0, "0.0%", "0.0%"),
    ("share", 1, "100.0%", "100.0%"),
    ("share", Decimal("0.12345"), "12.3%", "12.3%"),
    ("share", 0.0005, "0.1%", "0.1%"),
    ("count", 1234567, "1,234,567", "1,234,567"),
    ("ratio", 2.25, "2.25", "2.25"),
    ("ratio", Fraction(9, 4), "2.25", "2.25"),
    ("ratio", 1, "1.00", "1.00"),
    ("ratio", 1.005, "1.01", "1.01"),
    ("money:CNY", 123450, "¥1,234.50", "1,234.50 元"),
    ("money", -5, "−¥0.05", "−0.05 元"),
    ("money:JPY", 123450, "JP¥123,450", "JP¥123,450"),
    ("day", date(2026, 6, 30), "30 Jun 2026", "2026年6月30日"),
    ("day", "2026-06-30", "30 Jun 2026", "2026年6月30日"),
    ("day_iso", date(2026, 6, 3), "2026-06-03", "2026-06-03"),
    ("masked:phone", "13812345678", "138****5678", "138****5678"),
    ("masked", "张小明", "张*", "张*"),
    ("", "as it is", "as it is", "as it is"),
]


@pytest.mark.parametrize(("kind", "value", "english", "chinese"), CASES)
def test_a_figure_is_written_as_the_reader_writes_it(kind: str, value: Any, english: str, chinese: str) -> None:
    with translation.override("en"):
        assert ui_format(value, kind) == english
    with translation.override("zh-hans"):
        assert ui_format(value, kind) == chinese


@pytest.mark.parametrize(
    "kind", ["share", "count", "ratio", "money:CNY", "day", "day_iso", "instant", "masked:name", ""]
)
def test_what_is_not_known_is_a_dash_and_never_nothing(kind: str) -> None:
    assert ui_format(None, kind) == "–"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "n/a", True])
def test_what_is_no_number_is_a_dash(value: Any) -> None:
    assert ui_format(value, "share") == "–"


def test_a_share_that_is_almost_nothing_or_almost_all_does_not_say_nothing_or_all() -> None:
    assert ui_format(Fraction(1, 3000), "share") == "<0.1%"
    assert ui_format(Fraction(2999, 3000), "share") == ">99.9%"


def test_a_half_rounds_away_from_zero_as_a_person_rounds() -> None:
    assert ui_format(Decimal("0.0125"), "share") == "1.3%"
    assert ui_format(Decimal("2.125"), "ratio") == "2.13"


def test_a_moment_is_said_in_the_readers_time_zone() -> None:
    moment = datetime(2026, 6, 30, 22, 5, tzinfo=UTC)
    with timezone.override("Asia/Shanghai"):
        with translation.override("en"):
            assert ui_format(moment, "instant") == "1 Jul 2026, 06:05"
            assert ui_format(moment, "day") == "1 Jul 2026"
        with translation.override("zh-hans"):
            assert ui_format(moment, "instant") == "2026年7月1日 06:05"
