"""How often the 95 % interval of the holdout's lift covers the planted truth, over small simulated groups.

    ./onefold bench bench_lift [GROUPS] [CUSTOMERS] [--first SEED]      (100 groups of 3,000 customers, seeds 1 to 100)

The same as `./onefold evaluate lift`, which says how truth and estimate are made; here with the machine it ran on.
"""

from __future__ import annotations

import sys
import time

from machine import describe

from onefold.cli.evaluate_lift import main as evaluate


def main(*words: str) -> int:
    print(describe())
    start = time.perf_counter()
    code = evaluate(list(words))
    print(f"{time.perf_counter() - start:.0f} s")
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
