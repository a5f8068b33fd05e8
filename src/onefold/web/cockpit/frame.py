"""What every page of the cockpit has: its sections, its stamp, and what to do before the first release."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy

from onefold.domains.releases.queries import Published
from onefold.web.asking import Asked
from onefold.web.routes import may_enter

SECTIONS = (
    ("cockpit:home", (), gettext_lazy("Overview")),
    ("cockpit:picture", ("white-space",), gettext_lazy("White space")),
    ("cockpit:picture", ("migration",), gettext_lazy("Migration")),
    ("cockpit:picture", ("cohorts",), gettext_lazy("Cohorts")),
    ("cockpit:picture", ("contribution",), gettext_lazy("Contribution")),
    ("cockpit:picture", ("funnel",), gettext_lazy("Funnel")),
    ("cockpit:picture", ("lift",), gettext_lazy("Lift")),
    ("cockpit:picture", ("training",), gettext_lazy("Training")),
    ("cockpit:settlement", (), gettext_lazy("Settlement")),
    ("cockpit:indicators", (), gettext_lazy("Indicators")),
)


def sections(request: Asked) -> list[dict[str, Any]]:
    """The pages of the cockpit as tabs; the active one is the longest beginning of the address."""
    links = [{"label": str(label), "url": reverse(route, args=words)} for route, words, label in SECTIONS]
    path = reverse("cockpit:picture", args=["white-space"]) if request.path == reverse("cockpit:gap") else request.path
    here = max((link["url"] for link in links if path.startswith(link["url"])), key=len, default="")
    return [link | {"active": link["url"] == here} for link in links]


def first_run(request: Asked) -> HttpResponse:
    """Before the first release there is nothing to show but the way to it."""
    return render(
        request, "cockpit/first_run.html", {"may_hand_in": may_enter("backoffice:intake", request.viewer.roles)}
    )


def stamp(release: Published) -> dict[str, Any]:
    """What is printed beside every figure: of which day, from which release, how old, under which rulebook."""
    return {
        "as_of": release.as_of,
        "release": release.release_id[:8],
        "activated_at": release.activated_at,
        "rulebook": release.rulebook_version[:8],
    }
