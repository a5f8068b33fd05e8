"""What an order takes from the rulebook: the questions of a product, and what the customer must have been shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from onefold.domains import rulebook
from onefold.domains.orders import refusals
from onefold.policy import underwriting
from onefold.policy.underwriting import Table, table


@dataclass(frozen=True)
class Statement:
    """One statement for the customer to confirm, in the version of its day."""

    code: str
    version: date
    text: Mapping[str, str]


def table_of(series: str, on: date) -> Table:
    """Return what is asked for a series; raise `ProductNotOrderable` where the rulebook has nothing about it."""
    found = table(rulebook.loaded(), rulebook.loaded().catalogue(on).series_of(series).line, on)
    if found is None:
        raise refusals.ProductNotOrderable()
    return found


def orderable(series: str, on: date) -> bool:
    return table(rulebook.loaded(), rulebook.loaded().catalogue(on).series_of(series).line, on) is not None


def disclosures_for(series: str, on: date) -> list[Statement]:
    """Return the statements a buyer of the series confirms on a day, in their order."""
    pillar = rulebook.loaded().catalogue(on).series_of(series).pillar
    said = rulebook.loaded().explain("orders.disclosures", on=on)
    return [Statement(code, said.since, one["text"]) for code, one in said.value.items() if pillar in one["pillars"]]


@contextmanager
def refuse_unfit() -> Iterator[None]:
    """Turn what the tables say of unfit answers into `AnswersUnfit`."""
    try:
        yield
    except underwriting.AnswersUnfit as error:
        raise refusals.AnswersUnfit(questions=str(error)) from error
