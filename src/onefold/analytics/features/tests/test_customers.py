"""What was known of a customer on a day is what had happened and been told by then, and nothing that came after."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings

from onefold.analytics.engines.duckdb import open_lake
from onefold.analytics.features.customers import customer_features
from onefold.analytics.features.holdings import holdings
from onefold.analytics.features.known import ALLOWED
from onefold.analytics.reference.oracle import Row, World
from onefold.analytics.steps import PAST
from onefold.analytics.tests.generated import BRIEF, SEEDS
from onefold.analytics.tests.worlds import channel, company, contract, customer, lay, membership, series
from onefold.seam import datasets, store
from onefold.seam.tests.listing import listed_as_it_lies

DAY = date(2026, 3, 1)
TOLD_FIRST = datetime(2025, 1, 10, tzinfo=UTC)
"""The day on which every company told its history."""


def at(day: date) -> datetime:
    return datetime.combine(day, time(8), UTC)


def before(days: int) -> date:
    return DAY - timedelta(days=days)


def row(dataset: datasets.Dataset, **given: Any) -> Row:
    empty = {column.name: None for column in dataset.columns}
    return empty | {"company": "C1", "source_id": "s1", "known_from": TOLD_FIRST} | given


def contact(number: str, on: date, **more: Any) -> Row:
    told = {"direction": "OUTBOUND", "outcome": "DECLINED", "known_from": at(on)} | more
    return row(datasets.PAST_CONTACTS, contact_id=number, happened_on=on, **told)


def claim(number: str, on: date, **more: Any) -> Row:
    told = {"claimed_minor": 1, "currency": "CNY", "outcome": "OPEN", "known_from": at(on)} | more
    return row(datasets.CLAIMS, claim_id=number, contract_id="k1", happened_on=on, reported_on=on, **told)


def member(number: str, on: date, **more: Any) -> Row:
    told = {"campaign": "K", "arm": "CONTACT", "known_from": at(on)} | more
    return row(datasets.CAMPAIGN_MEMBERS, member_id=number, assigned_on=on, **told)


def world(*contracts: Row, **facts: list[Row]) -> World:
    people = [customer("c1", household_id="h"), customer("c2", household_id="h"), customer("c3")]
    opening = contract("k0", "s3", "C1", "C1.A", valid_from=date(2024, 1, 1), known_from=TOLD_FIRST)
    return {
        "companies": [company("C1"), company("C2", "BANKING")],
        "product_series": [
            series("C1.A", "C1", "LIFE"),
            series("C1.B", "C1", "MOTOR"),
            series("C2.A", "C2", "CARD", pillar="BANKING"),
        ],
        "channels": [channel("CH", "C1"), channel("ON", "C2", "ONLINE")],
        "memberships": [membership(f"s{number}", f"c{number}") for number in (1, 2, 3)],
        "customers": people,
        "contracts": [opening, *contracts],
        **facts,
    }


def features_of(made: World, as_of: date = DAY, known_at: datetime | None = None) -> dict[str, Row]:
    with tempfile.TemporaryDirectory() as name:
        return features_in(lay(made, Path(name)), as_of, known_at)


def features_in(folder: Path, as_of: date = DAY, known_at: datetime | None = None) -> dict[str, Row]:
    with open_lake(folder) as lake:
        store.write(folder, datasets.HOLDINGS, lake.arrow(holdings(lake)))
    with open_lake(folder) as lake:
        panel = lake.table("customers").select("customer_id", as_of=ibis.literal(as_of))
        found = lake.arrow(customer_features(lake, panel, known_at or at(as_of) + timedelta(days=1)))
    table = store.checked(datasets.CUSTOMER_FEATURES, found)
    return {feature["customer_id"]: feature for feature in table.to_pylist()}


def bought(number: str, on: date, source: str = "s1", **more: Any) -> Row:
    return contract(number, source, "C1", "C1.A", valid_from=on, known_from=at(on), **more)


def test_contracts_are_counted_as_held_ended_and_new():
    found = features_of(
        world(
            bought("k1", before(400), channel="CH", premium_minor=1024),
            bought("k2", before(30), channel="ON", valid_until=DAY + timedelta(days=9)),
            bought("k3", before(300), status="LAPSED", valid_until=before(100))
            | {"series": "C1.B", "known_from": at(before(100))},
        )
    )["c1"]
    assert (found["held_series"], found["held_counts"]) == (["C1.A"], [2])
    assert (found["ended_series"], found["ended_counts"]) == (["C1.B"], [1])
    assert (found["contracts_held"], found["contracts_new"], found["contracts_ended"]) == (2, 2, 1)
    assert (found["tenure_days"], found["days_since_new"], found["days_since_ended"]) == (400, 30, 100)
    assert found["channel_kind"] == "ONLINE"
    assert found["insurance_band"] == (1024 + 10_000).bit_length()


def test_others_of_the_household_count_when_they_were_customers():
    made = world(bought("k1", before(10)), bought("k2", before(20), "s2"), bought("k3", DAY + timedelta(5), "s2"))
    found = features_of(made)
    assert (found["c1"]["household_size"], found["c1"]["household_held"]) == (2, 1)
    assert (found["c3"]["household_size"], found["c3"]["household_held"]) == (1, 0)
    assert features_of(made, before(15))["c1"]["household_size"] == 2
    assert features_of(made, before(25))["c1"]["household_size"] == 1


def test_ages_are_the_bounds_of_the_month():
    people = [customer("c1", birth_month=date(1980, 5, 1)), customer("c2", birth_month=date(1980, 3, 1))]
    found = features_of(world() | {"customers": [*people, customer("c3", birth_month=None)]})
    assert [(found[code]["age_low"], found[code]["age_high"]) for code in ("c1", "c2", "c3")] == [
        (45, 45), (45, 46), (None, None)
    ]  # fmt: skip


def test_a_refused_claim_counts_as_refused_once_it_is_settled():
    made = world(bought("k1", before(200)), claims=[claim("x", before(50), outcome="DECLINED", settled_on=before(10))])
    assert [features_of(made, day)["c1"]["claims_declined"] for day in (before(11), before(10))] == [0, 1]
    assert features_of(made, before(11))["c1"]["claims"] == 1


def test_history_handed_in_late_stands_as_told_in_time_and_later_news_does_not():
    first = contract("k1", "s1", "C1", "C1.A", valid_from=date(2024, 6, 1), known_from=TOLD_FIRST)
    backdated = contract("k2", "s1", "C1", "C1.B", valid_from=date(2025, 2, 1), known_from=at(date(2025, 6, 1)))
    ended = contract(
        "k3",
        "s2",
        "C1",
        "C1.A",
        valid_from=date(2024, 6, 1),
        known_from=TOLD_FIRST,
        status="LAPSED",
        valid_until=date(2024, 9, 1),
    )
    made = world(first, backdated, ended)
    assert features_of(made, date(2024, 7, 1), at(DAY))["c2"]["held_series"] == ["C1.A"], "its end lies ahead"
    assert features_of(made, date(2024, 7, 1), at(DAY))["c1"]["held_series"] == ["C1.A"]
    assert features_of(made, date(2025, 3, 1), at(DAY))["c1"]["held_series"] == ["C1.A"]
    assert features_of(made, date(2025, 6, 1), at(DAY))["c1"]["held_series"] == ["C1.A", "C1.B"]


def past(random: Random, number: int) -> tuple[str, Row]:
    """A fact of the past, or one that changes what is known of the future only."""
    on, source = before(random.randrange(800)), f"s{random.randrange(1, 4)}"
    kind = random.choice(["contracts", "past_contacts", "claims", "campaign_members"])
    made = {"contracts": bought, "past_contacts": contact, "claims": claim, "campaign_members": member}[kind](
        f"p{number}", on
    )
    return kind, made | ({"source_id": source} if kind != "claims" else {})


def future(random: Random, number: int) -> tuple[str, Row]:
    """A fact that does not count on DAY: it happens later, announced or not, or it was told later (not as a company's first word)."""
    later = DAY + timedelta(days=random.randrange(1, 200))
    happens_later = random.random() < 0.6
    on = later if happens_later else before(random.randrange(200))
    told = before(3) if happens_later and random.random() < 0.5 else later
    kind = random.choice(["contracts", "past_contacts", "claims", "campaign_members"])
    made = {"contracts": bought, "past_contacts": contact, "claims": claim, "campaign_members": member}[kind](
        f"f{number}", on
    )
    return kind, made | {"known_from": at(told)}


def gathered(facts: list[tuple[str, Row]]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {"contracts": [], "past_contacts": [], "claims": [], "campaign_members": []}
    for kind, fact in facts:
        found[kind].append(fact)
    return found


def with_first_words() -> list[tuple[str, Row]]:
    """Each company has told something of every kind long ago, so that nothing later counts as its history."""
    return [
        ("contracts", bought("k1", before(500)) | {"known_from": TOLD_FIRST}),
        ("past_contacts", contact("w1", before(900)) | {"known_from": TOLD_FIRST}),
        ("claims", claim("w2", before(900)) | {"known_from": TOLD_FIRST}),
        ("campaign_members", member("w3", before(900)) | {"known_from": TOLD_FIRST}),
    ]


@settings(BRIEF, max_examples=5)
@given(SEEDS)
def test_adding_future_facts_changes_no_feature(seed):
    random = Random(seed)
    known = [*with_first_words(), *(past(random, number) for number in range(12))]
    news = [future(random, number) for number in range(12)]
    without, with_news = gathered(known), gathered([*known, *news])
    late = at(DAY + timedelta(days=300))
    assert features_of(made_of(without), DAY, late) == features_of(made_of(with_news), DAY, late)


def made_of(facts: dict[str, list[Row]]) -> World:
    return world(*facts["contracts"], **{kind: rows for kind, rows in facts.items() if kind != "contracts"})


def test_an_end_that_comes_later_is_not_seen():
    """The same contract, of which two months later becomes known that it lapsed two weeks after the day."""
    lapsed = DAY + timedelta(days=14)
    told = at(DAY + timedelta(days=60))
    first = bought("k1", before(100)) | {"known_until": told}
    then = bought("k1", before(100), status="LAPSED", valid_until=lapsed) | {"known_from": told}
    late = at(DAY + timedelta(days=300))
    assert features_of(world(first, then), DAY, late) == features_of(world(bought("k1", before(100))), DAY, late)


def test_features_reach_nothing_but_the_allowed_columns(tmp_path):
    """A column on money laundering or on what a sale earns, were it in the lake, changes nothing and is not asked for."""
    folder = lay(world(bought("k1", before(100)), past_contacts=[contact("x", before(5))]), tmp_path)
    clean = features_in(folder)
    for name in ("customers", "past_contacts", "contracts"):
        table = pq.read_table(folder / f"{name}.parquet")
        for column in ("aml_risk", "commission_minor", "fee_minor"):
            table = table.append_column(column, pa.array([7] * table.num_rows))
        pq.write_table(table, folder / f"{name}.parquet")
    listed_as_it_lies(folder)
    assert features_in(folder) == clean
    words = [column for columns in ALLOWED.values() for column in columns]
    assert not [word for word in words if any(part in word for part in ("aml", "fee", "commission", "seller", "name"))]
    assert set(ALLOWED) == {dataset.name for dataset in PAST}


@pytest.mark.parametrize("dataset", sorted(ALLOWED))
def test_every_allowed_column_exists(dataset):
    assert set(ALLOWED[dataset]) <= {column.name for column in datasets.ALL[dataset].columns}
