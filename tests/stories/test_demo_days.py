"""The demonstration's days of selling, on a small simulated group: what is sold on a phone and what the owner's file tells meet in one contract."""

from __future__ import annotations

import os
import shutil
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from django.conf import settings

import onefold.simulator
from onefold.cli.demo import receive_by_day
from onefold.cli.past import living
from onefold.cli.work import run_once
from onefold.commands import clock
from onefold.commands.scope import reading
from onefold.domains import rulebook
from onefold.domains.intake.models import Batch
from onefold.domains.leads.models import Need, Outcome
from onefold.domains.orders.models import OrderItem
from onefold.domains.releases.queries import active_release_id
from onefold.domains.settlement.models import Clearing
from onefold.domains.settlement.tests.selling import broken
from onefold.seam import datasets as d
from onefold.seam import store
from onefold.simulator.sending import Order, send
from onefold.simulator.tables import EFFECTS
from tests.selling import SYSTEM

RULEBOOK = Path(onefold.simulator.__file__).parent / "rulebook"
BEGINS, DAYS, UNTIL = date(2026, 5, 24), 10, date(2026, 6, 3)


@pytest.fixture
def simulated(settings_of, monkeypatch) -> Iterator[None]:
    """The simulated group's rulebook, and a place of its own for the sandboxes."""
    with socket.socket() as one, socket.socket() as next_to_it:
        for port in range(21_000 + os.getpid() % 9_000, 64_000, 3):
            with suppress(OSError):
                one.bind(("127.0.0.1", port))
                next_to_it.bind(("127.0.0.1", port + 1))
                break
        monkeypatch.setenv("ONEFOLD_PORT", str(port - 1))
    runs = Path(settings.VAR) / "lake" / "runs"
    before = set(runs.glob("*"))
    with settings_of(RULEBOOK=str(RULEBOOK)):
        rulebook.loaded.cache_clear()
        yield
    rulebook.loaded.cache_clear()
    for made in set(runs.glob("*")) - before:  # or the next run of the other tests' group would go on from these
        shutil.rmtree(made) if made.is_dir() else made.unlink()


def test_weeks_of_selling_before_the_demonstration_opens(database, connections, as_role, simulated, tmp_path):
    from django.db import connection

    send(Order(3, 800, BEGINS, DAYS), tmp_path / "sent", tmp_path / "truth")
    easily_won(tmp_path / "truth" / "effects.parquet")
    folders = sorted((tmp_path / "sent").iterdir())
    here = {role: known.to(connection.settings_dict["NAME"]) for role, known in connections.items()}

    def lived() -> None:
        with living(here, folders[0], UNTIL, tmp_path / "truth", tmp_path / "sold") as after_each:
            receive_by_day(here, folders, after_each)

    lived()
    with as_role("batch"):
        assert run_once(told=lambda line: None)
        with reading(SYSTEM):
            before = counts()
            assert min(count for name, count in before.items() if name != "needs") > 0
            sold = list(OrderItem.objects.exclude(contract_id=None))
            assert len(sold) > 2
            folder = Path(settings.VAR) / "lake" / "runs" / active_release_id(SYSTEM)
        assert broken() == []
    in_files = {row["contract_id"]: row for row in store.read(folder, d.CONTRACTS).to_pylist()}
    held = Counter(row["contract_id"] for row in store.read(folder, d.HOLDINGS).to_pylist() if not row["known_until"])
    untold = [item for item in sold if item.contract_id.hex not in in_files]
    assert all(item.free_look_until > item.issued_at for item in untold) and len(untold) * 3 < len(sold)
    for item in set(sold) - set(untold):
        told = in_files[item.contract_id.hex]
        assert (told["product"], told["premium_minor"]) == (item.product_id, item.premium_minor)
        assert told["seller"] == item.seller_id and held[item.contract_id.hex] == 1
    whole = {row["step"]: row["leads"] for row in store.read(folder, d.FUNNEL).to_pylist() if row["view"] == "ALL"}
    assert whole["LEAD"] > (whole["CONTACTED"] or 0)

    lived()  # once more: every day is past
    with as_role("batch"), reading(SYSTEM):
        assert counts() == before
        assert clock.now() == datetime(2026, 6, 30, 2, tzinfo=UTC)


def easily_won(effects: Path) -> None:
    """So few customers would buy next to nothing in so few days; these say yes more often than not."""
    for part in effects.glob("*"):
        pl.read_parquet(part).with_columns(contacted_ppm=pl.lit(700_000)).cast(EFFECTS).write_parquet(part)


def counts() -> dict[str, int]:
    models = {"batches": Batch, "outcomes": Outcome, "needs": Need, "items": OrderItem, "clearings": Clearing}
    return {name: model.objects.count() for name, model in models.items()}
