"""The audit: lines written and sealed, and the proof of all of it - every line under its seal, every head outside.

./onefold bench bench_audit [LINES]        (default 100000; the figure in the documents is of 1000000)
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from machine import describe

HOME = Path(__file__).resolve().parents[1]
PIECE = 20_000
WRITE = """
    INSERT INTO commands_auditline (audit_id, command_id, action, actor, company, subject, facts, at)
    SELECT gen_random_uuid(), gen_random_uuid(), 'customers.note_look', 'user:' || n %% 500,
           (ARRAY['HLIFE', 'HPC', 'HBANK', 'HPEN', ''])[1 + n %% 5], gen_random_uuid()::text,
           jsonb_build_object('occasion', 'PROFILE', 'terms', n %% 9), now() - n * interval '1 second'
    FROM generate_series(1, %s::int) n
"""


def main() -> int:
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    print(describe())
    (HOME / "var").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=HOME / "var") as var:
        os.environ.update(ONEFOLD_VAR=var, ONEFOLD_DEMO="1")
        from onefold import embedded
        from onefold.cli import place

        found = place.connections()
        place.migrate(found)
        try:
            measure(found, lines, Path(var))
        finally:
            from django.db import connection

            connection.close()
            embedded.stop(Path(var))
    return 0


def measure(found: Any, lines: int, var: Path) -> None:
    from django.db import connection

    from onefold.commands import clock, heads, proof, sealing
    from onefold.config.databases import connected_as
    from onefold.kernel import keys

    key = heads.SigningKey.of(keys.current(var / "secrets", keys.AUDIT))
    with connected_as(found, "batch"):
        writing = sealed = 0.0
        for _ in range(lines // PIECE):
            began = time.perf_counter()
            with connection.cursor() as cursor:
                cursor.execute(WRITE, [PIECE])
            writing, began = writing + time.perf_counter() - began, time.perf_counter()
            sealer = sealing.Sealer()
            sealer.seal(clock.now())
            sealer.seal(clock.now())
            heads.write_down(var / "heads", key, "2026-06", proof.heads_now())
            sealed += time.perf_counter() - began
        print(f"written: {lines / writing:,.0f} lines/s; sealed: {lines / sealed:,.0f} lines/s", flush=True)
        began, busy = time.perf_counter(), busy_of_both()
        found_ = proof.verify(heads.read(var / "heads"), heads.verifiers(var / "heads"))
        seconds, peak = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        busy = busy_of_both() - busy
        assert found_.is_whole and found_.lines >= lines // PIECE * PIECE
        print(
            f"proved: {found_.lines:,} lines under {found_.links:,} links and {found_.heads:,} heads in {seconds:.1f} s ({busy:.1f} s of processor time, the database's included); {peak:.0f} MB here"
        )


def busy_of_both() -> float:
    """Seconds of processor time of this process and of the database's process that answers it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return time.process_time() + (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    raise SystemExit(main())
