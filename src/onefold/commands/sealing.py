"""The audit's lines, sealed: every few seconds each company's new lines become a link of its chain, numbered and hashed.

Lines are written unchained, so that no writer waits for another. A number is given when a line is written, not when it is
committed; the sealer takes lines up to a number only when every transaction that might still bring a smaller one has ended.
A long transaction (a release that is activated) therefore holds the seals up, and nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from onefold.commands.chain import head, sha256

ALONE = "SELECT pg_advisory_xact_lock(7310006)"
LINES_MAX = 500_000
"""Lines of all companies sealed in one go; an installation from before the seals has many to catch up with."""

LINE = sha256(
    "json_build_array(l.number, l.audit_id, l.command_id, l.action, l.actor, l.company, l.subject, l.facts::text, "
    "(extract(epoch FROM l.at) * 1000000)::bigint)::text"
)
"""SQL: the hash of everything that a line `l` says. As JSON, so that no two lines read the same."""

MARK = "SELECT coalesce(max(number), 0), pg_snapshot_xmax(pg_current_snapshot())::text::bigint FROM commands_auditline"
OVER = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint >= %s"
SEAL = f"""
    INSERT INTO commands_auditseal (company, seal_no, number_from, number_until, lines, head_sha256, at)
    SELECT l.company, greatest(coalesce(last.seal_no, 0), coalesce(lost.seal_no, 0)) + 1, coalesce(last.number_until, 0),
           max(l.number), count(*), {head("last.head_sha256", LINE, "l.number")}, %(at)s
    FROM commands_auditline l
    LEFT JOIN LATERAL (SELECT * FROM commands_auditseal s WHERE s.company = l.company ORDER BY seal_no DESC LIMIT 1) last ON true
    LEFT JOIN LATERAL (SELECT max(b.seal_no_until) AS seal_no FROM commands_auditbreak b WHERE b.company = l.company) lost ON true
    WHERE l.number > %(sealed)s AND l.number <= %(until)s
    GROUP BY l.company, last.seal_no, last.number_until, last.head_sha256, lost.seal_no
"""


@dataclass(frozen=True)
class Mark:
    """The last number seen, and the transaction before which everything must have ended until it may be sealed."""

    number: int
    transaction: int


class Sealer:
    """Remembers what it saw the time before. Needs a role that may seal: the jobs' or the owner's."""

    def __init__(self) -> None:
        self.seen: Mark | None = None

    def seal(self, at: datetime) -> int:
        """Seal what can be sealed; return how many links were added."""
        added = _seal_until(self.seen.number, at) if self.seen and _is_over(self.seen) else 0
        if self.seen is None or _is_over(self.seen):
            self.seen = Mark(*_asked(MARK))
        return added


def unsealed(now: datetime) -> tuple[int, float]:
    """Return how many lines wait for a seal, and for how many seconds the first of them has."""
    count, oldest = _asked(
        "SELECT count(*), min(at) FROM commands_auditline WHERE number > (SELECT coalesce(max(number_until), 0) FROM commands_auditseal)"
    )
    return count, (now - oldest).total_seconds() if oldest else 0.0


def _seal_until(number: int, at: datetime) -> int:
    added = 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ALONE)
        cursor.execute("SELECT coalesce(max(number_until), 0) FROM commands_auditseal")
        sealed = cursor.fetchone()[0]
        while sealed < number:
            until = min(number, sealed + LINES_MAX)
            cursor.execute(SEAL, {"at": at, "sealed": sealed, "until": until})
            added += cursor.rowcount
            sealed = until
    return added


def _is_over(mark: Mark) -> bool:
    return bool(_asked(OVER, [mark.transaction])[0])


def _asked(question: str, values: list[Any] | None = None) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchone()
