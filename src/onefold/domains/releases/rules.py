"""When a release is held, and who may let it pass. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Counts = Mapping[tuple[str, str], int]
"""(kind of fact, company; "" = the whole group's) → how many"""
Arrivals = Iterable[Mapping[str, Any]]
"""plain rows of dataset `arrivals`: what became of each file"""
GROUP = ""
LOADED, REPEATED = "LOADED", "DUPLICATE_FILE"
JUDGES = frozenset({"CROSS_SELLING_DESK", "DATA_STEWARD"})
"""They answer for what readers see, and for what the companies send."""
PERSONS = 2


@dataclass(frozen=True)
class Limits:
    """How far facts may fall. `percent` by kind of fact; `group_share` in percent of it; `rows`, `none_from` in rows."""

    percent: Mapping[str, int]
    group_share: int
    rows: int
    none_from: int


@dataclass(frozen=True)
class Fall:
    """Facts of one kind that became fewer than may be. `company`: "" for the whole group."""

    fact: str
    company: str
    before: int
    now: int
    percent_max: int


@dataclass(frozen=True)
class Lost:
    """A file whose rows are in the release in force and would be in the next one no more. `outcome`: "" where it is not even named."""

    batch_id: str
    feed: str
    outcome: str
    reason: str


def fell_too_far(before: int, now: int, percent_max: int, limits: Limits) -> bool:
    """Whether so many rows are too many to lose at once. Few rows never are, unless nothing is left."""
    if now == 0 and before >= limits.none_from:
        return True
    fall = before - now
    return fall > limits.rows and fall * 100 > before * percent_max


def falls(before: Counts, now: Counts, limits: Limits) -> list[Fall]:
    """Return what fell too far, company by company and for the whole group, the greatest share first."""
    found = [
        Fall(fact, company, held, now.get((fact, company), 0), limits.percent[fact])
        for (fact, company), held in before.items()
    ]
    for fact, held in _sums(before).items():
        percent = max(1, limits.percent[fact] * limits.group_share // 100)
        found.append(Fall(fact, GROUP, held, _sums(now).get(fact, 0), percent))
    found = [one for one in found if fell_too_far(one.before, one.now, one.percent_max, limits)]
    return sorted(found, key=lambda one: (one.now / one.before, one.fact, one.company))


def _sums(counts: Counts) -> dict[str, int]:
    """Over all companies, of the kinds that companies have."""
    sums: dict[str, int] = defaultdict(int)
    for (fact, company), number in counts.items():
        if company != GROUP:
            sums[fact] += number
    return sums


def lost_files(before: Arrivals, now: Arrivals) -> list[Lost]:
    """Return the files that were loaded in the release in force and are so no more."""
    told = {row["batch_id"]: row for row in now}
    found = []
    for row in before:
        if row["outcome"] != LOADED:
            continue
        after = told.get(row["batch_id"])
        if after is None:
            found.append(Lost(row["batch_id"], row["feed"], "", ""))
        elif after["outcome"] not in (LOADED, REPEATED):
            found.append(Lost(row["batch_id"], row["feed"], after["outcome"], after["reason"] or ""))
    return found


def brought_again(before: Arrivals, taken_back: Arrivals, now: Arrivals) -> bool:
    """Whether what a release had loaded beyond the one before it, and was taken back with it, is all loaded again."""
    brought = _loaded(taken_back) - _loaded(before)
    return bool(brought) and brought <= _loaded(now)


def _loaded(arrivals: Arrivals) -> set[str]:
    return {row["batch_id"] for row in arrivals if row["outcome"] == LOADED}


def may_judge(roles: frozenset[str], company: str, concerned: frozenset[str]) -> bool:
    """Whether somebody of `company` ("" = the holding) may judge a release by whose findings these companies are concerned.

    Only who sees all that fell can answer for it: the holding's people, or the company's own where nobody else lost anything.
    """
    return bool(roles & JUDGES) and (company == "" or concerned <= {company, GROUP})
