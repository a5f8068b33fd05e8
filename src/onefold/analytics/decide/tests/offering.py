"""Generated worlds in which something is offered: sellers, consents, wishes and agreements around the shipped catalogue."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from hashlib import sha256
from random import Random

from onefold.analytics.reference.oracle import Row, World
from onefold.analytics.tests.worlds import LEARNT, TODAY, channel, contract, customer, membership
from onefold.policy import Rulebook

AROUND = [TODAY + timedelta(days=days) for days in (-400, -30, -1, 0, 1, 30)]
BIRTHS = [
    date(1950, 1, 1),
    date(1955, 6, 1),
    date(1965, 7, 1),
    date(1990, 2, 1),
    date(2008, 6, 1),
    date(2008, 7, 1),
    date(2026, 8, 1),
    None,
]


def offering_world(random: Random, rulebook: Rulebook, *, customers: int = 12, contracts: int = 30) -> World:
    """Build a world over the shipped catalogue in which each gate sometimes forbids and often does not."""
    catalogue = rulebook.catalogue(TODAY)
    companies = [row.company for row in catalogue.companies]
    ids = [sha256(str(number).encode()).hexdigest()[:32] for number in range(customers)]
    sources = {f"s{number}": random.choice(companies) for number in range(2 * customers)}
    channels = [channel(f"{home}.CH{number}", home) for home in companies[:-1] for number in (1, 2)]
    sellers = [seller(number, random, companies, channels) for number in range(16)]
    return {
        "companies": [asdict(row) for row in catalogue.companies],
        "product_series": [asdict(row) | on_sale(random) for row in catalogue.series],
        "channels": channels,
        "sellers": sellers,
        "channel_products": [
            {"channel": row["channel"], "series": one.series, **lately(random)}
            for row in channels
            for one in catalogue.series
            if random.random() < 0.7
        ],
        "agency_agreements": [
            {"agreement_no": f"{giver}-{owner}", "seller_company": giver, "owner_company": owner, **lately(random)}
            for giver in companies
            for owner in companies
            if giver != owner and random.random() < 0.8
        ],
        "customers": [
            customer(
                one,
                kind=random.choice(["PERSON"] * 3 + ["ORGANISATION"]),
                birth_month=random.choice(BIRTHS + [BIRTHS[3]] * 6),
            )
            for one in ids
        ],
        "source_records": [
            {
                "source_id": source,
                "company": home,
                "kind": "PERSON",
                "sex": None,
                "birth_month": None,
                "region": None,
                "recorded_at": LEARNT,
            }
            for source, home in sources.items()
        ],
        "memberships": [membership(source, random.choice(ids[:-1])) for source in sources],
        "contracts": [sold(number, random, rulebook, sources, sellers) for number in range(contracts)],
        **wishes(random, ids, sources, companies, [one.series for one in catalogue.series]),
    }


def seller(number: int, random: Random, companies: list[str], channels: list[Row]) -> Row:
    place = random.choice(channels)
    company = place["company"] if random.random() < 0.8 else random.choice(companies)
    row = {
        "seller": f"S{number}",
        "company": company,
        "channel": place["channel"],
        "grade": random.choice([1, 2, 3, 3]),
    }
    return row | {"region": None} | lately(random)


def sold(number: int, random: Random, rulebook: Rulebook, sources: dict[str, str], sellers: list[Row]) -> Row:
    source, home = random.choice(list(sources.items()))
    series = random.choice([row for row in rulebook.catalogue(TODAY).series if row.company == home])
    colleagues = [row["seller"] for row in sellers if row["company"] == home]
    return contract(
        f"k{number:03}",
        source,
        series.company,
        series.series,
        seller=random.choice([*colleagues * 2, random.choice(sellers)["seller"], None]),
        status=random.choice(["IN_FORCE"] * 5 + ["LAPSED"]),
        valid_from=random.choice(AROUND[:4]),
    )


def wishes(random: Random, ids: list[str], sources: dict[str, str], companies: list[str], series: list[str]) -> World:
    consents = [
        {
            "consent_id": f"{source}{to}{number}",
            "source_id": source,
            "from_company": home if random.random() < 0.95 else random.choice(companies),
            "to_company": to,
            "purpose": random.choice(["MARKETING"] * 6 + ["SERVICE"]),
            "categories": random.choice(["BASIC", "BASIC,HOLDINGS", "HOLDINGS", "CONTACTS,HOLDINGS"]),
            "notice_version": "1",
            "known_from": LEARNT,
            "known_until": random.choice([None] * 9 + [LEARNT + timedelta(days=3)]),
            **lately(random),
        }
        for number, (source, home) in enumerate(sources.items())
        for to in companies
        if random.random() < 0.8
    ]
    blocks = [
        {
            "block_id": source,
            "source_id": source,
            "company": home,
            "known_from": LEARNT,
            "known_until": None,
            **lately(random),
        }
        for source, home in sources.items()
        if random.random() < 0.03
    ]
    withdrawn = [{"consent_id": row["consent_id"], "withdrawn_at": LEARNT} for row in consents if random.random() < 0.1]
    silenced = {(random.choice(ids), random.choice([*series, "ALL"])): random.choice(AROUND) for _ in range(len(ids))}
    return {
        "consents": consents,
        "contact_blocks": blocks,
        "consent_withdrawals": withdrawn,
        "suppressions": [
            {"customer_id": one, "series": what, "until": until} for (one, what), until in silenced.items()
        ],
    }


def on_sale(random: Random) -> Row:
    """Sometimes a series begins or ends being on sale about today, or never was."""
    around = [TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=1)]
    return {
        "on_sale_from": random.choice([AROUND[0]] * 12 + [*around, None]),
        "on_sale_until": random.choice([None] * 12 + around),
    }


def lately(random: Random) -> Row:
    """A period that mostly, not always, contains today."""
    return {
        "valid_from": random.choice(AROUND[:4] * 6 + AROUND[4:]),
        "valid_until": random.choice([None] * 20 + AROUND[2:]),
    }
