"""`onefold demo`: from nothing to a group in a browser. Run again, it changes nothing and opens the same product."""

from __future__ import annotations

import argparse
import os
import shutil
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from onefold.cli import place, serve
from onefold.embedded import Connection

DEMO_CLOCK = datetime(
    2026, 6, 30, 2, 0, tzinfo=UTC
)  # ten in the morning in Shanghai, the day Harbour Group's files speak of


def demo(words: list[str]) -> int:
    """Set everything up, bring a group's files through the front gate, publish, and open the product."""
    parser = argparse.ArgumentParser(prog="onefold demo", description=demo.__doc__)
    parser.add_argument("--feeds", type=Path, help="another group: a folder with rulebook/ (and perhaps assumptions/)")
    parser.add_argument("--data", type=Path, nargs="+", help="folders with that group's files")
    parser.add_argument(
        "--without-assumptions", action="store_true", help="leave out what the group did not send itself"
    )
    wanted = parser.parse_args(words)
    if bool(wanted.feeds) != bool(wanted.data):
        parser.error("--feeds and --data go together")
    started = time.monotonic()
    folders = choose_group(wanted.feeds, wanted.data, with_assumptions=not wanted.without_assumptions)
    found = place.connections()
    if not set_up(found, folders):
        return 1
    print(f"Ready after {time.monotonic() - started:.0f} s.", flush=True)
    if os.environ.get("ONEFOLD_SERVE", "1") == "0":
        return 0
    return serve.serve(found)


def choose_group(feeds: Path | None, data: list[Path] | None, *, with_assumptions: bool) -> list[Path]:
    """Point the settings at the group's rulebook and at a `var` of its own; return the folders with its files."""
    os.environ["ONEFOLD_DEMO"] = "1"
    name = "demo"
    folders = [place.home() / "examples" / "harbour" / "data"]
    if feeds and data:
        name = f"demo-{feeds.resolve().name}{'' if with_assumptions else '-bare'}"
        folders = list(data)
    os.environ.setdefault("ONEFOLD_VAR", str(place.home() / "var" / name))
    if feeds and data:
        assumptions = feeds / "assumptions" if with_assumptions and (feeds / "assumptions").is_dir() else None
        folders += [assumptions] if assumptions else []
        os.environ["ONEFOLD_RULEBOOK"] = str(compose_rulebook(feeds / "rulebook", assumptions))
    return folders


def compose_rulebook(rulebook: Path, assumptions: Path | None) -> Path:
    """Lay the assumed feeds beside the group's own, in `var`; the originals stay apart, so that one sees what is assumed."""
    made = place.var() / "rulebook"
    shutil.rmtree(made, ignore_errors=True)
    shutil.copytree(rulebook, made)
    for feed in sorted((assumptions / "feeds").glob("*.yaml")) if assumptions else []:
        shutil.copy(feed, made / "feeds" / feed.name)
    return made


def set_up(found: Mapping[str, Connection], folders: list[Path]) -> bool:
    from onefold.cli.work import receive_folders, run_once
    from onefold.commands import clock
    from onefold.config.databases import connected_as
    from onefold.web.demo_users import make_demo_users

    print("Tables …", flush=True)
    place.migrate(found)
    with connected_as(found, "owner"):
        clock.set_demo_clock(DEMO_CLOCK)
    with connected_as(found, "batch"):
        print("Files through the front gate …", flush=True)
        receive_folders(folders)
        print("Run …", flush=True)
        done = run_once()
        if done:
            print(f"{make_demo_users()} people may sign in.", flush=True)
    return done
