"""Every picture of generated worlds, counted a second time by dictionary and loop."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest

from onefold.analytics.engines.duckdb import open_lake
from onefold.analytics.pictures import Limits, pictures, white_space
from onefold.analytics.pictures.cohorts import cohorts
from onefold.analytics.pictures.contributions import contributions
from onefold.analytics.pictures.crowds import crowds, spells_now_known
from onefold.analytics.pictures.flows import flows
from onefold.analytics.pictures.periods import month_starts, quarter_days, year_days
from onefold.analytics.pictures.white_space import STATES
from onefold.analytics.reference.oracle import Row, World, held_series, known_at, valid_contracts
from onefold.analytics.tests.generated import SERIES, world_from
from onefold.analytics.tests.worlds import derive, lay
from onefold.decision.gates import Gate
from onefold.seam import datasets as d
from onefold.seam import store

AS_OF = date(2026, 1, 6)
KNOWN_ON = datetime(2026, 1, 7, tzinfo=UTC)
DAYS = [date(2026, 1, day) for day in (2, 3, 4, 6)]
EXACT = Limits(least=1, step=1)
REGIONS, BANDS = ("EAST", "WEST", None), ("30-44", "60+")


def drawn_world(seed: int, customers: int = 40) -> World:
    random = Random(seed)
    world = world_from(random, customers=customers, contracts=4 * customers)
    for row in world["customers"]:
        organisation = random.random() < 0.2
        row["kind"] = "ORGANISATION" if organisation else "PERSON"
        row["segment"] = "ORGANISATION" if organisation else random.choice(BANDS)
        row["region"] = random.choice(REGIONS)
    people = [row["customer_id"] for row in world["customers"]]
    world["source_records"] = [
        {"source_id": row["source_id"], "company": random.choice(["C1", "C2", "C3"]), "kind": "PERSON",
         "recorded_at": KNOWN_ON} for row in world["memberships"]
    ]  # fmt: skip
    world["decisions"] = [decided(one, random) for one in people]
    world["offers"] = [offered(one, random) for one in people if random.random() < 0.3]
    world["outcomes"] = [
        answered(f"l{number}", one, random, hour)
        for number, one in enumerate(people)
        if random.random() < 0.4
        for hour in range(random.choice([1, 2]))
    ]
    return world


def decided(customer: str, random: Random) -> Row:
    series = sorted(random.sample(list(SERIES), 4))
    masks = [random.choice([0, 0, Gate.NO_CONSENT.bit, Gate.NO_SELLER.bit, 6, Gate.GRADE_TOO_LOW.bit]) for _ in series]
    actions = ["SELL" if not mask else random.choice(["", "REFER"]) for mask in masks]
    row: Row = {"customer_id": customer, "series": series, "blocked": masks, "missing": [0] * 4, "actions": actions}
    texts, numbers = (
        {"sellers": [""] * 4, "because": [""] * 4},
        {"scores": [0] * 4, "values": [0] * 4, "bases": [0] * 4},
    )
    return row | texts | numbers


def answered(lead: str, customer: str, random: Random, hour: int) -> Row:
    row = {column.name: "" for column in d.OUTCOMES.columns if not column.optional}
    return row | {
        "outcome_id": f"{lead}-{hour}",
        "lead_id": lead,
        "customer_id": customer,
        "series": sorted(SERIES)[len(lead + customer) % len(SERIES)],
        "code": random.choice(["INTERESTED", "NOT_REACHED", "DECLINED", "NOT_UNTIL"]),
        "happened_on": AS_OF,
        "known_from": datetime(2026, 1, 5, hour, tzinfo=UTC),
    }


def offered(customer: str, random: Random) -> Row:
    row = {column.name: "" if "string" in str(column.type) else 0 for column in d.OFFERS.columns}
    return row | {"customer_id": customer, "series": random.choice(list(SERIES))}


@pytest.fixture(scope="module", params=[1, 2])
def counted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[World, dict[str, Any]]:
    world = drawn_world(request.param)
    folder = lay(world, tmp_path_factory.mktemp("lake"))
    derive(folder, open_lake)
    with open_lake(folder) as lake:
        by_crowd = crowds(lake)
        spells = spells_now_known(lake, by_crowd.people, KNOWN_ON)
        cells = white_space.cells(lake, by_crowd, spells, AS_OF)
        found = {
            "white_space": white_space.counted(lake, cells, by_crowd.scopes),
            "reasons": white_space.reasons(lake, cells, by_crowd.scopes),
            "flows": flows(lake, spells, by_crowd.scopes, DAYS),
            "cohorts": cohorts(lake, spells, by_crowd.scopes, AS_OF),
            "contributions": contributions(lake, by_crowd, AS_OF, KNOWN_ON),
        }
        return world, {name: lake.arrow(table).to_pylist() for name, table in found.items()}


def scopes_of(world: World) -> dict[str, list[tuple[str, str]]]:
    company_of = {row["source_id"]: row["company"] for row in world["source_records"]}
    found: dict[str, list[tuple[str, str]]] = {}
    for row in world["customers"]:
        one = row["customer_id"]
        knowing = {company_of[m["source_id"]] for m in world["memberships"] if m["customer_id"] == one}
        regions = [("REGION", row["region"])] if row["region"] else []
        found[one] = [("GROUP", "ALL"), *(("COMPANY", company) for company in knowing), *regions]
    return found


def segments_of(row: Row) -> list[str]:
    return [row["segment"], "PERSON"] if row["kind"] == "PERSON" else [row["segment"]]


def states_of(world: World) -> dict[tuple[str, str], tuple[int, int]]:
    """(customer, series) -> (state, blocked)"""
    held = held_series(world, AS_OF, KNOWN_ON)
    wanted = {(row["customer_id"], row["series"]) for row in world["offers"]}
    last = {row["lead_id"]: row for row in sorted(world["outcomes"], key=lambda row: row["known_from"])}
    open_answers = ("INTERESTED", "NOT_REACHED")
    wanted |= {(row["customer_id"], row["series"]) for row in last.values() if row["code"] in open_answers}
    found = dict.fromkeys(held, (0, 0))
    for row in world["decisions"]:
        for series, blocked, action in zip(row["series"], row["blocked"], row["actions"], strict=True):
            pair = (row["customer_id"], series)
            of_seller_only = not blocked & (Gate.NO_CONSENT.bit | Gate.DO_NOT_CONTACT.bit)
            if pair not in held:
                open_ = not blocked or (of_seller_only and action)
                found[pair] = (1 if pair in wanted else 2 if open_ else 3, blocked)
    return found


def test_every_customer_and_series_is_in_one_state(counted: tuple[World, dict[str, Any]]) -> None:
    world, found = counted
    rows, places, expected = {row["customer_id"]: row for row in world["customers"]}, scopes_of(world), Counter()
    best: dict[tuple[str, str], int] = {}
    for (one, series), (state, _) in states_of(world).items():
        company = SERIES[series][0]
        best[one, company] = min(best.get((one, company), 9), state)
        for scope in places[one]:
            for segment in segments_of(rows[one]):
                expected[*scope, segment, "SERIES", series, state] += 1
    for (one, company), state in best.items():
        for scope in places[one]:
            for segment in segments_of(rows[one]):
                expected[*scope, segment, "COMPANY", company, state] += 1
    names = ("scope_kind", "scope", "segment", "column_kind", "column", "state")
    assert {tuple(row[name] for name in names): row["customers"] for row in found["white_space"]} == dict(expected)


def test_the_gates_that_close_a_gap_are_counted_one_by_one(counted: tuple[World, dict[str, Any]]) -> None:
    world, found = counted
    rows, places, expected = {row["customer_id"]: row for row in world["customers"]}, scopes_of(world), Counter()
    for (one, series), (state, blocked) in states_of(world).items():
        for gate in Gate if state == 3 else ():
            for scope in places[one] if blocked & gate.bit else ():
                for segment in segments_of(rows[one]):
                    expected[*scope, segment, series, gate.name] += 1
    names = ("scope_kind", "scope", "segment", "series", "gate")
    assert {tuple(row[name] for name in names): row["customers"] for row in found["reasons"]} == dict(expected)


def first_days(world: World) -> dict[str, date]:
    """When each customer's first contract that counts for a day began, as known."""
    first: dict[str, date] = {}
    for row in known_contracts(world):
        first[row["customer_id"]] = min(first.get(row["customer_id"], date.max), row["valid_from"])
    return first


def known_contracts(world: World) -> list[Row]:
    """Contracts that count on at least one day, each with its customer."""
    found: dict[str, Row] = {}
    for day in (date(2026, 1, number) for number in range(1, 29)):
        found |= {row["contract_id"]: row for row in valid_contracts(world, day, KNOWN_ON)}
    return list(found.values())


def state_on(world: World, view: str, day: date) -> dict[str, str]:
    held: dict[str, set[str]] = {}
    for one, series in held_series(world, day, KNOWN_ON):
        held.setdefault(one, set()).add(series)
    states = {one: "LOST" if first <= day else "NOT_YET" for one, first in first_days(world).items()}
    for one, series in held.items():
        companies = {SERIES[name][0] for name in series}
        depth = "4+" if len(series) >= 4 else str(len(series))
        states[one] = depth if view == "DEPTH" else companies.pop() if len(companies) == 1 else "SEVERAL"
    return states


@pytest.mark.parametrize("view", ["DEPTH", "COMPANY"])
def test_flows_follow_each_customer_from_day_to_day(counted: tuple[World, dict[str, Any]], view: str) -> None:
    world, found = counted
    places, books, expected = scopes_of(world), {r["customer_id"]: r["kind"] for r in world["customers"]}, Counter()
    for earlier, later in pairwise(DAYS):
        before, after = state_on(world, view, earlier), state_on(world, view, later)
        for one, state in after.items():
            for scope in places[one] if state != "NOT_YET" else ():
                expected[*scope, books[one], earlier, later, before[one], state] += 1
    names = ("scope_kind", "scope", "book", "from_on", "to_on", "from_state", "to_state")
    assert expected
    assert {
        tuple(row[name] for name in names): row["customers"] for row in found["flows"] if row["view"] == view
    } == dict(expected)


def test_who_comes_back_is_seen_leaving_and_returning(tmp_path: Path) -> None:
    derive(lay(returning(), tmp_path), open_lake)
    with open_lake(tmp_path) as lake:
        by_crowd = crowds(lake)
        spells = spells_now_known(lake, by_crowd.people, KNOWN_ON)
        rows = lake.arrow(flows(lake, spells, by_crowd.scopes, DAYS)).to_pylist()
    moved = {(row["from_on"], row["from_state"], row["to_state"]) for row in rows if row["view"] == "DEPTH"}
    assert moved == {(DAYS[0], "1", "LOST"), (DAYS[1], "LOST", "LOST"), (DAYS[2], "LOST", "1")}


def returning() -> World:
    world = drawn_world(1, customers=4)
    model = world["contracts"][0]
    spans = [(date(2026, 1, 1), date(2026, 1, 3)), (date(2026, 1, 6), None)]
    world["contracts"] = [
        model | {"contract_id": f"r{n}", "source_id": "sA", "status": "IN_FORCE", "valid_from": begin, "valid_until": end,
                 "known_from": datetime(2026, 1, 1, tzinfo=UTC), "known_until": None}
        for n, (begin, end) in enumerate(spans)
    ]  # fmt: skip
    world["memberships"] = [world["memberships"][0] | {"source_id": "sA", "customer_id": "A"}]
    world["customers"] = [world["customers"][0] | {"customer_id": "A", "household_id": "A"}]
    return world


def test_a_cohort_is_followed_from_its_first_contract(counted: tuple[World, dict[str, Any]]) -> None:
    world, found = counted
    places, books, expected = scopes_of(world), {r["customer_id"]: r["kind"] for r in world["customers"]}, {}
    for grain, days in (("YEAR", year_days(AS_OF)), ("QUARTER", quarter_days(AS_OF, 12))):
        for day in days:
            held = Counter(one for one, _ in held_series(world, day, KNOWN_ON))
            for one, first in first_days(world).items():
                joined = date(first.year, 1, 1)  # the generated worlds begin in January
                if joined > day or first > AS_OF or (grain == "QUARTER" and first.year != 2026 and day.year == 2026):
                    continue
                for scope in places[one]:
                    key = (
                        *scope,
                        books[one],
                        grain,
                        joined if grain == "YEAR" else date(first.year, first.month, 1),
                        day,
                    )
                    cell = expected.setdefault(key, [0, 0, 0])
                    cell[0] += 1
                    cell[1] += held[one] > 0
                    cell[2] += held[one]
    names = ("scope_kind", "scope", "book", "grain", "joined", "measured_on")
    cells = {tuple(r[n] for n in names): [r["customers"], r["active"], r["series"]] for r in found["cohorts"]}
    assert cells == expected


def test_new_contracts_are_counted_by_month_line_channel_and_way(counted: tuple[World, dict[str, Any]]) -> None:
    world, found = counted
    places, books = scopes_of(world), {row["customer_id"]: row["kind"] for row in world["customers"]}
    counts, premiums = Counter(), Counter()
    for row in known_contracts(world):
        if not month_starts(AS_OF, 24)[0] <= row["valid_from"] <= AS_OF or not known_at(row, KNOWN_ON):
            continue
        home = row["channel_company"]
        parts = {
            "MONTH": row["valid_from"].replace(day=1).isoformat(),
            "LINE": f"{row['company']}:{row['line']}",
            "CHANNEL": row["channel"] if home else "NONE",
            "WAY": "NONE" if not home else "OWN" if home == row["company"] else "SISTER",
        }
        for view in ("MONTH_LINE", "MONTH_CHANNEL", "MONTH_WAY", "LINE_CHANNEL"):
            one, other = view.split("_")
            for first in (parts[one], "ALL"):
                for second in (parts[other], "ALL"):
                    for scope in places[row["customer_id"]]:
                        key = (*scope, books[row["customer_id"]], view, first, second)
                        counts[key] += 1
                        premiums[key] += row["premium_minor"] or 0
    names = ("scope_kind", "scope", "book", "view", "row", "column")
    cells = {tuple(row[n] for n in names): (row["contracts"], row["premium_minor"]) for row in found["contributions"]}
    assert cells == {key: (count, premiums[key]) for key, count in counts.items()}


@pytest.mark.parametrize("limits", [EXACT, Limits(11, 10)])
def test_the_step_leaves_datasets_of_their_contracts(tmp_path: Path, limits: Limits) -> None:
    folder = lay(drawn_world(3, customers=120), tmp_path)
    derive(folder, open_lake)
    with open_lake(folder) as lake:
        tables = {
            dataset.name: store.checked(dataset, table) for dataset, table in pictures(lake, AS_OF, KNOWN_ON, limits)
        }
    rows = [row for row in tables["white_space"].to_pylist() if row["scope_kind"] == "GROUP"]
    shown = [row[name] for row in rows for name in (*STATES, "customers")]
    assert rows
    if limits is EXACT:
        assert all(row["customers"] == sum(row[name] for name in STATES) for row in rows)
    else:
        assert None in shown
        assert not [count for count in shown if count is not None and 0 < count < 11]
