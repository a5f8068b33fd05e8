"""What moved a figure from one day to the next: who came and went, what was bought through which channel, what ended.

A customer who was not active and is has come (NEW_CUSTOMERS, with all that is held now); who was and is not is lost. Of
those who stay, each customer and series is looked at alone: more contracts than before were bought (NEW_CONTRACTS, through
the channel of what is new; of several the first by code), fewer have ended (LAPSES). A renewal under a new number is
neither. Only what changes is looked at, so two years of months cost little more than one.

Numerators and denominators are counted here; what a part does to the quotient is `kernel.movements.Movement.effect`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import ibis
import ibis.expr.types as ir

from onefold.analytics.engines.lake import Lake
from onefold.analytics.indicators.days import ALL, Days
from onefold.kernel.movements import LAPSES, LOST_CUSTOMERS, NEW_CONTRACTS, NEW_CUSTOMERS, Movement, Part

MOVED = ("contracts_per_customer", "customer_penetration", "multi_company_share", "product_penetration")
Cell = tuple[str, str]
"""indicator, row"""
Added = dict[tuple[str, str], list[int]]
"""(part, channel) -> what it added to the numerator, and to the denominator"""


class MovementBroken(RuntimeError):
    """A bug: what was counted of the changes is not what the definitions say changed."""


def added(lake: Lake, days: Days) -> list[dict[Cell, Added]]:
    """Return, for each step from a day to the next, what every cause added to each figure of `MOVED`."""
    came = lake.kept(_came(days))
    held, several = _held(days), _several(days)
    steps: list[dict[Cell, Added]] = [defaultdict(_nothing) for _ in days.days[1:]]
    for row in lake.arrow(_caused(held, came, "company")).to_pylist():
        cause, step = (row["part"], row["channel"]), steps[row["at"] - 1]
        for indicator, member, number in (
            ("contracts_per_customer", ALL, row["contracts"]),
            ("contracts_per_customer", row["company"], row["contracts"]),
            ("customer_penetration", ALL, row["series"]),
            ("product_penetration", row["company"], row["series"]),
        ):
            step[indicator, member][cause][0] += number
    for row in lake.arrow(_caused(_with_channels(several, held), came)).to_pylist():
        steps[row["at"] - 1]["multi_company_share", ALL][row["part"], row["channel"]][0] += row["contracts"]
    members = [row["company"] for row in lake.arrow(days.companies).to_pylist()]
    cells = [(indicator, ALL) for indicator in MOVED if indicator != "product_penetration"]
    cells += [
        (indicator, company) for indicator in ("contracts_per_customer", "product_penetration") for company in members
    ]
    for row in lake.arrow(came.group_by("at", "change").aggregate(number=came.count())).to_pylist():
        part = NEW_CUSTOMERS if row["change"] > 0 else LOST_CUSTOMERS
        for cell in cells:
            steps[row["at"] - 1][cell][part, ""][1] += row["change"] * row["number"]
    return steps


def movement(before: tuple[int, int], after: tuple[int, int], causes: Added) -> Movement:
    """Return the movement from `before` to `after`; raise `MovementBroken` unless the causes lead there."""
    parts = (Part(*cause, *amounts) for cause, amounts in sorted(causes.items()) if any(amounts))
    moved = Movement(before, tuple(parts))
    if moved.after != after:
        raise MovementBroken(f"the parts lead to {moved.after}, not to {after}")
    return moved


def over_time(lake: Lake, days: Days, figures: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of dataset `movements` between each of `days` and the next, for `figures` of those days.

    No row where a figure stands over nobody on one of the two days.
    """
    standing = {(row["indicator"], row["row"], row["as_of"]): row for row in figures if row["indicator"] in MOVED}
    found = []
    for (earlier, later), step in zip(pairwise(days.days), added(lake, days), strict=True):
        for indicator, member in sorted({(name, member) for name, member, _ in standing}):
            before, after = (standing.get((indicator, member, day)) for day in (earlier, later))
            if before and after:
                moved = movement(_figure(before), _figure(after), step.get((indicator, member), {}))
                days_of = {"as_of_before": earlier, "as_of": later, "basis": "HISTORY"}
                found += rows_of(moved, {"indicator": indicator, "version": after["version"], "row": member, **days_of})
    return found


def rows_of(moved: Movement, said: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a movement as rows of dataset `movements`, each with what is `said` of all of them."""
    parts = [Part("BEFORE", "", *moved.before), *moved.parts]
    return [
        {**said, "column": ALL, "part": part.part, "channel": part.channel}
        | {"numerator": part.numerator, "denominator": part.denominator}
        for part in parts
    ]


def _figure(row: dict[str, Any]) -> tuple[int, int]:
    return row["numerator"], row["denominator"]


def _nothing() -> Added:
    return defaultdict(lambda: [0, 0])


def _came(days: Days) -> ir.Table:
    """customer_id, at, change: 1 where a customer came on the day, -1 where one is no longer there."""
    anywhere = days.active.filter(days.active.company == ALL)
    changes = _changes(days, anywhere, "customer_id")
    return changes.filter(changes.at > 0, changes.change != 0).select("customer_id", "at", "change")


def _held(days: Days) -> ir.Table:
    """customer_id, company, at, channel, contracts and series: what a customer's holding of a series gained or lost."""
    contracts = days.contracts.mutate(channel=days.contracts.channel.fill_null(""))
    standing = _standing(days, contracts, "customer_id", "series", "company")
    held = standing.select(
        "customer_id",
        "company",
        "at",
        "channel",
        contracts="change",
        series=_one_if(standing.after > 0) - _one_if(standing.after - standing.change > 0),
    )
    return held.filter(held.at > 0, held.contracts != 0)


def _several(days: Days) -> ir.Table:
    """customer_id, at, contracts: 1 where a customer is now one of several companies and was not, -1 the other way."""
    standing = _standing(days, days.relations.mutate(channel=ibis.literal("")), "customer_id")
    flips = _one_if(standing.after > 1) - _one_if(standing.after - standing.change > 1)
    several = standing.select("customer_id", "at", contracts=flips)
    return several.filter(several.at > 0, several.contracts != 0)


def _with_channels(several: ir.Table, held: ir.Table) -> ir.Table:
    """Say through which channel the second company came: that of a series that is new to the customer."""
    new = held.filter(held.series > 0).group_by("customer_id", "at").aggregate(channel=lambda rows: rows.channel.min())
    joined = several.left_join(new, ("customer_id", "at"))
    return joined.select("customer_id", "at", "contracts", channel=joined.channel.fill_null(""), series="contracts")


def _standing(days: Days, spans: ir.Table, *keys: str) -> ir.Table:
    """Changes with `after`: how many of the spans of a key run side by side from there on."""
    changes = _changes(days, spans, *keys, channel=spans.channel)
    so_far = ibis.window(group_by=keys, order_by="at", preceding=(None, 0))
    return changes.mutate(after=changes.change.sum().over(so_far).cast("int64"))


def _changes(days: Days, spans: ir.Table, *keys: str, channel: ir.Value | None = None) -> ir.Table:
    """Per key and day `at`: how many spans more, and the first channel of those that begin there."""
    channel = ibis.literal("") if channel is None else channel
    begun = spans.select(*keys, channel=channel, at="since", change=ibis.literal(1))
    ended = spans.filter(spans.upto < len(days.days))
    ended = ended.select(*keys, channel=ibis.null("string"), at="upto", change=ibis.literal(-1))
    both = ibis.union(begun, ended)
    return both.group_by(*keys, "at").aggregate(change=both.change.sum().cast("int64"), channel=both.channel.min())


def _caused(held: ir.Table, came: ir.Table, *dimensions: str) -> ir.Table:
    """Sum changes by day, cause and dimensions."""
    joined = held.left_join(came.select("customer_id", "at", "change"), ("customer_id", "at"))
    part = ibis.cases(
        (joined.change > 0, NEW_CUSTOMERS),
        (joined.change < 0, LOST_CUSTOMERS),
        (joined.contracts > 0, NEW_CONTRACTS),
        else_=LAPSES,
    )
    joined = joined.mutate(part=part)
    joined = joined.mutate(channel=ibis.ifelse(joined.part == NEW_CONTRACTS, joined.channel, ""))
    sums = {name: joined[name].sum().cast("int64") for name in ("contracts", "series")}
    return joined.group_by("at", "part", "channel", *dimensions).aggregate(**sums)


def _one_if(condition: ir.BooleanValue) -> Any:
    return condition.cast("int32")
