"""How long the pages take that people open all day: a simulated group behind the real web server, one reader after the other.
Prints for each page how long an answer took, and what of that was the server's and the database's own work.

    ./onefold bench bench_pages [--customers 20000] [--times 60]
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench_decisions_http import HOME, cpu_seconds, free_port, wait_for, web_server
from machine import describe, quantiles

WARM_UP = 3


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--customers", type=int, default=20_000)
    words.add_argument("--times", type=int, default=60)
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
    pages(place.connections(), asked.times)


def pages(found: Any, times: int) -> None:
    chosen, port = readers(), free_port()
    server = web_server(found, port, 1)
    try:
        wait_for(port)
        for page, addresses in chosen.items():
            drawn = random.Random(1).choices(addresses, k=times + WARM_UP)
            for cookie, address in drawn[:WARM_UP]:
                opened(port, cookie, address)
            before = cpu_seconds(server.pid)
            took = [opened(port, cookie, address) for cookie, address in drawn[WARM_UP:]]
            used = 1000 * (cpu_seconds(server.pid) - before) / times
            middle, late, last = quantiles(took)
            print(
                f"{page}: median {middle:.0f} ms, 95 % within {late:.0f} ms, slowest {last:.0f} ms; {used:.0f} ms of work"
            )
    finally:
        server.terminate()
        server.wait()


def readers() -> dict[str, list[tuple[str, str]]]:
    """By page: (cookie of somebody signed in, address). The sellers are the busiest, whose lists are longest."""
    from onefold.commands.viewer import Viewer
    from onefold.domains.leads.queries import open_leads_of
    from onefold.domains.sellers.queries import sellers
    from onefold.web.demo_users import busiest_sellers

    people = sellers(Viewer.system("bench"))
    today, person = [], []
    for code in sorted(busiest_sellers()):
        cookie = signed_in(code.lower())
        today.append((cookie, "/today/"))
        leads = open_leads_of(Viewer.of_seller(code, people[code].company))
        person += [(cookie, f"/today/{row.lead_id}/") for row in leads[:10]]
    staff = [signed_in(name) for name in staff_names()]
    return {
        "a seller's today": today,
        "a person's page": person,
        "the cockpit's overview": [(cookie, "/cockpit/") for cookie in staff],
    }


def staff_names() -> list[str]:
    from onefold.domains.organisation.models import Role, UserScope

    roles = (Role.CROSS_SELLING_DESK, Role.COMPANY_MANAGER)
    return list(UserScope.objects.filter(role__in=roles).order_by("user_id").values_list("user__username", flat=True))


def signed_in(username: str) -> str:
    """The cookie of a session of that user's own."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client()
    user = get_user_model().objects.get(username=username)
    client.force_login(user)
    return client.cookies["sessionid"].value


def opened(port: int, cookie: str, address: str) -> float:
    """Open a page; return how many seconds the answer took."""
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    began = time.perf_counter()
    connection.request("GET", address, headers={"Cookie": f"sessionid={cookie}", "Host": "localhost"})
    answer = connection.getresponse()
    content = answer.read()
    took = time.perf_counter() - began
    connection.close()
    if answer.status != 200 or b"</html>" not in content:
        raise SystemExit(f"{address} answered {answer.status}")
    return took


if __name__ == "__main__":
    sys.exit(main())
