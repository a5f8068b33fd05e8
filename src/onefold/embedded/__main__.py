"""`python -m onefold.embedded start|stop|status|watch [VAR]`: the embedded server without the rest of the product."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg

from onefold import embedded
from onefold.embedded import cluster, settings
from onefold.kernel import log_files

WATCH_EVERY_S, RETRY_EVERY_S = 1.0, 2.0


def main(words: list[str]) -> int:
    actions = {"start": start, "stop": stop, "status": status, "watch": watch}
    if not words or words[0] not in actions:
        say(__doc__ or "")
        return 2
    return actions[words[0]](Path(words[1] if len(words) > 1 else os.environ.get("ONEFOLD_VAR", "var")))


def start(var: Path) -> int:
    connection = embedded.ensure(var, test=is_test(var))["app"]
    say(f"answers at {connection.host}")
    return 0


def is_test(var: Path) -> bool:
    """Keep the flavour a database was made with; a new one is real."""
    return settings.flavour_of(var / "pg/data") == settings.TEST


def stop(var: Path) -> int:
    return 0 if embedded.stop(var) else 1


def status(var: Path) -> int:
    server = embedded.running(var)
    say(f"process {server.pid}, PostgreSQL {server.binaries.version}, {server.host}" if server else "not running")
    return 0 if server else 3


def watch(var: Path) -> int:
    """Keep the server running: whatever ends it, it is back within seconds. Ends itself on SIGTERM and leaves the server.

    Whatever keeps it from coming back (a frozen server, a full disk) is said once, and tried again for as long as it lasts.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    hindered = ""
    while True:
        now = hindrance(var)
        if now != hindered:
            say(now or "the database answers")
        hindered = now
        time.sleep(WATCH_EVERY_S if not now else RETRY_EVERY_S)


def hindrance(var: Path) -> str:
    """Start the server unless it answers; return what is in the way, empty when nothing is."""
    try:
        if not embedded.running(var):
            began = time.monotonic()
            embedded.ensure(var, test=is_test(var))
            say(f"started the database in {time.monotonic() - began:.1f} s")
        if log_files.is_full(log := var / "pg" / cluster.LOG):
            log_files.cut_off(log)  # the server keeps it open and appends
    except embedded.DatabaseUnavailable as refusal:
        return str(refusal)
    except (psycopg.Error, OSError, subprocess.SubprocessError) as error:  # it went away again, or there is no room
        return f"{type(error).__name__}: {str(error).strip()}"
    return ""


def say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
