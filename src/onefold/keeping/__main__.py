"""`python -m onefold.keeping`: keeps the installation as long as `onefold up` runs. What it does is told on standard output."""

from __future__ import annotations

import os
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from onefold.embedded import binaries, cluster, urls
from onefold.keeping.keeper import Database, Keeper, target
from onefold.keeping.limits import limits
from onefold.keeping.service import Service

CONNECTION = "ONEFOLD_KEEPING_DATABASE"
RETRY_S = 15.0


def main() -> int:
    service = Service(keeper(), told)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: service.stop())
    service.run()
    return 0


def keeper() -> Keeper:
    """As the environment says; waits for a target that is not there yet (a disk that is not mounted)."""
    var, rulebook = Path(os.environ["ONEFOLD_VAR"]), os.environ.get("ONEFOLD_RULEBOOK")
    book = Path(rulebook) if rulebook else None
    external = bool(os.environ.get("DATABASE_URL"))
    programs = None if external else binaries.find(cluster.made_by(var / "pg" / "data"))
    database = Database(programs, urls.from_url(os.environ[CONNECTION]))
    while True:
        try:
            to = target(var, os.environ.get("ONEFOLD_BACKUP"), os.environ.get("ONEFOLD_BACKUP_KEYS"))
        except OSError as error:
            told(f"trouble: {error}")
            time.sleep(RETRY_S)
        else:
            return Keeper(var, to, database, book, limits(book, datetime.now(UTC).date()))


def told(sentence: str) -> None:
    sys.stdout.write(f"{time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime())} {sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
