"""What a page must not leave behind: a copy in a browser's or a proxy's cache, and what somebody looked for in an address."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from onefold.commands import clock, reads
from onefold.commands.viewer import Viewer

SEARCHES, SEARCHES_MAX = "searches", 20
"""So many of a person's last searches can be gone back to."""
WORD = "search"
TEXT_MAX = 80


class NoStore:
    """Let nothing that Django answers be kept by anybody. Static files are answered before, and hold nothing of a person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "no-store" not in response.headers.get("Cache-Control", ""):
            response.headers["Cache-Control"] = "no-store"
        return response


def with_search(request: HttpRequest, address: str, text: str) -> str:
    """Return the address of what is found, for a redirect: it names the search by a word that means nothing to anybody else.

    The text stays in the session, so that going back, reloading and a bookmark work while it lasts; after that the page is as
    without a search.
    """
    text = text.strip()[:TEXT_MAX]
    if not text:
        return address
    known: dict[str, str] = request.session.get(SEARCHES, {})
    word = next((one for one, before in known.items() if before == text), "") or secrets.token_urlsafe(9)
    kept = {one: before for one, before in known.items() if one != word} | {word: text}
    request.session[SEARCHES] = dict(list(kept.items())[-SEARCHES_MAX:])
    return f"{address}?{WORD}={word}"


def search_of(request: HttpRequest) -> str:
    """Return what was looked for at this address; empty where nothing was, or it is known no more."""
    word = request.GET.get(WORD, "")
    return str(request.session.get(SEARCHES, {}).get(word, "")) if word else ""


def note_search(viewer: Viewer, text: str, found: int) -> None:
    """Leave the audit's line that somebody searched for customers and how many were found; never what for. Outside every scope."""
    kind = "NUMBER" if any(map(str.isdigit, text)) else "NAME"
    reads.note(viewer, "customers.searched", clock.now(), kind=kind, found=found)
