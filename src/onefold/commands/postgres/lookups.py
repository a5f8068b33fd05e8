"""`x__in=[...]` as one parameter. Written as `IN ($1, $2, ...)` a list of another length is another statement, which the server
plans anew and which drives older plans out; a seller's list of twenty is then a statement of its own, and of nineteen another.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.models.lookups import In
from django.utils.datastructures import OrderedSet

TYPES: tuple[tuple[type[models.Field[Any, Any]], str], ...] = (
    (models.UUIDField, "uuid"),
    (models.CharField, "varchar"),
    (models.TextField, "text"),
    (models.BigIntegerField, "bigint"),
    (models.SmallIntegerField, "smallint"),
    (models.IntegerField, "integer"),
)
"""Of whose lists one parameter is made; `varchar` without a length, for a cast would cut."""

OURS = "onefold."
"""Whose columns have the types that their models say; the queue's states are an enumeration of its own."""


def as_postgresql(lookup: In, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
    """Write the lookup as `= ANY(array)`; anything but plain values of a plain column as Django does."""
    kind = _type_of(lookup.lhs)
    values = OrderedSet(lookup.rhs) if kind and lookup.rhs_is_direct_value() else None
    if values is None or any(hasattr(value, "resolve_expression") for value in values):
        sql, parameters = lookup.as_sql(compiler, connection)
        return sql, list(parameters)
    values.discard(None)
    if not values:
        raise EmptyResultSet
    field = _target(lookup.lhs.output_field)
    left, parameters = lookup.process_lhs(compiler, connection)
    given = [field.get_db_prep_value(value, connection, prepared=True) for value in values]
    return f"{left} = ANY(%s::{kind}[])", [*parameters, given]


def _target(field: models.Field[Any, Any]) -> models.Field[Any, Any]:
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return field


def _type_of(left: Any) -> str | None:
    field = getattr(left, "output_field", None)
    if not isinstance(field, models.Field):  # several columns at once
        return None
    if not getattr(field, "model", models.Model).__module__.startswith(OURS):
        return None
    target = _target(field)
    return next((name for kind, name in TYPES if isinstance(target, kind)), None)


def install() -> None:
    In.as_postgresql = as_postgresql  # type: ignore[attr-defined]
