"""A record of the buyer's is taken for somebody else's after the contract is issued, and put right: the money does not move, and what comes after
finds its sale."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from onefold.cli.work import receive_folders, run_once
from onefold.commands import clock, outbox
from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.config.reactions import REACTIONS
from onefold.domains.customers.models import Membership
from onefold.domains.holdings.models import Contract
from onefold.domains.settlement import closing
from onefold.domains.settlement.models import Movement
from onefold.domains.settlement.tests.selling import JOB, broken
from tests.sandboxes import running
from tests.selling import Counter
from tests.stories.harbour import FOLDER, SYSTEM, World

LIN = Viewer.of_seller("HL1001", "HLIFE")
HEARD = ("orders", "holdings", "settlement", "releases.ReleaseActivated")
OWN, OTHER = "PC20113", "PC20678"
MONEY = (
    "ledger_journal", "ledger_posting", "ledger_balance", "ledger_seal", "settlement_sale", "settlement_line",
    "settlement_movement", "settlement_statement", "settlement_clearing",
)  # fmt: skip


@pytest.fixture
def shop(harbour, as_role, settings_of, tmp_path) -> Iterator[Counter]:
    with running(tmp_path / "partners") as partners, settings_of(PARTNERS=partners.text):
        yield Counter(as_role, partners, LIN, World(as_role).customer_of["wei_ming"])


def relay(as_role: Any) -> None:
    with as_role("batch"):
        outbox.drain({name: to for name, to in REACTIONS.items() if name.startswith(HEARD)})


def on(as_role: Any, day: date) -> None:
    with as_role("batch"):
        clock.set_demo_clock(datetime(day.year, day.month, day.day, 2, tzinfo=UTC))


def send(as_role: Any, place: Path, lines: list[str]) -> None:
    """The owner's list of customers, and a release made of it."""
    place.mkdir()
    (place / f"hpc_customers_{place.name}.csv").write_bytes("".join(lines).encode("gb18030"))
    with as_role("batch"):
        said: list[str] = []
        assert receive_folders([place], said.append), said
        assert run_once(told=lambda line: None)
    relay(as_role)


def owner_of_record(as_role: Any, key: str) -> Any:
    with as_role("batch"), reading(SYSTEM):
        return Membership.objects.get(company_id="HPC", source_record__source_key=key).customer_id


def money(as_role: Any) -> dict[str, str]:
    """Everything that was booked, row by row, as a hash of each table."""
    with as_role("batch"), reading(SYSTEM), connection.cursor() as cursor:
        hashes = {}
        for table in MONEY:
            cursor.execute(f"SELECT t::text FROM {table} t ORDER BY 1")
            rows = [row[0] for row in cursor.fetchall()]
            assert rows, f"{table} is empty: nothing would be compared"
            hashes[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
        return hashes


def test_a_link_made_and_undone_after_issue_moves_no_money(shop, as_role, tmp_path):
    wei = shop.customer_id
    shop.to("issued")
    relay(as_role)
    shop.complete()
    relay(as_role)
    on(as_role, date(2026, 7, 2))
    with as_role("batch"):
        closing.close_until(JOB, date(2026, 6, 1))
    before, contract_id = money(as_role), shop.item.contract_id
    lines = (FOLDER / "data" / "hpc_customers.csv").read_bytes().decode("gb18030").splitlines(keepends=True)
    of = {line.split(",")[0]: line.split(",") for line in lines}
    mistaken = ",".join([OWN, *of[OTHER][1:]])

    on(as_role, date(2026, 7, 3))
    send(as_role, tmp_path / "20260703", [mistaken if line.startswith(OWN) else line for line in lines])
    assert owner_of_record(as_role, OWN) == owner_of_record(as_role, OTHER) != wei
    assert money(as_role) == before

    on(as_role, date(2026, 7, 4))
    send(as_role, tmp_path / "20260704", lines)
    assert owner_of_record(as_role, OWN) == wei != owner_of_record(as_role, OTHER)
    assert money(as_role) == before
    with as_role("batch"):
        assert closing.close_month(JOB, date(2026, 6, 1))["settled"] is False  # reckoned again: the same bytes
        assert broken() == []
        with reading(SYSTEM):
            assert Contract.objects.get(contract_id=contract_id).status == "IN_FORCE"
            assert not Movement.objects.exclude(kind="ACCRUED").exclude(kind="VESTED").exists()
