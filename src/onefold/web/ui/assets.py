"""Which stylesheets and scripts each layout loads, in order. There is no build step: one file a component, as it is served."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.templatetags.static import static

SHARED_STYLES = (
    "ui/layers.css",
    "ui/tokens.css",
    "ui/base.css",
    "ui/button.css",
    "ui/field.css",
    "ui/page.css",
    "ui/tile.css",
    "ui/pill.css",
    "ui/table.css",
    "ui/matrix.css",
    "ui/chart.css",
    "ui/reasons.css",
    "ui/lead.css",
    "ui/link.css",
    "ui/timeline.css",
    "ui/holdings.css",
    "ui/order.css",
    "ui/account.css",
    "ui/progress.css",
    "ui/notice.css",
    "ui/tabs.css",
)
PRINT = "ui/print.css"
"""Last, because paper has the last word over every layout."""
STYLES = {
    "desk": ("ui/vendor.css", *SHARED_STYLES, "ui/desk.css", PRINT),
    "phone": (*SHARED_STYLES, "ui/day.css", "ui/phone.css", PRINT),
    "entrance": (*SHARED_STYLES, "ui/entrance.css", PRINT),
}
"""The phone does without Tabler: its stylesheet is larger than all of ours together, and old phones do not know its colours."""

HTMX = "vendor/htmx-2.0.11/htmx.min.js"
ECHARTS = "vendor/echarts-6.1.0/echarts.onefold.min.js"
ICONS = "vendor/tabler-icons-3.51.0/icons.svg"
SCRIPTS = (HTMX, "ui/ui.js")
CHART_SCRIPTS = (ECHARTS, "ui/charts.js")


@cache
def address(path: str) -> str:
    """Return where a static file is served; our own files carry a mark of their content, so that browsers may keep them."""
    if path.startswith("vendor/"):
        return static(path)
    return f"{static(path)}?v={_mark(path)}"


@cache
def _mark(path: str) -> str:
    found = finders.find(path)
    return hashlib.sha256(Path(str(found)).read_bytes()).hexdigest()[:8] if found else "0"
