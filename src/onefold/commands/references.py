"""References of many rows are checked as a set: one anti-join for each foreign key, where the database would run a trigger for each row.

PostgreSQL queues a check for every row and every foreign key until COMMIT; for the facts of a release that is most of its
activation. The batch role may set those triggers aside (`session_replication_role`) for the one statement that merges; what
they would have found is looked for before, over all rows at once. Where a server does not give the role that right, the
triggers run and nothing else changes. Triggers that hold money together are made `ENABLE ALWAYS` and fire all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, models


@contextmanager
def checked_as_a_set(cursor: Any, staged: str, model: type[models.Model], columns: Sequence[str]) -> Iterator[None]:
    """Let the statement inside merge `staged` into `model` without a trigger for each row.

    Raises `IntegrityError` when a staged row refers to a row that is not there.
    """
    cursor.execute("SELECT has_parameter_privilege('session_replication_role', 'SET')")
    if not cursor.fetchone()[0]:
        yield
        return
    refuse_dangling(cursor, staged, model, columns)
    cursor.execute("SET LOCAL session_replication_role = replica")
    yield
    cursor.execute("SET LOCAL session_replication_role = origin")


def refuse_dangling(cursor: Any, staged: str, model: type[models.Model], columns: Sequence[str]) -> None:
    for field in model._meta.concrete_fields:
        if not (
            isinstance(field, models.ForeignKey) and field.column in columns and getattr(field, "db_constraint", True)
        ):
            continue
        target = field.target_field
        cursor.execute(
            f'SELECT 1 FROM {staged} s LEFT JOIN {target.model._meta.db_table} t ON t."{target.column}" = s."{field.column}" '
            f'WHERE s."{field.column}" IS NOT NULL AND t."{target.column}" IS NULL LIMIT 1'
        )
        if cursor.fetchone():
            raise IntegrityError(f"{model._meta.db_table}.{field.column} refers to a row that is not there")
