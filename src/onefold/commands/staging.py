"""Set-based writing: how rooms take rows from a release. COPY into staging tables, then merge as facts in the activation's one transaction.

Derived rows (indicators, decisions) need no merging: they carry their release id and stay invisible until the pointer moves.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.db import connection, models

from onefold.commands import contents
from onefold.commands.references import checked_as_a_set
from onefold.kernel import keys
from onefold.seam import checksums, salts, store, vault
from onefold.seam.contracts import Dataset


@dataclass(frozen=True)
class ReleaseFolder:
    """The files of one finished run: pseudonymous datasets in the lake, sealed ones in the vault."""

    release_id: str

    @property
    def lake(self) -> Path:
        return Path(settings.VAR) / "lake" / "runs" / self.release_id

    @property
    def vault(self) -> Path:
        return Path(settings.VAR) / "vault" / "runs" / self.release_id

    @cached_property
    def manifest(self) -> dict[str, Any]:
        manifest: dict[str, Any] = json.loads(checksums.expected(self.lake / "manifest.json").read_text())
        return manifest

    def rows_said(self, dataset: Dataset) -> int:
        """How many rows the manifest says that a dataset of the lake has."""
        return int({one["name"]: one["rows"] for one in self.manifest["datasets"]}[dataset.name])

    def not_forgotten(self, table: pa.Table, sealed: Dataset) -> int:
        """How many of these rows are of records that nobody had forgotten: so many have a part in the vault."""
        gone = salts.forgotten(self.vault.parents[1], sealed.name)
        return int(table.num_rows - (pc.sum(pc.is_in(table[sealed.key[0]], value_set=gone)).as_py() or 0))

    def read(self, dataset: Dataset) -> pa.Table:
        """Return a dataset of the lake, or, where it identifies people, opened from the vault.

        Raises `checksums.KeptFileBroken` when the folder or the file is not as the run left it.
        """
        if dataset.vault:
            opening = vault.VaultKeys.of_ring(self.vault.parents[1], keys.read(settings.SECRETS, keys.VAULT))
            return vault.open_(checksums.required(self.vault), dataset, opening)
        return store.read(checksums.required(self.lake), dataset)


PIECE = 50_000
ESCAPES = {"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"}


@dataclass(frozen=True)
class Rows:
    """Rows on their way into a table: tuples for whoever looks at them, text for COPY, a piece at a time so that memory stays flat."""

    frame: pl.DataFrame

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        for piece in self.frame.iter_slices(PIECE):
            yield from piece.rows()

    def text(self) -> Iterator[bytes]:
        """As COPY reads it: a tab between values, NULL is `\\N`, a list is `{"a","b"}` or `{1,2}`."""
        shaped = [
            pl.col(name).pipe(_as_array, of.inner).pipe(_escaped).alias(name)
            if isinstance(of, pl.List)
            else pl.col(name).pipe(_escaped)
            for name, of in self.frame.schema.items()
            if isinstance(of, (pl.List, pl.String))
        ]
        for piece in self.frame.iter_slices(PIECE):
            piece = piece.with_columns(shaped)
            yield piece.write_csv(include_header=False, separator="\t", quote_style="never", null_value=r"\N").encode()


def _as_array(lists: pl.Expr, of: Any) -> pl.Expr:
    texts = pl.element().cast(pl.String)
    if of == pl.String:
        texts = pl.format('"{}"', texts.str.replace_all(r'([\\"])', r"\$1"))
    return pl.format("{{{}}}", lists.list.eval(texts).list.join(","))


def _escaped(texts: pl.Expr) -> pl.Expr:
    return texts.str.replace_many(list(ESCAPES), list(ESCAPES.values()))


def rows_of(table: pa.Table, columns: Sequence[str]) -> Rows:
    """Return the rows of `table`, these columns of them."""
    return Rows(cast(pl.DataFrame, pl.from_arrow(table.select(list(columns)))))


def copy_in(table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]], *, expected: int | None = None) -> int:
    """Write `rows` into a walled table at the speed of COPY; return how many there were. `expected`: see `stage_facts`.

    PostgreSQL does not COPY into a table with row security, so they go through a temporary one.
    """
    contents.note(table, expected)
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS arriving")
        cursor.execute(f"CREATE TEMP TABLE arriving ON COMMIT DROP AS SELECT {names} FROM {table} WITH NO DATA")
        count = _copy("arriving", names, rows)
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM arriving")
    return count


def _copy(table: str, names: str, rows: Iterable[tuple[Any, ...]]) -> int:
    if isinstance(rows, Rows):
        return _copy_text(table, names, rows)
    count = 0
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for count, row in enumerate(rows, start=1):  # noqa: B007
            copy.write_row(row)
    return count


def _copy_text(table: str, names: str, rows: Rows) -> int:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for piece in rows.text():
            copy.write(piece)
    return rows.frame.height


def stage_facts(
    release_id: str,
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[tuple[Any, ...]],
    *,
    expected: int | None = None,
) -> int:
    """Put rows for `model` into its staging table of this release, replacing what an interrupted staging left.

    `expected`: how many there must be by the release's manifest, where each row of a dataset is one here. The table is UNLOGGED:
    a server that crashes leaves it empty, and activation, which compares `contents`, has it staged again.
    """
    staged, names = staging_table(release_id, model), ", ".join(f'"{column}"' for column in columns)
    contents.note(staged, expected)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {staged}")
        cursor.execute(f"CREATE UNLOGGED TABLE {staged} AS SELECT {names} FROM {model._meta.db_table} WITH NO DATA")
    count = _copy(staged, names, rows)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {staged}")
    return count


def merge_facts(release_id: str, model: type[models.Model], key: Sequence[str], *, delete_missing: bool = False) -> int:
    """Merge staged rows into `model` by `key`: insert new ones, update changed ones, leave equal ones; return rows written.

    They go in by key, so that the index grows page by page and not all over the place.
    """
    staged, table = staging_table(release_id, model), model._meta.db_table
    with connection.cursor() as cursor:
        columns = staged_columns(cursor, staged)
        first = _held_empty(cursor, table)
        with checked_as_a_set(cursor, staged, model, columns):
            written = 0
            for statement in merge_statements(table, staged, columns, key, first=first):
                cursor.execute(statement)
                written += cursor.rowcount
        if delete_missing and not first:
            same = _each("{0} = {1}", key)
            cursor.execute(f"DELETE FROM {table} t WHERE NOT EXISTS (SELECT 1 FROM {staged} s WHERE {same})")
            written += cursor.rowcount
    return written


def _held_empty(cursor: Any, table: str) -> bool:
    """Whether the table has no row, as in a first release. Then nobody else can add one until we commit."""
    anything = f"SELECT EXISTS (SELECT 1 FROM {table})"
    cursor.execute(anything)
    if cursor.fetchone()[0]:
        return False
    cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
    cursor.execute(anything)
    return not cursor.fetchone()[0]


def merge_statements(table: str, staged: str, columns: Sequence[str], key: Sequence[str], *, first: bool) -> list[str]:
    """Update what differs, then insert what is not there: both by a join over all rows, so that equal rows are only read.

    `first`: the table is empty and ours, so rows need not be looked up, nor each insertion be announced to others.
    """
    names, keys = (", ".join(f'"{column}"' for column in some) for some in (columns, key))
    insert = f"INSERT INTO {table} AS t ({names}) SELECT {names} FROM {staged} s "
    if first:
        return [f"{insert} ORDER BY {keys}"]
    insert += f"WHERE NOT EXISTS (SELECT 1 FROM {table} t WHERE {_each('{0} = {1}', key)}) ORDER BY {keys} "
    rest = [column for column in columns if column not in key]
    if not rest:
        return [f"{insert} ON CONFLICT ({keys}) DO NOTHING"]
    sets, old = (
        ", ".join(f'"{column}" = {{0}}."{column}"' for column in rest),
        ", ".join(f't."{column}"' for column in rest),
    )
    differs = f"({old}) IS DISTINCT FROM (" + ", ".join(f'{{0}}."{column}"' for column in rest) + ")"
    return [
        f"UPDATE {table} t SET {sets.format('s')} FROM {staged} s WHERE {_each('{0} = {1}', key)} AND {differs.format('s')}",
        f"{insert} ON CONFLICT ({keys}) DO UPDATE SET {sets.format('excluded')} WHERE {differs.format('excluded')}",
    ]


def _each(condition: str, columns: Sequence[str]) -> str:
    """`condition` between each column of the table (t) and of what is staged (s)."""
    return " AND ".join(condition.format(f't."{column}"', f's."{column}"') for column in columns)


def drop_staged(release_id: str) -> None:
    """Remove the staging tables of a release that is active now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%%I.%%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'staging' AND tablename LIKE %s",
            [f"%\\_{release_id[:12]}"],
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"DROP TABLE {table}")


def staging_table(release_id: str, model: type[models.Model]) -> str:
    return f'staging."{model._meta.db_table}_{release_id[:12]}"'


def staged_columns(cursor: Any, staged: str) -> list[str]:
    cursor.execute(f"SELECT * FROM {staged} LIMIT 0")
    return [column.name for column in cursor.description]
