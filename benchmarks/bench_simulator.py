"""The simulated world: customers a second, and the memory it takes at two sizes.

python benchmarks/bench_simulator.py [customers] [processes]
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import time

from machine import describe

SIZES = (40_000, 160_000)
PROCESSES = 2


def main() -> int:
    os.environ.setdefault("POLARS_MAX_THREADS", "1")  # read by the processes started below
    print(describe())
    sizes = (int(sys.argv[1]),) if len(sys.argv) > 1 else SIZES
    processes = int(sys.argv[2]) if len(sys.argv) > 2 else PROCESSES
    context = multiprocessing.get_context("spawn")
    for customers in sizes:
        with context.Pool(1, maxtasksperchild=1) as apart:  # a process of its own: the peak is that of this size alone
            peak, busy = apart.apply(alone, (customers,))
        seconds, rows = world(customers, processes)
        print(
            f"world: {customers:,} customers, {rows:,} rows in {seconds:.1f} s on {processes} processes: "
            f"{customers / seconds:,.0f} customers/s\n  one process alone: {customers / busy:,.0f} customers per second of "
            f"processor time, peak memory {peak:.0f} MiB"
        )
    return 0


def world(customers: int, processes: int) -> tuple[float, int]:
    """Seconds (start of the processes included) and rows of all tables."""
    from onefold.simulator.world import chunks

    started = time.perf_counter()
    rows = sum(frame.height for chunk in chunks(1, customers, processes=processes) for frame in chunk.tables.values())
    return time.perf_counter() - started, rows


def alone(customers: int) -> tuple[float, float]:
    """(peak MiB, seconds of processor time) of a process that makes the world alone, chunk by chunk."""
    from onefold.simulator.world import chunk_of

    chunk_of(2, 0, 1_000)  # libraries loaded, tables of names made
    started = time.process_time()
    world(customers, 1)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, time.process_time() - started


if __name__ == "__main__":
    sys.exit(main())
