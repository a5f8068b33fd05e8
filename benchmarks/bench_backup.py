"""Backup and restore of a whole simulated group: how much would be lost (RPO), how long it takes to be back (RTO).

    ./onefold bench bench_backup [CUSTOMERS]      (20,000)
    ./onefold bench bench_backup --blown-up GB    a database of that size and a third as much in files, of nothing that means anything

The group is published, kept as `onefold up` keeps it (a process of its own), written to while a second run goes on, and then the
database is killed and everything restored into an empty folder: what was acknowledged and is not there was lost.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from machine import describe

HOME = Path(__file__).resolve().parents[1]
EVERY_S = 0.25
MARKS = "CREATE TABLE bench_marks (number bigserial PRIMARY KEY, at timestamptz DEFAULT clock_timestamp())"


BULK = """
    INSERT INTO bench_bulk SELECT g, md5(g::text), repeat(md5((g * 7)::text), 24) FROM generate_series(%s::bigint, %s::bigint) g
"""
ROW_BYTES, ROWS_AT_ONCE = 1_000, 200_000


def main() -> int:
    words = sys.argv[1:]
    gigabytes = int(words[1]) if words[:1] == ["--blown-up"] else 0
    customers = 0 if gigabytes else int(words[0]) if words else 20_000
    print(describe())
    room = Path(os.environ.get("ONEFOLD_BENCH", HOME / "var"))
    room.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=room) as folder:
        Path(folder).chmod(0o711)
        os.environ.update(
            ONEFOLD_VAR=f"{folder}/var", ONEFOLD_BACKUP=f"{folder}/data", ONEFOLD_BACKUP_KEYS=f"{folder}/keys"
        )
        from onefold import embedded
        from onefold.cli import demo, place

        if customers:
            demo.choose_simulated(customers)
        found = place.connections()
        try:
            publish(customers, found) if customers else blow_up(gigabytes, found)
            measure(Path(folder), found, second_run if customers else more_of_it)
        finally:
            for var in (place.var(), Path(folder) / "back"):
                embedded.stop(var, immediately=True)
    return 0


def publish(customers: int, found: Any) -> None:
    """The group's files received and published; the files of its last day are left for later."""
    from onefold.cli import demo, place
    from onefold.cli.work import run_once
    from onefold.config.databases import connected_as

    place.migrate(found)
    group = demo.simulated(customers)
    demo.receive_by_day(found, group.folders[:-1])
    with connected_as(found, "batch"):
        if not run_once(lambda line: None):
            raise SystemExit("the run failed")
    print(
        f"published: {customers:,} customers, database {size(place.var() / 'pg') / 1e9:.2f} GB, files {size(place.var()) / 1e9:.2f} GB in all"
    )


def blow_up(gigabytes: int, found: Any) -> None:
    from onefold.cli import place

    place.migrate(found)
    with psycopg.connect(**found["owner"].parameters(), autocommit=True) as session:
        session.execute("CREATE TABLE bench_bulk (number bigint PRIMARY KEY, one text, many text)")
        for first in range(0, gigabytes * 10**9 // ROW_BYTES, ROWS_AT_ONCE):
            session.execute(BULK, [first, first + ROWS_AT_ONCE - 1])
    folder = place.var() / "lake" / "bulk"
    folder.mkdir(parents=True)
    for number in range(gigabytes * 1000 // 3 // 4):
        (folder / f"{number}.bin").write_bytes(os.urandom(4_000_000))
    print(
        f"blown up: {size(place.var() / 'pg/data/base') / 1e9:.2f} GB of database, {size(folder) / 1e9:.2f} GB of files"
    )


def second_run(found: Any) -> subprocess.Popen[bytes]:
    """Of the files of the last day."""
    from onefold.cli import demo, place

    demo.receive_by_day(found, [max(place.beside_var("group").iterdir())])
    return subprocess.Popen([sys.executable, "-m", "onefold", "run"], stdout=subprocess.DEVNULL)


def more_of_it(found: Any) -> subprocess.Popen[bytes]:
    """A gigabyte more, written in the background."""
    script = "import psycopg, sys; s = psycopg.connect(sys.argv[1], autocommit=True); "
    script += (
        f"[s.execute({BULK!r}, [10**12 + n, 10**12 + n + {ROWS_AT_ONCE - 1}]) for n in range(0, 10**6, {ROWS_AT_ONCE})]"
    )
    return subprocess.Popen([sys.executable, "-c", script, found["owner"].url()])


def size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())


def measure(folder: Path, found: Any, work: Callable[[Any], subprocess.Popen[bytes]]) -> None:
    from onefold import embedded
    from onefold.cli import place
    from onefold.embedded import postmaster

    with keeping():
        wait_for(lambda: own_state().get("backup"), "the first backup")
        told = own_state()["backup"]
        print(f"first backup, full: {told['bytes'] / 1e9:.2f} GB in {told['seconds']} s", flush=True)
        acknowledged, worst = under_load(found, work)
        server = postmaster.living(place.var() / "pg/data")
        assert server
        os.kill(server.pid, signal.SIGKILL)
    ended = acknowledged[-1][1]
    seconds, at_there = bring_back(folder)
    lost = [at for number, at in acknowledged if number > at_there]
    print(f"under a run: log behind by {worst['log']:.1f} s at most, files by {worst['files']:.1f} s at most")
    print(
        f"RPO: of {len(acknowledged)} commits {len(lost)} were lost, the oldest {(ended - lost[0]) if lost else 0:.2f} s before the end"
    )
    print(f"RTO: {seconds:.1f} s from an empty folder to a server that answers, every file and the book checked")
    embedded.stop(folder / "back", immediately=True)


def under_load(
    found: Any, work: Callable[[Any], subprocess.Popen[bytes]]
) -> tuple[list[tuple[int, float]], dict[str, float]]:
    """While `work` goes on, a row is committed four times a second; what was acknowledged when, and the largest ages seen."""
    acknowledged: list[tuple[int, float]] = []
    worst = {"log": 0.0, "files": 0.0}
    run = work(found)
    with psycopg.connect(**found["owner"].parameters(), autocommit=True) as session:
        session.execute(MARKS)
        while run.poll() is None:
            (number,) = session.execute("INSERT INTO bench_marks DEFAULT VALUES RETURNING number").fetchone() or (0,)
            acknowledged.append((number, time.time()))
            for name, age in ages().items():
                worst[name] = max(worst[name], age)
            time.sleep(EVERY_S)
    return acknowledged, worst


def ages() -> dict[str, float]:
    from datetime import UTC, datetime

    known, now = own_state(), datetime.now(UTC)
    return {
        name: (now - datetime.fromisoformat(known[name]["at"])).total_seconds()
        for name in ("log", "files")
        if name in known
    }


def own_state() -> dict[str, Any]:
    from onefold.cli import place
    from onefold.keeping import state

    return state.read(place.var())


def keeping() -> Any:
    """The process of `onefold up`."""
    from onefold.cli import serve

    (process,) = serve.keeping({})
    return Ended(subprocess.Popen(list(process.words), env={**os.environ, **process.environment}))


class Ended:
    def __init__(self, child: subprocess.Popen[bytes]) -> None:
        self.child = child

    def __enter__(self) -> None:
        return None

    def __exit__(self, *error: object) -> None:
        self.child.terminate()
        self.child.wait()


def bring_back(folder: Path) -> tuple[float, int]:
    from onefold.cli import kept_files
    from onefold.keeping import refusals, restoring
    from onefold.keeping.repository import Repository

    wanted = restoring.Wanted(Repository(folder / "data"), folder / "keys")
    began = time.monotonic()
    try:
        done = restoring.restore(wanted, folder / "back", check=kept_files.examine)
    except refusals.FilesMissing as refusal:
        print(f"  {refusal.sentence_in('en')}")
        from datetime import datetime

        wanted = restoring.Wanted(wanted.repository, wanted.keys, datetime.fromisoformat(refusal.data["until"]))
        done = restoring.restore(wanted, folder / "back", check=kept_files.examine)
    seconds = time.monotonic() - began
    assert done
    from onefold import embedded

    connection = embedded.administrator(folder / "back").to("onefold")
    with psycopg.connect(**connection.parameters()) as session:
        (newest,) = session.execute("SELECT coalesce(max(number), 0) FROM bench_marks").fetchone() or (0,)
    return seconds, newest


def wait_for(true: Callable[[], Any], what: str, wait_s: float = 3600) -> None:
    deadline = time.monotonic() + wait_s
    while not true():
        if time.monotonic() > deadline:
            raise SystemExit(f"{what}: not within {wait_s} s")
        time.sleep(0.2)


if __name__ == "__main__":
    raise SystemExit(main())
