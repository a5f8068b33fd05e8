"""A lake opens its datasets, the ones declared, and never the vault's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from onefold.analytics.engines.duckdb import open_lake
from onefold.analytics.tests.worlds import contract, lay, worked_case


def test_a_dataset_that_is_not_there_is_empty(tmp_path: Path) -> None:
    with open_lake(tmp_path) as lake:
        table = lake.arrow(lake.table("spells"))
    assert (table.num_rows, "known_until" in table.column_names) == (0, True)
    assert list(tmp_path.iterdir()) == []


def test_the_vault_stays_shut(tmp_path: Path) -> None:
    with open_lake(tmp_path) as lake, pytest.raises(PermissionError):
        lake.table("source_identities")


def test_what_was_not_declared_cannot_be_opened(tmp_path: Path) -> None:
    with open_lake(lay(worked_case(second_motor_policy=False), tmp_path)) as lake:
        lake.declared = frozenset({"companies"})
        assert lake.arrow(lake.table("companies")).num_rows == 3
        with pytest.raises(PermissionError, match="contracts"):
            lake.table("contracts")


def test_days_are_cut_at_midnight_utc_whatever_the_machines_zone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    shanghai = datetime(2026, 1, 2, 6, tzinfo=timezone(timedelta(hours=8)))
    world = worked_case(second_motor_policy=False) | {
        "contracts": [contract("1", "A", "PC", "PC.MOTOR", known_from=shanghai)]
    }
    with open_lake(lay(world, tmp_path)) as lake:
        contracts = lake.table("contracts")
        row = lake.arrow(contracts.select("known_from", day=contracts.known_from.date())).to_pylist()[0]
    assert row["day"].isoformat() == "2026-01-01"
    assert row["known_from"] == shanghai.astimezone(UTC)


def test_closing_leaves_nothing_behind(tmp_path: Path) -> None:
    with open_lake(tmp_path, scratch=tmp_path) as lake:
        lake.arrow(lake.kept(lake.table("spells")))
        assert [path.name for path in tmp_path.iterdir()] == [lake.scratch.name]
    assert list(tmp_path.iterdir()) == []
