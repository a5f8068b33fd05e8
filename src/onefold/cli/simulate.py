"""`onefold simulate`: a whole group with known truth, as its companies would send it."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from onefold.cli import place


def simulate(words: list[str]) -> int:
    """Write what the companies of a simulated group send, and beside it what is true of the group; or live on in the open demonstration."""
    parser = _parser()
    wanted = parser.parse_args(words)
    if wanted.live is not None:
        from onefold.cli.live import live

        return live(wanted.live, wanted.sellers, wanted.customers)
    if not (wanted.customers and wanted.seed is not None and wanted.out):
        parser.error("--customers, --seed and --out are needed")
    from onefold.simulator.sending import Order, TruthInReach, send

    order = Order(wanted.seed, wanted.customers, days=wanted.days)
    truth = wanted.truth or wanted.out.with_name(f"{wanted.out.name}.truth")
    processes = wanted.processes or min(os.cpu_count() or 1, -(-wanted.customers // 10_000))
    progress = _Progress(wanted.customers)
    try:
        done = send(
            order, wanted.out, truth, processes=processes, never_in=[place.home() / "var"], follow=progress.show
        )
    except (FileExistsError, TruthInReach) as refused:
        print(f"onefold: {refused}", file=sys.stderr)
        return 2
    progress.end()
    print(
        f"{done.customers:,} customers, {done.rows:,} rows in {done.files:,} files, {done.bytes / 1e6:,.1f} MB, "
        f"{done.seconds:.1f} s: {done.customers / max(done.seconds, 0.001):,.0f} customers/s, "
        f"{done.bytes / max(done.customers, 1):,.0f} bytes each"
    )
    print(f"What is true of them: {truth}. Keep it away from whoever reads the files.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="onefold simulate", description=simulate.__doc__)
    parser.add_argument("--customers", type=_count, help="persons and organisations known to the group")
    parser.add_argument("--seed", type=int, help="the same seed gives the same group, byte for byte")
    parser.add_argument("--out", type=Path, help="an empty folder, or none yet")
    parser.add_argument("--days", type=int, default=30, choices=range(32), metavar="DAYS", help="daily increments (30)")
    parser.add_argument("--truth", type=Path, help="where the truth goes (OUT.truth); nobody else may open it")
    parser.add_argument(
        "--processes", type=int, help="processes at work (one a core); the files are the same for any number"
    )
    parser.add_argument(
        "--live", type=_count, metavar="DAYS", help="instead: days lived on in the open demonstration (of --customers)"
    )
    parser.add_argument("--sellers", type=_count, default=40, help="how many sellers work on such a day (40)")
    return parser


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("a whole number from 1 on")
    return int(text)


class _Progress:
    """One line on a terminal, redrawn; nothing where nobody looks on."""

    def __init__(self, customers: int) -> None:
        self.customers, self.started, self.shown = customers, time.monotonic(), sys.stdout.isatty()

    def show(self, done: int) -> None:
        if self.shown:
            speed = done / max(time.monotonic() - self.started, 0.001)
            print(f"\r  {done:,} of {self.customers:,} customers, {speed:,.0f} a second ", end="", flush=True)

    def end(self) -> None:
        if self.shown:
            print()
