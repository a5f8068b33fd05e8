"""`onefold up` and `onefold migrate`."""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import sys
import time
import webbrowser
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from onefold import embedded
from onefold.cli import apart, place, supervise
from onefold.embedded import Connection
from onefold.embedded.pulse import ANSWER_S, conninfo_of, why_silent
from onefold.kernel.refusals import Refusal

AGAIN_EVERY_S = 1.0


@dataclass(frozen=True)
class Shop:
    """The sandboxes' processes, and what the others are told to find them."""

    processes: tuple[supervise.Process, ...] = ()
    told: dict[str, str] = field(default_factory=dict)


def sandboxes() -> Shop:
    """A company core and a payment gateway beside the product, for a demonstration only; behind the product's port, two further."""
    token, made, addresses = secrets.token_hex(16), [], []
    for number, word in enumerate(("core", "payment"), start=1):
        port = place.port() + number
        words = [
            sys.executable, "-m", "onefold.sandbox", word, "--port", str(port),
            "--store", str(place.var() / "sandbox" / f"{word}.sqlite"),
        ]  # fmt: skip
        made.append(supervise.Process(word, words, {"ONEFOLD_SANDBOX_TOKEN": token}, port=port))
        addresses.append({"url": f"http://127.0.0.1:{port}", "token": token, "shares_clock": True})
    book = {"cores": {"*": addresses[0]}, "payments": addresses[1]}
    return Shop(tuple(made), {"ONEFOLD_SANDBOX": json.dumps(book)})


def up(words: list[str]) -> int:
    """Start the database, bring its tables up to date, then serve until stopped."""
    parser = argparse.ArgumentParser(prog="onefold up", description=up.__doc__)
    parser.add_argument("--only", choices=["web", "jobs"], help="one part, under an account of its own")
    only = parser.parse_args(words).only
    if only == "web":
        return serve_web()
    found = ready()
    apart.hand_over(found, place.var() / "secrets", place.var())
    return serve(found, without="web" if only == "jobs" else "")


def ready() -> Mapping[str, Connection]:
    """Return the connections to a database whose tables are of this version. One that goes away meanwhile is waited for; one that
    was never there is a refusal, for its address may be wrong.
    """
    from onefold.commands.outages import DatabaseAway, outage_of

    told = False
    while True:
        try:
            found = place.connections()
            place.migrate(found)
        except Exception as error:
            outage = outage_of(error)
            if not isinstance(outage, DatabaseAway):
                raise
            if not told:
                print(f"onefold: {outage.sentence_in('en')}", file=sys.stderr, flush=True)
            told = True
            time.sleep(AGAIN_EVERY_S)
        else:
            return found


def migrate(words: list[str]) -> int:
    """Bring the database's tables to this version."""
    argparse.ArgumentParser(prog="onefold migrate", description=migrate.__doc__).parse_args(words)
    place.migrate(place.connections())
    return 0


def serve_web() -> int:
    """Run the web server alone, with what was handed over to its account. Starts no database and knows no other password."""
    state = Path(os.environ.get("STATE_DIRECTORY", place.var() / "web"))
    try:
        told = apart.take_over() | measures_together(state)
        web = supervise.Process("web", web_server(), told, port=place.port())
        return supervise.run_group([web], var=state, address=f"http://localhost:{place.port()}/")
    except Refusal as refusal:
        print(f"onefold: {refusal.sentence_in('en')}", file=sys.stderr)
        return 1


def serve(found: Mapping[str, Connection], *, without: str = "") -> int:
    """Run web, relay and worker as one group until told to stop. Each process learns its own role's connection only."""
    address = f"http://localhost:{place.port()}/"

    def ready() -> None:
        print(f"\n  Onefold is open at {address}   (Ctrl-C stops it)\n", flush=True)
        if sys.stdout.isatty() and os.environ.get("ONEFOLD_BROWSER", "1") == "1":
            webbrowser.open(address)

    try:
        return supervise.run_group(
            [process for process in processes(found) if process.name != without],
            var=place.var(),
            address=address,
            on_ready=ready,
            is_outage=lambda: why_silent(conninfo_of(found["app"].parameters()), ANSWER_S) is not None,
        )
    except Refusal as refusal:  # another group serves already, or the port is taken
        print(f"onefold: {refusal.sentence_in('en')}", file=sys.stderr)
        return 1


def web_server() -> list[str]:
    return [sys.executable, "-m", "onefold.config.server", "--port", str(place.port())]


def processes(found: Mapping[str, Connection]) -> list[supervise.Process]:
    from onefold.config.databases import handed_over, handed_to_web

    web, jobs = handed_to_web(found), handed_over(found["batch"])
    python = [sys.executable, "-m"]
    shop = sandboxes() if os.environ.get("ONEFOLD_DEMO") == "1" and not os.environ.get("ONEFOLD_PARTNERS") else Shop()
    web, jobs = web | shop.told | measures_together(place.var()), jobs | shop.told
    inbox = [supervise.Process("inbox", [*python, "onefold.jobs", "inbox"], jobs)]
    watch = [supervise.Process("database", [*python, "onefold.embedded", "watch", str(place.var())])]
    return [
        *([] if embedded.is_external() else watch),
        supervise.Process("web", web_server(), web, port=place.port()),
        supervise.Process("relay", [*python, "onefold.jobs", "relay"], jobs),
        supervise.Process("worker", [*python, "onefold.jobs", "worker"], jobs),
        *shop.processes,
        supervise.Process("orders", [*python, "onefold.jobs", "orders"], jobs),
        *(inbox if os.environ.get("ONEFOLD_INBOX") else []),
        *keeping(found),
    ]


def measures_together(state: Path) -> dict[str, str]:
    """An empty folder in which the web's workers count together, whichever of them is asked for the figures."""
    folder = state / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    return {"PROMETHEUS_MULTIPROC_DIR": str(folder)}


def keeping(found: Mapping[str, Connection]) -> list[supervise.Process]:
    """The process that backs up all the time, where a target is set. Raises a refusal for one that cannot be meant."""
    from onefold.keeping.__main__ import CONNECTION
    from onefold.keeping.keeper import target

    if not os.environ.get("ONEFOLD_BACKUP"):
        embedded.stop_keeping(place.var())
        return []
    with suppress(OSError):  # a disk that is not there yet: the process waits for it
        target(place.var(), os.environ["ONEFOLD_BACKUP"], os.environ.get("ONEFOLD_BACKUP_KEYS"))
    reached_by = found["batch"] if embedded.is_external() else embedded.keeping_connection(place.var())
    words = [sys.executable, "-m", "onefold.keeping"]
    return [supervise.Process("keeping", words, {CONNECTION: reached_by.url()})]
