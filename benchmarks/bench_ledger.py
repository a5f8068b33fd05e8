"""Money: postings a second through the action and in batch, the checks over a large book, and a month of many fee lines closed twice.

./onefold bench bench_ledger [FEE_LINES]        (default 100000; the figure in the README is of 1000000)
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from machine import describe

HOME = Path(__file__).resolve().parents[1]
ACTIONS, BATCH = 500, 20_000
SALES = 2_000
MONTH = date(2026, 6, 1)


def main() -> int:
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    print(describe())
    (HOME / "var").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=HOME / "var") as var:
        os.environ.update(ONEFOLD_VAR=var, ONEFOLD_DEMO="1")
        from onefold import embedded
        from onefold.cli import place

        found = place.connections()
        place.migrate(found)
        try:
            measure(found, lines)
        finally:
            from django.db import connection

            connection.close()
            embedded.stop(Path(var))
    return 0


def measure(found: Any, lines: int) -> None:
    from onefold.config.databases import connected_as
    from onefold.domains.settlement.tests.selling import small_group

    with connected_as(found, "batch"):
        small_group()
        one_by_one()
        in_batch()
        a_month(lines)


def timed(words: str, count: int, work: Any) -> None:
    started = time.perf_counter()
    work()
    seconds = time.perf_counter() - started
    print(f"{words}: {count / seconds:,.0f}/s ({count:,} in {seconds:.1f} s)", flush=True)


def one_by_one() -> None:
    """Four postings an action: committed, with audit line and result."""
    from onefold.domains.ledger import actions

    asked = [asking(number) for number in range(ACTIONS)]
    timed("ledger.post, postings through the action (four each, synchronous commit)", 4 * ACTIONS,
          lambda: [actions.post(job(), **one) for one in asked])  # fmt: skip


def asking(number: int) -> dict[str, Any]:
    from onefold.domains.ledger.tests.book import line
    from onefold.kernel.ids import new_id

    entries = [
        line("HPC", "COST", 100 + number), line("HPC", "DEBT", -100 - number, counterparty="HLIFE", mirrors="CLAIM"),
        line("HLIFE", "CLAIM", 100 + number, counterparty="HPC", mirrors="DEBT"), line("HLIFE", "GAIN", -100 - number),
    ]  # fmt: skip
    return {"operation_id": new_id(), "effective_on": date(2026, 5, 2), "event": "bench", "entries": entries}


def in_batch() -> None:
    from onefold.commands.action import Command
    from onefold.commands.scope import entered
    from onefold.domains.ledger.actions import post_all
    from onefold.domains.ledger.rules import Draft, Entry, Kind
    from onefold.kernel.ids import new_id

    kinds = {kind: Kind(kind) for kind in ("COST", "GAIN")}
    drafts = [
        Draft(new_id(), date(2026, 5, 3), "bench", tuple(
            Entry(company, kinds[kind], sign * (number + 1), "CNY", f"P{number % 997}")
            for company in ("HPC", "HLIFE") for kind, sign in (("COST", 1), ("GAIN", -1))))
        for number in range(BATCH)
    ]  # fmt: skip

    def work() -> None:
        at = datetime(2026, 6, 15, tzinfo=UTC)
        with entered(job(), at, read_only=False):
            post_all(Command(new_id(), "bench", job(), at), drafts)

    timed("ledger.post_all, postings in one batch (four each)", 4 * BATCH, work)


def a_month(lines: int) -> None:
    from django.db import connection

    from onefold.domains.ledger import invariants as book
    from onefold.domains.settlement import closing, invariants
    from onefold.domains.settlement.tests.selling import set_day

    sell()
    made = multiply(lines)
    set_day(date(2026, 7, 2))
    started = time.perf_counter()
    first = closing.close_month(job(), MONTH)
    closed = time.perf_counter() - started
    started = time.perf_counter()
    again = closing.close_month(job(), MONTH)
    assert again["sha256"] == first["sha256"] and not again["settled"]
    print(f"month of {first['lines']:,} fee lines closed and settled: {closed:.1f} s; again, identical ({first['sha256'][:12]}): "
          f"{time.perf_counter() - started:.1f} s", flush=True)  # fmt: skip
    for check in invariants.CHECKS:
        started = time.perf_counter()
        with connection.cursor() as cursor:
            held = not book.broken(cursor, [check])
        print(
            f"  {check.code:<4} {'holds' if held else 'BROKEN'} over {made:,} movements: {time.perf_counter() - started:.1f} s"
        )


def sell() -> None:
    """Some thousand sales through the rooms' own way, all events as orders tells them."""
    from onefold.commands.action import Command
    from onefold.commands.scope import entered
    from onefold.domains.settlement import actions, booking, chart
    from onefold.domains.settlement.models import Line
    from onefold.domains.settlement.tests.selling import LIFE, issued
    from onefold.kernel.ids import new_id

    events = [
        issued(
            n,
            accompanying_code="ZHAO" if n % 3 else None,
            seller_code=("LIN", "CHEN")[n % 2],
            **(LIFE if n % 5 == 0 else {}),
        )
        for n in range(SALES)
    ]
    at = datetime(2026, 6, 28, tzinfo=UTC)
    started = time.perf_counter()
    with entered(job(), at, read_only=False):
        command = Command(new_id(), "bench", job(), at)
        made = actions.accrue_all(command, events)
        lines = Line.objects.filter(part="NOW").order_by("line_id")
        made += booking.carry_out(
            command,
            [
                booking.Step(
                    booking.VEST, item, date(2026, 6, 28), tuple(booking.whole(line, chart.VESTED) for line in owed)
                )
                for item, owed in booking.by_sale(lines).items()
            ],
        )
    seconds = time.perf_counter() - started
    print(f"settlement: {SALES:,} sales accrued and vested, {made:,} fee lines: {made / seconds:,.0f}/s", flush=True)


COPIES = """
    CREATE TEMP TABLE copy AS SELECT generate_series(1, {copies}) AS k;
    INSERT INTO settlement_sale SELECT {sale} FROM settlement_sale t, copy;
    INSERT INTO settlement_line SELECT {line} FROM settlement_line t, copy;
    CREATE TEMP TABLE twin AS
        SELECT j.journal_id AS old, md5(j.journal_id::text || k)::uuid AS journal_id, j.effective_on, j.event, j.at, j.by,
               (SELECT string_agg(p.account_id || ':' || p.amount_minor, ',' ORDER BY p.account_id, p.amount_minor)
                FROM ledger_posting p WHERE p.journal_id = j.journal_id) AS lines
        FROM ledger_journal j, copy WHERE j.event LIKE 'settlement:%';
    INSERT INTO ledger_journal (journal_id, effective_on, event, body_sha256, at, by)
        SELECT journal_id, effective_on, event, encode(sha256(convert_to(
            journal_id || '|' || effective_on || '|' || event || '||' || lines, 'UTF8')), 'hex'), at, by FROM twin;
    INSERT INTO ledger_posting (journal_id, account_id, company_id, amount_minor)
        SELECT twin.journal_id, p.account_id, p.company_id, p.amount_minor FROM twin JOIN ledger_posting p ON p.journal_id = twin.old;
    INSERT INTO settlement_movement SELECT {movement} FROM settlement_movement t, copy;
"""
NEW_IDS = {"item_id", "sale_id", "line_id", "movement_id", "contract_id"}


def multiply(lines: int) -> int:
    """Copy the sales, with everything booked for them, until there are so many fee lines: through all guards of the database."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM settlement_movement")
        copies = max(lines // cursor.fetchone()[0] - 1, 1)
        columns = {table: copied(cursor, f"settlement_{table}") for table in ("sale", "line", "movement")}
        started = time.perf_counter()
        cursor.execute("BEGIN")
        cursor.execute(
            "SET LOCAL session_replication_role = replica"
        )  # as where facts are merged (adr/0017): guards fire all the same
        for statement in COPIES.format(copies=copies, **columns).split(";")[:-1]:
            cursor.execute(statement)
        cursor.execute("SELECT count(*) FROM ledger_posting JOIN twin USING (journal_id)")
        postings = cursor.fetchone()[0]
        cursor.execute("COMMIT")
        seconds = time.perf_counter() - started
        print(
            f"copied in one transaction, guards on, foreign keys as a set: {postings:,} postings, {postings / seconds:,.0f}/s",
            flush=True,
        )
        cursor.execute("SELECT count(*) FROM settlement_movement")
        return int(cursor.fetchone()[0])


def copied(cursor: Any, table: str) -> str:
    """The columns of a table for a copy: new ids, everything else the same."""
    cursor.execute(f"SELECT * FROM {table} LIMIT 0")
    return ", ".join(
        f"md5(t.{name}::text || k)::uuid" if name in {*NEW_IDS, "journal_id"} else f"t.{name}"
        for name in (column.name for column in cursor.description)
    )


def job() -> Any:
    from onefold.commands.viewer import Viewer

    return Viewer.system("bench")


if __name__ == "__main__":
    sys.exit(main())
