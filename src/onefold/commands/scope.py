"""The viewer's scope: one transaction in which the database knows who is looking and at what instant.

Outside a scope every protected table raises (`onefold_viewer_kind()` finds no viewer): a forgotten scope is an error, never
an empty page.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any, TypeVar, cast

from django.db import connection, transaction
from psycopg import IsolationLevel

from onefold.commands import clock
from onefold.commands.viewer import Viewer

Asking = TypeVar("Asking", bound=Callable[..., Any])
_open: ContextVar[tuple[Viewer, datetime] | None] = ContextVar("onefold_scope", default=None)
_frame: ContextVar[Frame | None] = ContextVar("onefold_frame", default=None)
_answered: ContextVar[dict[tuple[Any, ...], Any] | None] = ContextVar("onefold_answered", default=None)

_ENTER = """
SELECT set_config('app.viewer', %s, true), set_config('app.company', %s, true), set_config('app.seller', %s, true),
       set_config('app.customer', %s, true), set_config('app.actor', %s, true), set_config('app.at', %s, true)
"""


class ScopeMissing(RuntimeError):
    """Code asked for a viewer's data outside `reading` or an action."""


class ScopeMixed(RuntimeError):
    """A scope was opened for one viewer while another viewer's transaction was still open."""


class Frame:
    """What is asked besides in the request's first reading, so that what stands round a page is of the page's own moment and costs
    no transaction of its own. `answers` is None until there was one; `unknown` stands for them where nothing can be asked.
    """

    def __init__(self, questions: Callable[[], Any], unknown: Any) -> None:
        self.questions, self.unknown = questions, unknown
        self.answers: Any = None

    def ask_no_more(self) -> None:
        """What was not answered so far stays unknown."""
        self.answers = self.unknown if self.answers is None else self.answers

    def get(self, viewer: Viewer) -> Any:
        """Return the answers; where nothing was read so far, read now."""
        if self.answers is None:
            with reading(viewer):
                self.answers = self.questions()
        return self.answers


@contextmanager
def framed(frame: Frame) -> Iterator[None]:
    """Let the first reading within answer the frame's questions too."""
    token = _frame.set(frame)
    try:
        yield
    finally:
        _frame.reset(token)


@contextmanager
def reading(viewer: Viewer, at: datetime | None = None) -> Iterator[datetime]:
    """Open a read-only transaction in `viewer`'s scope; yield the instant it looks from. Joins an open scope of the same viewer."""
    if _open.get() is not None:
        if current_viewer() != viewer:
            raise ScopeMixed(f"{viewer.key} may not read inside the scope of another viewer")
        yield current_instant()
        return
    with entered(viewer, at or clock.now(), read_only=True) as instant:
        yield instant
        frame = _frame.get()
        if frame is not None and frame.answers is None:
            frame.answers = frame.questions()


@contextmanager
def entered(viewer: Viewer, at: datetime, *, read_only: bool) -> Iterator[datetime]:
    """Open the outermost transaction for `viewer` at `at` and tell the database. Used by `reading` and the action wrapper."""
    if _open.get() is not None:
        raise ScopeMixed("a scope is open already")
    token, answered = _open.set((viewer, at)), _answered.set({} if read_only else None)
    try:
        with _one_moment() if read_only else nullcontext(), transaction.atomic(durable=True):
            tell_database(viewer, at)
            yield at
    finally:
        _open.reset(token)
        _answered.reset(answered)


def once_a_reading(question: Asking) -> Asking:
    """Let `question(viewer, *values)` be asked of the database once in a reading: its one snapshot has one answer. Whoever gets
    it leaves it as it is. In an action, where the answer may change, it is asked each time.
    """

    @functools.wraps(question)
    def ask(viewer: Viewer, *values: Any) -> Any:
        answered = _answered.get()
        if answered is None:
            return question(viewer, *values)
        key = (question, viewer, *values)
        if key not in answered:
            answered[key] = question(viewer, *values)
        return answered[key]

    return cast(Asking, ask)


def is_reading() -> bool:
    """Whether the open scope is a reading: one snapshot, in which nothing changes."""
    return _answered.get() is not None


@contextmanager
def _one_moment() -> Iterator[None]:
    """All queries of a reading see one snapshot: a release that becomes active meanwhile is not mixed in. The driver begins
    such a transaction by itself, so that saying it costs no question of its own.
    """
    connection.ensure_connection()
    driver = connection.connection
    driver.isolation_level, driver.read_only = IsolationLevel.REPEATABLE_READ, True
    try:
        yield
    finally:
        if not driver.closed:
            driver.isolation_level = driver.read_only = None


def tell_database(viewer: Viewer, at: datetime) -> None:
    values = [viewer.kind.value, viewer.company, viewer.seller, viewer.customer, viewer.key, at.isoformat()]
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, values)


def current_viewer() -> Viewer:
    """Return the viewer of the open scope; raise `ScopeMissing` if there is none."""
    return _scope()[0]


def current_instant() -> datetime:
    """Return the instant of the open scope: the same that the database was told."""
    return _scope()[1]


def _scope() -> tuple[Viewer, datetime]:
    scope = _open.get()
    if scope is None:
        raise ScopeMissing("open `reading(viewer)` or an action first")
    return scope


def today(at: datetime) -> date:
    """Return the business day of an instant, in the group's time zone."""
    from django.utils.timezone import get_default_timezone

    return at.astimezone(get_default_timezone()).date()
