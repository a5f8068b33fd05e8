"""What the layout shows round every page, from the plain values the door puts on the request."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

NAMES = (
    "user_name",
    "role_label",
    "company",
    "nav",
    "group_name",
    "as_of",
    "release",
    "freshness",
    "demo",
    "demo_entry_url",
)
HTMX_CONFIG = (
    '{"includeIndicatorStyles": false, "allowEval": false, "selfRequestsOnly": true, "historyCacheSize": 0,'
    ' "responseHandling": [{"code": "204", "swap": false}, {"code": "[23]..", "swap": true},'
    ' {"code": "[45]..", "swap": true, "error": true, "target": "#toasts", "select": "[data-refusal]",'
    ' "swapOverride": "beforeend"}]}'
)
"""Under the strict content policy htmx may neither evaluate nor add styles; a refusal goes to the toasts, whatever was asked."""


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return `shell` for the templates; everything is optional, so that an error page never fails for want of it."""
    given: dict[str, Any] = getattr(request, "shell", None) or {}
    values: dict[str, Any] = {name: given.get(name) for name in NAMES}
    values["group_name"] = values["group_name"] or "Onefold"
    values["nav"] = [_link(link) for link in values["nav"] or ()]
    values["return_to"] = request.get_full_path() if request.method == "GET" else "/"
    return {"shell": values, "htmx_config": HTMX_CONFIG}


def _link(link: Any) -> dict[str, Any]:
    """A link of the navigation is a dict, or a tuple in the same order."""
    return link if isinstance(link, dict) else dict(zip(("label", "url", "icon", "active"), link, strict=True))
