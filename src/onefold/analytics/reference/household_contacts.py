"""How often a household was contacted, by loop."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from onefold.analytics.reference.oracle import Row, World, known_at


class Contacts:
    """Each time a company of the group came to somebody of a household of its own accord."""

    def __init__(self, world: World, as_of: date, known_on: date) -> None:
        self.as_of = as_of
        self.house_of = {row["customer_id"]: row["household_id"] for row in world["customers"]}
        self.line_of = {row["series"]: row["line"] for row in world["product_series"]}
        self.of_house: dict[str, list[Row]] = defaultdict(list)
        customer_of = {row["source_id"]: row["customer_id"] for row in world["memberships"]}
        for row in world.get("past_contacts", []):
            ours = row["direction"] == "OUTBOUND" and known_at(row, known_on)
            if ours and row["source_id"] in customer_of:
                self._add(customer_of[row["source_id"]], row)
        for row in world.get("outcomes", []):
            if known_at({**row, "known_until": None}, known_on):
                self._add(row["customer_id"], row)

    def _add(self, customer: str, row: Row) -> None:
        if customer in self.house_of and row["happened_on"] <= self.as_of:
            self.of_house[self.house_of[customer]].append(row)

    def _lately(self, customer: str, days: int) -> list[Row]:
        first = self.as_of - timedelta(days=days - 1)
        return [row for row in self.of_house[self.house_of[customer]] if row["happened_on"] >= first]

    def within(self, customer: str, days: int) -> int:
        return len(self._lately(customer, days))

    def of_others(self, customer: str, company: str | None, days: int) -> bool:
        return any(row["company"] != company for row in self._lately(customer, days))

    def about(self, customer: str, line: str, days: int) -> int:
        rows = self._lately(customer, days)
        return sum(1 for row in rows if row["series"] is not None and self.line_of.get(row["series"]) == line)
