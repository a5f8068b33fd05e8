"""A dated value: what it means, in which unit, since when it is what, and by which reference."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from onefold.policy.packs import Place


class UnknownValue(LookupError):
    """No pack has a value of this name."""


class NoValueYet(LookupError):
    """The value exists, but its first date is after the day asked for."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a history: the value from this day on, until the next line's day."""

    from_: date
    value: Any
    reference: str
    draft: bool


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A value's whole history, oldest first."""

    name: str
    meaning: dict[str, str]
    unit: str
    history: tuple[Entry, ...]
    file: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the value was before."""

    value: Any
    since: date
    until: date
    reference: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a value is what it is on a day. `until` is the first day on which it no longer holds; None = open."""

    name: str
    meaning: dict[str, str]
    unit: str
    value: Any
    since: date
    until: date | None
    reference: str
    draft: bool
    earlier: tuple[Earlier, ...]
    file: str


def dated_value(place: Place, name: str, *, drafts: bool) -> DatedValue | None:
    """Read one value; None when all it has is drafts and they were not asked for. Raises `RulebookBroken`."""
    place.only("meaning", "unit", "history")
    meaning, unit = place.at("meaning").languages(), place.at("unit").text()
    history = dated_entries(place.at("history"), drafts=drafts)
    return DatedValue(name, meaning, unit, history, place.name) if history else None


def dated_entries(place: Place, *, drafts: bool) -> tuple[Entry, ...]:
    """Read a history, oldest first. A draft asked for stands in front of the decided entry of its day."""
    entries = [_entry(item) for item in place.items()]
    for kind in (False, True):
        days = [entry.from_ for entry in entries if entry.draft is kind]
        if len(set(days)) != len(days):
            place.broken("two entries begin on the same day")
    if len({type(entry.value) for entry in entries}) > 1:
        place.broken("the values are of different types")
    chosen = {
        entry.from_: entry for entry in sorted(entries, key=lambda entry: entry.draft) if drafts or not entry.draft
    }
    return tuple(chosen[day] for day in sorted(chosen))


def _entry(place: Place) -> Entry:
    place.only("from", "value", "reference", "draft")
    draft = place.maybe("draft")
    value = place.at("value")
    _check_exact(value)
    return Entry(
        place.at("from").day(), value.content, place.at("reference").text().strip(), draft.flag() if draft else False
    )


def _check_exact(place: Place) -> None:
    """Policy is exact: no floats, whose last digit differs from machine to machine, at any depth."""
    if isinstance(place.content, float):
        place.broken("write shares in millionths and money in minor units: no decimals")
    if isinstance(place.content, dict):
        for _, part in place.places():
            _check_exact(part)
    if isinstance(place.content, list) and place.content:
        for part in place.items():
            _check_exact(part)


def entry_on(history: tuple[Entry, ...], on: date) -> int:
    """Position of the entry in force on a day; -1 when the first begins later."""
    return sum(entry.from_ <= on for entry in history) - 1


def explanation(value: DatedValue, on: date) -> Explanation:
    """Raises `NoValueYet`."""
    place = entry_on(value.history, on)
    if place < 0:
        raise NoValueYet(f"{value.name} has no value on {on}; its first is of {value.history[0].from_}")
    now, ends = value.history[place], [entry.from_ for entry in value.history[1:]]
    earlier = tuple(
        Earlier(entry.value, entry.from_, ends[number], entry.reference)
        for number, entry in enumerate(value.history[:place])
    )
    until = ends[place] if place < len(ends) else None
    return Explanation(
        value.name,
        value.meaning,
        value.unit,
        now.value,
        now.from_,
        until,
        now.reference,
        now.draft,
        earlier,
        value.file,
    )
