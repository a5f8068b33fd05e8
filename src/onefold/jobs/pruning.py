"""A night of letting go: class by class, rows before files, and then what is kept. While it is at work no run is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from onefold.commands import clock
from onefold.commands.retention import Keeper, Weighed
from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer
from onefold.domains.retention import actions
from onefold.domains.retention.keepers import keeper_of, keepers, term_of
from onefold.domains.retention.queries import holds_in_force
from onefold.jobs import pipeline
from onefold.kernel.retention import Term

JOBS = Viewer.system("pruning")
LEFT_BEHIND = "parts"


@dataclass(frozen=True)
class Went:
    kind: str
    count: int
    bytes: int


@dataclass(frozen=True)
class Shown:
    """What is to become of one class on a day."""

    kind: str
    term: Term
    weighed: Weighed


def prune(told: Callable[[Went], None] = lambda went: None) -> list[Went]:
    """Let everything go whose term is over today and which nothing holds; return what went, by class."""
    with pipeline.alone(lambda progress: None):
        on, done = today(clock.now()), []
        for keeper in keepers():
            went = _prune_class(keeper, on)
            done.append(went)
            told(went)
        return done


def clear_left_behind() -> None:
    """As a worker starts: let go of what was left half written and is past its term. Nothing while a run is at work: the night does it."""
    with pipeline.alone_at_once() as alone:
        if alone:
            _prune_class(keeper_of(LEFT_BEHIND), today(clock.now()))


def _prune_class(keeper: Keeper, on: date) -> Went:
    keeper.clear()  # what a killed night left
    count = size = 0
    while True:
        gone = actions.let_go(JOBS, kind=keeper.name, on=on)
        count, size = count + gone["count"], size + gone["bytes"]
        if not gone["more"]:
            break
    if count:
        keeper.clear()
    actions.note_kept(JOBS, kind=keeper.name, on=on)
    return Went(keeper.name, count, size)


def shown(on: date | None = None) -> list[Shown]:
    """Return what would become of every class on a day (today), changing nothing."""
    with reading(JOBS) as at:
        day = on or today(at)
        holds = holds_in_force(JOBS)
        terms = [(keeper, term_of(keeper.name, day)) for keeper in keepers()]
        return [Shown(keeper.name, term, keeper.weigh(at, day, term, holds)) for keeper, term in terms]
