"""`python -m onefold.embedded start|stop|status|watch [VAR]`: the embedded server without the rest of the product."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from onefold import embedded
from onefold.embedded import settings

WATCH_EVERY_S = 1.0


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
    """Keep the server running: whatever ends it, it is back within seconds. Ends itself on SIGTERM and leaves the server."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    while True:
        if not embedded.running(var):
            revive(var)
        time.sleep(WATCH_EVERY_S)


def revive(var: Path) -> None:
    began = time.monotonic()
    try:
        embedded.ensure(var, test=is_test(var))
    except embedded.DatabaseUnavailable as refusal:
        say(str(refusal))
    else:
        say(f"started the database in {time.monotonic() - began:.1f} s")


def say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
