"""From a signed-in user to a viewer, and the guard at every door. Deny by default: a route without a line is shut."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.utils.translation import get_language

from onefold.commands.viewer import Viewer
from onefold.domains.organisation.queries import viewer_of
from onefold.web.asking import Asked
from onefold.web.refusals import NotYourDoor, refusal_page
from onefold.web.routes import is_open, may_enter
from onefold.web.shell import shell_for


class ViewerMiddleware:
    """Set `request.viewer` (None when nobody is signed in) and `request.shell` (what every page's frame shows)."""

    def __init__(self, get_response: Callable[[Asked], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Asked) -> HttpResponse:
        user = request.user
        request.viewer = viewer_of(user) if user.is_authenticated else None  # type: ignore[assignment]
        request.shell = shell_for(request)
        return self.get_response(request)

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


def language_of(request: Asked) -> str:
    """Return `zh-Hans` or `en`: the key under which rulebook and catalogue keep their words."""
    return "zh-Hans" if (get_language() or "en").startswith("zh") else "en"
