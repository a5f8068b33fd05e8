"""Decisions over HTTP with their evidence stored: a simulated group behind the real web server, eight connections that ask without
a pause. Prints decisions a second, per core of what server and database used, and how long an answer took; then decides all
of them once more from the evidence.

    ./onefold bench bench_decisions_http [--customers 2000] [--decisions 2000] [--workers 2]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

from machine import describe

HOME = Path(__file__).resolve().parents[1]
CONNECTIONS, WARM_UP = 8, 64
COMPANY = "HPC"


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--customers", type=int, default=2000)
    words.add_argument("--decisions", type=int, default=2000)
    words.add_argument("--workers", type=int, default=2, help="as many as `onefold up` starts")
    asked = words.parse_args()
    print(describe(), flush=True)
    (HOME / "var").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=HOME / "var") as place_of_it:
        os.environ.update(ONEFOLD_VAR=f"{place_of_it}/var", ONEFOLD_SERVE="0")
        from onefold import embedded

        try:
            measure(asked)
        finally:
            from django.db import connection

            connection.close()
            embedded.stop(Path(place_of_it) / "var")
    return 0


def measure(asked: argparse.Namespace) -> None:
    from onefold.cli import demo, place

    if demo.demo(["--customers", str(asked.customers)]):
        raise SystemExit("the demonstration failed")
    found = place.connections()
    secret, questions = prepared(asked.decisions + WARM_UP)
    port = free_port()
    server = web_server(found, port, asked.workers)
    try:
        wait_for(port)
        asyncio.run(ask_all(port, secret, questions[:WARM_UP]))
        before, began = cpu_seconds(server.pid), time.perf_counter()
        took, answers = asyncio.run(ask_all(port, secret, questions[WARM_UP:]))
        seconds, used = time.perf_counter() - began, cpu_seconds(server.pid) - before
    finally:
        server.terminate()
        server.wait()
    report(took, answers, seconds, used)
    replay(found, asked.decisions)


def prepared(count: int) -> tuple[str, list[bytes]]:
    """A token, and the bodies of the questions: customers of the company, half of them asked for by telephone or counter."""
    import hashlib

    from onefold.commands.scope import reading
    from onefold.commands.viewer import Viewer
    from onefold.domains.customers.models import SourceRecord
    from onefold.domains.organisation.actions import issue_token
    from onefold.domains.organisation.models import Channel
    from onefold.kernel.ids import new_id

    viewer, secret = Viewer.of_company(COMPANY), f"ofk_{uuid.uuid4().hex}"
    digest = hashlib.sha256(secret.encode()).hexdigest()
    issue_token(viewer, new_id(), company=COMPANY, name="bench", token_sha256=digest, scopes=["DECISIONS"])
    with reading(viewer):
        keys = list(SourceRecord.objects.filter(company_id=COMPANY).values_list("source_key", flat=True))
        channels = list(Channel.objects.filter(company_id=COMPANY).values_list("channel_id", flat=True))
    chosen = random.Random(1)
    bodies = [
        {
            "decision_id": str(uuid.UUID(int=chosen.getrandbits(128))),
            "customer_key": chosen.choice(keys),
            "channel": chosen.choice(channels),
            "reason": chosen.choice(["OUTBOUND", "INBOUND_NEED"]),
        }
        for _ in range(count)
    ]
    return secret, [json.dumps(body).encode() for body in bodies]


def web_server(found: Any, port: int, workers: int) -> subprocess.Popen[bytes]:
    from onefold.config.databases import handed_to_web

    words = [sys.executable, "-m", "onefold.config.server", "--port", str(port)]
    told = {"ONEFOLD_LOG": "ERROR", "ONEFOLD_WEB_WORKERS": str(workers)}
    return subprocess.Popen(words, env={**os.environ, **handed_to_web(found), **told})


async def ask_all(port: int, secret: str, questions: list[bytes]) -> tuple[list[float], list[tuple[int, bytes]]]:
    """Ask over eight connections that stay open, each the next question as soon as it has its answer."""
    waiting, took, answers = iter(questions), [], []

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for body in waiting:
            head = (
                f"POST /api/v1/decisions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {secret}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            began = time.perf_counter()
            writer.write(head.encode() + body)
            status, content = await answer_of(reader)
            took.append(time.perf_counter() - began)
            answers.append((status, content))
        writer.close()

    await asyncio.gather(*(one() for _ in range(CONNECTIONS)))
    return took, answers


async def answer_of(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    length = next(int(line.split(":")[1]) for line in head if line.lower().startswith("content-length"))
    return int(head[0].split()[1]), await reader.readexactly(length)


def cpu_seconds(server: int) -> float:
    """What the web server and all of PostgreSQL have used so far: user and system time of the living processes and what they reaped."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = stat.read_text().partition("(")[2].rpartition(")")
            fields = rest.split()
            mine = int(fields[1]) == server or int(stat.parent.name) == server or name.startswith("postgres")
            if mine and belongs_here(stat.parent, name):
                ticks += int(fields[11]) + int(fields[12])
        except (OSError, ValueError):
            continue
    return ticks / os.sysconf("SC_CLK_TCK")


def belongs_here(process: Path, name: str) -> bool:
    """Other databases of this machine do not count."""
    if not name.startswith("postgres"):
        return True
    try:
        return str(process.joinpath("cwd").readlink()).startswith(os.environ["ONEFOLD_VAR"])
    except OSError:
        return False


def report(took: list[float], answers: list[tuple[int, bytes]], seconds: float, used: float) -> None:
    ordered = sorted(1000 * one for one in took)
    failed = [status for status, _ in answers if status != 201]
    offers = [len(json.loads(content)["offers"]) for status, content in answers if status == 201]
    print(f"{len(took):,} decisions in {seconds:.1f} s over {CONNECTIONS} connections: {len(took) / seconds:.0f}/s")
    print(f"  per core used by web server and database ({used / seconds:.2f} cores): {len(took) / used:.0f}/s")
    middle, late, last = (ordered[int(len(ordered) * share)] for share in (0.5, 0.95, 0.99))
    print(
        f"  median {middle:.1f} ms, 95 % within {late:.1f} ms, 99 % within {last:.1f} ms, slowest {ordered[-1]:.1f} ms"
    )
    print(
        f"  answered otherwise than 201: {len(failed)}; with an offer: {sum(map(bool, offers)) / max(len(offers), 1):.0%}"
    )


def replay(found: Any, last: int) -> None:
    from onefold.commands.viewer import Viewer
    from onefold.config.databases import connected_as
    from onefold.domains.offers.evidence import replayed

    with connected_as(found, "batch"):
        began = time.perf_counter()
        same = [one for _, one in replayed(Viewer.system("bench"), last)]
    seconds = time.perf_counter() - began
    print(
        f"replayed {len(same):,} in {seconds:.1f} s ({1000 * seconds / max(len(same), 1):.2f} ms each): {sum(same):,} the same"
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the web server does not answer")


if __name__ == "__main__":
    sys.exit(main())
