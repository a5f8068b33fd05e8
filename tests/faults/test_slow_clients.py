"""Fault row 45: clients that are slow, silent, gone or many never keep others from their pages. Few by default; as many as the
plan asks for in the nightly run (ONEFOLD_NIGHTLY=1).
"""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import psycopg
import pytest
from conftest import _cloned
from django.conf import settings
from django.db import connection

from onefold.commands.viewer import Viewer
from onefold.domains.intake.queries import latest_batches
from onefold.domains.organisation.actions import issue_token
from onefold.kernel.ids import new_id
from tests.served import Served, rest

NIGHTLY = os.environ.get("ONEFOLD_NIGHTLY") == "1"
IDLE, UPLOADS, PAGES = (1000, 50, 400) if NIGHTLY else (100, 20, 40)
HPC = Viewer.of_company("HPC")
FORM = b"POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
PAGE = "/sign-in/"
SHORT = {"workers": 1, "page_threads": 1, "upload_threads": 1}


@pytest.fixture(scope="module")
def database_of_all(connections: Any, harbour_template: str) -> Iterator[str]:
    """One copy of Harbour Group for all of these tests."""
    with _cloned(connections, harbour_template) as name:
        yield name


@pytest.fixture(scope="module")
def site(database_of_all: str, connections: Any) -> Iterator[Served]:
    """One worker with one thread for pages, and short deadlines."""
    with Served(connections, **SHORT, header_seconds=2, body_seconds=2, send_seconds=2) as served:
        yield served


@pytest.fixture(scope="module")
def many(database_of_all: str, connections: Any) -> Iterator[Served]:
    """Two workers, as `onefold up` has them."""
    with Served(connections, workers=2, page_threads=3, upload_threads=1) as served:
        yield served


@contextmanager
def opened(site: Served, count: int, beginning: bytes) -> Iterator[list[socket.socket]]:
    """So many connections that all begin the same and then wait."""
    with ExitStack() as stack:
        clients = [stack.enter_context(site.open()) for _ in range(count)]
        for client in clients:
            client.sendall(beginning)
        yield clients


def test_bodies_that_do_not_come_keep_nobody_from_a_page_and_are_told_so(site: Served) -> None:
    with opened(site, 8, FORM + b"Content-Length: 100\r\n\r\n12345678") as clients:
        assert site.get(PAGE)[0] == 200
        answers = [rest(client) for client in clients]
    assert all(answer.startswith(b"HTTP/1.1 408 ") and "请求未能及时到达".encode() in answer for answer in answers)
    assert site.get(PAGE)[0] == 200


def test_a_body_that_drips_for_ever_ends_too(site: Served) -> None:
    with site.open() as client:
        client.sendall(FORM + b"Content-Length: 1000000\r\n\r\n")
        said, began = threading.Event(), time.monotonic()

        def drip() -> None:
            while not said.wait(0.1) and time.monotonic() - began < 60:
                try:
                    client.sendall(b"x")
                except OSError:
                    return

        dripping = threading.Thread(target=drip)
        dripping.start()
        try:
            answer = client.recv(65536)
        finally:
            said.set()
            dripping.join()
    assert answer.startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("beginning", [b"", b"GET /sign-in/ HT", b"GET /sign-in/ HTTP/1.1\r\nHost: localhost\r\nX-A: "])
def test_headers_that_do_not_come_end_the_connection(site: Served, beginning: bytes) -> None:
    with opened(site, 8, beginning) as clients:
        assert site.get(PAGE)[0] == 200
        assert {rest(client) for client in clients} == {b""}


def test_an_answer_that_nobody_reads_holds_no_thread_and_ends(site: Served) -> None:
    long = "/static/vendor/echarts-6.1.0/echarts.onefold.min.js"
    with site.open() as client:
        client.sendall(f"GET {long} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode() * 64)
        assert site.get(PAGE)[0] == 200
        deadline = time.monotonic() + 60
        while site.holds(client):
            assert time.monotonic() < deadline, "it is open still"
            time.sleep(0.05)
    assert site.get(PAGE)[0] == 200


def test_who_goes_away_midway_leaves_nothing(site: Served, machine: str) -> None:
    before = len(latest_batches(HPC, 500))
    for sent in (0, 70_000, 1_000_000):
        with site.open() as client:
            client.sendall(handing_in(machine, 1_000_001) + b"x" * sent)
    assert site.get(PAGE)[0] == 200
    assert len(latest_batches(HPC, 500)) == before
    assert not [path for path in (settings.VAR / "spool").iterdir() if path.is_file()]


def test_a_body_in_chunks_a_client_that_asks_first_and_two_requests_at_once(site: Served, machine: str) -> None:
    head = handing_in(machine, None).replace(
        b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n"
    )
    with site.open() as client:
        client.sendall(head)
        assert client.recv(65536).startswith(b"HTTP/1.1 100 ")
        client.sendall(b"5\r\nhello\r\n3\r\nyou\r\n0\r\n\r\n")
        assert client.recv(65536).startswith(b"HTTP/1.1 201 ")
    with site.open() as client:
        client.sendall(f"GET {PAGE} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode() * 2)
        said = rest(client)
    assert said.count(b"HTTP/1.1 200 ") == 2


def test_more_than_a_form_may_hold_is_refused_where_no_file_is_taken(site: Served) -> None:
    with site.open() as client:
        client.sendall(FORM + b"Content-Length: 90000000\r\n\r\n" + b"x" * 1000)
        assert rest(client).startswith(b"HTTP/1.1 413 ")


def test_a_dead_worker_is_replaced_within_five_seconds(site: Served) -> None:
    assert site.get(PAGE)[0] == 200
    (worker,) = site.workers()
    os.kill(worker, signal.SIGKILL)
    began = time.monotonic()
    while time.monotonic() - began < 60:
        try:
            if site.get(PAGE)[0] == 200:
                break
        except OSError:
            time.sleep(0.05)
    took = time.monotonic() - began
    assert site.workers() != [worker] and site.process.poll() is None
    assert took < 5, f"answered again after {took:.1f} s"


def test_many_idle_and_many_slow_uploads_do_not_move_the_pages(many: Served, machine: str) -> None:
    quiet = page_times(many)
    with opened(many, IDLE, b""), opened(many, UPLOADS, handing_in(machine, 1_000_000) + b"x" * 300_000):
        among_many = page_times(many)
    if NIGHTLY:
        assert late(among_many) <= 2 * late(quiet), f"{late(quiet):.3f} s and {late(among_many):.3f} s"


def test_full_threads_hold_no_more_connections_to_the_database_than_there_are_threads(
    many: Served, database_of_all: str, connections: Any
) -> None:
    together(
        24, lambda: many.get("/api/v1/feeds", authorization="Bearer nobody's")
    )  # the database is asked whose it is
    with psycopg.connect(**connections["owner"].to("postgres").parameters(), autocommit=True) as session:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND usename = 'onefold_app' AND pid <> %s"
        own = connection.connection.info.backend_pid if connection.connection else 0
        (held,) = session.execute(asked, [database_of_all, own]).fetchone() or (0,)
    assert 0 < held <= 2 * (3 + 1)


@pytest.fixture(scope="module")
def machine(database_of_all: str) -> str:
    digest = hashlib.sha256(b"ofk_slow").hexdigest()
    issue_token(HPC, new_id(), company="HPC", name="core", token_sha256=digest)
    return "ofk_slow"


def handing_in(token: str, length: int | None) -> bytes:
    words = f"POST /api/v1/feeds/hpc_contracts/files?name=night.csv HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
    words += "Content-Type: text/csv\r\n" + (f"Content-Length: {length}\r\n" if length is not None else "")
    return words.encode() + b"\r\n"


def page_times(site: Served) -> list[float]:
    took = []
    for _ in range(PAGES):
        began = time.perf_counter()
        assert site.get(PAGE)[0] == 200
        took.append(time.perf_counter() - began)
    return took


def late(took: list[float]) -> float:
    return sorted(took)[int(len(took) * 0.99)]


def together(count: int, work: Callable[[], object]) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
