"""The decision core: one customer, millions, hostile scores, replay; and the decisions step on a crowd.

python benchmarks/bench_decision.py [customers of the crowd, 0 = none]
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from machine import describe

from onefold.decision.candidates import COLUMNS, Candidates, candidates
from onefold.decision.core import CORE_VERSION, CORES, Verdicts, judge
from onefold.decision.tests.rows_made import FREE, random_rows

PRODUCTS, BATCH, HOSTILE, EVIDENCE, PER_CUSTOMER = 50, 2_000_000, 1_000_000, 100_000, 10
EXTREMES = np.array([-(2**63), -(2**31), -1, 0, 1, 999_999, 1_000_001, 2**31, 2**63 - 1])
SCORES = (
    "chance",
    "effect",
    "general_chance",
    "uplift",
    "general_uplift",
    "context",
    "margin",
    "contact_cost",
    "repeats",
    "basis",
)


def main() -> int:
    print(describe())
    crowd = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    one_customer()
    batch()
    bad = hostile()
    lost = replayed()
    if crowd:
        step(crowd)
    return 1 if bad or lost else 0


def one_customer() -> None:
    columns = {name: np.array([value] * PRODUCTS) for name, value in FREE.items()}
    times = []
    for _ in range(500):
        started = time.perf_counter()
        judge(candidates(columns))
        times.append((time.perf_counter() - started) * 1e3)
    times.sort()
    print(f"one customer x {PRODUCTS} products: median {times[250]:.2f} ms, 99th percentile {times[495]:.2f} ms")


def batch() -> None:
    rows = random_rows(BATCH, "batch")
    judge(rows.rows(slice(0, 100_000)))
    started = time.process_time()
    judge(rows)
    seconds = time.process_time() - started
    print(f"batch: {BATCH / seconds / 1e6:.1f} million candidates per second of one core")


def hostile() -> int:
    """Scores drawn from the extremes; what a slow reading of the facts forbids and the core showed all the same."""
    rng = np.random.default_rng(48)
    rows = random_rows(HOSTILE, "hostile", rare=12)
    hostile = {name: EXTREMES[rng.integers(0, len(EXTREMES), HOSTILE)] for name in SCORES}
    rows = candidates({name: getattr(rows, name) for name in COLUMNS} | hostile)
    found = judge(rows)
    shown = rows.rows(np.flatnonzero((found.action == 1) & (found.value > 0)))
    bad = int(against(shown).sum())
    print(f"hostile scores: {HOSTILE:,} decisions, {len(shown):,} offers shown, {bad} of them ineligible")
    return bad


def against(rows: Candidates) -> np.ndarray[Any, Any]:
    """Rows that some rule forbids, written from the rules' words once more."""
    coming, ours = (rows.stage == 0) & ~rows.inbound, ~rows.inbound
    quiet = (
        rows.by_telephone & (rows.minute >= 0) & ((rows.minute >= rows.quiet_from) | (rows.minute < rows.quiet_until))
    )
    quiet &= rows.quiet_from > rows.quiet_until
    load = (rows.burden + rows.outlay) * 1_000_000
    return (
        rows.held | rows.gone | rows.incapable | ~rows.on_sale | ~rows.has_seller | ~rows.channel_authorised
        | ~rows.agreement_in_force | (rows.seller_grade < rows.required_grade) | (rows.seller_grade < 0)
        | (rows.registered == 0) | rows.second_life_insurer | (rows.region_licensed == 0)
        | (rows.risk_tested & (rows.risk_level >= 0) & (rows.risk_level < rows.product_risk))
        | ((rows.age_min >= 0) & (rows.age_low < rows.age_min)) | ((rows.age_max >= 0) & (rows.age_high > rows.age_max))
        | ((rows.income >= 0) & (rows.outlay > rows.outlay_free) & (load > rows.income * rows.burden_max_ppm))
        | (ours & (rows.blocked | rows.suppressed | rows.held_out | ~rows.consent_in_force))
        | (coming & ((rows.contacts >= rows.contacts_max) | quiet))
        | (coming & (rows.other_company_days >= 0) & (rows.other_company_days < rows.other_company_rest))
        | (coming & rows.indemnity_held)
    )  # fmt: skip


def replayed() -> int:
    """Evidence is the columns of one decision and its core version; judged again alone, it must give the same bytes."""
    rows = random_rows(EVIDENCE * PER_CUSTOMER, "evidence", rare=8)
    whole, lost = judge(rows), 0
    started = time.perf_counter()
    for start in range(0, EVIDENCE * PER_CUSTOMER, PER_CUSTOMER):
        here = slice(start, start + PER_CUSTOMER)
        again = CORES[CORE_VERSION]({name: getattr(rows, name)[here] for name in COLUMNS})
        lost += bytes_of(again) != bytes_of(whole, here)
    seconds = time.perf_counter() - started
    print(f"replay: {EVIDENCE:,} decisions of {PER_CUSTOMER} candidates in {seconds:.0f} s, {lost} not the same bytes")
    return lost


def bytes_of(found: Verdicts, here: slice = slice(None)) -> bytes:
    return b"".join(getattr(found, field.name)[here].tobytes() for field in fields(found))


def step(customers: int) -> None:
    """The step in a process of its own, so that the peak of memory is its own."""
    script = f"import bench_decision; bench_decision.step_alone({customers})"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=Path(__file__).parent, capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout.splitlines()[-1])
    print(
        f"decisions step: {customers:,} customers, {told['candidates']:,} candidates in {told['seconds']:.1f} s, "
        f"peak memory {told['mib']:.0f} MiB"
    )


def step_alone(customers: int) -> None:
    from onefold.analytics.decide import decide
    from onefold.analytics.engines.duckdb import open_lake
    from onefold.analytics.pieces import write_pieces
    from onefold.analytics.tests.crowds import lay_crowd
    from onefold.analytics.tests.worlds import TODAY, derive
    from onefold.policy import load
    from onefold.seam.datasets import DECISIONS

    rulebook, counted = load(), 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lay_crowd(folder, rulebook, customers)
        derive(folder, open_lake)

        def counting() -> Any:
            nonlocal counted
            for piece in decide(lake, rulebook, TODAY, TODAY):
                counted += len(piece["blocked"].combine_chunks().flatten())
                yield piece

        started = time.perf_counter()
        with open_lake(folder) as lake:
            write_pieces(folder, DECISIONS, counting())
        seconds = time.perf_counter() - started
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "candidates": counted, "mib": mib}))


if __name__ == "__main__":
    sys.exit(main())
