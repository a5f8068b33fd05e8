"""Who a token speaks for, and how often it may speak."""

from __future__ import annotations

import hashlib
import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from ninja.security import HttpBearer

from onefold.commands.viewer import Viewer
from onefold.domains.organisation.queries import viewer_of_token
from onefold.web.api.refusals import TokenMissing, TooManyRequests

WINDOW_S = 60


class Token(HttpBearer):
    """A company's token. A signed-in person's cookie opens nothing here."""

    def __call__(self, request: HttpRequest) -> Any:
        """Like the parent's, but what is missing is a refusal with a sentence."""
        viewer = super().__call__(request)
        if viewer is None:
            raise TokenMissing()
        _count(viewer)
        return viewer

    def authenticate(self, request: HttpRequest, token: str) -> Viewer | None:
        return viewer_of_token(hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest())


def _count(viewer: Viewer) -> None:
    """Refuse more than so many requests of one token within a minute of the clock; each web process counts for itself."""
    now = int(time.time())
    key = f"api:{viewer.key}:{now // WINDOW_S}"
    cache.add(key, 0, 2 * WINDOW_S)
    if cache.incr(key) > settings.API_PER_MINUTE:
        raise TooManyRequests(per_minute=settings.API_PER_MINUTE, seconds=WINDOW_S - now % WINDOW_S)
