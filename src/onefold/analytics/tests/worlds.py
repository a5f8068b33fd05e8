"""Small worlds as dictionaries of rows: the worked case, generated ones, and how to lay them down as a lake."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from onefold.analytics.engines.lake import Lake
from onefold.analytics.features.holdings import holdings
from onefold.analytics.features.spells import active_spells, spells
from onefold.analytics.reference.oracle import Row, World
from onefold.seam import datasets, store

START = date(2020, 1, 1)
LEARNT = datetime(2026, 1, 5, 8, tzinfo=UTC)
TODAY = date(2026, 6, 30)
BASE = ("companies", "product_series", "channels", "contracts", "memberships", "customers")


def company(code: str, pillar: str = "INSURANCE") -> Row:
    return {"company": code, "pillar": pillar, "name_en": code, "name_zh": code}


def series(code: str, owner: str, line: str, **more: Any) -> Row:
    row = {
        "series": code,
        "company": owner,
        "pillar": "INSURANCE",
        "line": line,
        "name_en": code,
        "name_zh": code,
        "kinds": "PERSON",
        "on_sale_from": START,
        "on_sale_until": None,
        "age_min": None,
        "age_max": None,
        "grade_min": 1,
    }
    return row | more


def channel(code: str, home: str, kind: str = "AGENT") -> Row:
    return {"channel": code, "company": home, "kind": kind, "name_en": code, "name_zh": code}


def contract(number: str, source: str, owner: str, of_series: str, **more: Any) -> Row:
    row = {
        "contract_id": number,
        "source_id": source,
        "company": owner,
        "series": of_series,
        "product": f"{of_series}.STD",
        "channel": None,
        "seller": None,
        "status": "IN_FORCE",
        "valid_from": START,
        "valid_until": None,
        "premium_minor": 10_000,
        "currency": "CNY",
        "known_from": LEARNT,
        "known_until": None,
    }
    return row | more


def membership(source: str, customer: str) -> Row:
    return {"source_id": source, "customer_id": customer, "basis": "ALONE", "recorded_at": LEARNT}


def customer(code: str, **more: Any) -> Row:
    row = {
        "customer_id": code,
        "household_id": code,
        "kind": "PERSON",
        "sex": None,
        "birth_month": date(1980, 5, 1),
        "region": None,
        "segment": "ALL",
    }
    return row | more


def worked_case(*, second_motor_policy: bool) -> World:
    """Worked case 2.2 of the indicator definitions; with A's second motor policy the three bases differ."""
    contracts = [
        contract("1", "A", "LIFE", "LIFE.WHOLE", channel="AGT"),
        contract("2", "A", "PC", "PC.MOTOR", channel="AGT"),
        contract("3", "A", "PC", "PC.HOME", channel="TEL"),
        contract("4", "B", "PC", "PC.MOTOR", channel="TEL"),
        contract("5", "C", "BANK", "BANK.CARD", channel="BR"),
        contract("6", "C", "BANK", "BANK.DEPOSIT", channel="BR"),
        contract("7", "C", "LIFE", "LIFE.WHOLE", channel="AGT"),
        contract("8", "D", "LIFE", "LIFE.WHOLE", channel="AGT", status="LAPSED"),
        contract("9", "E", "BANK", "BANK.CARD", channel="BR"),
    ]
    if second_motor_policy:
        contracts.append(contract("10", "A", "PC", "PC.MOTOR", channel="TEL"))
    return {
        "companies": [company("LIFE"), company("PC"), company("BANK", "BANKING")],
        "product_series": [
            series("LIFE.WHOLE", "LIFE", "LIFE"),
            series("PC.MOTOR", "PC", "MOTOR"),
            series("PC.HOME", "PC", "HOME"),
            series("BANK.CARD", "BANK", "CARD"),
            series("BANK.DEPOSIT", "BANK", "DEPOSIT"),
        ],
        "channels": [channel("AGT", "LIFE"), channel("TEL", "PC", "TELEPHONE"), channel("BR", "BANK", "COUNTER")],
        "contracts": contracts,
        "memberships": [membership(person, person) for person in "ABCDE"],
        "customers": [customer(person) for person in "ABCDE"],
    }


def table_of(name: str, rows: list[Row]) -> pa.Table:
    schema = datasets.ALL[name].schema
    return pa.Table.from_pylist(rows, schema=pa.schema([field.with_nullable(True) for field in schema]))


def lay(world: World, folder: Path) -> Path:
    """Write the world's rows as datasets; a dataset laid before is written anew."""
    for name, rows in world.items():
        store.write(folder, datasets.ALL[name], table_of(name, rows))
    return folder


def derive(folder: Path, open_lake: Callable[[Path], Lake]) -> None:
    """Add holdings and spells to a lake, as the run does."""
    made = ((datasets.HOLDINGS, holdings), (datasets.SPELLS, spells), (datasets.ACTIVE_SPELLS, active_spells))
    for dataset, build in made:
        with open_lake(folder) as lake:
            table = lake.arrow(build(lake))
        store.write(folder, dataset, table)
