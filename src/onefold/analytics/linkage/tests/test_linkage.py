"""Who is who: worked cases, the laws of linkage on generated worlds, and a slow oracle."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onefold.analytics.linkage import link_records
from onefold.analytics.linkage.components import labels
from onefold.analytics.linkage.customers import segment
from onefold.kernel.identifiers import normalise_name
from onefold.kernel.periods import age_on
from onefold.seam.datasets import MEMBERSHIPS, RELATIONS, SOURCE_IDENTITIES, SOURCE_RECORDS

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
TODAY = date(2026, 6, 30)
Row = dict[str, Any]


def person(source: str, **more: Any) -> Row:
    row = {
        "source_id": source, "company": "HLIFE", "source_key": source, "kind": "PERSON", "name": None, "born_on": None,
        "id_type": None, "id_number": None, "phone": None, "email": None, "address": None, "recorded_at": NOON,
        "sex": None, "region": None,
    } | more  # fmt: skip
    if row["id_number"] and not row["id_type"]:
        row["id_type"] = "RESIDENT_ID"
    row |= {f"has_{name}": row[name] is not None for name in ("id_number", "name", "phone")}
    row["birth_month"] = row["born_on"].replace(day=1) if row["born_on"] else None
    return row


class Linked:
    def __init__(
        self, rows: list[Row], previous: pa.Table | None = None, ties: tuple[str, ...] = (), known: datetime = NOON
    ):
        def table(schema: pa.Schema, content: list[Row]) -> pa.Table:
            return pa.Table.from_pylist([{name: row[name] for name in schema.names} for row in content], schema=schema)

        pairs = [{"source_id": tie[0], "other_source_id": tie[1], "kind": "SPOUSE"} for tie in ties]
        found = link_records(
            table(SOURCE_RECORDS.schema, rows),
            table(SOURCE_IDENTITIES.schema, rows),
            table(RELATIONS.schema, pairs),
            previous if previous is not None else MEMBERSHIPS.schema.empty_table(),
            TODAY,
            known,
        )
        self.memberships, self.customers = found.memberships, found.customers

    def customer(self, source: str) -> str:
        return str(self.row(source)["customer_id"])

    def row(self, source: str) -> Row:
        return next(row for row in self.memberships.to_pylist() if row["source_id"] == source)

    def of(self, source: str) -> Row:
        return next(row for row in self.customers.to_pylist() if row["customer_id"] == self.customer(source))

    def groups(self) -> set[str]:
        found: dict[str, str] = {}
        for row in sorted(self.memberships.to_pylist(), key=lambda row: row["source_id"]):
            found[row["customer_id"]] = found.get(row["customer_id"], "") + row["source_id"]
        return set(found.values())


WANG = {"name": "王小明", "born_on": date(1980, 5, 20), "phone": "13812345678"}


def test_the_same_number_of_the_same_type_and_kind_is_the_same_customer() -> None:
    rows = [
        person("a", id_number="1"), person("b", id_number="1", name="whoever"), person("c", id_number="2"),
        person("d", id_number="1", id_type="PASSPORT"), person("e", id_number="1", kind="ORGANISATION"),
        person("f"), person("g"), person("h", id_number="3", id_type="OTHER"), person("i", id_number="3", id_type="OTHER"),
    ]  # fmt: skip
    linked = Linked(rows)
    assert linked.groups() == {"ab", "c", "d", "e", "f", "g", "h", "i"}
    assert [linked.row(source)["basis"] for source in "abc"] == ["ID_NUMBER", "ID_NUMBER", "ALONE"]


def test_name_birth_date_and_phone_together_are_enough_but_none_may_be_missing() -> None:
    rows = [
        person("a", **WANG), person("b", **WANG | {"name": " 王 小明"}), person("c", **WANG | {"phone": None}),
        person("d", **WANG | {"born_on": None}), person("e", **WANG | {"name": None}), person("f", **WANG | {"name": " "}),
        person("g", **WANG, id_number="1"), person("h", id_number="1"), person("i", **WANG | {"name": "\u200b"}),
    ]  # fmt: skip
    linked = Linked(rows)
    assert linked.groups() == {"abgh", "c", "d", "e", "f", "i"}
    assert [linked.row(source)["basis"] for source in "abgh"] == ["NAME_BIRTH_PHONE"] * 2 + ["ID_NUMBER"] * 2


def test_the_weaker_key_never_joins_two_different_numbers() -> None:
    rows = [person("a", **WANG, id_number="1"), person("b", **WANG, id_number="2"), person("c", **WANG)]
    assert Linked(rows).groups() == {"a", "b", "c"}
    same = [
        person("a", **WANG, id_number="1"),
        person("b", **WANG, id_number="2", id_type="PASSPORT"),
        person("c", **WANG),
    ]
    assert Linked(same).groups() == {"abc"}


def test_nor_by_a_detour_over_a_third_record() -> None:
    moved = WANG | {"phone": "13900000000"}
    rows = [
        person("a", **WANG, id_number="1"), person("b", **WANG, id_number="9", id_type="PASSPORT"),
        person("c", **moved, id_number="9", id_type="PASSPORT"), person("d", **moved, id_number="2"),
    ]  # fmt: skip
    assert Linked(rows).groups() == {"a", "bc", "d"}


def test_a_group_that_proves_nothing_leaves_other_links_alone() -> None:
    moved = WANG | {"phone": "13900000000"}
    rows = [
        person("a", **WANG, id_number="1"), person("b", **WANG, id_number="2"), person("c", **moved, id_number="1"),
        person("d", **moved),
    ]  # fmt: skip
    assert Linked(rows).groups() == {"acd", "b"}


def test_the_id_comes_from_the_earliest_recorded_record_and_stays_when_others_join() -> None:
    late = NOON + timedelta(days=1)
    alone = Linked([person("b", **WANG)])
    joined = Linked([person("a", **WANG, recorded_at=late), person("b", **WANG)], alone.memberships, known=late)
    assert joined.customer("a") == joined.customer("b") == alone.customer("b")
    assert joined.row("b")["recorded_at"] == NOON, "what was known stays known since then"
    assert joined.row("a")["recorded_at"] == late
    assert Linked([person("a", **WANG, recorded_at=late), person("b", **WANG)]).customer("a") == alone.customer("b")


@pytest.mark.parametrize("old", "bcdefgh")
def test_when_two_customers_turn_out_to_be_one_the_one_known_longest_gives_its_id(old: str) -> None:
    late, later = NOON + timedelta(days=1), NOON + timedelta(days=2)
    first = Linked([person(old, id_number="1")])
    second = Linked([person("a", id_number="2"), person(old, id_number="1")], first.memberships, known=late)
    merged = Linked([person("a", id_number="1"), person(old, id_number="1")], second.memberships, known=later)
    assert merged.customer("a") == merged.customer(old) == first.customer(old)
    again = Linked([person("a", id_number="2"), person(old, id_number="1")], merged.memberships, known=later)
    assert again.customer(old) == first.customer(old)
    assert again.customer("a") != first.customer(old)


def test_a_customer_that_falls_apart_keeps_its_id_in_one_part_only() -> None:
    whole = Linked([person(source, id_number="1") for source in "abc"])
    parts = Linked([person(source, id_number=source) for source in "cba"], whole.memberships)
    assert parts.customer("a") == whole.customer("a")
    assert len({parts.customer(source) for source in "abc"}) == 3
    without = Linked([person("b", id_number="1"), person("c", id_number="2")], whole.memberships)
    assert without.customer("b") == whole.customer("a"), "the founder is gone; the earliest that is left keeps the id"


def test_a_new_id_is_never_one_that_somebody_had_before() -> None:
    founder = person("z", id_number="1")
    first = Linked([founder])
    late = person("a", id_number="1", recorded_at=NOON + timedelta(days=1))
    both = Linked([founder, late], first.memberships)
    assert both.customer("a") == first.customer("z")
    moved = both.memberships.filter(pc.equal(both.memberships["source_id"], "a"))
    apart = Linked([founder, late | {"id_number": "2"}], moved)
    assert apart.customer("a") == first.customer("z")
    assert apart.customer("z") != first.customer("z")


def test_families_are_households_over_any_number_of_ties() -> None:
    rows = [person(source) for source in "abcde"]
    linked = Linked(rows, ties=("ab", "cb", "de", "ax"))
    household = {source: linked.of(source)["household_id"] for source in "abcde"}
    assert household["a"] == household["b"] == household["c"] != household["d"] == household["e"]
    assert not set(household.values()) & {linked.customer(source) for source in "abcde"}


def test_the_newest_value_that_is_there_speaks_for_the_customer() -> None:
    rows = [
        person("a", id_number="1", sex="F", region="Harbour", born_on=date(1980, 5, 20)),
        person("b", id_number="1", region="Hill", recorded_at=NOON + timedelta(days=1)),
    ]
    customer = Linked(rows).of("a")
    assert (customer["sex"], customer["region"], customer["birth_month"]) == ("F", "Hill", date(1980, 5, 1))
    assert customer["segment"] == "45-59"
    swapped = [row | {"source_id": {"a": "b", "b": "a"}[row["source_id"]]} for row in rows]
    assert Linked(swapped).of("a")["region"] == "Hill", "the newest, not the last in the alphabet"


@pytest.mark.parametrize(
    ("born", "kind", "expected"),
    [
        (date(2008, 7, 1), "PERSON", "U18"), (date(2008, 6, 30), "PERSON", "18-29"), (date(1996, 7, 1), "PERSON", "18-29"),
        (date(1996, 6, 30), "PERSON", "30-44"), (date(1981, 6, 30), "PERSON", "45-59"), (date(1966, 7, 1), "PERSON", "45-59"),
        (date(1966, 6, 30), "PERSON", "60+"), (None, "PERSON", "UNKNOWN"), (None, "ORGANISATION", "ORGANISATION"),
        (date(2027, 1, 1), "PERSON", "U18"),
    ],
)  # fmt: skip
def test_segments_are_age_bands_on_the_day(born: date | None, kind: str, expected: str) -> None:
    frame = pl.DataFrame({"born_on": pl.Series([born], dtype=pl.Date), "kind": [kind]})
    assert frame.select(segment(TODAY).alias("segment"))["segment"][0] == expected


@given(st.dates(date(1920, 1, 1), TODAY))
def test_ages_are_those_of_the_kernel(born: date) -> None:
    frame = pl.DataFrame({"born_on": [born], "kind": ["PERSON"]})
    age = age_on(born, TODAY)
    band = next(
        (name for below, name in ((18, "U18"), (30, "18-29"), (45, "30-44"), (60, "45-59")) if age < below), "60+"
    )
    assert frame.select(segment(TODAY).alias("segment"))["segment"][0] == band


def test_somebody_forgotten_stays_alone_and_stops_nothing() -> None:
    rows = [person("a", **WANG), person("b", **WANG)]
    linked = Linked(rows)
    records = pa.Table.from_pylist(
        [{n: row[n] for n in SOURCE_RECORDS.schema.names} for row in rows], SOURCE_RECORDS.schema
    )
    left = pa.Table.from_pylist([{n: rows[0][n] for n in SOURCE_IDENTITIES.schema.names}], SOURCE_IDENTITIES.schema)
    found = link_records(records, left, RELATIONS.schema.empty_table(), linked.memberships, TODAY, NOON)
    assert found.memberships.num_rows == found.customers.num_rows == 2


# Laws, on small worlds full of near misses

worlds = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "id_number": st.sampled_from("12"),
            "id_type": st.sampled_from(["RESIDENT_ID", "PASSPORT"]),
            "name": st.sampled_from(["王小明", " 王小明", "Li"]),
            "born_on": st.sampled_from([date(1980, 5, 20), date(1990, 1, 1)]),
            "phone": st.sampled_from(["13812345678", "13900000000"]),
        },
    ),
    max_size=9,
).map(
    lambda rows: [
        person("abcdefghi"[n], **row | {"recorded_at": NOON + timedelta(hours=n % 3)}) for n, row in enumerate(rows)
    ]
)


def number_of(row: Row) -> tuple[str, str] | None:
    return (row["id_type"], row["id_number"]) if row["id_number"] else None


def by_oracle(rows: list[Row]) -> set[str]:
    """The rule of `matching`, said slowly: grow groups pair by pair until nothing changes."""

    def weak(row: Row) -> tuple[object, ...] | None:
        key = (normalise_name(row["name"] or ""), row["born_on"], row["phone"])
        return key if all(key) else None

    def contradicts(group: set[str]) -> bool:
        numbers = [number_of(row) for row in rows if row["source_id"] in group]
        return any(a and b and a[0] == b[0] and a[1] != b[1] for a, b in combinations(numbers, 2))

    def closed(pairs: list[tuple[str, str]]) -> list[set[str]]:
        groups = [{row["source_id"]} for row in rows]
        for a, b in pairs:
            first = next(group for group in groups if a in group)
            second = next(group for group in groups if b in group)
            if first is not second:
                groups.remove(second)
                first |= second
        return groups

    pairs = list(combinations(rows, 2))
    strong = [(a["source_id"], b["source_id"]) for a, b in pairs if number_of(a) and number_of(a) == number_of(b)]
    bad = {
        weak(row) for row in rows if weak(row) and contradicts({r["source_id"] for r in rows if weak(r) == weak(row)})
    }
    weaker = [
        (a["source_id"], b["source_id"]) for a, b in pairs if weak(a) and weak(a) == weak(b) and weak(a) not in bad
    ]
    result: set[str] = set()
    for group in closed(strong + weaker):
        parts = [part for part in closed(strong) if part <= group] if contradicts(group) else [group]
        result |= {"".join(sorted(part)) for part in parts}
    return result


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(worlds)
def test_linkage_is_what_the_slow_oracle_says(rows: list[Row]) -> None:
    assert Linked(rows).groups() == by_oracle(rows)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(worlds, worlds, st.randoms())
def test_laws_of_linkage(rows: list[Row], before: list[Row], shuffled: random.Random) -> None:
    previous = Linked(before).memberships
    linked = Linked(rows, previous)
    shuffled.shuffle(rows)
    again = Linked(rows, previous)
    assert again.memberships.equals(linked.memberships) and again.customers.equals(linked.customers), "in any order"
    same = Linked(rows, linked.memberships, known=NOON + timedelta(days=9))
    assert same.memberships.equals(linked.memberships) and same.customers.equals(linked.customers), (
        "nothing to do twice"
    )
    assert len(linked.memberships) == len(rows), "everybody is somebody"
    of = {row["source_id"]: row["customer_id"] for row in linked.memberships.to_pylist()}
    for a, b in combinations(rows, 2):
        if number_of(a) and number_of(b) and a["id_type"] == b["id_type"]:
            same_customer = of[a["source_id"]] == of[b["source_id"]]
            assert same_customer == (a["id_number"] == b["id_number"]), "numbers decide"
    former = {row["source_id"]: row["customer_id"] for row in previous.to_pylist() if row["source_id"] in of}
    fates: dict[str, set[str]] = {}
    for source, customer in former.items():
        fates.setdefault(customer, set()).add(of[source])
    for customer, now in fates.items():
        merged = any(new in former.values() and new != customer for new in now)
        assert customer in of.values() or merged, "a known id vanishes only into another known id"


@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=14))
def test_components_are_the_smallest_thing_that_can_be_reached(pairs: list[tuple[int, int]]) -> None:
    expected = list(range(12))
    for _ in range(12):
        for a, b in pairs:
            expected[a] = expected[b] = min(expected[a], expected[b])
    found = labels(
        12, pl.Series([a for a, _ in pairs], dtype=pl.Int64), pl.Series([b for _, b in pairs], dtype=pl.Int64)
    )
    assert found.to_list() == expected
