"""The world holds together: nothing refers to what is not there, no number is given twice, nothing depends on who computes it."""

from __future__ import annotations

import hashlib
from datetime import date

import numpy as np
import polars as pl
import pytest

from onefold.kernel.identifiers import credit_code, resident_id
from onefold.policy import book
from onefold.simulator.tables import IN_CHUNK, Chunk
from onefold.simulator.world import CHUNK, chunk_of, chunks, group_of
from onefold.simulator.world.marginals import figures
from onefold.simulator.world.numbers import in_order, scattered
from onefold.simulator.world.parameters import COMPANIES, SERIES

CUSTOMERS = 2 * CHUNK + 1_500
BASE_DAY, LAST = date(2026, 5, 31), date(2026, 6, 30)
PINNED = "650bfe27cef777bd7a399dd1c54027c60ac832a3e354338270e5e3042ae1ea21"


@pytest.fixture(scope="module")
def made() -> list[Chunk]:
    return list(chunks(1, CUSTOMERS, processes=1))


@pytest.fixture(scope="module")
def tables(made) -> dict[str, pl.DataFrame]:
    return {name: pl.concat([chunk.tables[name] for chunk in made]) for name in IN_CHUNK}


def fingerprint(chunk: Chunk) -> str:
    """Of every value in every table, in order, whatever the versions of the libraries."""
    found = hashlib.sha256()
    for name in IN_CHUNK:
        for column in chunk.tables[name]:
            found.update(f"{name}.{column.name}\n".encode())
            found.update("\n".join(column.cast(pl.String).fill_null("\0").to_list()).encode())
    return found.hexdigest()


def same(one: Chunk, other: Chunk) -> bool:
    return all(one.tables[name].equals(other.tables[name]) for name in IN_CHUNK)


def test_the_first_chunk_of_seed_1_is_what_it_always_was():
    assert fingerprint(chunk_of(1, 0, 1_000)) == PINNED


def test_two_processes_make_what_one_makes(made):
    two = list(chunks(1, CUSTOMERS, processes=2))
    assert len(two) == len(made) == 3
    assert all(same(one, other) for one, other in zip(made, two, strict=True))


def test_more_customers_change_only_the_last_chunk_and_those_after(made):
    fewer = list(chunks(1, CHUNK + 500, processes=1))
    assert same(fewer[0], made[0])
    assert not same(fewer[1], made[1])
    assert group_of(1, CHUNK).sellers.equals(group_of(1, CUSTOMERS).sellers.head(group_of(1, CHUNK).sellers.height))


def test_another_seed_is_another_world():
    assert fingerprint(chunk_of(1, 0, 300)) != fingerprint(chunk_of(2, 0, 300))


@pytest.mark.parametrize("customers", [1, 2, 37, 400])
def test_a_world_may_be_small(customers):
    chunk = next(iter(chunks(9, customers)))
    assert chunk.tables["parties"].height == customers
    assert all(dict(chunk.tables[name].schema) == schema for name, schema in IN_CHUNK.items())


def test_every_table_is_as_declared_and_not_empty(tables):
    for name, schema in IN_CHUNK.items():
        assert dict(tables[name].schema) == schema, name
        assert tables[name].height > 0, name
    group = group_of(1, CUSTOMERS)
    assert all(
        getattr(group, name).height for name in ("branches", "channels", "channel_products", "agreements", "sellers")
    )


def test_nothing_refers_to_what_is_not_there(tables):
    group = group_of(1, CUSTOMERS)
    for name, column, other, key in (
        ("records", "party", tables["parties"], "party"),
        ("contracts", "record", tables["records"], "record"),
        ("contracts", "seller", group.sellers, "seller"),
        ("contracts", "channel", group.channels, "channel"),
        ("consents", "record", tables["records"], "record"),
        ("blocks", "record", tables["records"], "record"),
        ("ties", "record", tables["records"], "record"),
        ("ties", "other_record", tables["records"], "record"),
        ("contacts", "record", tables["records"], "record"),
        ("contacts", "seller", group.sellers, "seller"),
        ("campaign_members", "record", tables["records"], "record"),
        ("claims", "contract", tables["contracts"], "contract"),
        ("circumstances", "record", tables["records"], "record"),
        ("misconduct", "contract", tables["contracts"], "contract"),
        ("misconduct", "seller", group.sellers, "seller"),
    ):
        used = tables[name].select(pl.col(column).alias(key)).drop_nulls()
        assert used.join(other, on=key, how="anti").is_empty(), f"{name}.{column}"
    assert group.sellers.join(group.branches, on="branch", how="anti").is_empty()


def test_facts_hang_on_a_record_of_their_own_company_and_customer(tables):
    for name in ("contracts", "contacts", "consents", "blocks", "campaign_members", "circumstances"):
        joined = tables[name].join(tables["records"], on="record")
        assert joined.filter(
            (pl.col("company") != pl.col("company_right")) | (pl.col("party") != pl.col("party_right"))
        ).is_empty(), name
    opened = tables["contracts"].filter(pl.col("valid_from") > date(2024, 6, 1)).join(tables["records"], on="record")
    assert opened.filter(pl.col("signed_on") < pl.col("opened_on")).is_empty()


def test_no_number_is_given_twice(tables):
    for name, keys in (
        ("parties", ["id_number"]), ("parties", ["party"]), ("records", ["record"]), ("records", ["company", "source_key"]),
        ("contracts", ["contract"]), ("contracts", ["company", "contract_no"]), ("contacts", ["contact"]),
        ("claims", ["claim_no"]), ("campaign_members", ["campaign", "record"]), ("ties", ["record", "other_record"]),
        ("consents", ["record", "to_company"]), ("effects", ["party", "series", "channel"]),
    ):  # fmt: skip
        assert tables[name].select(keys).is_duplicated().sum() == 0, (name, keys)
    numbers = np.arange(300_000)
    for size, salt in ((10**8, 1), (10**8, 2), (10**9, 1), (10**9, 3), (10**10, 2)):
        assert len(np.unique(scattered(numbers, size, salt))) == len(numbers)


def test_the_third_of_one_birthday_and_place_is_born_a_day_later():
    born, order = in_order(np.array([5, 5, 5, 6, 6]), np.zeros(5, dtype=np.int64), np.zeros(5, dtype=bool))
    assert len({*zip(born.tolist(), order.tolist(), strict=True)}) == 5
    assert order.max() == 1


def test_every_resident_number_and_credit_code_passes_the_kernels_check(tables):
    people = tables["parties"]
    for number, born, sex in (
        people.filter(pl.col("id_type") == "RESIDENT_ID").select("id_number", "born_on", "sex").iter_rows()
    ):
        found = resident_id(number)
        assert (found.born_on, found.sex) == (born, sex)
    firms = people.filter(pl.col("kind") == "ORGANISATION")
    assert all(credit_code(code) == code for code in firms["id_number"])
    assert 0.01 < len(firms) / len(people) < 0.05


def test_names_are_chinese_minority_and_foreign(tables):
    people = tables["parties"].filter(pl.col("kind") == "PERSON")
    shares = people.group_by("surname").len().sort("len", descending=True)["surname"]
    assert set(shares.head(5)) == {"王", "李", "张", "刘", "陈"}
    assert people.filter(pl.col("given").str.contains("·")).height > 50
    foreign = people.filter(pl.col("latin_name").is_not_null())
    assert foreign.height > 50
    assert set(foreign["id_type"]) == {"PASSPORT"}
    assert people.filter(pl.col("surname") + pl.col("given") == "").is_empty()


def test_contracts_keep_their_days_in_order_and_inside_the_known_time(tables):
    contracts = tables["contracts"]
    assert contracts.filter(pl.col("signed_on") > LAST).is_empty()
    assert contracts.filter(pl.col("ended_on") > LAST).is_empty()
    assert contracts.filter(
        (pl.col("valid_until") <= pl.col("valid_from")) | (pl.col("ended_on") <= pl.col("valid_from"))
    ).is_empty()
    assert contracts.filter(pl.col("ended_on").is_null() != pl.col("end").is_null()).is_empty()
    assert contracts.filter(pl.col("ended_on") >= pl.col("valid_until")).is_empty()


def test_a_yearly_series_is_renewed_by_a_contract_that_begins_where_the_last_one_ended(tables):
    yearly = [terms.code for terms in SERIES if terms.renewable]
    motor = tables["contracts"].filter(pl.col("series").is_in(yearly)).sort("contract")
    follows = motor.with_columns(
        same=(pl.col("party") == pl.col("party").shift()) & (pl.col("series") == pl.col("series").shift()),
        gap=(pl.col("valid_from") - pl.col("valid_until").shift()).dt.total_days(),
    ).filter("same")
    renewed = follows.filter(pl.col("gap") == 0)
    assert len(renewed) > len(motor) // 4
    assert renewed["contract_no"].n_unique() == len(renewed)


def test_a_first_contract_is_sold_by_a_channel_that_may_sell_it_that_day_and_a_seller_who_is_there(tables):
    group = group_of(1, CUSTOMERS)
    rights = group.channel_products.rename({"valid_from": "since", "valid_until": "until"})
    sold = tables["contracts"].join(rights, on=["channel", "series"], how="left")
    first = sold.filter(pl.col("valid_from") <= pl.col("signed_on") + pl.duration(days=1))
    assert first.filter(
        pl.col("since").is_null() | (pl.col("signed_on") < pl.col("since")) | (pl.col("signed_on") >= pl.col("until"))
    ).is_empty()
    people = group.sellers.rename({"valid_from": "came", "valid_until": "left", "channel": "his"})
    by = tables["contracts"].join(people, on="seller")
    assert by.filter(
        (pl.col("his") != pl.col("channel"))
        | (pl.col("signed_on") < pl.col("came"))
        | (pl.col("signed_on") >= pl.col("left"))
    ).is_empty()


def test_nobody_buys_what_is_not_for_their_age_or_kind(tables):
    kinds = {terms.code: terms for terms in SERIES}
    held = tables["contracts"].join(tables["parties"].select("party", "kind", "born_on"), on="party")
    first = held.filter(pl.col("valid_from") == pl.col("signed_on") + pl.duration(days=1))
    first = first.with_columns(age=(pl.col("signed_on") - pl.col("born_on")).dt.total_days() / 365.25)
    for (code,), frame in first.group_by("series"):
        terms = kinds[str(code)]
        assert set(frame["kind"]) <= set(terms.kinds.split(",")), code
        ages = frame["age"].drop_nulls()
        assert ages.is_empty() or (ages.min() >= terms.age_min - 0.01 and ages.max() < terms.age_max + 1.3), code


def test_the_series_are_those_of_the_shipped_catalogue():
    catalogue = book.load().catalogue(LAST)
    shipped = {row.series: row for row in catalogue.series if row.on_sale(LAST) or row.series == "HLIFE.WHOLE"}
    assert {terms.code for terms in SERIES} == set(shipped)
    assert set(COMPANIES) == {row.company for row in catalogue.companies}
    assert {f"{terms.code}.{name}" for terms in SERIES for name in terms.products} == {
        row.product for row in catalogue.products if row.series in shipped
    }
    for terms in SERIES:
        assert (terms.kinds, terms.grade_min) == (shipped[terms.code].kinds, shipped[terms.code].grade_min)


def test_the_groups_figures_are_near_the_public_ones(made):
    for figure in figures(made):
        assert figure.public is not None
        assert abs(figure.value - figure.public) < max(0.07 * figure.public, 0.8), figure
