"""The frame round every page: who is signed in, where they may go, which release they see."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onefold.commands.scope import Frame
from onefold.commands.viewer import Viewer
from onefold.domains.intake.queries import paused_count
from onefold.domains.releases.held_queries import held_count
from onefold.domains.releases.queries import Published, published
from onefold.web.asking import Asked
from onefold.web.routes import may_enter

ROLE_LABELS = {
    "CROSS_SELLING_DESK": gettext_lazy("Cross-selling desk"),
    "COMPANY_MANAGER": gettext_lazy("Company manager"),
    "SELLER": gettext_lazy("Seller"),
    "COMPLIANCE": gettext_lazy("Compliance"),
    "DATA_STEWARD": gettext_lazy("Data steward"),
    "COUNTER": gettext_lazy("Counter"),
    "CUSTOMER": gettext_lazy("Customer"),
}
NAVIGATION = (
    ("cockpit:home", gettext_lazy("Overview"), "chart"),
    ("cockpit:indicators", gettext_lazy("Indicators"), "gauge"),
    ("terminal:today", gettext_lazy("Today"), "list"),
    ("terminal:orders", gettext_lazy("Orders"), "check"),
    ("terminal:calendar", gettext_lazy("Calendar"), "calendar"),
    ("terminal:referrals", gettext_lazy("Referrals"), "forward"),
    ("terminal:statement", gettext_lazy("Statement"), "scale"),
    ("portal:contracts", gettext_lazy("My contracts"), "list"),
    ("portal:offers", gettext_lazy("For you"), "umbrella"),
    ("portal:orders", gettext_lazy("My orders"), "check"),
    ("portal:consents", gettext_lazy("Consents"), "lock"),
    ("portal:looks", gettext_lazy("Who looked"), "users"),
    ("backoffice:customers", gettext_lazy("Customers"), "users"),
    ("backoffice:intake", gettext_lazy("Data intake"), "upload"),
    ("backoffice:quality", gettext_lazy("Data quality"), "check"),
    ("backoffice:links", gettext_lazy("Links"), "merge"),
    ("backoffice:leavers", gettext_lazy("Sellers who left"), "users"),
    ("backoffice:models", gettext_lazy("Models"), "gauge"),
    ("backoffice:audit", gettext_lazy("Audit"), "lock"),
    ("backoffice:operations", gettext_lazy("Operations"), "gauge"),
    ("backoffice:installation", gettext_lazy("Installation"), "lock"),
)


def shell_for(request: Asked, frame: Frame) -> dict[str, Any]:
    """Return the plain values the layout shows; the database is asked only when somebody is signed in."""
    viewer: Viewer | None = request.viewer
    release, badges = frame.get(viewer) if viewer else (None, {})
    return {
        "group_name": _("Onefold"),
        "user_name": request.user.get_username() if viewer else "",
        "role_label": str(ROLE_LABELS[next(iter(viewer.roles))]) if viewer else "",
        "company": viewer.company if viewer else "",
        "nav": navigation(request, viewer, badges) if viewer else [],
        "as_of": release.as_of if release else None,
        "release": release.release_id[:8] if release else "",
        "freshness": release.activated_at if release else None,
        "demo": settings.DEMO,
        "demo_entry_url": reverse("demo_entry") if settings.DEMO else "",
    }


UNKNOWN: tuple[Published | None, dict[str, int]] = (None, {})


def state_round_pages(viewer: Viewer) -> tuple[Published | None, dict[str, int]]:
    """The release in force, and what is to be seen at the doors of this viewer: feeds that are paused, a release that is held."""
    intake, works = (may_enter(f"backoffice:{door}", viewer.roles) for door in ("intake", "operations"))
    held = held_count(viewer) if intake or works else 0
    paused = paused_count(viewer) if intake else 0
    return published(viewer), {"backoffice:intake": paused + held, "backoffice:operations": held}


@cache
def address_of(route: str) -> str:
    return reverse(route)


def navigation(request: Asked, viewer: Viewer, badges: dict[str, int]) -> list[dict[str, Any]]:
    """Return the links of this viewer; the one whose address is the longest beginning of the page's is where one is."""
    links: list[dict[str, Any]] = [
        {"label": str(label), "url": address_of(route), "icon": icon, "badge": badges.get(route, 0)}
        for route, label, icon in NAVIGATION
        if may_enter(route, viewer.roles)
    ]
    here = max((link["url"] for link in links if request.path.startswith(link["url"])), key=len, default="")
    return [link | {"active": link["url"] == here} for link in links]
