"""How things that are kept are weighed and let go: rows by statements, files after the rows that name them. The rule is `kernel.retention`.

A room says in its `retention.py` what it keeps (`KEPT`); room `retention` lets it go, one class at a time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from django.db import connection, transaction

from onefold.commands.scope import today
from onefold.kernel.retention import EVERYBODY, About, Holds, Kept, Ruling, Term, going, ruling

ROWS_AT_ONCE = 20_000


@dataclass
class Weighed:
    """Count and bytes of a class by what is to become of them."""

    counts: dict[Ruling, int] = field(default_factory=lambda: dict.fromkeys(Ruling, 0))
    bytes: dict[Ruling, int] = field(default_factory=lambda: dict.fromkeys(Ruling, 0))

    def add(self, ruling: Ruling, count: int, bytes_: int) -> None:
        self.counts[ruling] += count
        self.bytes[ruling] += bytes_


@dataclass(frozen=True)
class Gone:
    """What was let go in one transaction. `keys` are those whose files are to go now; `more`: there is more of it."""

    count: int
    bytes: int
    sha256: str
    keys: tuple[str, ...] = ()
    more: bool = False


class Keeper(Protocol):
    """One class of kept things; its term is `retention.<name>` in the rulebook."""

    @property
    def name(self) -> str: ...

    def weigh(self, at: datetime, on: date, term: Term, holds: Holds) -> Weighed: ...

    def let_go(self, at: datetime, on: date, term: Term, holds: Holds) -> Gone: ...

    def clear(self) -> None: ...


def proof(keys: Iterable[str]) -> str:
    """Return the SHA-256 of the sorted keys, a line each: whoever has a list of what was can tell that just this went."""
    return hashlib.sha256("\n".join(sorted(keys)).encode()).hexdigest()


@dataclass(frozen=True)
class Things:
    """Files and folders, with the rows that name them. `marked` writes down in the open transaction that they have gone and returns
    those that may really go; after the commit `cleared` removes what is marked, and again each night, so that a kill leaves nothing.
    """

    name: str
    found: Callable[[datetime], Iterable[Kept]]
    cleared: Callable[[], None] = lambda: None
    marked: Callable[[datetime, list[str]], list[str]] = lambda at, keys: keys
    removed: Callable[[list[str]], None] | None = None
    """for files that no row names: removes them as soon as it is committed that they go; who is killed there begins anew"""

    def weigh(self, at: datetime, on: date, term: Term, holds: Holds) -> Weighed:
        weighed = Weighed()
        for kept in self.found(at):
            weighed.add(ruling(kept, term, on, holds), 1, kept.bytes)
        return weighed

    def let_go(self, at: datetime, on: date, term: Term, holds: Holds) -> Gone:
        sizes = {kept.key: kept.bytes for kept in going(self.found(at), term, on, holds)}
        keys = self.marked(at, list(sizes)) if sizes else []
        if self.removed and keys:
            transaction.on_commit(partial(self.removed, keys))
        return Gone(len(keys), sum(sizes[key] for key in keys), proof(keys), tuple(keys))

    def clear(self) -> None:
        self.cleared()


@dataclass(frozen=True)
class Rows:
    """Rows of one table that go by age; the words are SQL over the table, called t.

    `company`, `customer`: the columns that say whose data a row is; none: anybody's (`about`). `erased`: what is set instead of
    deleting the row.
    """

    name: str
    table: str
    key: str
    since: str
    done: str = "true"
    about: About = EVERYBODY
    company: str = ""
    customer: str = ""
    erased: str = ""

    def weigh(self, at: datetime, on: date, term: Term, holds: Holds) -> Weighed:
        weighed = Weighed()
        held, parameters = self._held(holds)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT CASE WHEN {held} THEN 'HELD' WHEN NOT ({self.done}) THEN 'NEEDED' WHEN {self.since} >= %s "
                f"THEN 'YOUNG' ELSE 'GOES' END, count(*), sum(pg_column_size(t.*)) FROM {self.table} t GROUP BY 1",
                [*parameters, before(term, on)],
            )
            for word, count, bytes_ in cursor.fetchall():
                weighed.add(Ruling(word), count, int(bytes_))
        return weighed

    def let_go(self, at: datetime, on: date, term: Term, holds: Holds) -> Gone:
        held, parameters = self._held(holds)
        which = f"({self.done}) AND {self.since} < %s AND NOT {held}"
        chosen = (
            f"SELECT t.ctid AS place, pg_column_size(t.*) AS size FROM {self.table} t WHERE {which} "
            f"LIMIT {ROWS_AT_ONCE}"
        )
        verb = f"UPDATE {self.table} t SET {self.erased} FROM" if self.erased else f"DELETE FROM {self.table} t USING"
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH chosen AS MATERIALIZED ({chosen}) {verb} chosen c WHERE t.ctid = c.place RETURNING t.{self.key}::text, c.size",
                [before(term, on), *parameters],
            )
            rows = cursor.fetchall()
        keys = [key for key, _ in rows]
        return Gone(len(keys), sum(size for _, size in rows), proof(keys), more=len(keys) == ROWS_AT_ONCE)

    def clear(self) -> None:
        """Rows leave nothing behind."""

    def _held(self, holds: Holds) -> tuple[str, list[Any]]:
        """The condition under which a hold protects a row. A class without such columns is protected as a whole or not."""
        if not (self.company or self.customer):
            return ("true" if holds.protect(self.about) else "false"), []
        words: list[str] = ["%s"]
        parameters: list[Any] = [holds.everything]
        for column, codes in ((self.company, holds.companies), (self.customer, holds.customers)):
            if column:
                words.append(f"coalesce({column}::text = ANY (%s::text[]), false)")
                parameters.append(sorted(codes))
            elif codes:
                words.append("true")
        return f"({' OR '.join(words)})", parameters


def before(term: Term, on: date) -> datetime:
    """Return the instant before which things must have ended to go on `on`: the end of the latest such day."""
    from django.utils.timezone import get_default_timezone

    day = term.latest(on) + timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=get_default_timezone())


def day_of(path: Path, at: datetime) -> date:
    """Return the day on which a file was last written, as the clock of `at` would have called it: in a demonstration that clock is
    not the machine's, and what counts is the file's age.
    """
    changed = datetime.fromtimestamp(path.lstat().st_mtime, UTC)
    return today(at - max(datetime.now(UTC) - changed, timedelta(0)))


def bytes_in(path: Path) -> int:
    """Return the bytes of a file or of all files in a folder; those that go meanwhile count for nothing."""
    files = path.rglob("*") if path.is_dir() and not path.is_symlink() else [path]
    total = 0
    for file in files:
        try:
            total += file.lstat().st_size if not file.is_dir() else 0
        except FileNotFoundError:
            continue
    return total


KEPT: tuple[Keeper, ...] = (
    Rows(
        "outbox", "commands_outboxevent", "event_id", "t.at",
        done="t.relayed_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM commands_delivery d WHERE d.event_id = t.event_id AND d.state <> 'DONE')",
    ),
    Rows("deliveries", "commands_delivery", "delivery_id", "t.due_at", done="t.state = 'DONE'"),
    Rows(
        "command_results", "commands_commandrecord", "command_id", "t.at",
        done="t.result IS NOT NULL", erased="result = NULL",
    ),
)  # fmt: skip
