"""Decision tables of the underwriting pack: what is asked, what a contract costs part by part, and whether it is accepted.

Pure: a table, answers, and nothing else. Rows are tried from the top and the first that fits decides; every figure is whole
(minor units, millionths), so that any machine rates alike. The company core of the sandbox rates by these tables; a real
core has its own, and Onefold never recalculates what a core has answered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from onefold.policy.book import Rulebook
from onefold.policy.dated import UnknownValue

MILLION = 1_000_000
ACCEPT, COUNTER, REFER, DECLINE = "ACCEPT", "COUNTER", "REFER", "DECLINE"
DECISIONS = (ACCEPT, COUNTER, REFER, DECLINE)
AGE = "age"
"""An answer nobody is asked for: the person's age, which the seller's side knows."""
YES_OR_NO = "YES_NO"


class AnswersUnfit(ValueError):
    """An answer is missing, out of its range, or to a question that is not asked. The text names the questions only."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One specific question. `kind`: MONEY (minor units), NUMBER, or YES_NO (1 or 0)."""

    code: str
    kind: str
    least: int
    most: int
    name: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the price, as the customer sees it."""

    code: str
    minor: int


@dataclass(frozen=True, slots=True)
class Ruling:
    """The underwriter's table has spoken. COUNTER: accepted at `parts`, which differ from the quote's."""

    decision: str
    reason: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The table of one line on one day."""

    line: str
    value: Mapping[str, Any]

    @property
    def currency(self) -> str:
        return str(self.value["currency"])

    @property
    def days(self) -> Mapping[str, int]:
        """quote, decision, referral, free_look: how many days each lasts."""
        days: Mapping[str, int] = self.value["days"]
        return days

    @property
    def term_months(self) -> int:
        """0 = without end."""
        return int(self.value["term_months"])

    def questions(self, stage: str) -> tuple[Asked, ...]:
        """What is asked for a `quote`, or declared in an `application`; in their order."""
        return tuple(_asked(code, one) for code, one in self.value["asks"].get(stage, {}).items())

    def asks_for(self, fact: str) -> bool:
        """Whether a factor or a decision looks at it."""
        rows = [*self.value.get("factors", []), *self.value["decisions"]]
        return any(fact in row.get("when", {}) for row in rows)

    def part_names(self) -> dict[str, Mapping[str, str]]:
        return {row["code"]: row["name"] for row in self.value["parts"]}

    def reason_names(self) -> Mapping[str, Mapping[str, str]]:
        names: Mapping[str, Mapping[str, str]] = self.value.get("reasons", {})
        return names


def table(book: Rulebook, line: str, on: date) -> Table | None:
    """The table in force for a line; None where the pack has none. Raises `NoValueYet` before its first day."""
    try:
        return Table(line, book.value(f"underwriting.{line.lower()}", on=on))
    except UnknownValue:
        return None


def checked(asked: Sequence[Asked], answers: Mapping[str, Any]) -> dict[str, int]:
    """The answers, if each question has one within its range and nothing else is told. Raises `AnswersUnfit`."""
    strange = sorted(answers.keys() - {one.code for one in asked})
    unfit = [one.code for one in asked if not _fits(one, answers.get(one.code))]
    if strange or unfit:
        raise AnswersUnfit(", ".join([*unfit, *strange]))
    return {one.code: int(answers[one.code]) for one in asked}


def rated(found: Table, facts: Mapping[str, int]) -> tuple[Part, ...]:
    """What it costs, part by part; parts that come to nothing are left out. Raises `AnswersUnfit` where a fact is missing."""
    return _parts(found, facts, MILLION)


def underwritten(found: Table, facts: Mapping[str, int]) -> Ruling:
    """Decide by the first row that fits; the last row of a table has no condition."""
    for row in found.value["decisions"]:
        if _holds(row.get("when", {}), facts):
            decision, reason = row["then"], row.get("reason", "")
            if decision == COUNTER:
                return Ruling(COUNTER, reason, _parts(found, facts, row["ppm"]))
            return Ruling(decision, reason, rated(found, facts))
    raise AnswersUnfit(f"the table of {found.line} has no last row")


def total(parts: Sequence[Part]) -> int:
    return sum(part.minor for part in parts)


def _parts(found: Table, facts: Mapping[str, int], loaded_ppm: int) -> tuple[Part, ...]:
    made = [Part(row["code"], _amount(found, row, facts, loaded_ppm)) for row in found.value["parts"]]
    return tuple(part for part in made if part.minor)


def _amount(found: Table, row: Mapping[str, Any], facts: Mapping[str, int], loaded_ppm: int) -> int:
    """A fixed amount, or a share of an answer moved by every factor that holds and by the underwriter's loading."""
    if "minor" in row:
        return int(row["minor"])
    amount = _fact(facts, row["of"]) * int(row["ppm"]) // MILLION
    for factor in found.value.get("factors", []):
        if row["code"] in factor["parts"] and _holds(factor["when"], facts):
            amount = amount * int(factor["ppm"]) // MILLION
    return amount * loaded_ppm // MILLION if row.get("loaded", True) else amount


def _holds(when: Mapping[str, Mapping[str, int]], facts: Mapping[str, int]) -> bool:
    return all(
        limits.get("least", _fact(facts, code)) <= _fact(facts, code) <= limits.get("most", _fact(facts, code))
        for code, limits in when.items()
    )


def _fact(facts: Mapping[str, int], code: str) -> int:
    if code not in facts:
        raise AnswersUnfit(code)
    return facts[code]


def _asked(code: str, one: Mapping[str, Any]) -> Asked:
    least, most = (0, 1) if one["kind"] == YES_OR_NO else (one["least"], one["most"])
    return Asked(code, one["kind"], least, most, one["name"])


def _fits(one: Asked, answer: Any) -> bool:
    return type(answer) is int and one.least <= answer <= one.most
