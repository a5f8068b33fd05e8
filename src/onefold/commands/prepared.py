"""A queryset compiled once. Building a query with its second wall costs several times what running it costs; where one
request asks many small questions, the SQL is kept and only the values are new.

    def _marketing(viewer, on, customer_id): return consents_seen_by(viewer).filter(...).values_list(...)
    rows(_marketing, viewer, on, customer_id)

Rooms hand out such questions for somebody who has several of them at once: `answers` asks all in one statement.

    def offers_agreed(on, customer_id): return Question(_marketing, (on, customer_id), set)
    agreed, held = answers(viewer, offers_agreed(on, customer_id), held_now(on, customer_id))

The builder must use its arguments as values only: never to decide what the query looks like, except by the viewer's kind. Nobody
relies on that: each question is compiled with two sets of strange values, and whatever of the one stays in the query with the
other raises `BakedIn`, the first time it is asked. Which attributes a viewer has at all may shape it: such viewers are told apart.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any, NoReturn
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models import QuerySet
from django.db.models.query import get_related_populators

from onefold.commands.viewer import Viewer, ViewerKind

Builder = Callable[..., QuerySet[Any, Any]]
Row = tuple[Any, ...]
MARKS: dict[type, Callable[[int], Any]] = {
    str: lambda number: f"\x01{number}",
    UUID: lambda number: UUID(int=number + 1),
    date: lambda number: date(1, 1, 1) + timedelta(days=number),
    datetime: lambda number: datetime(1, 1, 1, tzinfo=UTC) + timedelta(days=number),
    list: lambda number: [UUID(int=number + 1)],
    int: lambda number: 1_900_000_000 + number,
}
"""Values that no question has, by their number. A list is one of UUIDs; it may be empty when it is asked for."""
OF_VIEWER = tuple(sorted(one.name for one in fields(Viewer) if one.type == "str"))
"""Attributes of a viewer that a question may hold; with its kind, by which questions are told apart, all it may look at."""
IDS = frozenset({"customer"})
"""Those that are UUIDs, and become one on their way into the query."""
NOTHING = ""
"""Instead of SQL: a viewer of this kind sees none of it, whatever is asked (`none()`)."""
SETS = (0, 10_000)
"""Where the numbers of the two sets of marks begin."""
OF_TEXT: tuple[tuple[type[models.Field[Any, Any]], Callable[[str], Any]], ...] = (
    (models.UUIDField, UUID),
    (models.DateTimeField, datetime.fromisoformat),
    (models.DateField, date.fromisoformat),
)
"""How a value that came as JSON becomes what the field has; the others are that already."""


@dataclass(frozen=True)
class Question:
    """What a room can be asked: the builder, the values that follow the viewer, and what its rows mean."""

    build: Builder
    values: tuple[Any, ...]
    read: Callable[[list[Row]], Any]


@dataclass(frozen=True)
class _Compiled:
    """SQL, for each of its parameters which of our values it is, and how each column of its JSON is read (None: as it is)."""

    sql: str
    places: tuple[int | _Fixed | _Listed, ...]
    readers: tuple[Callable[[str], Any] | None, ...]
    compiler: Any = field(compare=False)

    @cached_property
    def make(self) -> Callable[[list[Row]], list[Any]]:
        """Return the function that makes objects of the model from rows, as Django's own `ModelIterable` does."""
        return _maker(self.compiler)


@dataclass(frozen=True)
class _Fixed:
    """A value that is part of the query itself."""

    value: Any


@dataclass(frozen=True)
class _Listed:
    """A list with a value of ours in it."""

    places: tuple[int | _Fixed | _Listed, ...]


Sort = tuple[ViewerKind, tuple[str, ...]]
"""A viewer's kind, and which attributes it has: all by which the form of a question may differ."""
_compiled: dict[tuple[Builder, Sort], _Compiled] = {}
_together: dict[tuple[tuple[Builder, ...], Sort], str] = {}


def rows(build: Builder, viewer: Viewer, *values: Any) -> list[Row]:
    """Run what `build(viewer, *values)` selects (a `values_list`); return its rows. Call it inside the viewer's scope."""
    query = _known(build, viewer, values)
    if query.sql is NOTHING:
        return []
    with connection.cursor() as cursor:
        cursor.execute(query.sql, _filled(query, viewer, values))
        found: list[Row] = cursor.fetchall()
    return found


def instances(build: Builder, viewer: Viewer, *values: Any, using: str = DEFAULT_DB_ALIAS) -> list[Any]:
    """Run what `build(viewer, *values)` selects as objects of its model, with whatever `select_related` and annotations bring.
    Call it inside the viewer's scope.
    """
    query = _known(build, viewer, values)
    if query.sql is NOTHING:
        return []
    with connections[using].cursor() as cursor:
        cursor.execute(query.sql, _filled(query, viewer, values))
        return query.make(cursor.fetchall())


def _maker(compiler: Any) -> Callable[[list[Row]], list[Any]]:
    converters = compiler.get_converters([one for one, *_ in compiler.select[: compiler.col_count]])
    info, select = compiler.klass_info, compiler.select
    places = info["select_fields"]
    first, last = places[0], places[-1] + 1
    names = [one[0].target.attname for one in select[first:last]]
    related = get_related_populators(info, select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]
    annotated = tuple(compiler.annotation_col_map.items())

    def make(found: list[Row]) -> list[Any]:
        made = []
        for line in compiler.apply_converters(found, converters) if converters else found:
            one = info["model"].from_db(DEFAULT_DB_ALIAS, names, line[first:last])
            for populator in related:
                populator.populate(line, one)
            for name, place in annotated:
                setattr(one, name, line[place])
            made.append(one)
        return made

    return make


def answer(viewer: Viewer, question: Question) -> Any:
    """Ask one question. Call it inside the viewer's scope."""
    return question.read(rows(question.build, viewer, *question.values))


def answers(viewer: Viewer, *questions: Question) -> list[Any]:
    """Ask several questions in one statement; return what each means. Call it inside the viewer's scope."""
    queries = [_known(question.build, viewer, question.values) for question in questions]
    key = (tuple(question.build for question in questions), _sort(viewer))
    if key not in _together:
        _together[key] = _joined(queries)
    parameters = [
        value
        for question, query in zip(questions, queries, strict=True)
        for value in _filled(query, viewer, question.values)
    ]
    with connection.cursor() as cursor:
        cursor.execute(_together[key], parameters)
        (text,) = cursor.fetchone()
    told = zip(questions, queries, json.loads(text), strict=True)
    return [question.read([_typed(row, query.readers) for row in found or ()]) for question, query, found in told]


def insert(row: models.Model) -> None:
    """Insert a new row whose key is set: what `save(force_insert=True)` does, without building the statement again."""
    fields = row._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{row._meta.db_table}" ({columns}) VALUES ({", ".join(["%s"] * len(fields))})', values
        )


def _known(build: Builder, viewer: Viewer, values: tuple[Any, ...]) -> _Compiled:
    key = (build, _sort(viewer))
    if key not in _compiled:
        _compiled[key] = _compile(build, viewer, values)
    return _compiled[key]


def _sort(viewer: Viewer) -> Sort:
    return viewer.kind, tuple(name for name in OF_VIEWER if getattr(viewer, name))


def _filled(query: _Compiled, viewer: Viewer, values: tuple[Any, ...]) -> list[Any]:
    known = (*(getattr(viewer, name) for name in OF_VIEWER), *values)
    return [_value(place, known) for place in query.places]


def _value(place: int | _Fixed | _Listed, known: tuple[Any, ...]) -> Any:
    if isinstance(place, _Listed):
        return [_value(one, known) for one in place.places]
    return known[place] if isinstance(place, int) else place.value


class BakedIn(AssertionError):
    """A builder let one asker's values decide what the query says for all."""


class _Unread(frozenset[str]):
    """Stands for what a viewer's questions may not depend on."""

    def _refused(self, *_: object) -> NoReturn:
        raise BakedIn("a question depends on the viewer's roles, of which its compiled form knows nothing")

    __contains__ = __iter__ = __len__ = __bool__ = __and__ = __or__ = __sub__ = __eq__ = __le__ = __ge__ = _refused
    __hash__ = _refused


def _compile(build: Builder, viewer: Viewer, values: tuple[Any, ...]) -> _Compiled:
    first, second = (_marked(build, viewer, values, start) for start in SETS)
    if first != second:
        raise BakedIn(f"{build.__module__}.{build.__qualname__} bakes a value of its first asker into its query")
    return first


def _marked(build: Builder, viewer: Viewer, values: tuple[Any, ...], start: int) -> _Compiled:
    """Compile with marks in the place of the viewer's attributes and of the values."""
    kinds = [*(UUID if name in IDS else str for name in OF_VIEWER), *map(type, values)]
    marks = [MARKS[kind](start + place) for place, kind in enumerate(kinds)]
    masked = {name: str(mark) for name, mark in zip(OF_VIEWER, marks, strict=False) if getattr(viewer, name)}
    query = build(replace(viewer, roles=_Unread(), **masked), *marks[len(OF_VIEWER) :]).query  # type: ignore[arg-type]
    compiler = query.get_compiler("default")
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return _Compiled(NOTHING, (), (), None)
    output = [expression.output_field for expression, *_ in compiler.select]
    return _Compiled(sql, tuple(_place(one, marks) for one in parameters), tuple(map(_reader, output)), compiler)


def _place(parameter: Any, marks: list[Any]) -> int | _Fixed | _Listed:
    """Which mark the parameter is, also as text where the mark is an id."""
    for place, mark in enumerate(marks):
        if parameter == mark and type(parameter) is type(mark):
            return place
        if isinstance(mark, UUID) and isinstance(parameter, str) and parameter in (str(mark), mark.hex):
            return place
    if isinstance(parameter, list):
        return _Listed(tuple(_place(one, marks) for one in parameter))
    return _Fixed(parameter)


def _reader(field: models.Field[Any, Any]) -> Callable[[str], Any] | None:
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return next((read for kind, read in OF_TEXT if isinstance(field, kind)), None)


def _joined(queries: list[_Compiled]) -> str:
    """One row of one value: an array of each query's rows, each an array of its columns."""
    parts = []
    for query in queries:
        if query.sql is NOTHING:
            parts.append("NULL")
            continue
        names = [f"c{number}" for number in range(len(query.readers))]
        row = f"json_build_array({', '.join(names)})"
        parts.append(f"(SELECT json_agg({row}) FROM ({query.sql}) q ({', '.join(names)}))")
    return f"SELECT json_build_array({', '.join(parts)})::text"


def _typed(row: list[Any], readers: tuple[Callable[[str], Any] | None, ...]) -> Row:
    pairs = zip(row, readers, strict=True)
    return tuple(value if read is None or value is None else read(value) for value, read in pairs)
