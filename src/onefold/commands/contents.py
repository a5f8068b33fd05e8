"""What a table holds, in two numbers: taken when rows are staged, and again before they are published.

A staging table is emptied by PostgreSQL itself when the server crashes, and may be dropped or changed by anybody with the right
to; so that it exists says nothing about what is in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import connection

_told: ContextVar[dict[str, int | None] | None] = ContextVar("onefold_told", default=None)


@dataclass(frozen=True)
class Contents:
    """`digest`: the sum of a hash of each row, so that it depends on what the rows are and not on their order."""

    rows: int
    digest: str


@contextmanager
def noting() -> Iterator[dict[str, int | None]]:
    """Collect the tables filled inside, each with the rows that its dataset must have given it, where that is known."""
    places: dict[str, int | None] = {}
    token = _told.set(places)
    try:
        yield places
    finally:
        _told.reset(token)


def note(table: str, expected: int | None = None) -> None:
    """`table` was filled for a release. Outside `noting` nobody wants to know."""
    places = _told.get()
    if places is not None:
        places[table] = expected


def contents_of(table: str, release_id: str) -> Contents | None:
    """Return what `table` holds of the release: all of a staging table, else the rows that carry its id. None: no such table.

    Until the transaction ends nobody else changes a staging table.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)::text", [table])
        if cursor.fetchone()[0] is None:
            return None
        of_its_own = table.startswith("staging.")
        if of_its_own:
            cursor.execute(f"LOCK TABLE {table} IN SHARE MODE")
        return _summed(cursor, table, "" if of_its_own else "WHERE release_id = %s", [] if of_its_own else [release_id])


def _summed(cursor: Any, table: str, where: str, values: list[str]) -> Contents:
    cursor.execute(
        f"SELECT count(*), coalesce(sum(hash_record_extended(t, 0)), 0)::text FROM {table} t {where}", values
    )
    return Contents(*cursor.fetchone())
