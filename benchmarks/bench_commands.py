"""The write path: actions per second, and what the relay moves, on the test cluster's kind of database with real settings."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from machine import describe

HOME = Path(__file__).resolve().parents[1]
COUNT = 500


def main() -> int:
    print(describe())
    (HOME / "var").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=HOME / "var") as var:
        os.environ.update(ONEFOLD_VAR=var, ONEFOLD_DEMO="0")
        from onefold import embedded
        from onefold.cli import place

        found = place.connections()
        place.migrate(found)
        try:
            measure(found)
        finally:
            from django.db import connection

            connection.close()
            embedded.stop(Path(var))
    return 0


def measure(found) -> None:  # type: ignore[no-untyped-def]
    from onefold.commands import outbox
    from onefold.commands.viewer import Viewer
    from onefold.config.databases import connected_as
    from onefold.domains.intake.actions import receive
    from onefold.kernel.ids import new_id

    viewer = Viewer.of_group("bench")
    started = time.perf_counter()
    for number in range(COUNT):
        receive(viewer, new_id(), feed="hpc_customers", file_name="a.csv", sha256=f"{number:064d}", size=1)
    seconds = time.perf_counter() - started
    print(
        f"action intake.receive (audit, event, synchronous commit): {COUNT / seconds:.0f}/s, {1000 * seconds / COUNT:.2f} ms each"
    )
    with connected_as(found, "batch"):
        started = time.perf_counter()
        tried = outbox.drain({"intake.BatchReceived": {"nothing": lambda command, event: None}})
        print(f"relay, one reaction a transaction: {tried / (time.perf_counter() - started):.0f}/s")


if __name__ == "__main__":
    sys.exit(main())
