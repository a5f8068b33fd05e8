"""Harbour Group worked out a second time, from the files alone: no feed definition, no database, nothing of `onefold`.

    python examples/harbour/check.py            say whether expected.yaml still holds; exit 1 if not
    python examples/harbour/check.py --print    print what follows from the files

How: files.py reads each file by hand-written lines and leaves out the rows that expected.yaml lists as rejects. Records with
one document number, or with one name, birth date and phone, are one customer. The rest is loops over lists. Only numbers (kinds,
ages, grades, days on sale, margins, costs, terms) are taken from the rulebook. Slow and plain on purpose: the other opinion.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from datetime import date
from fractions import Fraction
from typing import Any

import yaml
from files import (
    AS_OF,
    CUSTOMER_COLUMNS,
    HERE,
    Row,
    contracts,
    dated,
    in_force,
    left_alone,
    marketing_consents,
    rows_of,
    source_records,
    ties,
    unsound,
)

RULEBOOK = HERE.parents[1] / "src" / "onefold" / "policy" / "rulebook"
CATALOGUE = RULEBOOK / "catalogue"
LEADS_PER_SELLER_MAX = 20
INSURERS = {"HLIFE", "HPC", "HHEALTH", "HPENSION"}


def series_on_the_day() -> dict[str, Row]:
    """Each series of the catalogue with the terms of the day."""
    found = {}
    for code, entry in yaml.safe_load((CATALOGUE / "series.yaml").read_text("utf-8"))["series"].items():
        begun = [term["value"] for term in entry["terms"] if term["from"] <= AS_OF and not term.get("draft")]
        terms = begun[-1] if begun else entry["terms"][0]["value"]
        sale = {"from": entry["on_sale"]["from"], "until": entry["on_sale"].get("until")}
        found[code] = {**entry, **terms, "on_sale": in_force(sale)}
    return found


def ruled(file: str) -> Row:
    """The values of a file of the rulebook in force on the day."""
    found = {}
    for name, value in yaml.safe_load((RULEBOOK / file).read_text("utf-8"))["values"].items():
        begun = [entry["value"] for entry in value["history"] if entry["from"] <= AS_OF and not entry.get("draft")]
        if begun:
            found[name] = begun[-1]
    return found


def by_series(table: Row, code: str, line: str, owner: str) -> int:
    """A value kept by series, else by line, else by pillar, else the one of all others."""
    pillar = "INSURANCE" if owner in INSURERS else "BANKING" if owner == "HBANK" else "INVESTMENT"
    for scope, key in (("series", code), ("lines", line), ("pillars", pillar)):
        if key in table[scope]:
            return int(table[scope][key])
    return int(table["other"])


# 1. Who is who


def linked(records: list[Row]) -> dict[tuple[str, str], int]:
    """(company, source key) -> number of the customer. Grows sets of records until nothing joins any more."""
    groups: list[tuple[set[Any], list[Row]]] = []
    for record in records:
        marks = {record["id"]} - {""}
        if record["born"] and record["phone"]:
            marks.add((record["name"], record["born"], record["phone"]))
        mine, members = marks, [record]
        apart = []
        for other_marks, others in groups:
            if other_marks & mine:
                mine, members = mine | other_marks, members + others
            else:
                apart.append((other_marks, others))
        groups = [*apart, (mine, members)]
    return {(record["company"], record["key"]): n for n, (_, members) in enumerate(groups) for record in members}


class World:
    """Everything known of Harbour Group on the day, with customers instead of source records."""

    def __init__(self, expected: Row) -> None:
        skip: dict[str, set[int]] = defaultdict(set)
        for reject in expected["rejects"]:
            skip[reject["file"].removesuffix(".csv")].add(reject["line"])
        self.records = source_records(skip)
        self.customer_of = linked(self.records)
        self.name_of = {self.customer_of[company, key]: who for who, company, key in cast_keys(expected)}
        self.all_contracts = contracts(skip)
        for contract in self.all_contracts:
            contract["who"] = self.name_of[self.customer_of[contract["company"], contract["key"]]]
        self.contracts = [contract for contract in self.all_contracts if in_force(contract)]
        self.series = series_on_the_day()
        self.sellers = {row["seller"]: row for row in dated("group_sellers")}
        self.home = {row["channel"]: row["company"] for row in rows_of("group_channels")}
        self.channel_kind = {row["channel"]: row["kind"] for row in rows_of("group_channels")}
        self.economics, self.suitability = ruled("economics/values.yaml"), ruled("suitability/products.yaml")
        self.persons = ruled("suitability/persons.yaml")
        self.rights = {(row["channel"], row["series"]) for row in dated("group_channel_products")}
        self.agreements = {(row["seller_company"], row["owner_company"]) for row in dated("group_agency_agreements")}
        self.consents = {(self.whose(giver, key), giver, to) for giver, key, to in marketing_consents()}
        self.shown = {(self.whose(giver, key), giver, to) for giver, key, to in marketing_consents("HOLDINGS")}
        self.silent = {self.whose(company, key) for company, key in left_alone()}
        self.held: dict[str, set[str]] = defaultdict(set)
        for contract in self.contracts:
            self.held[contract["who"]].add(contract["series"])

    def whose(self, company: str, key: str) -> str:
        return self.name_of[self.customer_of[company, key]]

    def born(self, who: str) -> date | None:
        days = {record["born"] for record in self.records if self.whose(record["company"], record["key"]) == who}
        return next(iter(days - {None}), None)

    def holders(self, series: str) -> set[str]:
        return {who for who, held in self.held.items() if series in held}


def cast_keys(expected: Row) -> list[tuple[str, str, str]]:
    return [
        (who, company, str(key))
        for who, person in expected["cast"].items()
        for company, key in person["known_to"].items()
    ]


# 2. Figures


def totals(world: World) -> Row:
    known: dict[str, set[str]] = defaultdict(set)
    for record in world.records:
        known[world.whose(record["company"], record["key"])].add(record["company"])
    return {
        "source_records": len(world.records),
        "customers": len(set(world.customer_of.values())),
        "households": households(world),
        "customers_known_to_several_companies": sum(len(companies) > 1 for companies in known.values()),
        "contracts": len(world.all_contracts),
        "valid_contracts": len(world.contracts),
        "active_customers": len(world.held),
        "customers_holding_at_several_companies": sum(
            len({code.split(".")[0] for code in held}) > 1 for held in world.held.values()
        ),
    }


def households(world: World) -> int:
    """Customers tied to each other, over any number of ties, are one household; everybody else is one alone."""
    home = {who: who for who in world.name_of.values()}
    for company, key, other in ties():
        mine, theirs = home[world.whose(company, key)], home[world.whose(company, other)]
        home = {who: mine if place == theirs else place for who, place in home.items()}
    return len(set(home.values()))


def indicators(world: World) -> Row:
    """Numerators and denominators, by the words of GLOSSARY.md."""
    active = len(world.held)
    pairs = Counter(code.split(".")[0] for held in world.held.values() for code in held)
    strict = Counter(company for held in world.held.values() for company in {code.split(".")[0] for code in held})
    return {
        "contracts_per_customer": [len(world.contracts), active],
        "customer_penetration": [sum(pairs.values()), active],
        "multi_company_share": [totals(world)["customers_holding_at_several_companies"], active],
        "product_penetration": {company: [pairs[company], active] for company in CUSTOMER_COLUMNS},
        "product_penetration_strict": {company: [strict[company], active] for company in CUSTOMER_COLUMNS},
        "series_penetration": {code: [len(world.holders(code)), active] for code in sorted(world.series)},
        "channel_penetration": channel_penetration(world),
        "contribution": contribution(world),
    }


def channel_penetration(world: World) -> Row:
    customers: dict[str, set[str]] = defaultdict(set)
    crossed: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for contract in world.contracts:
        channel = contract["channel"]
        customers[channel].add(contract["who"])
        if world.home[channel] != contract["company"]:
            crossed[channel].add((contract["who"], contract["series"]))
    return {channel: [len(crossed[channel]), len(customers[channel])] for channel in sorted(customers)}


def contribution(world: World) -> Row:
    """Of the amount in force of each line, in minor units, the part that came through other companies' channels."""
    through_others: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for contract in world.contracts:
        line = world.series[contract["series"]]["line"]
        total[line] += contract["minor"]
        if world.home[contract["channel"]] != contract["company"]:
            through_others[line] += contract["minor"]
    return {line: [through_others[line], total[line]] for line in sorted(total)}


# 3. Decisions


def seller_of(world: World, who: str) -> str:
    """The seller of the contract begun last; else anybody of the latest company that has sellers; `A|B` = one of them."""
    mine = sorted((c for c in world.contracts if c["who"] == who), key=lambda c: c["from"], reverse=True)
    for contract in mine:
        if contract["seller"] in world.sellers:
            return contract["seller"]
    for contract in mine:
        there = sorted(code for code, seller in world.sellers.items() if seller["company"] == contract["company"])
        if there:
            return "|".join(there)
    return ""


def age(born: date) -> int:
    return AS_OF.year - born.year - ((AS_OF.month, AS_OF.day) < (born.month, born.day))


def gates(world: World, who: str, code: str, seller_code: str) -> tuple[list[str], list[str]]:
    """What blocks, and which of it because a fact is missing."""
    series, seller = world.series[code], world.sellers.get(seller_code)
    owner = code.split(".")[0]
    company = seller["company"] if seller else ""
    found = {
        "ALREADY_HELD": code in world.held.get(who, ()),
        "NO_CONSENT": (who, company, owner) not in world.consents,
        "DO_NOT_CONTACT": who in world.silent,
        "NOT_ON_SALE": not series["on_sale"],
        "NO_SELLER": seller is None,
    }
    if seller:
        grade = {"铜牌": 1, "银牌": 2, "金牌": 3}[seller["grade"]]
        scope = 1 if owner == company else 2 if owner in INSURERS else 3
        found["CHANNEL_NOT_AUTHORISED"] = (seller["channel"], code) not in world.rights
        found["NO_AGENCY_AGREEMENT"] = owner != company and (company, owner) not in world.agreements
        found["GRADE_TOO_LOW"] = grade < max(scope, series["grade_min"])
    missing = []
    if not is_organisation(who):
        born = world.born(who)
        for gate, limit in (("TOO_YOUNG", series.get("age_min")), ("TOO_OLD", series.get("age_max"))):
            if limit is not None and born is None:
                missing.append(gate)
            elif limit is not None and born:
                found[gate] = age(born) < limit if gate == "TOO_YOUNG" else age(born) > limit
        if born:
            risk = by_series(world.suitability["product_risk"], code, series["line"], owner)
            found["NO_CAPACITY"] = age(born) < world.persons["capacity_age"]
            minor = age(born) < world.persons["adult_age"]
            found["LIMITED_CAPACITY"] = minor and risk > world.suitability["guarded_risk_max"]
    found["WORSENS_POSITION"] = against_the_customers_interest(world, who, code)
    return [gate for gate, forbids in found.items() if forbids] + missing, missing


def against_the_customers_interest(world: World, who: str, code: str) -> bool:
    """Paid for beyond retirement, or cover that pays a loss which other cover already pays: nobody calls about that."""
    line, owner, rules = world.series[code]["line"], code.split(".")[0], world.suitability
    born = None if is_organisation(who) else world.born(who)
    years = by_series(rules["paying_years"], code, line, owner)
    kinds = [rules["paid_once"].get(world.series[held]["line"]) for held in world.held.get(who, ()) if held != code]
    twice = line in rules["paid_once"] and rules["paid_once"][line] in kinds
    return twice or bool(years and born and age(born) + years > rules["retirement_age"])


def is_organisation(who: str) -> bool:
    return who in ("nanwan_logistics", "beishan_foods", "blue_kite", "xigang_hotel")


def score(world: World, who: str, code: str) -> tuple[int, str]:
    """Millionths, and the held series that speaks most for it: the first code among equals, none where none speaks.

    Only what the seller's company may use speaks: its own series, and those of companies that may show it their holdings.
    """
    house = world.sellers.get(seller_of(world, who), {}).get("company", "")
    usable = [
        h
        for h in world.held.get(who, ())
        if house and (h.split(".")[0] == house or (who, h.split(".")[0], house) in world.shown)
    ]
    shares = [(Fraction(len(world.holders(h) & world.holders(code)), len(world.holders(h))), h) for h in usable]
    if not shares:
        return int(1_000_000 * Fraction(len(world.holders(code)), len(world.held))), ""
    best = max(share for share, _ in shares)
    return int(1_000_000 * best), min(h for share, h in shares if share == best) if best else ""


def worth(world: World, who: str, code: str, seller: str) -> int:
    """In minor units: the share of like holders, a tenth of which a contact adds, times the margin, less the contact."""
    added = score(world, who, code)[0] * world.economics["uplift_assumed"]["POPULARITY"] // 1_000_000
    margin = by_series(world.economics["standard_margin"], code, world.series[code]["line"], code.split(".")[0])
    cost: int = world.economics["contact_cost"][world.channel_kind[world.sellers[seller]["channel"]]]
    return added * margin // 1_000_000 - cost


def leads(world: World) -> Row:
    """Per seller: customer, best passing series, score, worth, because; the worthiest first, none that is worth nothing.
    Customers without one seller are left out."""
    kind = {who: "ORGANISATION" if is_organisation(who) else "PERSON" for who in world.name_of.values()}
    lists: dict[str, list[Row]] = defaultdict(list)
    for who in sorted(kind):
        seller = seller_of(world, who)
        fitting = [code for code, entry in world.series.items() if kind[who] in entry["kinds"]]
        passing = [code for code in fitting if seller and "|" not in seller and not gates(world, who, code, seller)[0]]
        passing = [code for code in passing if worth(world, who, code, seller) > 0]
        if passing:
            best = min(passing, key=lambda code: (-worth(world, who, code, seller), code))
            points, because = score(world, who, best)
            minor = worth(world, who, best, seller)
            lists[seller].append({"customer": who, "series": best, "score": points, "worth": minor, "because": because})
    return {
        seller: sorted(rows, key=lambda r: -r["worth"])[:LEADS_PER_SELLER_MAX] for seller, rows in sorted(lists.items())
    }


def verdicts(world: World, expected: Row) -> list[Row]:
    found = []
    for line in expected["verdicts"]:
        seller = seller_of(world, line["customer"])
        blocked, missing = gates(world, line["customer"], line["series"], seller.split("|")[0])
        verdict = {"customer": line["customer"], "series": line["series"], "seller": seller, "blocked": blocked}
        found.append({**verdict, **({"missing": missing} if missing else {})})
    return found


# 4. Check


def computed(expected: Row) -> Row:
    world = World(expected)
    return {
        "totals": totals(world),
        "indicators": indicators(world),
        "sellers": {who: seller_of(world, who) for who in expected["cast"]},
        "verdicts": verdicts(world, expected),
        "leads": leads(world),
    }


def complaints(expected: Row) -> list[str]:
    found = []
    world = World(expected)
    numbers = [record["id"] for record in world.records if record["id"]]
    found += [
        f"number with a wrong check digit outside the rejects: …{number[-4:]}" for number in numbers if unsound(number)
    ]
    one_each = Counter(world.customer_of[company, key] for _, company, key in cast_keys(expected))
    if sum(one_each.values()) != len(world.records) or len(one_each) != len(expected["cast"]):
        found.append("the cast's source keys are not the files' records, or two of the cast are one customer")
    for part, value in computed(expected).items():
        if expected[part] != value:
            found.append(f"{part}: expected {expected[part]}\n  the files say {value}")
    for name, rows in expected["files"].items():
        if rows["in"] != len(rows_of(name.removesuffix(".csv"))):
            found.append(f"{name}: {rows['in']} rows expected")
        if rows["in"] != rows["loaded"] + rows["quarantined"] + rows["duplicate"]:
            found.append(f"{name}: the row equation does not hold")
    return found


def main() -> int:
    expected = yaml.safe_load((HERE / "expected.yaml").read_text("utf-8"))
    if "--print" in sys.argv:
        sys.stdout.write(yaml.safe_dump(computed(expected), allow_unicode=True, sort_keys=False, width=130))
        return 0
    found = complaints(expected)
    sys.stdout.write("\n".join(found) + "\n" if found else "expected.yaml holds\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
