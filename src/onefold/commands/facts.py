"""What the rooms hold as facts, kind by kind, and how many there are: a release that would lose them is noticed before it is shown.

Each published room lists its own in `imports.FACTS`; whatever it stages is on that list.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib import import_module

from django.conf import settings
from django.db import connection, models

from onefold.commands.staging import staging_table


@dataclass(frozen=True)
class Fact:
    """One kind of fact. `holds`, `stands`: SQL over a row `t`, in which `%(day)s` is the day of the release."""

    name: str
    model: type[models.Model]
    limit: str
    """the value of the rulebook that says how far it may fall"""
    company: str = ""
    """the column that says whose fact it is; none: the whole group's"""
    holds: str = "true"
    """which staged rows count"""
    stands: str = "true"
    """which rows of the room's own table count besides, where no release has counted yet"""


def published_facts() -> Iterator[Fact]:
    """Every kind of fact of every published room."""
    for room in settings.PUBLISHED_ROOMS:
        yield from getattr(import_module(room), "FACTS", ())


def count_staged(release_id: str, fact: Fact, day: date) -> dict[str, int]:
    """Return how many a release brings, by company ("" for a kind that has none)."""
    return _counted(staging_table(release_id, fact.model), fact, fact.holds, day)


def count_standing(fact: Fact, day: date) -> dict[str, int]:
    """Return how many the room holds now, by company."""
    return _counted(fact.model._meta.db_table, fact, f"({fact.holds}) AND ({fact.stands})", day)


def _counted(table: str, fact: Fact, condition: str, day: date) -> dict[str, int]:
    company = f't."{fact.company}"' if fact.company else "''"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT coalesce({company}, '') AS company, count(*) FROM {table} t WHERE {condition} GROUP BY 1",
            {"day": day},
        )
        return dict(cursor.fetchall())
