"""What strong keys leave: a crowd in which somebody planted couples, twins, namesakes, moves, marriages and typing errors."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest

from onefold import policy
from onefold.analytics.engines.likeness import on_duckdb, on_spark
from onefold.analytics.indicators.tests.test_engines import needs_spark
from onefold.analytics.linkage import Likeness, Linked, link_records, terms_of
from onefold.analytics.linkage.likely import Engine
from onefold.analytics.linkage.tests.test_linkage import NOON, TODAY, Row, person
from onefold.seam.datasets import MEMBERSHIPS, RELATIONS, SOURCE_IDENTITIES, SOURCE_RECORDS

SURNAMES, LETTERS = (
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗",
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰飞鹏红玲",
)
PEOPLE = 1_100
TERMS = terms_of(policy.load(), TODAY)


def crowd() -> list[Row]:
    """People of whom two companies know the same number."""
    chance, rows = random.Random(4), []
    for number in range(PEOPLE):
        told = {
            "name": chance.choice(SURNAMES) + chance.choice(LETTERS) + chance.choice(LETTERS),
            "born_on": date(1940, 1, 1) + timedelta(days=chance.randrange(25_000)), "sex": chance.choice("FM"),
            "phone": f"139{number:08}", "address": f"光明路{number}号{chance.randrange(20)}栋101室",
            "region": chance.choice(["海淀区", "黄浦区", "思明区"]), "id_number": f"N{number:06}",
        }  # fmt: skip
        moved = chance.random() < 0.1
        other = told | ({"phone": f"138{number:08}"} if moved else {}) | {"address": None}
        rows += [person(f"crowd-{number:05}-a", **told), person(f"crowd-{number:05}-b", **other)]
    return rows


HOME = {"phone": "13711110000", "address": "海淀区花园路7号2栋301室", "region": "海淀区"}
LIN = {"name": "林晓霜", "born_on": date(1984, 3, 9), "sex": "F", "region": "海淀区"}
OUYANG = {"name": "欧阳文澜", "born_on": date(1979, 11, 2), "sex": "M", "region": "黄浦区"}
DUBOIS = {"born_on": date(1991, 7, 23), "sex": "F", "region": "思明区"}
TWIN = {"born_on": date(2001, 5, 5), "sex": "M", "phone": "13711112222", "address": "黄浦区长江路9号1栋202室"}

PLANTED = [
    person("moved-1", **LIN, id_number="P01", phone="13700000001", address="海淀区学院路3号5栋402室"),
    person("moved-2", **LIN),
    person("married-1", name="孔秀琴", born_on=date(1988, 8, 8), id_number="P02", **HOME | {"phone": "13700000002"}),
    person("married-2", name="方秀琴", born_on=date(1988, 8, 8), **HOME | {"phone": "13700000002", "address": None}),
    person("swapped-1", **OUYANG, id_number="P03", phone="13700000003"),
    person("swapped-2", **OUYANG | {"born_on": date(1979, 2, 11)}, phone="13700000003"),
    person("foreign-1", **DUBOIS, name="DUBOIS HÉLÈNE", id_number="P04", id_type="PASSPORT"),
    person("foreign-2", **DUBOIS, name="Helene Dubois"),
    person("husband", name="郑一鸣", born_on=date(1980, 1, 2), sex="M", id_number="P05", **HOME),
    person("wife", name="白若溪", born_on=date(1981, 6, 7), sex="F", **HOME),
    person("daughter", name="郑若溪", born_on=date(2010, 6, 7), sex="F", **HOME),
    person("twin-1", name="秦子涵", id_number="P06", **TWIN),
    person("twin-2", name="秦子睿", **TWIN),
    person("father", name="SMITH JOHN", born_on=date(1960, 4, 4), id_number="P07", id_type="PASSPORT", **HOME),
    person("son", name="John Smith", born_on=date(1990, 9, 14), **HOME),
    person("double-1", **LIN | {"name": "谭清欢"}, id_number="P08", phone="13700000008"),
    person("double-2", **LIN | {"name": "谭清欢"}, id_number="P09", phone="13700000008"),
    person("namesake-1", name="王伟", born_on=date(1970, 1, 1), region="黄浦区", id_number="P10"),
    person("namesake-2", name="王伟", born_on=date(1990, 2, 2), region="黄浦区", id_number="P11"),
    person("namesake-3", name="王伟", region="黄浦区"),
    person("bridge-1", **LIN | {"name": "江映雪"}, id_number="P12"),
    person("bridge-2", **LIN | {"name": "江映雪"}),
    person("bridge-3", **LIN | {"name": "江映雪"}, id_number="P13"),
] + [
    person(f"seller-{number:02}", name=f"何{letter}{letter}", region="思明区", phone="13799999999")
    for number, letter in enumerate("伟芳娜敏静丽强磊军洋勇艳杰娟")
]  # fmt: skip


def link(
    rows: list[Row],
    previous: pa.Table | None = None,
    kept: pa.Table | None = None,
    terms: Any = TERMS,
    engine: Engine = on_duckdb,
) -> Linked:
    def table(schema: pa.Schema) -> pa.Table:
        return pa.Table.from_pylist([{name: row[name] for name in schema.names} for row in rows], schema=schema)

    before = previous if previous is not None else MEMBERSHIPS.schema.empty_table()
    told = table(SOURCE_RECORDS.schema), table(SOURCE_IDENTITIES.schema), RELATIONS.schema.empty_table()
    return link_records(*told, before, TODAY, NOON, Likeness(terms, engine, kept))


@pytest.fixture(scope="module")
def linked() -> Linked:
    return link(crowd() + PLANTED)


def customers(linked: Linked) -> dict[str, str]:
    return {row["source_id"]: row["customer_id"] for row in linked.memberships.to_pylist()}


def outcomes(linked: Linked) -> dict[tuple[str, str], str]:
    return {(row["source_id"], row["other_source_id"]): row["outcome"] for row in linked.candidates.to_pylist()}


@pytest.mark.slow
@pytest.mark.parametrize("who", ["moved", "married", "swapped", "foreign"])
def test_somebody_known_again_is_one_customer_and_the_link_says_why(linked: Linked, who: str) -> None:
    found = customers(linked)
    assert found[f"{who}-1"] == found[f"{who}-2"]
    basis = {row["source_id"]: row["basis"] for row in linked.memberships.to_pylist()}
    assert basis[f"{who}-2"] == "PROBABLE"
    said = next(row for row in linked.candidates.to_pylist() if row["source_id"] == f"{who}-1")
    assert said["outcome"] == "LINKED" and said["probability_ppm"] >= 990_000
    level = {"moved": "NAME_SAME", "married": "NAME_GIVEN", "swapped": "BIRTH_TYPED", "foreign": "NAME_SAME"}[who]
    assert level in said["levels"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("one", "other"),
    [("husband", "wife"), ("wife", "daughter"), ("husband", "daughter"), ("twin-1", "twin-2"), ("father", "son"),
     ("double-1", "double-2"), ("namesake-1", "namesake-3"), ("namesake-2", "namesake-3"), ("seller-01", "seller-02")],
)  # fmt: skip
def test_who_only_lives_together_or_is_called_alike_stays_apart(linked: Linked, one: str, other: str) -> None:
    found = customers(linked)
    assert found[one] != found[other]


@pytest.mark.slow
def test_twins_are_for_a_person_to_judge_however_probable(linked: Linked) -> None:
    said = next(row for row in linked.candidates.to_pylist() if row["source_id"] == "twin-1")
    assert said["outcome"] == "REVIEW" and said["probability_ppm"] > 990_000
    assert {"NAME_CHARACTER", "BIRTH_SAME", "REACH_BOTH"} <= set(said["levels"])


@pytest.mark.slow
def test_a_record_between_two_different_numbers_joins_one_of_them_at_most(linked: Linked) -> None:
    found = customers(linked)
    assert found["bridge-1"] != found["bridge-3"]
    told = outcomes(linked)
    assert sorted([told["bridge-1", "bridge-2"], told["bridge-2", "bridge-3"]]) == ["CONTRADICTED", "LINKED"]


@pytest.mark.slow
def test_of_the_crowd_nobody_is_mixed_with_anybody(linked: Linked) -> None:
    found = {source: customer for source, customer in customers(linked).items() if source.startswith("crowd")}
    assert len(set(found.values())) == PEOPLE


@pytest.mark.slow
def test_the_model_is_counted_and_kept_until_records_change_by_a_tenth(linked: Linked) -> None:
    model = linked.model.to_pylist()[0]
    assert model["basis"] == "COUNTED"
    fewer = crowd()[:2_080] + PLANTED
    assert link(fewer, kept=linked.model).model.equals(linked.model)
    stricter = replace(TERMS, training=TERMS.training | {"retrain_beyond_ppm": 10_000})
    again = link(fewer, kept=linked.model, terms=stricter).model.to_pylist()[0]
    assert again["records"] == len(fewer)


@pytest.mark.slow
def test_the_same_records_in_any_order_give_the_same_and_nothing_is_done_twice(linked: Linked) -> None:
    rows = crowd() + PLANTED
    random.Random(1).shuffle(rows)
    again = link(rows)
    assert again.memberships.equals(linked.memberships) and again.candidates.equals(linked.candidates)
    assert again.model.equals(linked.model)
    twice = link(rows, linked.memberships, linked.model)
    assert twice.memberships.equals(linked.memberships) and twice.customers.equals(linked.customers)


@pytest.mark.slow
def test_what_was_one_customer_stays_so_while_it_is_likely_and_nothing_speaks_against_it(linked: Linked) -> None:
    """Policy grows stricter: no new links, but the old ones stand. A number that contradicts ends one at once."""
    strict = replace(TERMS, link_above=1_000_000)
    rows = crowd() + PLANTED
    assert customers(link(rows, terms=strict))["moved-1"] != customers(link(rows, terms=strict))["moved-2"]
    stands = link(rows, linked.memberships, linked.model, strict)
    assert customers(stands)["moved-1"] == customers(stands)["moved-2"]
    assert outcomes(stands)["moved-1", "moved-2"] == "KEPT"
    told = [
        row | {"id_number": "P99", "id_type": "RESIDENT_ID"} if row["source_id"] == "moved-2" else row for row in rows
    ]
    ended = customers(link(told, linked.memberships, linked.model, strict))
    assert ended["moved-1"] != ended["moved-2"]


@pytest.mark.spark
@pytest.mark.slow
def test_spark_finds_the_same_customers_by_the_same_settings(linked: Linked) -> None:
    """The crowd of the other tests, so that DuckDB's answer is there already."""
    needs_spark()
    there = link(crowd() + PLANTED, kept=linked.model, engine=on_spark)
    assert customers(there) == customers(linked)
    assert outcomes(there) == outcomes(linked)


def test_among_few_records_nothing_is_linked_by_likeness() -> None:
    found = link(PLANTED)
    assert found.candidates.num_rows == found.model.num_rows == 0
