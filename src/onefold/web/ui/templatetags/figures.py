"""Figures as the reader of the active language writes them. `ui_format` takes the kind by name; each kind is a filter too.

What is not known (None, not a number) is an en dash, never 0. Ties round away from zero, so that a tile and a hand
calculation agree.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

from babel import Locale, dates, numbers
from django import template
from django.utils import timezone
from django.utils.translation import get_language

from onefold.kernel import masks
from onefold.kernel.money import exponent_of

register = template.Library()

UNKNOWN = "–"
Number = int | float | Decimal | Fraction
MASKS: dict[str, Callable[[str], str]] = {
    "name": masks.mask_name,
    "phone": masks.mask_phone,
    "id": masks.mask_id_number,
    "email": masks.mask_email,
}


def active_locale() -> Locale:
    """The locale of the active language: 30 Jun 2026 rather than Jun 30, 2026 in English."""
    return _locale("zh_Hans_CN" if (get_language() or "en").startswith("zh") else "en_GB")


@cache
def _locale(name: str) -> Locale:
    return Locale.parse(name)


@lru_cache(maxsize=65_536)
def _written(number: Decimal, pattern: str, locale: Locale) -> str:
    """Pages repeat their figures, and writing one costs more than finding it again."""
    return str(numbers.format_decimal(number, pattern, locale=locale))


def decimal_of(value: object) -> Decimal | None:
    """Read any number exactly; None for what is none (also infinity and NaN)."""
    if value is None or value == "" or isinstance(value, bool):
        return None
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _rounded(number: Decimal, places: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


@register.filter
def share(value: Number | None) -> str:
    """0.4213 is 42.1%. What would round to nothing, or to all, but is not, says so: <0.1%, >99.9%."""
    number = decimal_of(value)
    if number is None:
        return UNKNOWN
    percent = number * 100
    shown = _rounded(percent, 1)
    if percent > 0 and shown == 0:
        return "<" + _percent(Decimal("0.1"))
    if percent < 100 and shown == 100:
        return ">" + _percent(Decimal("99.9"))
    return _percent(shown)


def _percent(percent: Decimal) -> str:
    return _written(percent, "#,##0.0", active_locale()) + "%"


@register.filter
def count(value: Number | None) -> str:
    """12345 is 12,345."""
    number = decimal_of(value)
    return UNKNOWN if number is None else _written(_rounded(number, 0), "#,##0", active_locale())


@register.filter
def ratio(value: Number | None) -> str:
    """A mean or a quotient, always with two decimals so that a column lines up: 2.25, 1.00."""
    number = decimal_of(value)
    return UNKNOWN if number is None else _written(_rounded(number, 2), "#,##0.00", active_locale())


@register.filter
def money_minor(minor: int | None, currency: str = "CNY") -> str:
    """Whole minor units: 123450 CNY is ¥1,234.50 in English and 1,234.50 元 in Chinese."""
    number = decimal_of(minor)
    if number is None:
        return UNKNOWN
    exponent = exponent_of(currency)
    places = "." + "0" * exponent if exponent else ""
    amount = _written(abs(number).scaleb(-exponent), f"#,##0{places}", active_locale())
    sign = "−" if number < 0 else ""
    if currency == "CNY":
        return f"{sign}{amount} 元" if active_locale().language == "zh" else f"{sign}¥{amount}"
    return f"{sign}{numbers.get_currency_symbol(currency, locale=active_locale())}{amount}"


@register.filter
def amount(minor: int | None, currency: str = "CNY") -> str:
    """An amount without its minor units, where they would only be in the way: ¥1,235; 1,235 元."""
    number = decimal_of(minor)
    if number is None:
        return UNKNOWN
    unit = 10 ** exponent_of(currency)
    written = money_minor(int(_rounded(number / unit, 0)) * unit, currency)
    cut = "." + "0" * exponent_of(currency)
    return written.replace(cut, "", 1)


@register.filter
def day(value: date | datetime | str | None) -> str:
    """30 Jun 2026; 2026年6月30日."""
    found = _date_of(value)
    return UNKNOWN if found is None else _day(found, active_locale())


@lru_cache(maxsize=65_536)
def _day(found: date, locale: Locale) -> str:
    return str(dates.format_date(found, "medium", locale=locale))


@register.filter
def month(value: date | datetime | str | None) -> str:
    """Jun 2026; 2026年6月. Of text the first ten characters are a day."""
    found = _date_of(value)
    return UNKNOWN if found is None else str(dates.format_skeleton("yMMM", found, locale=active_locale()))


@register.filter
def day_iso(value: date | datetime | str | None) -> str:
    """2026-06-30: for dense columns, where every day has the same width."""
    found = _date_of(value)
    return UNKNOWN if found is None else found.isoformat()


def _date_of(value: date | datetime | str | None) -> date | None:
    if isinstance(value, datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).date()
    if isinstance(value, str):
        return date.fromisoformat(value[:10]) if value else None
    return value


@register.filter
def instant(value: datetime | str | None) -> str:
    """A moment in the reader's time zone: 30 Jun 2026, 14:05; 2026年6月30日 14:05. A naive one stands as it is."""
    found = datetime.fromisoformat(value) if isinstance(value, str) and value else value
    if not isinstance(found, datetime):
        return day(found)
    local = timezone.localtime(found) if timezone.is_aware(found) else found
    joint = " " if active_locale().language == "zh" else ", "
    return f"{day(local)}{joint}{local:%H:%M}"


@register.filter
def clock(value: datetime | None) -> str:
    """The time of day of a moment, in the reader's time zone: 14:05."""
    return UNKNOWN if value is None else f"{timezone.localtime(value):%H:%M}"


@register.filter
def masked(value: str | None, kind: str = "name") -> str:
    """A personal value made safe to show; kind is `name`, `phone`, `id` or `email`."""
    return MASKS[kind](value) if value else UNKNOWN


FORMATS: dict[str, Callable[[Any], str]] = {
    "share": share,
    "count": count,
    "ratio": ratio,
    "day": day,
    "day_iso": day_iso,
    "instant": instant,
}


@register.filter
def ui_format(value: Any, kind: str | None) -> str:
    """Format by the name of the kind, as data carries it: `share`, `count`, `ratio`, `day`, `day_iso`, `instant`,
    `money:CNY`, `masked:phone`. Without a kind the value stands for itself."""
    name, _, detail = (kind or "").partition(":")
    if name in ("money", "money_minor"):
        return money_minor(value, detail or "CNY")
    if name == "amount":
        return amount(value, detail or "CNY")
    if name == "masked":
        return masked(value, detail or "name")
    if name in FORMATS:
        return FORMATS[name](value)
    return UNKNOWN if value is None or value == "" else str(value)
