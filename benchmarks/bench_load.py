"""How many pages the product gives when many ask at once: sixteen signed-in connections that ask without a pause, page by page and
all pages mixed. Prints requests a second, how long half and 99 of 100 took at most, and what of both processors a page cost - the
figure that another load on the machine does not move.

    ./onefold bench bench_load [--connections 16] [--seconds 20] [--before SRC]

Reads the demonstration's installation (`./onefold demo`), or makes one first. `--before`: the `src` folder of an earlier version,
measured in turn with this one over the same database.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench_decisions_http import HOME, answer_of, cpu_seconds, free_port, wait_for
from machine import describe

Asked = tuple[str, str]
"""The cookie of somebody signed in, and the address that is theirs to open."""
WARM_UP = 64
PEOPLE = 60
SHARES = {"today": 5, "lead": 5, "cockpit": 2, "customer": 3, "portal": 5}
"""What a day's pages are made of, of twenty."""


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--customers", type=int, default=20_000)
    words.add_argument("--connections", type=int, default=16)
    words.add_argument("--seconds", type=int, default=20, help="for each page")
    words.add_argument("--before", type=Path, help="the src folder of an earlier version")
    words.add_argument("--pages", nargs="*", help="only these")
    asked = words.parse_args()
    print(f"{describe()}; {asked.customers:,} customers, {asked.connections} connections", flush=True)
    os.environ["ONEFOLD_SERVE"] = "0"
    from onefold.cli import demo, place

    demo.choose_simulated(asked.customers)
    if not (place.var() / "lake" / "runs").is_dir() and demo.demo(["--customers", str(asked.customers)]):
        raise SystemExit("the demonstration failed")
    found = place.connections()
    place.migrate(found)
    measure(found, asked)
    return 0


def measure(found: Any, asked: argparse.Namespace) -> None:
    from onefold.config.databases import connected_as

    with connected_as(found, "app"):
        pages = {page: people for page, people in readers().items() if not asked.pages or page in asked.pages}
    versions = {"before": asked.before, "now": HOME / "src"} if asked.before else {"now": HOME / "src"}
    for page, people in pages.items():
        for version, source in versions.items():
            print(f"{page:>8} {version}: {load(found, source, people, asked)}", flush=True)


def load(found: Any, source: Path, people: list[Asked], asked: argparse.Namespace) -> Measured:
    """One page under load, from a web server of its own."""
    port = free_port()
    server = web_server(found, port, source)
    try:
        wait_for(port)
        asyncio.run(ask(port, people, asked.connections, count=WARM_UP))
        before, began = cpu_seconds(server.pid), time.perf_counter()
        measured = asyncio.run(ask(port, people, asked.connections, seconds=asked.seconds))
        measured.seconds, measured.used = time.perf_counter() - began, cpu_seconds(server.pid) - before
    finally:
        server.terminate()
        server.wait()
    return measured


@dataclass
class Measured:
    took: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0
    used: float = 0.0

    def __str__(self) -> str:
        ordered = sorted(1000 * one for one in self.took)
        half, late = (ordered[int(len(ordered) * share)] for share in (0.5, 0.99))
        wrong = sum(count for status, count in self.statuses.items() if status != 200)
        return (
            f"{len(ordered) / self.seconds:.0f}/s, half within {half:.0f} ms, 99 of 100 within {late:.0f} ms; "
            f"{1000 * self.used / len(ordered):.1f} ms of work each, {self.used / self.seconds:.2f} cores busy"
            + (f"; {wrong} not answered with a page" if wrong else "")
        )


def web_server(found: Any, port: int, source: Path) -> subprocess.Popen[bytes]:
    """As `onefold up` starts it; a version before the gateway as `onefold up` started that."""
    from onefold.config.databases import handed_to_web

    words = [sys.executable, "-m", "onefold.config.server", "--port", str(port)]
    if not (source / "onefold/config/server.py").exists():
        words = [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers",
            "2", "--blocking-threads", "1", "--no-ws", "--log-level", "warning", "onefold.config.wsgi:application",
        ]  # fmt: skip
    told = {"PYTHONPATH": str(source), "ONEFOLD_LOG": "ERROR", "ONEFOLD_HOME": str(HOME)}
    return subprocess.Popen(
        words, env={**os.environ, **handed_to_web(found), **told}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


async def ask(
    port: int, people: list[Asked], connections: int, *, seconds: float = 1e9, count: int = 10**9
) -> Measured:
    """Ask over connections that stay open, each the next page as soon as it has its answer."""
    measured, chosen, until = Measured(), random.Random(1), time.perf_counter() + seconds

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
        while time.perf_counter() < until and len(measured.took) < count:
            cookie, address = chosen.choice(people)
            head = f"GET {address} HTTP/1.1\r\nHost: localhost\r\nCookie: sessionid={cookie}\r\nAccept-Language: en\r\n\r\n"
            began = time.perf_counter()
            writer.write(head.encode())
            status, _ = await answer_of(reader)
            measured.took.append(time.perf_counter() - began)
            measured.statuses[status] += 1
        writer.close()

    await asyncio.gather(*(one() for _ in range(connections)))
    return measured


def readers() -> dict[str, list[Asked]]:
    """By page: whose it is, and where. Sellers are those with the longest lists."""
    from bench_pages import signed_in, staff_names

    from onefold.commands.viewer import Viewer
    from onefold.domains.leads.queries import open_leads_of
    from onefold.domains.sellers.queries import sellers
    from onefold.web.demo_users import busiest_sellers

    known, today, lead = sellers(Viewer.of_group()), [], []
    for code in sorted(busiest_sellers()):
        cookie = signed_in(code.lower())
        today.append((cookie, "/today/"))
        rows = open_leads_of(Viewer.of_seller(code, known[code].company))
        lead += [(cookie, f"/today/{row.lead_id}/") for row in rows[:10]]
    pages = {
        "today": today,
        "lead": lead,
        "cockpit": [(signed_in(name), "/cockpit/") for name in staff_names()],
        "customer": customers(),
        "portal": [(signed_in(name), "/mine/") for name in names_of_role("CUSTOMER")],
    }
    drawn = random.Random(2)
    mixed = [one for page, share in SHARES.items() for one in drawn.choices(pages[page], k=share * 20)]
    return pages | {"mixed": mixed}


def names_of_role(role: str) -> list[str]:
    from onefold.domains.organisation.models import UserScope

    return list(UserScope.objects.filter(role=role).order_by("user_id").values_list("user__username", flat=True))


def customers() -> list[Asked]:
    """Customers' pages in the back office, of the managers' own companies."""
    from bench_pages import signed_in

    from onefold.commands.scope import reading
    from onefold.commands.viewer import Viewer
    from onefold.domains.customers.models import Membership, SourceRecord
    from onefold.domains.organisation.models import UserScope

    asked = []
    for name, company in UserScope.objects.filter(role="COMPANY_MANAGER").values_list("user__username", "company_code"):
        cookie = signed_in(name)
        with reading(Viewer.of_company(company)):
            own = SourceRecord.objects.filter(company_id=company).order_by("source_record_id")
            ids = Membership.objects.filter(source_record_id__in=list(own.values_list("pk", flat=True)[:PEOPLE]))
            asked += [(cookie, f"/customers/{one}/") for one in set(ids.values_list("customer_id", flat=True))]
    return sorted(asked)


if __name__ == "__main__":
    sys.exit(main())
