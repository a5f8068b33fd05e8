"""The viewer's scope: one transaction in which the database knows who is looking and at what instant.

Outside a scope every protected table raises (`onefold_viewer_kind()` finds no viewer): a forgotten scope is an error, never
an empty page.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.db import connection, transaction

from onefold.commands import clock
from onefold.commands.viewer import Viewer

_current: ContextVar[Viewer | None] = ContextVar("onefold_viewer", default=None)

_ENTER = """
SELECT set_config('app.viewer', %s, true), set_config('app.company', %s, true), set_config('app.seller', %s, true),
       set_config('app.customer', %s, true), set_config('app.actor', %s, true), set_config('app.at', %s, true),
       set_config('transaction_read_only', %s, true)
"""


class ScopeMissing(RuntimeError):
    """Code asked for a viewer's data outside `reading` or an action."""


class ScopeMixed(RuntimeError):
    """A scope was opened for one viewer while another viewer's transaction was still open."""


@contextmanager
def reading(viewer: Viewer, at: datetime | None = None) -> Iterator[datetime]:
    """Open a read-only transaction in `viewer`'s scope; yield the instant it looks from. Joins an open scope of the same viewer."""
    if _current.get() is not None:
        if _current.get() != viewer:
            raise ScopeMixed(f"{viewer.key} may not read inside the scope of another viewer")
        yield current_instant()
        return
    with entered(viewer, at or clock.now(), read_only=True) as instant:
        yield instant


@contextmanager
def entered(viewer: Viewer, at: datetime, *, read_only: bool) -> Iterator[datetime]:
    """Open the outermost transaction for `viewer` at `at` and tell the database. Used by `reading` and the action wrapper."""
    if _current.get() is not None:
        raise ScopeMixed("a scope is open already")
    token = _current.set(viewer)
    try:
        with transaction.atomic(durable=True):
            tell_database(viewer, at, read_only=read_only)
            yield at
    finally:
        _current.reset(token)


def tell_database(viewer: Viewer, at: datetime, *, read_only: bool) -> None:
    values = [viewer.kind.value, viewer.company, viewer.seller, viewer.customer, viewer.key, at.isoformat()]
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, [*values, "on" if read_only else "off"])


def current_viewer() -> Viewer:
    """Return the viewer of the open scope; raise `ScopeMissing` if there is none."""
    viewer = _current.get()
    if viewer is None:
        raise ScopeMissing("open `reading(viewer)` or an action first")
    return viewer


def current_instant() -> datetime:
    """Return the instant of the open scope."""
    current_viewer()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.at')")
        return datetime.fromisoformat(cursor.fetchone()[0])


def today(at: datetime) -> date:
    """Return the business day of an instant, in the group's time zone."""
    from django.utils.timezone import get_default_timezone

    return at.astimezone(get_default_timezone()).date()
