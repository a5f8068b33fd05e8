"""The real feeds from files to a published release, and the pages on top of them.

    ONEFOLD_DATA=FOLDER ./onefold bench bench_real_feeds

FOLDER holds `berka_pkdd99` and `zimnat_recommendation` as published. Prints the seconds of the run and, for each page, the
median and 95th percentile of 100 requests, one after the other, through the real web server with its two workers, after 12 that
are not counted (each worker's first ones plan the queries and load the templates).
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

from machine import describe, quantiles

HOME = Path(__file__).resolve().parents[1]
PORT = 8811
ADDRESS = f"http://localhost:{PORT}"
WARM_UP, REQUESTS = 12, 100


def main() -> int:
    data = os.environ.get("ONEFOLD_DATA")
    print(describe())
    if not data:
        print("bench_real_feeds: set ONEFOLD_DATA to the folder with berka_pkdd99 and zimnat_recommendation; skipped")
        return 0
    with tempfile.TemporaryDirectory(dir=HOME / "var") as var:
        environment = {**os.environ, "ONEFOLD_VAR": var, "ONEFOLD_PORT": str(PORT), "ONEFOLD_BROWSER": "0"}
        words = [sys.executable, "-m", "onefold", "demo", "--feeds", "examples/real-feeds"]
        words += ["--data", f"{data}/berka_pkdd99", f"{data}/zimnat_recommendation"]
        started = time.monotonic()
        subprocess.run(
            words, cwd=HOME, env={**environment, "ONEFOLD_SERVE": "0"}, check=True, stdout=subprocess.DEVNULL
        )
        print(f"demo with real feeds, tables to published release: {time.monotonic() - started:.1f} s")
        print_steps(Path(var))
        pages(words, environment)
    return 0


def print_steps(var: Path) -> None:
    for path in sorted((var / "lake" / "runs").glob("*/timings.json")):
        for step in json.loads(path.read_text()):
            print(f"  {step['step']:<22} {step['seconds']:7.2f} s   peak {step.get('peak_mb', 0):6.0f} MB")


def pages(words: list[str], environment: dict[str, str]) -> None:
    server = subprocess.Popen(words, cwd=HOME, env=environment, stdout=subprocess.DEVNULL)
    try:
        for user, paths in PAGES.items():
            visitor = sign_in(user)
            for path in [found for wanted in paths for found in expand(visitor, wanted)]:
                times = []
                for number in range(WARM_UP + REQUESTS):
                    began = time.perf_counter()
                    visitor.open(ADDRESS + path).read()
                    times += [time.perf_counter() - began] if number >= WARM_UP else []
                median, p95, longest = quantiles(times)
                shown = re.sub(r"[0-9a-f-]{36}", "…", path)
                print(f"  {user:<16} {shown:<28} median {median:6.1f} ms   p95 {p95:6.1f} ms   max {longest:6.1f} ms")
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


PAGES = {
    "desk": ["/cockpit/", "/cockpit/indicators/", "/cockpit/indicators/series_penetration/", "/intake/"],
    "counter": ["/customers/", "@customer"],
    "seller": ["/today/", "@lead"],
}


def sign_in(kind: str) -> urllib.request.OpenerDirector:
    """Come in through the demonstration's door as the first person of that kind."""
    visitor = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    page = wait_for(visitor, f"{ADDRESS}/demo/")
    users = re.findall(r'name="username"[^>]*value="([^"]+)"', page) + re.findall(
        r'value="([^"]+)"[^>]*name="username"', page
    )
    sellers = [name for name in users if name[-1].isdigit()]
    post(
        visitor,
        "/demo/",
        {"username": sellers[0] if kind == "seller" else next(n for n in users if n.startswith(kind))},
    )
    return visitor


def wait_for(visitor: urllib.request.OpenerDirector, address: str) -> str:
    for _ in range(300):
        try:
            return visitor.open(address).read().decode()
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(address)


def expand(visitor: urllib.request.OpenerDirector, path: str) -> list[str]:
    """Fill in what only the data know: a customer found by number, the first lead of the list."""
    if path == "@lead":
        found = re.search(r'href="(/today/[0-9a-f-]{36}/)"', wait_for(visitor, f"{ADDRESS}/today/"))
    elif path == "@customer":
        page = post(visitor, "/customers/", {"text": os.environ.get("ONEFOLD_BENCH_CUSTOMER", "1")})
        found = re.search(r'href="(/customers/[0-9a-f-]{36}/)', page)
    else:
        return [path]
    return [found.group(1)] if found else []


def post(visitor: urllib.request.OpenerDirector, path: str, fields: dict[str, str]) -> str:
    page = wait_for(visitor, ADDRESS + path)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    form = urllib.parse.urlencode(fields | {"csrfmiddlewaretoken": token.group(1) if token else ""}).encode()
    answer = visitor.open(urllib.request.Request(ADDRESS + path, form, {"Referer": ADDRESS + "/"}))
    return answer.read().decode()


if __name__ == "__main__":
    raise SystemExit(main())
