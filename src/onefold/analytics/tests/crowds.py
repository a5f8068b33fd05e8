"""A crowd of any size over the shipped catalogue, by arrays: for measuring seconds and memory, not for judging results."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from onefold.analytics.tests.worlds import LEARNT, TODAY, channel, table_of
from onefold.policy import Rulebook
from onefold.seam import datasets, store

DAY_ZERO = np.datetime64("2015-01-01")


def lay_crowd(folder: Path, rulebook: Rulebook, customers: int, *, seed: int = 1, sellers: int = 500) -> None:
    """Write all datasets up to memberships and customers: about 1.6 source records and 2.4 contracts a customer."""
    random = np.random.default_rng(seed)
    catalogue = rulebook.catalogue(TODAY)
    companies = np.array([row.company for row in catalogue.companies])
    sources = int(customers * 1.6)
    owner = np.concatenate([np.arange(customers), random.integers(0, customers, sources - customers)])
    home = random.integers(0, len(companies), sources)
    ids = np.array([f"{value:032x}" for value in random.integers(0, 2**62, customers)])
    source_ids = pa.array([f"{number:032x}" for number in range(sources)])
    channels = [channel(f"{code}.CH", code) for code in companies]
    lay_registers(folder, rulebook, random, companies, channels, sellers)
    put(
        folder,
        "source_records",
        sources,
        source_id=source_ids,
        company=companies[home],
        kind="PERSON",
        recorded_at=LEARNT,
    )
    put(folder, "memberships", sources, source_id=source_ids, customer_id=ids[owner], basis="ALONE", recorded_at=LEARNT)
    births = np.datetime64("1945-01") + random.integers(0, 12 * 70, customers)
    put(
        folder,
        "customers",
        customers,
        customer_id=ids,
        household_id=ids,
        kind="PERSON",
        segment="ALL",
        birth_month=days(births),
    )
    lay_contracts(folder, rulebook, random, companies[home], source_ids, sellers, int(customers * 2.4))
    lay_wishes(folder, random, companies, home, source_ids)


def lay_registers(folder, rulebook, random, companies, channels, sellers) -> None:  # type: ignore[no-untyped-def]
    catalogue = rulebook.catalogue(TODAY)
    for name, rows in (
        ("companies", catalogue.companies),
        ("product_series", catalogue.series),
        ("products", catalogue.products),
    ):
        store.write(folder, datasets.ALL[name], table_of(name, [asdict(row) for row in rows]))
    store.write(folder, datasets.CHANNELS, table_of("channels", channels))
    always = {"valid_from": date(2015, 1, 1), "valid_until": None}
    rights = [
        {"channel": row["channel"], "series": one.series} | always for row in channels for one in catalogue.series
    ]
    store.write(folder, datasets.CHANNEL_PRODUCTS, table_of("channel_products", rights))
    pairs = [(giver, taker) for giver in companies for taker in companies if giver != taker]
    agreements = [{"agreement_no": f"{a}-{b}", "seller_company": a, "owner_company": b} | always for a, b in pairs]
    store.write(folder, datasets.AGENCY_AGREEMENTS, table_of("agency_agreements", agreements))
    place = random.integers(0, len(companies), sellers)
    put(
        folder, "sellers", sellers, seller=[f"S{number:05}" for number in range(sellers)], company=companies[place],
        channel=[f"{code}.CH" for code in companies[place]], grade=random.integers(1, 4, sellers), valid_from=date(2015, 1, 1),
    )  # fmt: skip


def lay_contracts(folder, rulebook, random, company, source_ids, sellers, count) -> None:  # type: ignore[no-untyped-def]
    catalogue = rulebook.catalogue(TODAY)
    of_company = {code: [row.series for row in catalogue.series if row.company == code] for code in set(company)}
    holder = random.integers(0, len(source_ids), count)
    series = [
        of_company[company[one]][int(pick * len(of_company[company[one]]))]
        for one, pick in zip(holder, random.random(count), strict=True)
    ]
    seller = pa.array(
        [f"S{number:05}" for number in random.integers(0, sellers, count)], mask=random.random(count) < 0.3
    )
    put(
        folder, "contracts", count, contract_id=[f"{number:032x}" for number in range(count)], source_id=source_ids.take(pa.array(holder)),
        company=company[holder], series=series, product=[f"{code}.STD" for code in series], seller=seller,
        channel=[f"{code}.CH" for code in company[holder]], status=np.where(random.random(count) < 0.9, "IN_FORCE", "LAPSED"),
        valid_from=days(DAY_ZERO + random.integers(0, 4000, count)), premium_minor=random.integers(1, 10**7, count), currency="CNY",
        known_from=LEARNT,
    )  # fmt: skip


def lay_wishes(folder, random, companies, home, source_ids) -> None:  # type: ignore[no-untyped-def]
    given = np.flatnonzero(random.random(len(source_ids) * len(companies)) < 0.4)
    source, to = np.divmod(given, len(companies))
    put(
        folder, "consents", len(given), consent_id=[f"{number:032x}" for number in given], source_id=source_ids.take(pa.array(source)),
        from_company=companies[home[source]], to_company=companies[to], purpose="MARKETING", categories="BASIC", notice_version="1",
        valid_from=date(2025, 1, 1), known_from=LEARNT,
    )  # fmt: skip
    blocked = np.flatnonzero(random.random(len(source_ids)) < 0.03)
    put(
        folder, "contact_blocks", len(blocked), block_id=[f"{number:032x}" for number in blocked],
        source_id=source_ids.take(pa.array(blocked)), company=companies[home[blocked]], valid_from=date(2025, 1, 1), known_from=LEARNT,
    )  # fmt: skip


def days(values: np.ndarray) -> pa.Array:
    return pa.array(values.astype("datetime64[D]"))


def put(folder: Path, name: str, rows: int, **columns: object) -> None:
    """Write a dataset; a single value stands in every row, a column not named is empty."""
    schema = datasets.ALL[name].schema
    arrays = []
    for field in schema:
        value = columns.get(field.name)
        single = value is None or isinstance(value, str | date)
        array = pa.repeat(pa.scalar(value, field.type), rows) if single else pa.array(value)
        arrays.append(array.cast(field.type))
    nullable = pa.schema([field.with_nullable(True) for field in schema])
    store.write(folder, datasets.ALL[name], pa.Table.from_arrays(arrays, schema=nullable))
