"""Who a token speaks for, what it opens, and how often it may speak."""

from __future__ import annotations

import hashlib
import time
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from ninja.security import HttpBearer

from onefold.commands.scope import today
from onefold.domains import rulebook
from onefold.domains.organisation.actions import note_use
from onefold.domains.organisation.models import Scope
from onefold.domains.organisation.queries import Machine, machine_of_token
from onefold.web.api.refusals import TokenMissing, TokenTooNarrow, TooManyRequests

WINDOW_S = 60


class Token(HttpBearer):
    """A company's token that opens `scope`. A signed-in person's cookie opens nothing here."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope.value

    def __call__(self, request: HttpRequest) -> Any:
        """Return the viewer. Like the parent's, but what is missing is a refusal with a sentence."""
        machine: Machine | None = super().__call__(request)
        if machine is None:
            raise TokenMissing()
        if self.scope not in machine.viewer.roles:
            raise TokenTooNarrow(scope=self.scope)
        _count(machine, self.scope)
        _note(machine)
        return machine.viewer

    def authenticate(self, request: HttpRequest, token: str) -> Machine | None:
        return machine_of_token(hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest())


def _count(machine: Machine, scope: str) -> None:
    """Refuse more than so many requests of one machine within a minute; each web process counts for itself."""
    most = rulebook.value("machines.requests_per_minute_max", today(machine.at))[scope]
    now = int(time.time())
    key = f"api:{machine.viewer.key}:{scope}:{now // WINDOW_S}"
    cache.add(key, 0, 2 * WINDOW_S)
    if cache.incr(key) > most:
        raise TooManyRequests(per_minute=most, seconds=WINDOW_S - now % WINDOW_S)


def _note(machine: Machine) -> None:
    """Once a minute is enough to see whether a token is still in use, and costs the other requests nothing."""
    if cache.add(f"used:{machine.token_id}", True, WINDOW_S):
        note_use(machine.viewer, machine.token_id, machine.at)
