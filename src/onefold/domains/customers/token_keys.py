"""Search tokens from one key to the next: row by row by what they stand for, while others write; then what is left, alone.

Whoever makes tokens holds the key (`key_marks.hold`) until its transaction ends. So the last step, which holds it alone, sees every row
made with an older key, and nobody can add one after it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from onefold.commands.action import Command, action
from onefold.commands.key_marks import hold, hold_alone
from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.customers.models import SearchToken, SourceRecord
from onefold.domains.customers.tokens import searchables, token
from onefold.kernel import keys
from onefold.kernel.keys import Ring

RECORDS_AT_ONCE = 2_000
_FIELDS = ("name", "phone", "id_number", "source_key")


def tokens_by_key(viewer: Viewer) -> dict[str, int]:
    """Return how many tokens there are of each key; an empty id stands for those of before keys had ids."""
    with reading(viewer), connection.cursor() as cursor:
        cursor.execute("SELECT key_id, count(*) FROM customers_searchtoken GROUP BY key_id")
        return dict(cursor.fetchall())


@action
def renew_some(command: Command, *, after: str) -> dict[str, Any]:
    """Renew the tokens of the records that follow `after` (none: the first ones); `after` is empty when there are no more."""
    ring = hold(settings.SECRETS, keys.SEARCH)
    records = SourceRecord.objects.order_by("source_record_id")
    if after:
        records = records.filter(source_record_id__gt=after)
    rows = list(records.values_list("source_record_id", *_FIELDS)[:RECORDS_AT_ONCE])
    renewed = _renew([(record, searchables(*values)) for record, *values in rows], ring)
    if renewed:
        command.audit(ring.current.id, tokens=renewed)
    return {"after": str(rows[-1][0]) if len(rows) == RECORDS_AT_ONCE else "", "tokens": renewed}


@action
def renew_rest(command: Command) -> dict[str, Any]:
    """Renew what is left of any other key, with nobody else making tokens. Afterwards nothing is.

    What no longer stands for a value of its record, or was made with a key that is lost, is made anew from the record.
    """
    return {"tokens": renew_left(command, hold_alone(settings.SECRETS, keys.SEARCH))}


def renew_left(command: Command, ring: Ring) -> int:
    """The same inside another action, of the rows there are."""
    left = SearchToken.objects.exclude(key_id__in=good_ids(ring))
    records = list(left.values_list("source_record_id", flat=True).distinct())
    renewed = 0
    for at in range(0, len(records), RECORDS_AT_ONCE):
        some = SourceRecord.objects.filter(source_record_id__in=records[at : at + RECORDS_AT_ONCE])
        rows = some.values_list("source_record_id", *_FIELDS)
        renewed += _renew([(record, searchables(*values)) for record, *values in rows], ring)
    strange = dict(left.values_list("source_record_id", "company_id").distinct())
    if strange:
        left.delete()
        _make(strange, ring)
    if renewed or strange:
        command.audit(ring.current.id, tokens=renewed, records_anew=len(strange))
    return renewed


def good_ids(ring: Ring) -> list[str]:
    """What stands at a token of the current key."""
    return [ring.current.id, *([""] if ring.current == ring.oldest else [])]


def _renew(records: Iterable[tuple[UUID, set[tuple[str, str]]]], ring: Ring) -> int:
    """Bring the tokens of these records from every older key to the current one; return how many there were."""
    older = [key.secret for key in ring.live[1:]]
    now = ring.current
    pairs = [
        (token(secret, kind, value), record, token(now.secret, kind, value))
        for record, values in records
        for kind, value in values
        for secret in older
    ]
    if not pairs:
        return 0
    before, of_record, after = (list(column) for column in zip(*pairs, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE customers_searchtoken t SET token = p.after, key_id = %s
            FROM unnest(%s::text[], %s::uuid[], %s::text[]) AS p (before, record, after)
            WHERE t.token = p.before AND t.source_record_id = p.record
              AND NOT EXISTS (SELECT 1 FROM customers_searchtoken n WHERE n.token = p.after AND n.source_record_id = p.record)
            """,
            [now.id, before, of_record, after],
        )
        return int(cursor.rowcount)


def _make(companies: dict[UUID, str], ring: Ring) -> None:
    """Make the tokens of these records from what the records say."""
    records = list(companies)
    for at in range(0, len(records), RECORDS_AT_ONCE):
        rows = SourceRecord.objects.filter(source_record_id__in=records[at : at + RECORDS_AT_ONCE])
        SearchToken.objects.bulk_create(
            [
                SearchToken(
                    token=token(ring.current.secret, kind, value),
                    source_record_id=record,
                    company_id=companies[record],
                    key_id=ring.current.id,
                )
                for record, *values in rows.values_list("source_record_id", *_FIELDS)
                for kind, value in searchables(*values)
            ],
            ignore_conflicts=True,
        )
