"""A month is settled: statements for companies and persons, and one netted sum for each pair of companies and currency.

First the ledger closes the month (it waits for whoever is booking), then everything is reckoned as sets from movements that
cannot change any more. Doing it again reckons again and compares: the same bytes, or an error.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Min

from onefold.commands.action import Command, action
from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer, ViewerKind
from onefold.domains.ledger.actions import close_period, post_all
from onefold.domains.ledger.queries import closed_months
from onefold.domains.ledger.refusals import PeriodNotOver
from onefold.domains.ledger.rules import Draft, month_of, next_month
from onefold.domains.settlement import booking, chart, events, refusals, statement_sql
from onefold.domains.settlement.models import Clearing, Close, Movement, Statement
from onefold.kernel.ids import derived_id, new_id


class MonthDiffers(RuntimeError):
    """A settled month reckoned again gave other bytes: somebody changed what is written for ever."""


def close_month(viewer: Viewer, month: date) -> dict[str, Any]:
    """Close the month in the ledger, then settle it: two actions, so that others can book while the statements are made."""
    close_period(viewer, new_id(), month=month)
    result: dict[str, Any] = settle_month(viewer, new_id(), month=month)
    return result


def close_until(viewer: Viewer, month: date) -> list[dict[str, Any]]:
    """Settle every month that is not settled yet, in order, up to this one; this one is reckoned again if it was settled."""
    with reading(viewer):
        earlier = [open_month for open_month in _open_months(month) if open_month < month]
    return [close_month(viewer, due) for due in (*earlier, month_of(month))]


@action
def request_close(command: Command, *, month: date) -> dict[str, Any]:
    """Ask for a month to be closed and settled, as the group's desk. Raises `PeriodNotOver`, `NotYoursToClose`."""
    if command.viewer.kind not in (ViewerKind.GROUP, ViewerKind.SYSTEM):
        raise refusals.NotYoursToClose()
    month = month_of(month)
    if today(command.at) < next_month(month):
        raise PeriodNotOver()
    command.emit(events.MonthCloseRequested(month.isoformat()))
    command.audit(month.isoformat())
    return {"month": month}


@action
def settle_month(command: Command, *, month: date) -> dict[str, Any]:
    """Make the statements and the netting of a closed month; of a settled one, reckon again and compare.

    Raises `MonthStillOpen`, `EarlierMonthOpen`; `MonthDiffers` is a bug or a crime.
    """
    month = month_of(month)
    command.lock("settlement.settle_month")
    if month not in closed_months(command.viewer):
        raise refusals.MonthStillOpen()
    _refuse_gap(month)
    settled = Close.objects.filter(month=month).first()
    digest = _reckon(month)
    if settled is not None:
        if (settled.sha256, settled.lines) != digest:
            raise MonthDiffers(f"{month}: {settled.sha256} was settled, {digest[0]} comes out now")
        return {"month": month, "sha256": settled.sha256, "lines": settled.lines, "settled": False}
    close = Close.objects.create(month=month, sha256=digest[0], lines=digest[1], at=command.at, by=command.viewer.key)
    _keep(close)
    _book(command, close)
    command.emit(events.MonthSettled(month.isoformat(), close.sha256, close.lines))
    command.audit(month.isoformat(), sha256=close.sha256, lines=close.lines)
    return {"month": month, "sha256": close.sha256, "lines": close.lines, "settled": True}


def _refuse_gap(month: date) -> None:
    """Months are settled in order, because a person's debt is carried from one to the next."""
    earlier = [open_month for open_month in _open_months(month) if open_month < month]
    if earlier:
        raise refusals.EarlierMonthOpen(month=f"{earlier[0]:%Y-%m}")


def _open_months(until: date) -> list[date]:
    """The months up to `until`, from the first in which anything moved, that are not settled."""
    first = Movement.objects.aggregate(first=Min("effective_on"))["first"]
    settled = set(Close.objects.values_list("month", flat=True))
    found, month = [], month_of(first or until)
    while month <= until:
        if month not in settled:
            found.append(month)
        month = next_month(month)
    return found


def _reckon(month: date) -> tuple[str, int]:
    """Statements and netting of the month into temporary tables; return the hash of all of it, and the number of lines."""
    with connection.cursor() as cursor:
        for statement, values in statement_sql.reckoning(month, next_month(month)):
            cursor.execute(statement, values)
        cursor.execute(statement_sql.DIGEST)
        sha256, lines = cursor.fetchone()
        return sha256, lines


def _keep(close: Close) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement_sql.KEEP_STATEMENTS, [close.month])
        cursor.execute(statement_sql.PAIRS)
        rows = cursor.fetchall()
        year = {"month": close.month, "year": close.month.replace(month=1), "until": next_month(close.month)}
        cursor.execute(statement_sql.GAUGES, year)
        cursor.execute(statement_sql.DEALINGS, year)
    Clearing.objects.bulk_create(
        Clearing(
            clearing_id=derived_id("clearing", close.month.isoformat(), debtor, creditor, currency), close=close,
            debtor_id=debtor, creditor_id=creditor, currency=currency, owed_minor=owed, counter_minor=counter,
            net_minor=owed - counter,
        )
        for debtor, creditor, currency, owed, counter in netted(rows)
    )  # fmt: skip


def netted(rows: list[tuple[str, str, str, int]]) -> list[tuple[str, str, str, int, int]]:
    """From (payer, payee, currency, owed) to (debtor, creditor, currency, owed, counter): who owes more is the debtor."""
    owed: dict[tuple[str, str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for payer, payee, currency, minor in rows:
        one, other = sorted((payer, payee))
        owed[one, other, currency][payer] += minor
    pairs = []
    for (one, other, currency), by in sorted(owed.items()):
        debtor, creditor = (one, other) if by[one] >= by[other] else (other, one)
        if by[debtor] or by[creditor]:
            pairs.append((debtor, creditor, currency, by[debtor], by[creditor]))
    return pairs


def _book(command: Command, close: Close) -> None:
    """On the first open day after the month: one journal for each pair, one for each person who is paid."""
    on = booking.booking_day(next_month(close.month), set(closed_months(command.viewer)))
    drafts = [
        Draft(
            derived_id("netting", str(row.clearing_id)), on, f"clearing:{row.clearing_id}",
            chart.netting(row.debtor_id, row.creditor_id, row.currency, row.owed_minor, row.counter_minor),
        )
        for row in Clearing.objects.filter(close=close).order_by("debtor_id", "creditor_id", "currency")
    ]  # fmt: skip
    drafts += [
        Draft(
            derived_id("paying", str(row.statement_id)), on, f"statement:{row.statement_id}",
            chart.paying(row.company_id, row.person, row.currency, row.paid_minor),
        )
        for row in Statement.objects.filter(close=close, paid_minor__gt=0).order_by("company_id", "person", "currency")
    ]  # fmt: skip
    post_all(command, drafts)
