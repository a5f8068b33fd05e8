"""Two databases, one content: rows and a hash of every table, at one moment that both know.

The moment is a named point in the log. For an instant nobody writes: all tables are locked against writers, a snapshot is taken and
the point is written, then the locks go. So what recovery to that point brings must equal the snapshot, row for row.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import psycopg
from psycopg import sql

from onefold.embedded import Connection

LOCK_WAIT, TRIES = "2s", 60
SETTINGS = "SET timezone = 'UTC'; SET datestyle = 'ISO'; SET extra_float_digits = 1; SET bytea_output = 'hex'"
TABLES = """
    SELECT n.nspname, c.relname, c.relpersistence = 'u' FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_temp%' ORDER BY 1, 2
"""
CONTENT = "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text FROM {}.{} t"


class Content(NamedTuple):
    rows: int
    hash: str


class NobodyMayWrite(Exception):
    """The tables could not be locked for an instant: somebody's long transaction writes."""


@contextmanager
def frozen(connection: Connection, point: str) -> Iterator[tuple[psycopg.Connection[Any], str]]:
    """A session that sees the database as it is at the point `point` of the log, and the point's position."""
    with psycopg.connect(**connection.parameters()) as reader, psycopg.connect(**connection.parameters()) as writer:
        lsn, snapshot = _freeze(writer, point)
        reader.execute(SETTINGS)
        reader.commit()
        reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        reader.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(sql.Literal(snapshot)))
        writer.commit()
        yield reader, lsn


def _freeze(writer: psycopg.Connection[Any], point: str) -> tuple[str, str]:
    tables = [sql.Identifier(schema, name) for schema, name, _ in writer.execute(TABLES)]
    writer.commit()
    for _ in range(TRIES):
        try:
            writer.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            writer.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(sql.Literal(LOCK_WAIT)))
            if tables:
                writer.execute(sql.SQL("LOCK TABLE {} IN SHARE MODE").format(sql.SQL(", ").join(tables)))
            (snapshot,) = writer.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
            (lsn,) = writer.execute("SELECT pg_create_restore_point(%s)::text", [point]).fetchone() or ("",)
            return str(lsn), str(snapshot)
        except (psycopg.errors.LockNotAvailable, psycopg.errors.UndefinedTable):
            writer.rollback()
            tables = [sql.Identifier(schema, name) for schema, name, _ in writer.execute(TABLES)]
            writer.commit()
    raise NobodyMayWrite()


def contents(session: psycopg.Connection[Any]) -> dict[str, Content]:
    """Rows and hash of each table. Unlogged ones are empty after any restore and left out."""
    found = {}
    for schema, name, unlogged in session.execute(TABLES).fetchall():
        if not unlogged:
            row = session.execute(sql.SQL(CONTENT).format(sql.Identifier(schema), sql.Identifier(name))).fetchone()
            found[f"{schema}.{name}"] = Content(*(row or (0, "")))
    return found


def contents_of(connection: Connection) -> dict[str, Content]:
    with psycopg.connect(**connection.parameters(), autocommit=True) as session:
        session.execute(SETTINGS)
        return contents(session)


def differences(one: dict[str, Content], other: dict[str, Content]) -> list[str]:
    """The tables that are not the same in both, with the rows of each."""
    return [
        f"{table}: {one[table].rows if table in one else 'no table'} rows here, {other[table].rows if table in other else 'no table'} restored"
        for table in sorted(one.keys() | other.keys())
        if one.get(table) != other.get(table)
    ]
