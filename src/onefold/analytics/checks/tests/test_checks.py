"""A lake that breaks a rule is not released, and the sentence says which."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from onefold import policy
from onefold.analytics import allocation, features
from onefold.analytics.checks import (
    check_currencies,
    check_lake,
    check_offers,
    check_references,
    check_rows,
    check_spells,
)
from onefold.analytics.checks.lake import IDENTIFYING
from onefold.analytics.checks.references import REFERENCES, dangling
from onefold.analytics.decide import decide
from onefold.analytics.decide.policy import policy as policy_of
from onefold.analytics.decide.tests.offering import offering_world
from onefold.analytics.engines.duckdb import open_lake
from onefold.analytics.engines.lake import Lake
from onefold.analytics.reference.oracle import Row
from onefold.analytics.tests.crowds import lay_crowd
from onefold.analytics.tests.worlds import LEARNT, START, TODAY, contract, derive, lay, table_of, worked_case
from onefold.kernel.refusals import Refusal
from onefold.seam import datasets, store
from onefold.seam.contracts import Dataset
from onefold.seam.tests.listing import listed_as_it_lies

RULEBOOK = policy.load()
NOW = LEARNT + timedelta(days=300)


def stopped(folder: Path, check: Callable[[Lake], None]) -> str:
    with open_lake(folder) as lake, pytest.raises(Refusal) as stop:
        check(lake)
    return str(stop.value)


def passes(folder: Path, check: Callable[[Lake], None]) -> None:
    with open_lake(folder) as lake:
        check(lake)


def put(folder: Path, name: str, rows: list[Row]) -> None:
    store.write(folder, datasets.ALL[name], table_of(name, rows))


def arrival(**more: object) -> Row:
    row = {"batch_id": "b1", "feed": "hpc", "outcome": "LOADED", "reason": None, "detail": None}
    return row | {"rows_in": 10, "rows_loaded": 7, "rows_quarantined": 2, "rows_duplicate": 1} | more


def test_a_lost_row_stops_the_release(tmp_path: Path) -> None:
    put(tmp_path, "arrivals", [arrival()])
    passes(tmp_path, check_rows)
    put(tmp_path, "arrivals", [arrival(), arrival(batch_id="b2", rows_loaded=6)])
    assert "Batch b2 of feed hpc: 10 rows came in, but 9 are accounted for" in stopped(tmp_path, check_rows)


def spell(**more: object) -> Row:
    row = {"customer_id": "A", "series": "PC.MOTOR", "company": "PC", "segment": "ALL", "valid_from": date(2025, 1, 1)}
    return row | {"valid_until": date(2026, 1, 1), "known_from": LEARNT, "known_until": None} | more


@pytest.mark.parametrize(
    ("other", "overlaps"),
    [
        ({"valid_from": date(2025, 12, 31), "valid_until": None}, True),
        ({"valid_from": date(2026, 1, 1), "valid_until": None}, False),
        ({"valid_from": date(2025, 6, 1), "series": "PC.HOME"}, False),
        ({"valid_from": date(2025, 6, 1), "known_from": LEARNT + timedelta(days=1)}, True),
        ({"valid_from": date(2025, 6, 1), "known_from": LEARNT - timedelta(days=1), "known_until": LEARNT}, False),
    ],
)
def test_overlapping_spells_stop_the_release(other: Row, overlaps: bool, tmp_path: Path) -> None:
    put(tmp_path, "spells", [spell(), spell(**other)])
    if overlaps:
        assert "1 pairs of spells" in stopped(tmp_path, check_spells)
    else:
        passes(tmp_path, check_spells)


def test_premiums_in_two_currencies_are_not_added_up(tmp_path: Path) -> None:
    world = worked_case(second_motor_policy=False)
    lay(world, tmp_path)
    passes(tmp_path, check_currencies)
    world["contracts"].append(contract("99", "A", "PC", "PC.MOTOR", currency="USD"))
    lay(world, tmp_path)
    assert "line MOTOR are in 2 currencies" in stopped(tmp_path, check_currencies)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake with everything from contracts to offers, in which all is well."""
    folder = tmp_path_factory.mktemp("sound")
    nothing_told: dict[str, list[Row]] = {
        name: [] for name in ("household_arms", "past_contacts", "outcomes", "circumstances", "answers")
    }
    world = offering_world(Random(7), RULEBOOK, customers=60, contracts=160) | nothing_told
    linked = {row["customer_id"] for row in world["memberships"]}
    for name in ("customers", "scores"):
        world[name] = [row for row in world[name] if row["customer_id"] in linked]
    world["products"] = [
        {"product": f"{row['series']}.STD", "series": row["series"], "name_en": "x", "name_zh": "x"}
        for row in world["product_series"]
    ]
    derive(lay(world, folder), open_lake)
    decide_and_offer(folder)
    return folder


@pytest.fixture
def whole_lake(sound: Path, tmp_path: Path) -> Path:
    """A copy of the sound lake to spoil."""
    return Path(shutil.copytree(sound, tmp_path / "lake"))


def decide_and_offer(folder: Path) -> None:
    with open_lake(folder) as lake:
        everybody = features.everybody(lake, TODAY)
        store.write(folder, datasets.CUSTOMER_FEATURES, pa.concat_tables(features.in_pieces(lake, everybody, NOW)))
    with open_lake(folder) as lake:
        decisions = pa.concat_tables(decide(lake, RULEBOOK, TODAY, TODAY))
        customers, sellers, series, channels = (
            lake.arrow(lake.table(name)) for name in ("customers", "sellers", "product_series", "channels")
        )
        staff = allocation.staff(policy_of(lake, RULEBOOK, TODAY), sellers, channels)
    store.write(folder, datasets.DECISIONS, decisions)
    limits = allocation.limits(RULEBOOK, TODAY)
    made = allocation.allocate([decisions], customers, sellers, series, staff, limits)
    for dataset, table in zip((datasets.OFFERS, datasets.UNLOCKS), made, strict=True):
        store.write(folder, dataset, table)


def gates_again(lake: Lake) -> None:
    check_offers(lake, RULEBOOK, TODAY, TODAY)


def test_a_sound_lake_passes_every_check(whole_lake: Path) -> None:
    assert store.read(whole_lake, datasets.OFFERS).num_rows > 5
    check_lake(whole_lake)
    for check in (check_rows, check_references, check_spells, check_currencies, gates_again):
        passes(whole_lake, check)


SABOTAGE: dict[str, tuple[str, Row]] = {
    "NO_CONSENT": ("consents", {"valid_until": TODAY}),
    "NOT_ON_SALE": ("product_series", {"on_sale_until": TODAY}),
    "CHANNEL_NOT_AUTHORISED": ("channel_products", {"valid_until": TODAY}),
    "NO_SELLER": ("sellers", {"valid_until": TODAY}),
    "TOO_YOUNG": ("customers", {"birth_month": date(2016, 1, 1)}),
    "TOO_OLD": ("customers", {"birth_month": date(1900, 1, 1)}),
}


@pytest.mark.parametrize("gate", sorted(SABOTAGE))
def test_an_offer_that_fails_a_gate_stops_the_release(gate: str, whole_lake: Path) -> None:
    name, change = SABOTAGE[gate]
    put(whole_lake, name, [row | change for row in store.read(whole_lake, datasets.ALL[name]).to_pylist()])
    with open_lake(whole_lake) as lake, pytest.raises(Refusal) as stop:
        gates_again(lake)
    assert stop.value.code == "OFFER_FORBIDDEN"
    assert stop.value.data["gate"] == ("NO_CONSENT" if gate == "NO_SELLER" else gate)


def test_a_block_that_came_after_the_decision_stops_the_release(whole_lake: Path) -> None:
    customers = set(store.read(whole_lake, datasets.OFFERS)["customer_id"].to_pylist())
    sources = [
        row for row in store.read(whole_lake, datasets.MEMBERSHIPS).to_pylist() if row["customer_id"] in customers
    ]
    blocks = [
        {
            "block_id": row["source_id"],
            "source_id": row["source_id"],
            "company": "HPC",
            "valid_from": TODAY,
            "valid_until": None,
            "known_from": LEARNT,
            "known_until": None,
        }
        for row in sources
    ]
    put(whole_lake, "contact_blocks", blocks)
    assert f"{len(customers)} offers do not pass gate DO_NOT_CONTACT" in stopped(whole_lake, gates_again)


def told_of_everybody(kind: str, value: str) -> Callable[[Row], Row]:
    return lambda member: {
        "circumstance_id": member["source_id"], "source_id": member["source_id"], "company": "HPC", "kind": kind, "value": value,
        "told_on": TODAY, "known_from": LEARNT, "known_until": None,
    }  # fmt: skip


def came_to_everybody(days_ago: int, company: str) -> Callable[[Row], Row]:
    return lambda member: {
        "contact_id": f"{member['source_id']}{days_ago}", "source_id": member["source_id"], "company": company, "channel": None,
        "seller": None, "series": None, "direction": "OUTBOUND", "happened_on": TODAY - timedelta(days=days_ago),
        "outcome": "DECLINED", "campaign": None, "known_from": LEARNT, "known_until": None,
    }  # fmt: skip


AFTERWARDS: dict[str, tuple[str, list[Callable[[Row], Row]]]] = {
    "CUSTOMER_GONE": ("circumstances", [told_of_everybody("STATUS", "DECEASED")]),
    "NO_CAPACITY": ("circumstances", [told_of_everybody("CAPACITY", "NONE")]),
    "CONTACTED_ENOUGH": ("past_contacts", [came_to_everybody(days, "HPC") for days in (20, 21, 22)]),
    "OTHER_COMPANY_FIRST": ("past_contacts", [came_to_everybody(3, "HTRUST2")]),
}


@pytest.mark.parametrize("gate", sorted(AFTERWARDS))
def test_what_came_to_be_known_after_the_decision_stops_the_release(gate: str, whole_lake: Path) -> None:
    name, rows = AFTERWARDS[gate]
    members = store.read(whole_lake, datasets.MEMBERSHIPS).to_pylist()
    put(whole_lake, name, [row(member) for row in rows for member in members])
    assert f"gate {gate}" in stopped(whole_lake, gates_again)


def test_an_offer_to_a_household_held_out_stops_the_release(whole_lake: Path) -> None:
    customers = store.read(whole_lake, datasets.OFFERS)["customer_id"].to_pylist()
    arm = {"household_id": "h", "arm": "HOLDOUT", "drawn_on": TODAY, "basis": "DRAWN"}
    put(whole_lake, "household_arms", [arm | {"customer_id": customers[0]}])
    assert "1 offers do not pass gate HELD_OUT" in stopped(whole_lake, gates_again)


def test_an_offer_worth_nothing_stops_the_release(whole_lake: Path) -> None:
    rows = store.read(whole_lake, datasets.OFFERS).to_pylist()
    put(whole_lake, "offers", [rows[0] | {"value_minor": 0}, *rows[1:]])
    assert "1 offers are worth nothing" in stopped(whole_lake, gates_again)


def test_an_offer_that_asks_for_what_nobody_may_do_stops_the_release(whole_lake: Path) -> None:
    rows = store.read(whole_lake, datasets.OFFERS).to_pylist()
    put(whole_lake, "offers", [rows[0] | {"action": "LEARN"}, *rows[1:]])
    assert "ACTION_FORBIDDEN" in stopped(whole_lake, gates_again)


def test_an_offer_in_the_hands_of_another_house_stops_the_release(whole_lake: Path) -> None:
    rows = store.read(whole_lake, datasets.OFFERS).to_pylist()
    sellers = {row["seller"]: row for row in store.read(whole_lake, datasets.SELLERS).to_pylist()}
    stranger = {
        "seller": "S99", "company": "HTRUST", "channel": "NO.CHANNEL", "grade": 3, "region": None,
        "has_registration_no": True, "valid_from": START, "valid_until": None,
    }  # fmt: skip
    put(whole_lake, "sellers", [*sellers.values(), stranger])
    put(whole_lake, "offers", [rows[0] | {"seller": "S99"}, *rows[1:]])
    assert "offers name a seller of another company" in stopped(whole_lake, gates_again)


def test_a_second_offer_to_a_customer_stops_the_release(whole_lake: Path) -> None:
    rows = store.read(whole_lake, datasets.OFFERS).to_pylist()
    put(
        whole_lake,
        "offers",
        [*rows, rows[0] | {"series": "HPC.HOME" if rows[0]["series"] != "HPC.HOME" else "HPC.MOTOR"}],
    )
    assert "TOO_MANY_OFFERS" in stopped(whole_lake, gates_again)


def filled(dataset: Dataset, text: Callable[[str], str]) -> pa.Table:
    """One row: a text in each column of texts, something in each other that may not be empty."""
    plain = {pa.bool_(): False, pa.int64(): 0, pa.int32(): 0, pa.date32(): TODAY, pa.timestamp("us", tz="UTC"): LEARNT}

    def value(field: pa.Field) -> object:
        if field.type == pa.string():
            return text(field.name)
        return plain.get(field.type, b"" if field.type == pa.binary() else [])

    arrays = [pa.array([value(field)], field.type) for field in dataset.schema]
    return pa.Table.from_arrays(arrays, schema=dataset.schema)


def test_a_dangling_reference_stops_the_release_whichever_it_is(tmp_path: Path) -> None:
    for dataset in datasets.ALL.values():
        store.write(tmp_path / "sound", dataset, filled(dataset, lambda column: "X"))
        store.write(tmp_path / "torn", dataset, filled(dataset, lambda column, name=dataset.name: f"{name}.{column}"))
    passes(tmp_path / "sound", check_references)
    with open_lake(tmp_path / "torn") as lake:
        assert [reference for reference in REFERENCES if dangling(lake, reference) != 1] == []
    assert "1 rows of product_series name a company that companies does not have" in stopped(
        tmp_path / "torn", check_references
    )


def test_an_empty_reference_refers_to_nothing(tmp_path: Path) -> None:
    put(tmp_path, "contracts", [contract("1", "A", "PC", "PC.MOTOR", channel=None)])
    with open_lake(tmp_path) as lake:
        assert dangling(lake, next(one for one in REFERENCES if one[:2] == ("contracts", "channel"))) == 0


def test_a_file_of_the_vault_in_the_lake_stops_the_release(tmp_path: Path) -> None:
    put(tmp_path, "source_identities", [])
    with pytest.raises(Refusal, match=r"source_identities\.parquet"):
        check_lake(tmp_path)


def test_a_column_that_identifies_stops_the_release(tmp_path: Path) -> None:
    table = datasets.SOURCE_RECORDS.schema.empty_table().append_column("phone", pa.array([], pa.string()))
    pq.write_table(table, tmp_path / "source_records.parquet")
    listed_as_it_lies(tmp_path)
    with pytest.raises(Refusal, match="column phone"):
        check_lake(tmp_path)


def test_no_contract_of_the_lake_names_an_identifying_column() -> None:
    assert {
        "name",
        "born_on",
        "id_number",
        "phone",
        "email",
        "address",
        "source_key",
        "contract_no",
        "original",
    } <= IDENTIFYING
    for dataset in datasets.ALL.values():
        if not dataset.vault:
            assert not {column.name for column in dataset.columns} & IDENTIFYING


def test_a_crowd_passes_every_check(tmp_path: Path) -> None:
    lay_crowd(tmp_path, RULEBOOK, 1_000, sellers=30)
    derive(tmp_path, open_lake)
    decide_and_offer(tmp_path)
    assert store.read(tmp_path, datasets.OFFERS).num_rows > 20
    for check in (check_references, check_spells, check_currencies, gates_again):
        passes(tmp_path, check)
