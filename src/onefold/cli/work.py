"""The main job from the terminal: receive files, run, go back, look at the rulebook."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from onefold.cli import place
from onefold.cli.indicator import language

HELD_EXIT = 3
"""`onefold run` made a release that persons must judge before readers see it."""
PUBLISHED = {"PUBLISHED", "UNCHANGED"}


def ingest(words: list[str]) -> int:
    """Receive the companies' files from a folder; a file that came before is a duplicate and changes nothing."""
    parser = argparse.ArgumentParser(prog="onefold ingest", description=ingest.__doc__)
    parser.add_argument("folder", type=Path, nargs="+")
    parser.add_argument("--watch", action="store_true", help="go on watching ONE folder: FOLDER/<COMPANY>/file")
    asked = parser.parse_args(words)
    if asked.watch and len(asked.folder) != 1:
        parser.error("--watch takes one folder")
    with as_jobs():
        if asked.watch:
            return watch_folder(asked.folder[0])
        return 0 if receive_folders(asked.folder) else 1


def watch_folder(folder: Path) -> int:
    from onefold.jobs.inbox import watch

    print(f"Watching {folder}: drop files into {folder}/<COMPANY>. Ctrl-C ends it.", flush=True)
    watch(folder)
    return 0


def run(words: list[str]) -> int:
    """From everything received so far to a published release, in this terminal."""
    argparse.ArgumentParser(prog="onefold run", description=run.__doc__).parse_args(words)
    with as_jobs():
        state = run_to_its_end()["state"]
        if state == "HELD":
            from onefold.cli.held import show_open

            show_open()
            return HELD_EXIT
        return 0 if state in PUBLISHED else 1


def settle(words: list[str]) -> int:
    """Close and settle every open month up to this one; one that was settled is reckoned again and compared, byte by byte."""
    parser = argparse.ArgumentParser(prog="onefold settle", description=settle.__doc__)
    parser.add_argument("month", type=lambda text: date.fromisoformat(f"{text}-01"), help="e.g. 2026-06")
    asked = parser.parse_args(words)
    from onefold.kernel.refusals import Refusal

    with as_jobs():
        from onefold.commands.viewer import Viewer
        from onefold.domains.settlement.closing import close_until

        try:
            settled = close_until(Viewer.system("cli"), asked.month)
        except Refusal as refusal:
            print(f"onefold: {refusal.sentence_in('en')}", file=sys.stderr)
            return 1
    for done in settled:
        told = "settled" if done["settled"] else "was settled before and comes out the same"
        print(f"{done['month'][:7]} {told}: {done['lines']} lines, {done['sha256'][:16]}")
    return 0


def policy(words: list[str]) -> int:
    """Explain, list or check the rulebook."""
    from onefold.policy import cli

    result: int = cli.main(words)
    return result


def as_jobs() -> Any:
    from onefold.config.databases import connected_as

    found = place.connections()
    place.migrate(found)
    return connected_as(found, "batch")


def receive_folders(folders: Iterable[Path], told: Callable[[str], None] = print) -> int:
    """Receive each file of the folders that a feed knows by its name; return how many were taken (also repeated ones)."""
    from onefold.commands.viewer import Viewer
    from onefold.domains.intake.actions import receive
    from onefold.domains.intake.bytes import keep
    from onefold.kernel.ids import new_id

    taken = 0
    for path, feed in files_and_feeds(folders):
        with path.open("rb") as file:
            kept = keep(place.var() / "intake", iter(lambda: file.read(1_048_576), b""), 2**40)
        receipt = receive(
            Viewer.system("cli"), new_id(), feed=feed, file_name=path.name, sha256=kept.sha256, size=kept.size
        )
        taken += 1
        told(f"  {'repeated' if receipt['duplicate'] else 'received'}  {path.name:<40} → {feed}")
    return taken


def files_and_feeds(folders: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """Yield (file, feed) for each file whose name a feed's pattern takes, by feed and name; say which files none takes."""
    from onefold.domains.rulebook import loaded

    feeds = loaded().feeds
    for folder in folders:
        for path in sorted(path for path in folder.iterdir() if path.is_file()):
            names = [name for name, spec in feeds.items() if spec.takes_file(path.name)]
            if not names:
                print(f"  no feed takes {path.name}")
            for name in names:
                yield path, name


def run_once(told: Callable[[str], None] = print) -> bool:
    """Carry out one run here and now, telling its steps; return whether it ended well: in a release that readers see."""
    return run_to_its_end(told)["state"] in PUBLISHED


def run_to_its_end(told: Callable[[str], None] = print) -> dict[str, Any]:
    """Carry out one run here and now, telling its steps; return how it ended."""
    from onefold.commands.viewer import Viewer
    from onefold.domains.releases.actions import request_run
    from onefold.domains.releases.failures import failure_in
    from onefold.jobs import pipeline
    from onefold.kernel.ids import new_id

    run_id = request_run(Viewer.system("cli"), new_id())["run_id"]
    shown = ""

    def follow(progress: dict[str, Any]) -> None:
        nonlocal shown
        step = str(progress.get("step") or "")
        if step and step != shown:
            shown = step
            told(f"  {step}")

    end = pipeline.run(UUID(run_id), follow)
    told(f"  {end['state'].lower()}  {failure_in(language(), end['failure'], end['failure_told'])}".rstrip())
    return end
