"""A queryset compiled once. Building a query with its second wall costs several times what running it costs; where one
request asks many small questions, the SQL is kept and only the values are new.

    def _marketing(viewer, on, customer_id): return consents_seen_by(viewer).filter(...).values_list(...)
    rows(_marketing, viewer, on, customer_id)

The builder must use its arguments as values only: never to decide what the query looks like, except by the viewer's kind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from onefold.commands.viewer import Viewer, ViewerKind

Builder = Callable[..., QuerySet[Any, Any]]
COMPANY, SELLER = "\x01company", "\x01seller"
MARKS: dict[type, Callable[[int], Any]] = {
    str: lambda place: f"\x01{place}",
    UUID: lambda place: UUID(int=place + 1),
    date: lambda place: date(1, 1, place + 1),
    datetime: lambda place: datetime(1, 1, place + 1, tzinfo=UTC),
}
_compiled: dict[tuple[Builder, ViewerKind], tuple[str, list[Any]]] = {}


def rows(build: Builder, viewer: Viewer, *values: Any) -> list[tuple[Any, ...]]:
    """Run what `build(viewer, *values)` selects (a `values_list`); return its rows. Call it inside the viewer's scope."""
    key = (build, viewer.kind)
    if key not in _compiled:
        _compiled[key] = _compile(build, viewer, values)
    sql, places = _compiled[key]
    known = (viewer.company, viewer.seller, *values)
    with connection.cursor() as cursor:
        cursor.execute(sql, [known[place] if isinstance(place, int) else place.value for place in places])
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


class _Fixed:
    """A value that is part of the query itself."""

    def __init__(self, value: Any) -> None:
        self.value = value


def _compile(build: Builder, viewer: Viewer, values: tuple[Any, ...]) -> tuple[str, list[Any]]:
    """The SQL, and for each of its parameters which of our values it is."""
    marks = [COMPANY, SELLER, *(MARKS[type(value)](place) for place, value in enumerate(values))]
    query = build(replace(viewer, company=COMPANY, seller=SELLER), *marks[2:]).query
    sql, parameters = query.sql_with_params()
    return sql, [_place(parameter, marks) for parameter in parameters]


def _place(parameter: Any, marks: list[Any]) -> int | _Fixed:
    for place, mark in enumerate(marks):
        if type(parameter) is type(mark) and parameter == mark:
            return place
    return _Fixed(parameter)
