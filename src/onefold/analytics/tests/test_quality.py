"""What defects cost, against a plain loop over the same release: identities from the vault, verdicts from the decisions."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from onefold.analytics.engines import duckdb
from onefold.analytics.job import job_of
from onefold.analytics.quality import defect_costs
from onefold.analytics.run import run
from onefold.analytics.tests.test_run import RULEBOOK, job_content, release
from onefold.analytics.tests.worlds import LEARNT, lay, membership
from onefold.decision.gates import gates_in
from onefold.seam import datasets as d
from onefold.seam import store, vault

Costs = dict[tuple[str, str], tuple[int, int, int, int]]
COUNTS = ("records", "customers", "unlinked", "undecidable")


def costs_of(rows: list[dict[str, Any]]) -> Costs:
    return {(row["company"], row["defect"]): tuple(row[name] for name in COUNTS) for row in rows}  # type: ignore[misc]


# Harbour Group, counted by hand


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    var = tmp_path_factory.mktemp("var")
    run(job_of(job_content(var)))
    return var


def by_loop(var: Path) -> Costs:
    lake = release(var)
    keys = vault.VaultKeys.for_folder(var / "vault", b"k" * 32)
    people = vault.open_(var / "vault" / "runs" / lake.name, d.SOURCE_IDENTITIES, keys).to_pylist()
    regions = {row["source_id"]: row["region"] for row in store.read(lake, d.SOURCE_RECORDS).to_pylist()}
    members = {row["source_id"]: row for row in store.read(lake, d.MEMBERSHIPS).to_pylist()}
    verdicts = {row["customer_id"]: row for row in store.read(lake, d.DECISIONS).to_pylist()}
    having: dict[tuple[str, str], list[str]] = defaultdict(list)
    for person in people:
        for defect in defects_of(person, regions[person["source_id"]]):
            having[person["company"], defect].append(person["source_id"])
    found = {key: tally(key[1], ids, people, members, verdicts) for key, ids in having.items()}
    return found | doubled(people, members) | set_aside(lake)


def defects_of(person: dict[str, Any], region: str | None) -> set[str]:
    lacking = {"NO_ID_NUMBER": "id_number", "NO_NAME": "name", "NO_PHONE": "phone"}
    found = {defect for defect, name in lacking.items() if person[name] is None}
    if person["born_on"] is None and person["kind"] == "PERSON":
        found.add("NO_BIRTH_DATE")
    if region is None:
        found.add("NO_REGION")
    if person["id_number"] is None and not all(person[name] for name in ("name", "born_on", "phone")):
        found.add("NO_STRONG_KEY")
    return found


def tally(
    defect: str, ids: list[str], people: list[dict[str, Any]], members: dict[str, Any], verdicts: dict[str, Any]
) -> tuple[int, int, int, int]:
    customers = {members[source]["customer_id"] for source in ids}
    numbered = {person["source_id"] for person in people if person["id_number"] is not None}
    alone = [source for source in ids if members[source]["basis"] == "ALONE" and source not in numbered]
    offers = sum(undecidable(verdicts[customer]) for customer in customers)
    return (
        len(ids),
        len(customers),
        0 if defect == "NO_REGION" else len(alone),
        offers if defect == "NO_BIRTH_DATE" else 0,
    )


def undecidable(verdict: dict[str, Any]) -> int:
    ages = {"TOO_YOUNG", "TOO_OLD"}
    pairs = zip(verdict["blocked"], verdict["missing"], strict=True)
    return sum(
        1 for blocked, missing in pairs
        if gates_in(blocked) and gates_in(blocked) == gates_in(missing) and {gate.name for gate in gates_in(missing)} <= ages
    )  # fmt: skip


def doubled(people: list[dict[str, Any]], members: dict[str, Any]) -> Costs:
    held: dict[tuple[str, str], int] = defaultdict(int)
    for person in people:
        held[person["company"], members[person["source_id"]]["customer_id"]] += 1
    found: dict[tuple[str, str], tuple[int, int, int, int]] = {}
    for (company, _), copies in held.items():
        if copies > 1:
            records, customers, _, _ = found.get((company, "DOUBLED_RECORD"), (0, 0, 0, 0))
            found[company, "DOUBLED_RECORD"] = (records + copies - 1, customers + 1, 0, 0)
    return found


def set_aside(lake: Path) -> Costs:
    found: dict[tuple[str, str], tuple[int, int, int, int]] = {}
    for row in store.read(lake, d.ARRIVALS).to_pylist():
        key = (RULEBOOK.feeds[row["feed"]].company, "ROW_QUARANTINED")
        if row["rows_quarantined"]:
            found[key] = (found.get(key, (0, 0, 0, 0))[0] + row["rows_quarantined"], 0, 0, 0)
    return found


def test_what_defects_cost_harbour_group_is_what_a_plain_loop_counts(installation: Path) -> None:
    rows = store.read(release(installation), d.DEFECT_COSTS).to_pylist()
    assert costs_of(rows) == by_loop(installation)


def test_harbour_group_has_defects_worth_counting(installation: Path) -> None:
    found = costs_of(store.read(release(installation), d.DEFECT_COSTS).to_pylist())
    assert found["HLIFE", "NO_BIRTH_DATE"][:3] == (1, 1, 0)  # Shen Yue with a passport
    assert found["HFUND", "NO_ID_NUMBER"][0] == 3
    assert sum(row[0] for key, row in found.items() if key[1] == "ROW_QUARANTINED") == 6


# A small world in which every column counts something


def record(source: str, company: str, **more: Any) -> dict[str, Any]:
    row = {
        "source_id": source, "company": company, "kind": "PERSON", "sex": None, "birth_month": None, "region": "R",
        "has_id_number": False, "has_name": True, "has_phone": True, "recorded_at": LEARNT,
    }  # fmt: skip
    return row | more


def verdicts(customer: str, *pairs: tuple[int, int]) -> dict[str, Any]:
    size = len(pairs)
    return {
        "customer_id": customer, "series": [f"S{n}" for n in range(size)], "sellers": [""] * size,
        "blocked": [blocked for blocked, _ in pairs], "missing": [missing for _, missing in pairs],
        "scores": [0] * size, "values": [0] * size, "bases": [0] * size, "actions": [""] * size, "because": [""] * size,
    }  # fmt: skip


def test_an_offer_is_undecidable_only_where_nothing_but_the_missing_birth_forbids(tmp_path: Path) -> None:
    young, old, consent = 1 << 8, 1 << 9, 1 << 1
    world = {
        "source_records": [record("a", "X"), record("b", "Y"), record("c", "Y", birth_month=LEARNT.date())],
        "memberships": [membership("a", "P"), membership("b", "P"), membership("c", "Q")],
        "decisions": [
            verdicts(
                "P", (young, young), (young | old, young | old), (young | consent, young), (consent, consent), (0, 0)
            ),
            verdicts("Q", (young, young)),
        ],
        "arrivals": [],
    }
    with duckdb.open_lake(lay(world, tmp_path)) as lake:
        found = costs_of(defect_costs(lake, {}).to_pylist())
    assert found["X", "NO_BIRTH_DATE"] == (1, 1, 1, 2)
    assert found["Y", "NO_BIRTH_DATE"] == (1, 1, 1, 2)
    assert found["Y", "NO_ID_NUMBER"] == (2, 2, 2, 0)


def test_two_records_of_one_customer_in_one_company_are_one_too_many(tmp_path: Path) -> None:
    numbered = {"has_id_number": True, "birth_month": LEARNT.date()}
    world = {
        "source_records": [record(source, company, **numbered) for source, company in ("aX", "bX", "cX", "dY")],
        "memberships": [membership(source, "P") for source in "abcd"],
        "decisions": [],
        "arrivals": [],
    }
    with duckdb.open_lake(lay(world, tmp_path)) as lake:
        assert costs_of(defect_costs(lake, {}).to_pylist()) == {("X", "DOUBLED_RECORD"): (2, 1, 0, 0)}


def test_a_record_whose_facts_nobody_looked_for_has_no_defect(tmp_path: Path) -> None:
    unknown = {"has_id_number": None, "has_name": None, "has_phone": None, "birth_month": LEARNT.date()}
    world = {
        "source_records": [record("a", "X", **unknown)], "memberships": [membership("a", "P")], "decisions": [], "arrivals": [],
    }  # fmt: skip
    with duckdb.open_lake(lay(world, tmp_path)) as lake:
        assert defect_costs(lake, {}).num_rows == 0


def test_a_numbered_record_wants_nothing_for_linking_and_nobody_asks_an_organisation_for_its_birth(
    tmp_path: Path,
) -> None:
    world = {
        "source_records": [
            record("a", "X", has_id_number=True, has_phone=False, birth_month=LEARNT.date()),
            record("b", "Y", kind="ORGANISATION"),
        ],
        "memberships": [membership("a", "P"), membership("b", "Q")],
        "decisions": [],
        "arrivals": [],
    }
    with duckdb.open_lake(lay(world, tmp_path)) as lake:
        assert costs_of(defect_costs(lake, {}).to_pylist()) == {
            ("X", "NO_PHONE"): (1, 1, 0, 0),
            ("Y", "NO_ID_NUMBER"): (1, 1, 1, 0),
            ("Y", "NO_STRONG_KEY"): (1, 1, 1, 0),
        }
