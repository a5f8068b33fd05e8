"""`onefold simulate --live DAYS`: days lived on the running demonstration, by people at its pages."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from onefold.cli import place
from onefold.embedded import Connection

SELLERS = 40


def live(days: int, sellers: int = SELLERS, customers: int | None = None) -> int:
    """Move the demonstration on by `days` days: sellers call from their lists, customers answer and buy, files come in, runs follow.

    The demonstration must be open (`./onefold demo` in another terminal). `customers`: which one, if not the usual.
    """
    from onefold.cli.demo import CUSTOMERS, choose_simulated

    choose_simulated(customers or CUSTOMERS)
    truth = place.beside_var("truth")
    address = f"http://localhost:{place.port()}"
    if not (truth / "parameters.json").exists() or not _answers(address):
        print(
            f"onefold: nothing to live in at {address}. Start ./onefold demo in another terminal first.",
            file=sys.stderr,
        )
        return 2
    found = place.connections()
    from onefold.simulator.live.course import Surroundings
    from onefold.simulator.live.course import live as lived

    around = Surroundings(address, partial(_advance, found), partial(_deliver, found), partial(_measure, found))
    first = _today() + timedelta(days=1)
    for day in lived(first, days, sellers, truth, place.beside_var("lived"), _series_names(), around):
        said = ", ".join(f"{count} {code.lower().replace('_', ' ')}" for code, count in sorted(day.answers.items()))
        print(
            f"{day.on:%Y-%m-%d}  {sum(day.answers.values())} calls ({said}); {day.bought_after_contact} bought after a call, "
            f"{day.bought_alone} by themselves; {day.files} files in",
            flush=True,
        )
    return 0


def _answers(address: str) -> bool:
    from onefold.simulator.live.doors import DoorShut, Person

    try:
        Person(address).look("/demo/")
    except (DoorShut, OSError):
        return False
    return True


def _series_names() -> dict[str, str]:
    """What a series is called on the pages, in both languages, to its code."""
    from onefold.domains.rulebook import loaded

    rows = loaded().catalogue(_today()).series
    return {name: row.series for row in rows for name in (row.name_en, row.name_zh)}


def _today() -> date:
    from onefold.commands import clock
    from onefold.commands.scope import today

    return today(clock.now())


def _advance(found: Mapping[str, Connection], at: datetime) -> None:
    from onefold.commands import clock
    from onefold.config.databases import connected_as

    with connected_as(found, "owner"):
        clock.set_demo_clock(at)


def _deliver(found: Mapping[str, Connection], folder: Path) -> int:
    from onefold.cli.work import receive_folders
    from onefold.config.databases import connected_as

    with connected_as(found, "batch"):
        return receive_folders([folder], lambda line: None) if folder.exists() else 0


def _measure(found: Mapping[str, Connection]) -> bool:
    """A run here and now; where the worker was quicker, `run_once` returns when that run is over."""
    from onefold.cli.work import run_once
    from onefold.config.databases import connected_as

    with connected_as(found, "batch"):
        return run_once(told=lambda line: None)
