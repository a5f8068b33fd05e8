"""What companies were told of their customers, by dictionary and loop."""

from __future__ import annotations

from datetime import date

from onefold.analytics.reference.day import Day
from onefold.analytics.reference.oracle import World, known_at


class Told:
    """Of each source record the latest statement of a kind; of several records the one that protects the customer most."""

    def __init__(self, world: World, as_of: date, known_on: date, book: Day) -> None:
        customer_of = {row["source_id"]: row["customer_id"] for row in world["memberships"]}
        said = [
            (row["told_on"], row["known_from"], row["circumstance_id"], row["value"], customer_of[row["source_id"]], row["source_id"], row["kind"])
            for row in world.get("circumstances", [])
            if known_at(row, known_on) and row["source_id"] in customer_of
        ] + [
            (row["told_on"], row["recorded_at"], row["answer_id"], row["value"], customer_of.get(row["source_id"], row["customer_id"]),
             row["source_id"], row["kind"])
            for row in world.get("answers", [])
        ]  # fmt: skip
        latest: dict[tuple[str, str, str], tuple[date, str, str]] = {}
        for told_on, _, identity, value, customer, source, kind in sorted(said, key=lambda one: one[:3]):
            if told_on <= as_of:
                latest[customer, source, kind] = told_on, value, identity
        self.gone: set[str] = set()
        self.incapable: set[str] = set()
        self.limited: set[str] = set()
        self.refuses_profiling: set[str] = set()
        self.risk_level: dict[str, int] = {}
        self.income: dict[str, int] = {}
        bands = book.value("suitability.income_bands")
        months = book.value_or("suitability.risk_result_valid_months", 0)
        self.born: dict[str, date] = {}
        for (customer, _, kind), (told_on, value, _) in sorted(latest.items(), key=lambda one: one[1][2]):
            if kind == "BORN_ON":
                self.born[customer] = date.fromisoformat(value)
            if kind == "STATUS" and value != "ACTIVE":
                self.gone.add(customer)
            if kind == "CAPACITY" and value != "FULL":
                (self.incapable if value == "NONE" else self.limited).add(customer)
            if kind == "PROFILING" and value == "REFUSED":
                self.refuses_profiling.add(customer)
            if kind == "RISK_LEVEL" and (not months or as_of < after(told_on, months)):
                self.risk_level[customer] = min(self.risk_level.get(customer, 5), int(value))
            if kind == "INCOME" and value in bands:
                self.income[customer] = max(self.income.get(customer, 0), bands[value])


def after(day: date, months: int) -> date:
    """The same day so many months later; the first of the next month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        return date(year + (month == 11), (month + 1) % 12 + 1, 1)
