"""What a release fixes is made once while it is in force: figures and catalogue change at an activation and never between two.

    def matrix(viewer): return kept(viewer, "cockpit.matrix", lambda: make(viewer), language)

What must be true now - consents, silences, leads, answers - is never kept. What one viewer may see is never given to another:
`kept` asks for the viewer and tells viewers apart by everything that row security and the query scopes look at. `kept_for_all`
is for tables that any viewer may read (`firewall.open_to_staff`).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from django.db import connection

from onefold.commands.scope import is_reading
from onefold.commands.viewer import Viewer
from onefold.domains.releases.queries import published

Kept = TypeVar("Kept")
ENTRIES_MAX = 256
"""So many are remembered in a process, those used last; an older activation's go by themselves."""

_kept: OrderedDict[Hashable, Any] = OrderedDict()
_lock = threading.Lock()


def kept(viewer: Viewer, name: str, make: Callable[[], Kept], *more: Hashable) -> Kept:
    """Return what `make` returned for a viewer with the same rights under the activation in force. Call it inside a `reading`;
    whoever gets it leaves it as it is. `more`: what else it depends on, such as the language.
    """
    return _once(viewer, (name, *rights_of(viewer), *more), make)


def kept_for_all(viewer: Viewer, name: str, make: Callable[[], Kept], *more: Hashable) -> Kept:
    """The same for what every viewer may read alike."""
    return _once(viewer, (name, *more), make)


def rights_of(viewer: Viewer) -> tuple[Hashable, ...]:
    """Everything of a viewer that decides what may be seen: all but who it is that looks."""
    return (viewer.kind, viewer.company, viewer.seller, viewer.customer, viewer.roles)


def _once(viewer: Viewer, asked: tuple[Hashable, ...], make: Callable[[], Kept]) -> Kept:
    release = published(viewer) if is_reading() else None  # an action may be the very one that changes it
    if release is None:
        return make()
    key = (connection.settings_dict["NAME"], release.activation_id, release.release_id, *asked)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            found: Kept = _kept[key]
            return found
    made = make()
    with _lock:
        _kept[key] = made
        while len(_kept) > ENTRIES_MAX:
            _kept.popitem(last=False)
    return made
