"""Book, reverse, close a month, seal. All journals go the same way, one or a hundred thousand: as sets.

Writers queue at the rows of the balances, which the database takes in one order, whatever order was asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection

from onefold.commands import chain
from onefold.commands.action import Command, action
from onefold.commands.scope import today
from onefold.domains.ledger import refusals, rules
from onefold.domains.ledger.models import ClosedPeriod, Posting
from onefold.domains.ledger.rules import Draft, Entry, Kind
from onefold.kernel.refusals import Refusal

PIECE = 20_000
LOCK_ALONE = "SELECT pg_advisory_xact_lock(7310005)"
"""The number is that of migrations/0002."""
REFUSED_BY: dict[str, type[Refusal]] = {
    "ledger_month_open": refusals.PeriodClosed,
    "no_account_is_overdrawn": refusals.AccountOverdrawn,
    "ledger_journal_reverses_id_key": refusals.ReversedBefore,
}


@action
def post(
    command: Command, *, operation_id: UUID, effective_on: date, event: str, entries: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """Book one journal. `entries`: {company, kind, amount_minor, currency, counterparty?, mirrors?, no_overdraft?}.

    Raises `JournalEmpty`, `JournalUnbalanced`, `OperationReused`, `PeriodClosed`, `AccountOverdrawn`.
    """
    read = tuple(
        Entry(
            entry["company"],
            Kind(entry["kind"], entry.get("mirrors", ""), entry.get("no_overdraft", False)),
            entry["amount_minor"],
            entry["currency"],
            entry.get("counterparty", ""),
        )
        for entry in entries
    )
    made = post_all(command, [Draft(operation_id, effective_on, event, read)])
    return {"journal_id": str(operation_id), "made": bool(made)}


@action
def reverse(
    command: Command, *, journal_id: UUID, operation_id: UUID, effective_on: date, event: str
) -> dict[str, Any]:
    """Book the opposite of a journal, once. Raises `JournalUnknown`, `ReversedBefore` and what `post` raises."""
    entries = tuple(
        Entry(row.company_id, Kind(row.account.kind, row.account.mirrors, row.account.no_overdraft), -row.amount_minor,
              row.account.currency, row.account.counterparty)
        for row in Posting.objects.filter(journal_id=journal_id).select_related("account").order_by("posting_id")
    )  # fmt: skip
    if not entries:
        raise refusals.JournalUnknown()
    made = post_all(command, [Draft(operation_id, effective_on, event, entries, reverses=journal_id)])
    return {"journal_id": str(operation_id), "made": bool(made)}


def post_all(command: Command, drafts: Sequence[Draft]) -> int:
    """Book these journals in the open command; return how many are new. Raises what `post` raises, and then none is booked."""
    for draft in drafts:
        _refuse_unfit(draft)
    with _refusing():
        made = sum(_post_piece(command, drafts[start : start + PIECE]) for start in range(0, len(drafts), PIECE))
    command.audit(str(drafts[0].operation_id) if len(drafts) == 1 else "", journals=len(drafts), made=made)
    return made


@action
def close_period(command: Command, *, month: date) -> dict[str, Any]:
    """Let nothing be booked in `month` any more. Waits for whoever is booking; doing it again changes nothing.

    Raises `PeriodNotOver`.
    """
    month = rules.month_of(month)
    if today(command.at) < rules.next_month(month):
        raise refusals.PeriodNotOver()
    with connection.cursor() as cursor:
        cursor.execute(LOCK_ALONE)
    if ClosedPeriod.objects.filter(month=month).exists():
        return {"month": month, "closed": False}
    seal_id = seal(command)["seal_id"]
    ClosedPeriod.objects.create(month=month, seal_id=seal_id, at=command.at, by=command.viewer.key)
    command.audit(month.isoformat(), seal=seal_id)
    return {"month": month, "closed": True}


@action
def seal(command: Command) -> dict[str, Any]:
    """Add a link to the chain: over every journal made since the last one (also when there is none)."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK_ALONE)
        cursor.execute(
            f"""
            INSERT INTO ledger_seal (seal_id, number_until, journals, head_sha256, at)
            SELECT coalesce(last.seal_id, 0) + 1, coalesce(max(j.number), last.number_until, 0), count(j.number),
                   {chain.head("last.head_sha256", "j.body_sha256", "j.number")},
                   %s
            FROM (VALUES (0)) one
            LEFT JOIN (SELECT * FROM ledger_seal ORDER BY seal_id DESC LIMIT 1) last ON true
            LEFT JOIN ledger_journal j ON j.number > coalesce(last.number_until, 0)
            GROUP BY last.seal_id, last.number_until, last.head_sha256
            RETURNING seal_id, head_sha256, journals
            """,
            [command.at],
        )
        seal_id, head, journals = cursor.fetchone()
    command.audit(str(seal_id), head=head, journals=journals)
    return {"seal_id": seal_id, "head_sha256": head, "journals": journals}


def _refuse_unfit(draft: Draft) -> None:
    if not rules.has_enough(draft.entries):
        raise refusals.JournalEmpty()
    if left := rules.left_over(draft.entries):
        raise refusals.JournalUnbalanced(currency=left[0], minor=left[1])


@contextmanager
def _refusing() -> Iterator[None]:
    """What the database forbids is said in words where it can happen in the course of business."""
    try:
        yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if name in REFUSED_BY:
            raise REFUSED_BY[name]() from error
        raise


def _post_piece(command: Command, drafts: Sequence[Draft]) -> int:
    hashes = {draft.operation_id: rules.body_sha256(draft) for draft in drafts}
    if len(hashes) < len(drafts):
        drafts = list({draft.operation_id: draft for draft in drafts}.values())
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_journal (journal_id, effective_on, event, reverses_id, body_sha256, at, by) "
            "SELECT *, %s, %s FROM unnest(%s::uuid[], %s::date[], %s::text[], %s::uuid[], %s::text[]) "
            "ON CONFLICT (journal_id) DO NOTHING RETURNING journal_id",
            [command.at, command.viewer.key, list(hashes), [draft.effective_on for draft in drafts],
             [draft.event for draft in drafts], [draft.reverses for draft in drafts], [hashes[draft.operation_id] for draft in drafts]],
        )  # fmt: skip
        made = {row[0] for row in cursor.fetchall()}
        if len(made) < len(hashes):
            _refuse_reused(cursor, hashes)
        new = [draft for draft in drafts if draft.operation_id in made]
        _ensure_accounts(cursor, new)
        _write_postings(cursor, new)
    return len(made)


def _refuse_reused(cursor: Any, hashes: dict[UUID, str]) -> None:
    cursor.execute(
        "SELECT 1 FROM unnest(%s::uuid[], %s::text[]) AS asked (journal_id, body) JOIN ledger_journal j USING (journal_id) "
        "WHERE j.body_sha256 <> asked.body LIMIT 1",
        [list(hashes), list(hashes.values())],
    )
    if cursor.fetchone():
        raise refusals.OperationReused()


def _ensure_accounts(cursor: Any, drafts: Sequence[Draft]) -> None:
    accounts = {entry.account_id: entry for draft in drafts for entry in draft.entries}
    if not accounts:
        return
    ids = sorted(accounts)
    columns = [
        [getter(accounts[account]) for account in ids]
        for getter in (
            lambda entry: entry.company, lambda entry: entry.kind.code, lambda entry: entry.counterparty,
            lambda entry: entry.currency, lambda entry: entry.kind.mirrors, lambda entry: entry.kind.no_overdraft,
        )
    ]  # fmt: skip
    cursor.execute(
        "INSERT INTO ledger_account (account_id, company_id, kind, counterparty, currency, mirrors, no_overdraft) "
        "SELECT * FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bool[]) "
        "ON CONFLICT DO NOTHING",
        [ids, *columns],
    )


def _write_postings(cursor: Any, drafts: Sequence[Draft]) -> None:
    lines = [(draft.operation_id, entry) for draft in drafts for entry in draft.entries]
    if not lines:
        return
    cursor.execute(
        "INSERT INTO ledger_posting (journal_id, account_id, company_id, amount_minor) "
        "SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::bigint[])",
        [[journal for journal, _ in lines], [entry.account_id for _, entry in lines],
         [entry.company for _, entry in lines], [entry.amount_minor for _, entry in lines]],
    )  # fmt: skip
