"""What an activation changed in the rooms' facts, row by row, and taking it back.

While an activation merges, triggers of the facts' tables (migration 0008) write each changed row as it was before, and a hash of
it as it is after: a few rows a statement, in the same transaction. Taking back puts them as they were, save where somebody or
something has changed or used the row since: those are counted, named and left.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from onefold.commands.facts import published_facts
from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.releases.models import Change


@dataclass(frozen=True)
class TakenBack:
    """One table: rows that go (the release brought them), that become what they were, that come again (it took them away); and rows
    that stay because something refers to them now, or because they were changed since."""

    table: str
    gone: int
    restored: int
    again: int
    in_use: int
    changed_since: int

    @property
    def left(self) -> int:
        return self.in_use + self.changed_since


@contextmanager
def noted_for(release_id: str) -> Iterator[None]:
    """What is changed inside, in this transaction, is what this release changed."""
    _say(release_id)
    yield
    _say("")


def _say(release_id: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.activating', %s, true)", [release_id])


def forget_others(release_id: str) -> None:
    """Only the release in force can be taken back: what those before it changed is not needed any more."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM releases_change WHERE release_id <> %s", [release_id])


def take_back(release_id: str) -> list[TakenBack]:
    """Put the facts as they were before the release came into force; return what was done, and what was left."""
    tables = [fact.model for fact in published_facts()]
    with connection.cursor() as cursor:
        gone = {model: _remove(cursor, release_id, model) for model in reversed(tables)}
        done = [_put_back(cursor, release_id, model, gone[model]) for model in tables]
    forget_others("")
    return [one for one in done if one.gone + one.restored + one.again + one.left]


def _remove(cursor: Any, release_id: str, model: type[models.Model]) -> tuple[int, int]:
    """Rows the release brought go, unless something refers to them; lowest rooms last, so that nothing of the release does."""
    table = model._meta.db_table
    cursor.execute("DROP TABLE IF EXISTS taking")
    cursor.execute(
        """
        CREATE TEMP TABLE taking ON COMMIT DROP AS
        SELECT key, (array_agg(op ORDER BY change_id))[1] AS first, (array_agg(op ORDER BY change_id DESC))[1] AS last,
               (array_agg(after ORDER BY change_id DESC))[1] AS after
        FROM releases_change WHERE release_id = %s AND "table" = %s GROUP BY key
        """,
        [release_id, table],
    )
    ours = (
        f"taking c CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, c.key) r WHERE c.first = 'I' AND c.last <> 'D' "
        f"AND {_same_key(model)} AND jsonb_hash_extended(to_jsonb(t), 0) = c.after"
    )
    cursor.execute(f"SELECT count(*) FROM {table} t, {ours}", [])
    brought = cursor.fetchone()[0]
    if not brought:
        return 0, 0
    unused = "".join(
        f" AND NOT EXISTS (SELECT 1 FROM {by} u WHERE u.{column} = t.{to})"
        for by, column, to in _references(cursor, table)
    )
    cursor.execute(f"DELETE FROM {table} t USING {ours}{unused}")
    return cursor.rowcount, brought - cursor.rowcount


def _put_back(cursor: Any, release_id: str, model: type[models.Model], gone: tuple[int, int]) -> TakenBack:
    """Rows it changed become what they were, rows it took away come again."""
    table = model._meta.db_table
    columns = [field.column for field in model._meta.concrete_fields]
    named = ", ".join(f'"{column}"' for column in columns)
    cursor.execute("DROP TABLE IF EXISTS taking")
    cursor.execute(
        """
        CREATE TEMP TABLE taking ON COMMIT DROP AS
        SELECT key, (array_agg(op ORDER BY change_id))[1] AS first, (array_agg(op ORDER BY change_id DESC))[1] AS last,
               (array_agg(before ORDER BY change_id))[1] AS before, (array_agg(after ORDER BY change_id DESC))[1] AS after
        FROM releases_change WHERE release_id = %s AND "table" = %s GROUP BY key
        """,
        [release_id, table],
    )
    old = f"taking c CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, c.before) r WHERE c.first <> 'I'"
    sets = ", ".join(f'"{column}" = r."{column}"' for column in columns)
    cursor.execute(
        f"UPDATE {table} t SET {sets} FROM {old} AND c.last <> 'D' AND {_same_key(model)} "
        "AND jsonb_hash_extended(to_jsonb(t), 0) = c.after"
    )
    restored = cursor.rowcount
    values = ", ".join(f'r."{column}"' for column in columns)
    cursor.execute(
        f"INSERT INTO {table} ({named}) SELECT {values} FROM {old} AND c.last = 'D' "
        f"AND NOT EXISTS (SELECT 1 FROM {table} t WHERE {_same_key(model)})"
    )
    again = cursor.rowcount
    cursor.execute("SELECT count(*) FROM taking WHERE NOT (first = 'I' AND last = 'D')")
    left = cursor.fetchone()[0] - gone[0] - gone[1] - restored - again
    return TakenBack(table, gone[0], restored, again, gone[1], left)


def _same_key(model: type[models.Model]) -> str:
    return " AND ".join(f't."{column}" = r."{column}"' for column in key_of(model))


def key_of(model: type[models.Model]) -> list[str]:
    """The columns of a table's primary key."""
    fields = getattr(model._meta, "pk_fields", [model._meta.pk])
    return [field.column for field in fields]


def _references(cursor: Any, table: str) -> list[tuple[str, str, str]]:
    """(table, column, column referred to) of every foreign key to this table."""
    cursor.execute(
        """
        SELECT c.conrelid::regclass::text, quote_ident(a.attname), quote_ident(b.attname)
        FROM pg_constraint c
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
        JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1]
        WHERE c.contype = 'f' AND c.confrelid = %s::regclass
        """,
        [table],
    )
    return list(cursor.fetchall())


def was_before(viewer: Viewer, table: str, column: str, value: str) -> list[dict[str, Any]]:
    """Return the keys of rows whose column had this value before the release in force changed them."""
    with reading(viewer):
        rows = Change.objects.filter(table=table, op="U", **{f"before__{column}": value})
        return list(rows.values_list("key", flat=True))
