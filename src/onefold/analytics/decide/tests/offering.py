"""Generated worlds in which something is offered: sellers, consents, wishes and agreements around the shipped catalogue."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date, timedelta
from hashlib import sha256
from random import Random
from typing import Any

from onefold.analytics.reference.oracle import Row, World
from onefold.analytics.tests.worlds import LEARNT, TODAY, channel, contract, customer, membership
from onefold.policy import Rulebook, load

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


def changed(rulebook: Rulebook, **values: Any) -> Rulebook:
    """The rulebook with other values, named like `suitability__life_insurers`, for every day on which they have any."""
    told = dict(rulebook.values)
    for name, value in values.items():
        dated = told[name.replace("__", ".")]
        told[dated.name] = replace(dated, history=tuple(replace(entry, value=value) for entry in dated.history))
    return replace(rulebook, values=told)


STRICT = changed(
    load(),
    suitability__life_insurers=["HLIFE", "HPENSION", "HHEALTH"],
    suitability__regions_licensed={"HTRUST": ["A"], "HPC": ["A", "B1"], "HSEC": []},
    contact__household_contacts={"max": 2, "days": 30},
)
"""The shipped rulebook where it never forbids made to forbid something."""


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
                household_id=random.choice(ids[:3]) if random.random() < 0.2 else one,
                kind=random.choice(["PERSON"] * 3 + ["ORGANISATION"]),
                region=random.choice(["A", "A1", "B1", "C", None]),
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
        "household_arms": [
            {"customer_id": one, "household_id": one, "arm": "HOLDOUT", "drawn_on": TODAY, "basis": "DRAWN"}
            for one in ids
            if random.random() < 0.08
        ],
        **told(random, ids, sources),
        **met(random, ids, sources, companies, [one.series for one in catalogue.series]),
        "scores": scored(random, ids, [one.series for one in catalogue.series]),
        **prior(random, [one.series for one in catalogue.series]),
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
    row |= {"region": random.choice(["A", "A", "B", None])}
    return row | {"has_registration_no": random.choice([True] * 9 + [False, None])} | lately(random)


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


def told(random: Random, ids: list[str], sources: dict[str, str]) -> World:
    """What companies were told of circumstances; older statements contradict newer ones now and then."""
    said = {
        "RISK_LEVEL": ["1", "2", "3", "4", "5"],
        "INCOME": ["B1", "B2", "B3", "B9"],
        "STATUS": ["ACTIVE"] * 6 + ["DECEASED"],
        "CAPACITY": ["FULL"] * 6 + ["LIMITED", "NONE"],
        "PROFILING": ["ALLOWED"] * 3 + ["REFUSED"],
    }
    rows = [
        {
            "circumstance_id": f"{source}{kind}{number}",
            "source_id": source,
            "company": home,
            "kind": kind,
            "value": random.choice(values),
            "told_on": TODAY - timedelta(days=random.choice([0, 1, 200, 364, 365, 366, 800])),
            "known_from": LEARNT,
            "known_until": random.choice([None] * 9 + [LEARNT + timedelta(days=3)]),
        }
        for source, home in sources.items()
        for kind, values in said.items()
        for number in range(2)
        if random.random() < 0.2
    ]
    return {"circumstances": rows, "answers": heard(random, ids, sources, said)}


def heard(random: Random, ids: list[str], sources: dict[str, str], said: dict[str, list[str]]) -> list[Row]:
    """The same heard in Onefold, of a company's own customer or of another's; now and then of a record that was linked anew."""
    said = said | {"BORN_ON": ["1950-03-01", "1990-07-01", "2015-02-01", "2031-01-01"]}
    return [
        {
            "answer_id": f"a{customer}{kind}{number}",
            "source_id": random.choice([None, *sources]),
            "customer_id": customer,
            "company": random.choice(list(sources.values())),
            "kind": kind,
            "value": random.choice(values),
            "told_on": TODAY - timedelta(days=random.choice([-1, 0, 1, 200, 364, 365, 366])),
            "recorded_at": LEARNT + timedelta(minutes=random.choice([0, 1])),
        }
        for customer in ids
        for kind, values in said.items()
        for number in range(2)
        if random.random() < 0.05
    ]


def met(random: Random, ids: list[str], sources: dict[str, str], companies: list[str], series: list[str]) -> World:
    """Contacts of households, before and in Onefold, around the edges of the windows."""
    days = [0, 1, 13, 14, 29, 30, 31, 364, 365]
    before = [
        {
            "contact_id": f"p{number}",
            "source_id": source,
            "company": random.choice([home, random.choice(companies)]),
            "channel": None,
            "seller": None,
            "series": random.choice([None, random.choice(series)]),
            "direction": random.choice(["OUTBOUND"] * 3 + ["INBOUND"]),
            "happened_on": TODAY - timedelta(days=random.choice(days)),
            "outcome": "DECLINED",
            "campaign": None,
            "known_from": LEARNT,
            "known_until": None,
        }
        for number, (source, home) in enumerate(list(sources.items()) * 2)
        if random.random() < 0.2
    ]
    here = [
        {
            "outcome_id": f"o{number}", "lead_id": "l", "customer_id": one, "series": random.choice(series), "seller": "S1",
            "company": random.choice(companies), "channel": "C", "code": "NOT_REACHED", "reason": "", "not_until": None,
            "happened_on": TODAY - timedelta(days=random.choice(days)), "known_from": LEARNT,
        }
        for number, one in enumerate(ids * 2)
        if random.random() < 0.2
    ]  # fmt: skip
    return {"past_contacts": before, "outcomes": here}


def scored(random: Random, ids: list[str], series: list[str]) -> list[Row]:
    """The models speak of most customers, of each series on another basis."""
    return [
        {
            "customer_id": one,
            "series": series,
            "propensity": [random.randrange(100_000) for _ in series],
            "effect": [random.randrange(-20_000, 40_000) for _ in series],
            "basis": [random.randrange(4) for _ in series],
            "lapse": -1,
        }
        for one in ids
        if random.random() < 0.7
    ]


def prior(random: Random, series: list[str]) -> World:
    """Mostly there is a prior, of most series, and mostly it is used."""
    chances = {one: random.randrange(100_000) for one in series if random.random() < 0.8}
    card = {
        "model": "PRIOR", "fit": "f", "recipe": "PRIOR/1", "stage": "CHAMPION", "used": random.random() < 0.7, "fallback_reason": "",
        "trained_on": None, "validated_on": None, "rows": 1, "outcomes": 1, "assessment": "A", "approver": "B", "card": "{}",
    }  # fmt: skip
    content = json.dumps({"chances": chances}).encode()
    return {"model_cards": [card], "model_fits": [{"model": "PRIOR", "fit": "f", "content": content}]}


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
        "block_wishes": [{"customer_id": one, "since": random.choice(AROUND)} for one in ids if random.random() < 0.05],
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
