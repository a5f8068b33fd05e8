"""Indicators by dictionary and loop, straight from contracts and memberships. No engine, no Ibis, no spells.

A `World` is dataset name -> rows, each row a dictionary as the dataset's contract says. Written to be read, not to be
fast; it shares no code with what it checks, and says the counting rule a second time on purpose.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

Row = dict[str, Any]
World = dict[str, list[Row]]
Figures = dict[tuple[str, str, str], tuple[int, int]]
"""(indicator, row, column) -> (numerator, denominator)"""


def counts_on(contract: Row, as_of: date) -> bool:
    """Say whether a contract version counts as held on a day."""
    if as_of < contract["valid_from"]:
        return False
    if contract["status"] == "IN_FORCE":
        return contract["valid_until"] is None or as_of < contract["valid_until"]
    if contract["valid_until"] is None:
        return False
    return as_of < contract["valid_until"] and as_of < contract["known_from"].astimezone(UTC).date()


def known_at(row: Row, known_on: date) -> bool:
    """Say whether a version was what the group knew at an instant, or in the last moment of a UTC day."""
    if not isinstance(known_on, datetime):
        midnight = datetime.combine(known_on, datetime.min.time(), tzinfo=UTC) + timedelta(days=1)
        known_on = midnight - timedelta(microseconds=1)
    if row["known_from"] > known_on:
        return False
    return row["known_until"] is None or known_on < row["known_until"]


def valid_contracts(world: World, as_of: date, known_on: date) -> list[Row]:
    """Return the contracts held on the day, each with its customer, line and channel's home company."""
    customer_of = {row["source_id"]: row["customer_id"] for row in world["memberships"]}
    line_of = {row["series"]: row["line"] for row in world["product_series"]}
    home_of = {row["channel"]: row["company"] for row in world["channels"]}
    held = []
    for contract in world["contracts"]:
        if contract["source_id"] not in customer_of or contract["series"] not in line_of:
            continue
        if known_at(contract, known_on) and counts_on(contract, as_of):
            extra = {
                "customer_id": customer_of[contract["source_id"]],
                "line": line_of[contract["series"]],
                "channel_company": home_of.get(contract["channel"]),
            }
            held.append({**contract, **extra})
    return held


def held_series(world: World, as_of: date, known_on: date) -> set[tuple[str, str]]:
    """Return every (customer, series) held on the day."""
    return {(row["customer_id"], row["series"]) for row in valid_contracts(world, as_of, known_on)}


def indicators(world: World, as_of: date, known_on: date) -> Figures:
    """Return every indicator of the day."""
    held = valid_contracts(world, as_of, known_on)
    series_of: dict[str, set[str]] = defaultdict(set)
    companies_of: dict[str, set[str]] = defaultdict(set)
    for contract in held:
        series_of[contract["customer_id"]].add(contract["series"])
        companies_of[contract["customer_id"]].add(contract["company"])
    companies = [row["company"] for row in world["companies"]]
    owner_of = {row["series"]: row["company"] for row in world["product_series"]}
    figures: Figures = {}
    figures |= group_figures(held, series_of, companies_of)
    figures |= company_figures(held, series_of, companies_of, companies, owner_of)
    figures |= contract_count_figures(held)
    figures |= channel_figures(held)
    figures |= contribution_figures(held)
    figures |= co_holding_figures(series_of, companies_of, companies, list(owner_of))
    return {cell: figure for cell, figure in figures.items() if figure[1] > 0}


def group_figures(held: list[Row], series_of: dict[str, set[str]], companies_of: dict[str, set[str]]) -> Figures:
    active = len(series_of)
    figures = {
        ("contracts_per_customer", "ALL", "ALL"): (len(held), active),
        ("customer_penetration", "ALL", "ALL"): (sum(len(series) for series in series_of.values()), active),
        ("companies_per_customer", "ALL", "ALL"): (sum(len(companies) for companies in companies_of.values()), active),
        ("multi_company_share", "ALL", "ALL"): (
            sum(1 for companies in companies_of.values() if len(companies) > 1),
            active,
        ),
        ("active_customers", "ALL", "ALL"): (active, 1),
    }
    for number in {len(series) for series in series_of.values()}:
        holders = sum(1 for series in series_of.values() if len(series) == number)
        figures["customers_by_series_count", str(number), "ALL"] = (holders, active)
    return figures


def company_figures(
    held: list[Row],
    series_of: dict[str, set[str]],
    companies_of: dict[str, set[str]],
    companies: list[str],
    owner_of: dict[str, str],
) -> Figures:
    active = len(series_of)
    figures: Figures = {}
    for company in companies:
        contracts = sum(1 for contract in held if contract["company"] == company)
        customers = sum(1 for mine in companies_of.values() if company in mine)
        series = sum(1 for mine in series_of.values() for one in mine if owner_of[one] == company)
        figures["contracts_per_customer", company, "ALL"] = (contracts, active)
        figures["product_penetration", company, "ALL"] = (series, active)
        figures["product_penetration_strict", company, "ALL"] = (customers, active)
        figures["active_customers", company, "ALL"] = (customers, 1)
    for one in owner_of:
        figures["series_penetration", one, "ALL"] = (sum(1 for mine in series_of.values() if one in mine), active)
    return figures


def contract_count_figures(held: list[Row]) -> Figures:
    counts: dict[str, int] = defaultdict(int)
    for contract in held:
        counts[contract["customer_id"]] += 1
    figures: Figures = {}
    for least in range(1, min(max(counts.values(), default=0), 10) + 1):
        holders = sum(1 for count in counts.values() if count >= least)
        figures["contracts_at_least", str(least), "ALL"] = (holders, len(counts))
    return figures


def channel_figures(held: list[Row]) -> Figures:
    figures: Figures = {}
    for channel in {contract["channel"] for contract in held if contract["channel"] is not None}:
        customers, crossed = set(), set()
        for contract in held:
            if contract["channel"] == channel:
                customers.add(contract["customer_id"])
                if contract["channel_company"] is not None and contract["company"] != contract["channel_company"]:
                    crossed.add((contract["customer_id"], contract["series"]))
        figures["channel_penetration", channel, "ALL"] = (len(crossed), len(customers))
    return figures


def contribution_figures(held: list[Row]) -> Figures:
    figures: Figures = {}
    for line in {contract["line"] for contract in held}:
        through_others = total = 0
        for contract in held:
            if contract["line"] == line and contract["premium_minor"] is not None:
                total += contract["premium_minor"]
                if contract["channel_company"] not in (None, contract["company"]):
                    through_others += contract["premium_minor"]
        figures["contribution", line, "ALL"] = (through_others, total)
    return figures


def co_holding_figures(
    series_of: dict[str, set[str]], companies_of: dict[str, set[str]], companies: list[str], series: list[str]
) -> Figures:
    figures: Figures = {}
    for company in companies:
        customers = [customer for customer, mine in companies_of.items() if company in mine]
        for one in series:
            both = sum(1 for customer in customers if one in series_of[customer])
            figures["co_holding", company, one] = (both, len(customers))
        for other in companies:
            both = sum(1 for customer in customers if other in companies_of[customer])
            figures["co_holding_company", company, other] = (both, len(customers))
    return figures


Causes = dict[tuple[str, str], tuple[int, int]]
"""(part, channel) -> added to the numerator, to the denominator"""


def movements(world: World, before: tuple[date, date], after: tuple[date, date]) -> dict[tuple[str, str], Causes]:
    """Return, by (indicator, row), what each cause added between two states, each (as of, known on); zeros left out."""
    was, now = (valid_contracts(world, *state) for state in (before, after))
    companies = [row["company"] for row in world["companies"]]
    cells = [("customer_penetration", "ALL"), ("contracts_per_customer", "ALL"), ("multi_company_share", "ALL")]
    cells += [(name, company) for name in ("contracts_per_customer", "product_penetration") for company in companies]
    causes: dict[tuple[str, str], dict[tuple[str, str], list[int]]] = {
        cell: defaultdict(lambda: [0, 0]) for cell in cells
    }
    for customer in {row["customer_id"] for row in (*was, *now)}:
        mine = [[row for row in state if row["customer_id"] == customer] for state in (was, now)]
        whole = "NEW_CUSTOMERS" if not mine[0] else "LOST_CUSTOMERS" if not mine[1] else ""
        for cell in cells if whole else []:
            causes[cell][whole, ""][1] += 1 if mine[1] else -1
        for cell, (part, channel), number in changes_of(*mine):
            causes[cell][(whole, "") if whole else (part, channel)][0] += number
    return {
        cell: {cause: (added[0], added[1]) for cause, added in found.items() if any(added)}
        for cell, found in causes.items()
    }


def changes_of(was: list[Row], now: list[Row]) -> list[tuple[tuple[str, str], tuple[str, str], int]]:
    """Return (cell, cause, number) for everything that changed in what one customer holds, as if the customer stayed."""
    found = []
    known = {row["contract_id"] for row in was}
    fresh = []
    for series, company in {(row["series"], row["company"]) for row in (*was, *now)}:
        counts = [sum(1 for row in state if row["series"] == series) for state in (was, now)]
        new = [row["channel"] or "" for row in now if row["series"] == series and row["contract_id"] not in known]
        cause = ("NEW_CONTRACTS", min(new)) if counts[1] > counts[0] else ("LAPSES", "")
        found.append((("contracts_per_customer", "ALL"), cause, counts[1] - counts[0]))
        found.append((("contracts_per_customer", company), cause, counts[1] - counts[0]))
        held = (counts[1] > 0) - (counts[0] > 0)
        found.append((("customer_penetration", "ALL"), cause, held))
        found.append((("product_penetration", company), cause, held))
        fresh += [cause[1]] if held > 0 else []
    several = [len({row["company"] for row in state}) > 1 for state in (was, now)]
    cause = ("NEW_CONTRACTS", min(fresh)) if several[1] and not several[0] else ("LAPSES", "")
    found.append((("multi_company_share", "ALL"), cause, several[1] - several[0]))
    return [row for row in found if row[2]]
