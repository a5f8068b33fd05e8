"""Tags for the frame of a page: `icon`, `styles`, `scripts`, `asset`; and `heat`, the step of a share on the heat scale."""

from __future__ import annotations

from bisect import bisect_right
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from onefold.web.ui.assets import CHART_SCRIPTS, ICONS, SCRIPTS, STYLES, address

register = template.Library()

HEAT_FROM = (0.001, *(percent / 100 for percent in (5, 10, 20, 30, 45, 60)))
"""From which share on each step of the heat scale begins; fixed, so that two days and two groups can be compared."""

register.simple_tag(address, name="asset")


@register.simple_tag
@cache
def styles(layout: str) -> SafeString:
    """Link the stylesheets of a layout (`desk`, `phone`, `entrance`)."""
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', ((address(path),) for path in STYLES[layout]))


@register.simple_tag
@cache
def scripts(kind: str = "page") -> SafeString:
    """Load the scripts of every page, or with `charts` those of a page with charts."""
    paths = CHART_SCRIPTS if kind == "charts" else SCRIPTS
    return format_html_join("\n", '<script src="{}" defer></script>', ((address(path),) for path in paths))


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon of the sprite. Without `label` it is decoration and silent for a screen reader."""
    return _drawn(str(name), str(label))


@lru_cache(maxsize=1024)
def _drawn(name: str, label: str) -> SafeString:
    said = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="of-icon" {}><use href="{}#{}"></use></svg>', said, address(ICONS), name or "info")


@register.filter
def heat(share: int | float | Decimal | Fraction | None) -> int:
    """Return the step 0 (nothing) to 7 (60 % and more) of a share."""
    return 0 if share is None else bisect_right(HEAT_FROM, float(share))


@register.simple_tag
def heat_scale() -> list[dict[str, object]]:
    """Return the legend of the heat scale: each step with the share it begins from."""
    return [{"step": step, "least": least} for step, least in enumerate(HEAT_FROM, start=1)]
