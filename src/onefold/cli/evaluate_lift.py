"""`onefold evaluate lift [GROUPS] [CUSTOMERS] [--first SEED]`: whether the interval of the holdout's lift covers the planted truth as often as it says.

GROUPS (100) simulated groups of CUSTOMERS (3,000) each live through two years three times, with the same people and dice: as their holdout was
drawn, with nobody held out and with everybody. What the last two differ by, per household and year, is the truth: what being open to
contact changed. The first goes the way of the pipeline (the holdout as the companies hand it in, contracts as they land, the
estimator of dataset `lift`) and gives the estimate and its 95 % interval.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from multiprocessing import get_context
from typing import NamedTuple

import polars as pl
import pyarrow as pa

from onefold import policy
from onefold.analytics.holdout import arms
from onefold.analytics.lift import Rules, lift
from onefold.analytics.lift.contracts import new_contracts
from onefold.analytics.lift.households import SCALE, households
from onefold.seam import datasets as d
from onefold.simulator.world.counterfactual import Worlds, worlds_of

OUTCOMES = ("CONTRACTS", "PROFIT")
NEVER = pl.lit(None, pl.Datetime("us", "UTC"))


class Told(NamedTuple):
    """One outcome of one group, per million household-years."""

    outcome: str
    held_out: int
    truth: int
    lift: int
    low: int
    high: int

    @property
    def covers(self) -> bool:
        return self.low <= self.truth <= self.high


@dataclass(frozen=True)
class Terms:
    """What the rulebook says on the day."""

    rules: Rules
    margins: dict[str, int]
    series: pa.Table


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="onefold evaluate lift", description=__doc__)
    parser.add_argument("groups", nargs="?", type=int, default=100)
    parser.add_argument("customers", nargs="?", type=int, default=3_000)
    parser.add_argument(
        "--first", type=int, default=1, metavar="SEED", help="seed of the first group (1); the others follow"
    )
    parser.add_argument("--processes", type=int, default=2)
    wanted = parser.parse_args(words)
    seeds = range(wanted.first, wanted.first + wanted.groups)
    found = list(told_of_groups(seeds, wanted.customers, wanted.processes))
    print(f"seeds {seeds[0]} to {seeds[-1]}")
    for outcome in OUTCOMES:
        _show(outcome, [one for one in found if one.outcome == outcome], wanted.customers)
    return 0 if all(covered(found, outcome) >= 0.9 * wanted.groups for outcome in OUTCOMES) else 1


def covered(found: list[Told], outcome: str) -> int:
    return sum(one.covers for one in found if one.outcome == outcome)


def told_of_groups(seeds: range, customers: int, processes: int = 1) -> Iterator[Told]:
    if processes <= 1:
        for seed in seeds:
            yield from told_of_group(seed, customers)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for group in pool.map(told_of_group, seeds, [customers] * len(seeds)):
            yield from group


def told_of_group(seed: int, customers: int) -> list[Told]:
    """Estimate and truth of one group."""
    worlds = worlds_of(seed, customers)
    terms = _terms(worlds.last)
    members, sides = _members(worlds), _sides(worlds)
    found = lift(
        _contracts(worlds.as_drawn), members, sides, d.CAMPAIGN_MEMBERS.schema.empty_table(), terms.series,
        margins=terms.margins, rules=terms.rules, as_of=worlds.last,
    )  # fmt: skip
    truth = _truth(worlds, members, sides, terms)
    rows = {row["outcome"]: row for row in found.to_pylist() if row["level"] == "GROUP"}
    return [
        Told(outcome, row["held_units"], truth[outcome], row["lift"], row["low"], row["high"])
        for outcome, row in rows.items()
    ]


def _truth(worlds: Worlds, members: pa.Table, sides: pa.Table, terms: Terms) -> dict[str, int]:
    """Over all households: what they had, had nobody been held out, less what they had, had everybody been."""
    until = worlds.last - terms.rules.free_look
    homes = households(sides, until)
    entered = pl.DataFrame(sides.select(["customer_id", "household_id"])).join(homes, on="household_id")

    def sums(contracts: pl.DataFrame) -> tuple[int, int]:
        sold = new_contracts(_contracts(contracts), members, terms.series, terms.margins, terms.rules)
        counts = sold.join(entered, on="customer_id").filter(pl.col("begun") > pl.col("since"), pl.col("begun") < until)
        return len(counts), int(counts["margin"].sum())

    contacted, alone = sums(worlds.nobody_held_out), sums(worlds.everybody_held_out)
    exposure = int(homes["days"].sum())
    return {name: round(SCALE * (contacted[at] - alone[at]) / exposure) for at, name in enumerate(OUTCOMES)}


def _terms(on: date) -> Terms:
    book = policy.load()
    catalogue = book.catalogue(on).series
    margins = {one.series: book.of_series("economics.standard_margin", one, on) for one in catalogue}
    series = pa.Table.from_pylist(
        [{name: getattr(one, name) for name in ("series", "line", "company")} for one in catalogue]
    )
    return Terms(Rules(*(book.value(f"lift.{name}", on) for name in Rules.__dataclass_fields__)), margins, series)


def _arrow(frame: pl.DataFrame) -> pa.Table:
    return frame.to_arrow(compat_level=pl.CompatLevel.oldest())


def _key(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String).str.zfill(32)


def _contracts(truth: pl.DataFrame) -> pa.Table:
    """As the companies would have sent them by the last day, all rows let in."""
    ended = pl.col("end") != ""
    rows = truth.select(
        "company", "series", "valid_from", source_id=_key("party"), status=pl.when(ended).then("end").otherwise(pl.lit("IN_FORCE")),
        valid_until=pl.coalesce("ended_on", "valid_until"), known_until=NEVER,
    )  # fmt: skip
    return _arrow(rows)


def _members(worlds: Worlds) -> pa.Table:
    return _arrow(worlds.people.select(source_id=_key("party"), customer_id=_key("party")))


def _sides(worlds: Worlds) -> pa.Table:
    """Dataset `household_arms`, from the holdout as every company hands it in: on the first day of the history or when the customer came."""
    sent = worlds.as_drawn.select("party", "company", "valid_from")
    came = sent.group_by("party", "company").agg(pl.col("valid_from").min())
    start = worlds.last - timedelta(days=worlds.days)
    told = came.join(worlds.people.filter("holdout"), on="party", how="semi").select(
        "company", source_id=_key("party"), campaign=pl.lit("GROUP-HOLDOUT"), arm=pl.lit("HOLDOUT"),
        assigned_on=pl.max_horizontal("valid_from", pl.lit(start)), known_until=NEVER,
    )  # fmt: skip
    customers = worlds.people.select(customer_id=_key("party"), household_id=_key("household"))
    begun = sent.select("company", "valid_from", source_id=_key("party"))
    nobody = d.HOLDOUTS.schema.empty_table()
    return arms(
        _arrow(customers), _members(worlds), _arrow(begun), _arrow(told), nobody, share_ppm=0, key=bytes(32), on=worlds.last
    )  # fmt: skip


def _show(outcome: str, found: list[Told], customers: int) -> None:
    count = len(found)
    mean_truth, mean_lift = (sum(getattr(one, name) for one in found) / count for name in ("truth", "lift"))
    error = math.sqrt(sum((one.lift - one.truth - mean_lift + mean_truth) ** 2 for one in found) / count / count)
    unit = 1e6 if outcome == "CONTRACTS" else 1e8
    word = "kept contracts" if outcome == "CONTRACTS" else "profit, in units of the currency"
    print(
        f"{word} per household and year, {count} groups of {customers:,} customers, about {found[0].held_out} households held out:"
    )
    print(f"  the 95 % interval covers the planted truth in {covered(found, outcome)} of {count}")
    print(f"  mean estimate {mean_lift / unit:.4f}, mean truth {mean_truth / unit:.4f}, their difference {(mean_lift - mean_truth) / unit:+.4f} ± {error / unit:.4f}")  # fmt: skip
    print(
        f"  the interval is above zero in {sum(one.low > 0 for one in found)}, below in {sum(one.high < 0 for one in found)}"
    )
