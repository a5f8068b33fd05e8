"""From a signed-in user to a viewer, and the guard at every door. Deny by default: a route without a line is shut."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from onefold.commands import clock, reads
from onefold.commands.scope import Frame, current_viewer, framed
from onefold.commands.viewer import Viewer
from onefold.domains.organisation.queries import viewer_of
from onefold.web.asking import Asked
from onefold.web.refusals import NotYourDoor, refusal_page
from onefold.web.routes import is_open, may_enter
from onefold.web.shell import UNKNOWN, shell_for, state_round_pages

CUTS = ("by", "company", "of", "as_of", "series")
"""Parameters of an export that are codes and days."""


class ViewerMiddleware:
    """Set `request.viewer` (None when nobody is signed in) and `request.shell` (what every page's frame shows)."""

    def __init__(self, get_response: Callable[[Asked], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Asked) -> HttpResponse:
        user = request.user
        request.viewer = viewer_of(user) if user.is_authenticated else None  # type: ignore[assignment]
        request.frame = frame = Frame(lambda: _state(request.viewer), UNKNOWN)
        request.shell = SimpleLazyObject(lambda: shell_for(request, frame))  # type: ignore[assignment]
        with framed(frame) if request.viewer else nullcontext():
            answer = self.get_response(request)
        if request.viewer is not None and answer.headers.get("Content-Disposition", "").startswith("attachment"):
            note_taken_away(request)
        return answer

    def process_view(self, request: Asked, view: object, args: object, kwargs: object) -> HttpResponse | None:
        route = request.resolver_match.view_name if request.resolver_match else ""
        if is_open(route):
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        viewer: Viewer | None = request.viewer
        if viewer is None or not may_enter(route, viewer.roles):
            return refusal_page(request, NotYourDoor())
        return None


def _state(viewer: Viewer) -> Any:
    """What stands round the page, asked in a reading of its own viewer; in anybody else's it stays unasked."""
    return state_round_pages(viewer) if current_viewer() == viewer else None


def note_taken_away(request: Asked) -> None:
    """Whatever leaves as a file stands in the audit: which route, of what, in which cut - never what was typed."""
    found = request.resolver_match
    of = {name: str(value) for name, value in found.kwargs.items()} if found else {}
    cut = {name: value[:40] for name, value in request.GET.items() if name in CUTS}
    reads.note(request.viewer, "web.taken_away", clock.now(), found.view_name if found else "", **of, **cut)


def language_of(request: Asked) -> str:
    """Return `zh-Hans` or `en`: the key under which rulebook and catalogue keep their words."""
    return "zh-Hans" if (get_language() or "en").startswith("zh") else "en"
