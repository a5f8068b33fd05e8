"""`onefold up` and `onefold migrate`."""

from __future__ import annotations

import argparse
import os
import sys
import webbrowser
from collections.abc import Mapping

from onefold import embedded
from onefold.cli import place, supervise
from onefold.embedded import Connection
from onefold.kernel.refusals import Refusal

WORKERS = 2


def up(words: list[str]) -> int:
    """Start the database, bring its tables up to date, then serve until stopped."""
    argparse.ArgumentParser(prog="onefold up", description=up.__doc__).parse_args(words)
    found = place.connections()
    place.migrate(found)
    return serve(found)


def migrate(words: list[str]) -> int:
    """Bring the database's tables to this version."""
    argparse.ArgumentParser(prog="onefold migrate", description=migrate.__doc__).parse_args(words)
    place.migrate(place.connections())
    return 0


def serve(found: Mapping[str, Connection]) -> int:
    """Run web, relay and worker as one group until told to stop. Each process learns its own role's connection only."""
    address = f"http://localhost:{place.port()}/"

    def ready() -> None:
        print(f"\n  Onefold is open at {address}   (Ctrl-C stops it)\n", flush=True)
        if sys.stdout.isatty() and os.environ.get("ONEFOLD_BROWSER", "1") == "1":
            webbrowser.open(address)

    try:
        return supervise.run_group(processes(found), var=place.var(), address=address, on_ready=ready)
    except Refusal as refusal:  # another group serves already, or the port is taken
        print(f"onefold: {refusal.sentence_in('en')}", file=sys.stderr)
        return 1


def processes(found: Mapping[str, Connection]) -> list[supervise.Process]:
    from onefold.config.databases import handed_over

    web, jobs = handed_over(found["app"]), handed_over(found["batch"])
    python = [sys.executable, "-m"]
    granian = [
        *python, "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(place.port()),
        "--workers", str(WORKERS), "--blocking-threads", "1", "--no-ws", "--log-level", "warning",
        "onefold.config.wsgi:application",
    ]  # fmt: skip
    inbox = [supervise.Process("inbox", [*python, "onefold.jobs", "inbox"], jobs)]
    watch = [supervise.Process("database", [*python, "onefold.embedded", "watch", str(place.var())])]
    return [
        *([] if embedded.is_external() else watch),
        supervise.Process("web", granian, web, port=place.port()),
        supervise.Process("relay", [*python, "onefold.jobs", "relay"], jobs),
        supervise.Process("worker", [*python, "onefold.jobs", "worker"], jobs),
        *(inbox if os.environ.get("ONEFOLD_INBOX") else []),
    ]
