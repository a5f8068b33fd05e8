"""`onefold demo`: from nothing to a group in a browser. Run again, it changes nothing and opens the same product."""

from __future__ import annotations

import argparse
import os
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from onefold.cli import place, serve
from onefold.cli.past import DAYS
from onefold.embedded import Connection

DEMO_CLOCK = datetime(2026, 6, 30, 2, 0, tzinfo=UTC)
"""Ten in the morning in Shanghai, the day the demonstrations' last files arrive."""

ARRIVAL = timedelta(hours=-2)
"""When a day's files arrive: at six in the morning in Shanghai."""

CUSTOMERS, SEED = 20_000, 1


@dataclass(frozen=True)
class Chosen:
    """The group to show. `customers`: how many to simulate first; none where the files are there already, and then no days are lived."""

    folders: list[Path]
    customers: int | None = None


def demo(words: list[str]) -> int:
    """Set everything up, bring a group's files through the front gate, publish, and open the product."""
    wanted = _wanted(words)
    started = time.monotonic()
    chosen = choose_group(wanted)
    found = place.connections()
    if chosen.customers:
        chosen = simulated(chosen.customers)
    if not set_up(found, chosen.folders, lived=bool(chosen.customers)):
        return 1
    print(f"Ready after {time.monotonic() - started:.0f} s.", flush=True)
    if os.environ.get("ONEFOLD_SERVE", "1") == "0":
        return 0
    return serve.serve(found)


def _wanted(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="onefold demo", description=demo.__doc__)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--customers", type=int, default=CUSTOMERS, help=f"size of the simulated group ({CUSTOMERS})")
    which.add_argument("--harbour", action="store_true", help="the small named group: 40 customers, told by hand")
    which.add_argument("--feeds", type=Path, help="your own group: a folder with rulebook/ (and perhaps assumptions/)")
    parser.add_argument("--data", type=Path, nargs="+", help="folders with that group's files")
    parser.add_argument(
        "--without-assumptions", action="store_true", help="leave out what the group did not send itself"
    )
    wanted = parser.parse_args(words)
    if bool(wanted.feeds) != bool(wanted.data):
        parser.error("--feeds and --data go together")
    if wanted.customers < 1:
        parser.error("--customers is a whole number from 1 on")
    return wanted


def choose_group(wanted: argparse.Namespace) -> Chosen:
    """Point the settings at the group's rulebook and at a `var` of its own; return where its files are."""
    os.environ["ONEFOLD_DEMO"] = "1"
    if wanted.harbour:
        _keep_in("demo-harbour")
        return Chosen([place.home() / "examples" / "harbour" / "data"])
    if wanted.feeds:
        return _own_group(wanted.feeds, wanted.data, with_assumptions=not wanted.without_assumptions)
    choose_simulated(wanted.customers)
    return Chosen([], wanted.customers)


def choose_simulated(customers: int) -> None:
    """Point the settings at the simulated group of that size."""
    os.environ["ONEFOLD_DEMO"] = "1"
    _keep_in("demo" if customers == CUSTOMERS else f"demo-{customers}")
    os.environ["ONEFOLD_RULEBOOK"] = str(place.simulated_rulebook())


def _keep_in(name: str) -> None:
    os.environ.setdefault("ONEFOLD_VAR", str(place.home() / "var" / name))


def _own_group(feeds: Path, data: list[Path], *, with_assumptions: bool) -> Chosen:
    _keep_in(f"demo-{feeds.resolve().name}{'' if with_assumptions else '-bare'}")
    assumptions = feeds / "assumptions" if with_assumptions and (feeds / "assumptions").is_dir() else None
    os.environ["ONEFOLD_RULEBOOK"] = str(compose_rulebook(feeds / "rulebook", assumptions))
    return Chosen([*data, *([assumptions] if assumptions else [])])


def simulated(customers: int) -> Chosen:
    """The folders of a simulated group, one for each day on which files arrive; made unless a finished one is there.

    Its truth lies beside `var`, never in it: the product must not be able to look it up.
    """
    from onefold.simulator.sending import Order, send

    group, truth = place.beside_var("group"), place.beside_var("truth")
    finished = group.with_suffix(".finished")
    said = f"{customers} customers, seed {SEED}, {DAYS} days\n"
    if not group.is_dir() or not finished.exists() or finished.read_text() != said:
        print(f"A group of {customers:,} customers is made …", flush=True)
        for left in (group, truth, place.beside_var("sold")):
            shutil.rmtree(left, ignore_errors=True)
        processes = min(os.cpu_count() or 1, 1 + customers // 10_000)
        order = Order(SEED, customers, DEMO_CLOCK.date() - timedelta(days=DAYS + 1), DAYS + 1)
        made = send(order, group, truth, processes=processes, never_in=[place.var()])
        print(f"  {made.rows:,} rows in {made.files:,} files over {len(list(group.iterdir()))} days", flush=True)
        finished.write_text(said)
    return Chosen(sorted(group.iterdir()), customers)


def compose_rulebook(rulebook: Path, assumptions: Path | None) -> Path:
    """Lay the assumed feeds beside the group's own, in `var`; the originals stay apart, so that one sees what is assumed."""
    made = place.var() / "rulebook"
    shutil.rmtree(made, ignore_errors=True)
    shutil.copytree(rulebook, made)
    for feed in sorted((assumptions / "feeds").glob("*.yaml")) if assumptions else []:
        shutil.copy(feed, made / "feeds" / feed.name)
    return made


def set_up(found: Mapping[str, Connection], folders: list[Path], *, lived: bool = False) -> bool:
    """Bring the files in and publish. `lived`: after the first day there is a release already, and every day after it is a day of selling."""
    from onefold.cli.past import living
    from onefold.cli.work import run_once
    from onefold.commands.viewer import Viewer
    from onefold.config.databases import connected_as
    from onefold.domains.service.reassigning import follow_all
    from onefold.web.demo_users import demo_people, make_demo_users

    print("Tables …", flush=True)
    place.migrate(found)
    print("Files through the front gate …", flush=True)
    if lived:
        truth, told = place.beside_var("truth"), place.beside_var("sold")
        with living(found, folders[0], DEMO_CLOCK.date(), truth, told) as after_each:
            receive_by_day(found, folders, after_each)
    else:
        receive_by_day(found, folders)
    with connected_as(found, "batch"):
        print("Run …", flush=True)
        done = run_once()
        if done:
            follow_all(Viewer.system("clock"))
            people = demo_people()
    if done:
        with connected_as(found, "owner"):
            print(f"{make_demo_users(people)} people may sign in.", flush=True)
    return done


def receive_by_day(
    found: Mapping[str, Connection], folders: list[Path], after_each: Callable[[Path], None] = lambda folder: None
) -> None:
    """Receive every folder at its own time: one named by a day on that day's morning, any other at the demonstration's clock.

    The clock only goes forward, and a day that is past is not received again: an older whole list, sent once more, would be
    news. It ends at the demonstration's clock, or later if somebody moved it there.
    """
    from onefold.cli.work import receive_folders
    from onefold.config.databases import connected_as

    for folder in folders:
        if _moved_to(found, arrival_of(folder)):
            lines: list[str] = []
            with connected_as(found, "batch"):
                taken = receive_folders([folder], lines.append)
            few = len(folders) == 1 or taken < len(lines)
            print("\n".join(lines) if few else f"  {folder.name}  {taken} files", flush=True)
            after_each(folder)
    _moved_to(found, DEMO_CLOCK)


def _moved_to(found: Mapping[str, Connection], at: datetime) -> bool:
    """Move the clock to `at`; return whether it stands there (and not later already)."""
    from onefold.commands import clock
    from onefold.config.databases import connected_as

    with connected_as(found, "owner"):
        stands = clock.demo_clock()
        if stands is None or stands < at:
            clock.set_demo_clock(at)
    return stands is None or stands <= at


def arrival_of(folder: Path) -> datetime:
    try:
        day = datetime.strptime(folder.name, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return DEMO_CLOCK
    return day + ARRIVAL
