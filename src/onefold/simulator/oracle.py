"""Indicators by dictionary and loop, straight from the simulated truth: who is who is known here, not found out.

Slow on purpose, and without a word in common with what it checks. A contract counts as the group could know it: as the newest row
that a company sent and the gate let in says. `held` follows the counting rule of the published indicators: in force, begun, not yet
ended; and a contract that was ended early counts on the days before its end, as far as its end was not known on them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

Row = dict[str, Any]
Tables = dict[str, list[Row]]
"""Table name → rows, as in the folder of the truth."""

Figures = dict[tuple[str, str], tuple[int, int]]
"""(indicator, row) → (numerator, denominator); row is ALL, a company or a line."""

NEEDED = ("contracts", "channels", "defects", "files")


def tables_of(folder: Path) -> tuple[Tables, date, int]:
    """The needed tables of a truth folder, its base day and its number of increments."""
    tables = {name: pq.read_table(folder / f"{name}.parquet").to_pylist() for name in NEEDED}
    order = json.loads((folder / "parameters.json").read_text(encoding="utf-8"))["order"]
    return tables, date.fromisoformat(order["base_day"]), int(order["days"])


def indicators(
    tables: Tables, base_day: date, days: int, as_of: date, line_of: dict[str, str], known_on: date | None = None
) -> Figures:
    """Figures of the day `as_of`, as known by the end of `known_on` (the same day, if not given). `line_of`: series → line."""
    held = list(held_on(tables, base_day, days, as_of, known_on or as_of))
    home_of = {row["channel"]: row["company"] for row in tables["channels"]}
    series_of: dict[int, set[str]] = defaultdict(set)
    companies_of: dict[int, set[str]] = defaultdict(set)
    for contract in held:
        series_of[contract["party"]].add(contract["series"])
        companies_of[contract["party"]].add(contract["company"])
    active = len(series_of)
    several = sum(1 for companies in companies_of.values() if len(companies) >= 2)
    figures: Figures = {
        ("active_customers", "ALL"): (active, 1),
        ("customer_penetration", "ALL"): (sum(len(series) for series in series_of.values()), active),
        ("multi_company_share", "ALL"): (several, active),
        ("contracts_per_customer", "ALL"): (len(held), active),
    }
    for company in sorted({contract["company"] for contract in held}):
        mine = [contract for contract in held if contract["company"] == company]
        pairs = {(contract["party"], contract["series"]) for contract in mine}
        figures["product_penetration", company] = (len(pairs), active)
        figures["contracts_per_customer", company] = (len(mine), active)
        figures["active_customers", company] = (len({contract["party"] for contract in mine}), 1)
    figures |= _contribution(held, home_of, line_of)
    return {cell: figure for cell, figure in figures.items() if figure[1]}


def _contribution(held: list[Row], home_of: dict[str, str], line_of: dict[str, str]) -> Figures:
    crossed: dict[str, int] = defaultdict(int)
    total: dict[str, int] = defaultdict(int)
    for contract in held:
        line, amount = line_of[contract["series"]], contract["premium_minor"] or 0
        total[line] += amount
        home = home_of.get(contract["channel"])
        if home is not None and home != contract["company"]:
            crossed[line] += amount
    return {("contribution", line): (crossed[line], amount) for line, amount in total.items()}


def held_on(tables: Tables, base_day: date, days: int, as_of: date, known_on: date) -> Iterator[Row]:
    """Contracts that count on the day, each with its party."""
    aside = rows_set_aside(tables)
    arrived = arrivals(tables)
    for contract in tables["contracts"]:
        feed = f"{contract['company'].lower()}_contracts"
        newest = None
        for day in days_told(contract, base_day, days):
            number = (day - base_day).days
            if (feed, number, contract["contract"]) in aside or (feed, number) not in arrived:
                continue
            if arrived[feed, number] <= known_on:
                newest = (said_on(contract, day), arrived[feed, number])
        if newest is not None and counts(*newest, as_of):
            yield contract


def days_told(contract: Row, base_day: date, days: int) -> list[date]:
    """The days whose file has a row of the contract: when it was signed (or the full extract), and when it was over."""
    last = base_day + timedelta(days=days)
    first = max(contract["signed_on"], base_day)
    over = contract["ended_on"] or contract["valid_until"]
    told = [first]
    if over is not None and over > first:
        told.append(over)
    return [day for day in told if day <= last]


def said_on(contract: Row, day: date) -> Row:
    """What the company says of the contract on the day."""
    status, until = "IN_FORCE", contract["valid_until"]
    if contract["ended_on"] is not None and contract["ended_on"] <= day:
        status, until = contract["end"], contract["ended_on"]
    elif until is not None and until <= day:
        status = "EXPIRED"
    return {"status": status, "from": contract["valid_from"], "until": until}


def counts(said: Row, known_from: date, as_of: date) -> bool:
    if as_of < said["from"]:
        return False
    if said["status"] == "IN_FORCE":
        return said["until"] is None or as_of < said["until"]
    return said["until"] is not None and as_of < said["until"] and as_of < known_from


def rows_set_aside(tables: Tables) -> set[tuple[str, int, int]]:
    """(feed, day, contract) of the rows that the gate must not let in. A repeated key leaves its first row standing."""
    return {
        (defect["feed"], defect["day"], defect["number"])
        for defect in tables["defects"]
        if defect["outcome"] == "QUARANTINED" and defect["rule"] != "KEY_REPEATED"
    }


def arrivals(tables: Tables) -> dict[tuple[str, int], date]:
    """(feed, day spoken of) → the day on which that was first received in a file that is let in."""
    first: dict[tuple[str, int], date] = {}
    spoken = [file["speaks_of"] for file in tables["files"]]
    base_day = min(spoken, default=date.min)
    for file in tables["files"]:
        if file["expected"] != "LOADED" or file["waits"]:
            continue
        key = (file["feed"], (file["speaks_of"] - base_day).days)
        first[key] = min(first.get(key, date.max), file["arrives_on"])
    return first
