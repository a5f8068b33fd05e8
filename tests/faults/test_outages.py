"""Fault rows 12 and 13: the database frozen, ended, behind a line that swallows everything, or held up by one session.

Pages say so within seconds, in both languages and without asking it; all goes on by itself when it is back.
"""

from __future__ import annotations

import hashlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from conftest import VAR
from django.db import connection, connections
from django.test import Client

from onefold.commands.postgres import watched
from onefold.commands.viewer import Viewer
from onefold.domains.organisation.actions import issue_token
from onefold.embedded.pulse import pulse_of
from onefold.kernel.ids import new_id
from onefold.web import refusals
from tests.faults.proxy import Line
from tests.faults.server import away, comes_true, frozen, stopped

SAID_S = 3.0
SLACK_S = 3.0
"""A machine on which all tests run at once is late itself; without a watch the answer comes after ten seconds and more."""
HPC = Viewer.of_company("HPC")
CHINESE, ENGLISH = "数据库暂时没有应答", "The database does not answer at the moment"


@pytest.fixture
def desk(harbour: str, sign_in: Any) -> Client:
    """Somebody signed in, whose browser has seen a page before the trouble begins."""
    client: Client = sign_in("desk")
    client.raise_request_exception = False
    assert client.get("/cockpit/").status_code == 200
    return client


@pytest.fixture
def owner_of(connections: Any) -> Any:
    return connections["owner"].to


@pytest.fixture
def machine(harbour: str) -> Client:
    issue_token(HPC, new_id(), company="HPC", name="core", token_sha256=hashlib.sha256(b"ofk_outage").hexdigest())
    client = Client(headers={"authorization": "Bearer ofk_outage"}, raise_request_exception=False)
    assert client.get("/api/v1/feeds").status_code == 200
    return client


def timed(client: Client, path: str, **headers: str) -> tuple[Any, float]:
    began = time.monotonic()
    answer = client.get(path, headers=headers or None)
    return answer, time.monotonic() - began


def answers(*, ask: bool = False) -> bool:
    """Whether this process takes its database to be there; with `ask` it finds out first."""
    pulse = pulse_of(connection.get_connection_params())
    if ask:
        pulse.answers()
    return not pulse.is_away


def is_back(client: Client, path: str = "/cockpit/") -> None:
    comes_true(lambda: client.get(path).status_code == 200)
    assert answers()


def says_so(answer: Any) -> None:
    text = answer.content.decode()
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert CHINESE in text and ENGLISH in text
    assert '<main class="of-width of-main"' in text, "the house's own frame"
    assert "data-refusal" in text, "what htmx shows"


def test_a_frozen_server_is_told_in_seconds_and_then_at_once(desk: Client, machine: Client) -> None:
    with frozen(VAR):
        answer, first_s = timed(desk, "/cockpit/")
        says_so(answer)
        assert first_s <= SAID_S + SLACK_S
        assert b'http-equiv="refresh"' in answer.content
        again, s = timed(desk, "/cockpit/", **{"accept-language": "zh-hans"})
        says_so(again)
        assert s < 1, "everybody knows by now"
        assert '<html lang="zh-Hans"' in again.content.decode()
        sent = desk.post("/language/", {"language": "en"})
        assert sent.status_code == 503 and b"refresh" not in sent.content, "nothing is sent twice by itself"
        told = machine.get("/api/v1/feeds")
        assert (told.status_code, told.json()["code"]) == (503, "DATABASE_AWAY")
        assert set(told.json()["sentences"]) == {"en", "zh-Hans"} and told["Retry-After"]
        assert not answers()
    is_back(desk)
    is_back(machine, "/api/v1/feeds")


@pytest.mark.parametrize("how", ["fast", "immediate", "killed"])
def test_a_server_that_ended_is_told_at_once_and_missed_no_longer_than_it_is_away(desk: Client, how: str) -> None:
    with away(VAR, how):
        for _ in range(3):
            answer, s = timed(desk, "/cockpit/")
            says_so(answer)
            assert s < SAID_S
        visitor = Client(raise_request_exception=False)
        assert visitor.get("/sign-in/").status_code == 200, "a page that needs no database is there"
        says_so(visitor.post("/sign-in/", {"login": "desk", "password": "wrong"}))
    is_back(desk)


@contextmanager
def line() -> Iterator[Line]:
    """Django reaches the server over TCP, as it reaches one that runs elsewhere."""
    both = list(connections.all())
    here = {"HOST": connection.settings_dict["HOST"], "PORT": connection.settings_dict["PORT"]}
    over = Line(Path(here["HOST"]), int(here["PORT"]))
    for one in both:
        one.close()
        one.settings_dict.update(HOST="127.0.0.1", PORT=str(over.port))
    try:
        yield over
    finally:
        for one in both:
            one.close()
            one.settings_dict.update(here)
        over.close()


def test_a_line_that_swallows_everything_is_noticed_and_used_again_when_it_carries(harbour: str, sign_in: Any) -> None:
    with line() as over:
        client = sign_in("desk")
        client.raise_request_exception = False
        assert client.get("/cockpit/").status_code == 200
        over.carries.clear()
        threading.Timer(60, over.carries.set).start()
        answer, s = timed(client, "/cockpit/")
        says_so(answer)
        assert s <= SAID_S + SLACK_S
        over.carries.set()
        is_back(client)
        over.cut()
        is_back(client)


def test_a_slow_line_is_slow_and_no_outage(harbour: str) -> None:
    with line() as over:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        over.delay_s = 0.1
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(%s), 2", [watched.FIRST_LOOK_S * 1.5])
            assert cursor.fetchone()[1] == 2, "it looked meanwhile, over the same line"
        over.delay_s = 0.0
        assert answers()


def test_a_request_has_its_time_at_the_database_and_a_job_has_all_it_needs(
    desk: Client, as_role: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One session is stopped, the others answer: only whoever asked it is held up."""
    monkeypatch.setattr(refusals, "AT_THE_DATABASE_S", 1.0)
    with stopped(_own_backend()):
        answer, s = timed(desk, "/cockpit/")
        assert answer.status_code == 503 and b"DATABASE_HELD_UP" in answer.content
        assert 1 <= s < 1 + SLACK_S
        assert answers(ask=True), "it answers everybody else"
        assert desk.get("/cockpit/").status_code == 200, "the next request takes another session"
    with as_role("batch"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(2), 1")
        assert cursor.fetchone()[1] == 1


def _own_backend() -> int:
    connection.ensure_connection()
    return int(connection.connection.info.backend_pid)


def test_who_waits_for_a_row_that_a_hung_session_holds_is_told_and_others_notice_nothing(
    harbour: str, owner_of: Any, desk: Client
) -> None:
    """Row 13. The role's own limit is five seconds; here it is set shorter, so that the test need not wait."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("5s",)
    holder = psycopg.connect(**owner_of(harbour).parameters())
    try:
        holder.execute("SELECT pg_advisory_xact_lock(hashtextextended('somebody', 0))")
        with stopped(holder.info.backend_pid):
            began = time.monotonic()
            with pytest.raises(Exception) as held, connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '300ms'")
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('somebody', 0))")
            said = refusals.outage_of(held.value)
            assert said is not None and said.code == "DATABASE_HELD_UP"
            assert time.monotonic() - began < 5
            assert desk.get("/cockpit/").status_code == 200
    finally:
        holder.close()
        connection.close()


@pytest.mark.nightly
def test_a_quarter_of_an_hour_is_borne_too(desk: Client) -> None:
    with away(VAR):
        until = time.monotonic() + 900
        while time.monotonic() < until:
            says_so(desk.get("/cockpit/"))
            time.sleep(5)
    is_back(desk)


def test_a_question_that_takes_long_to_send_is_sent_to_its_end(harbour: str, as_role: Any) -> None:
    """Its own server process stands still for longer than one waits before looking; the server answers everybody else."""
    many = [f"{number:030d}" for number in range(400_000)]
    with as_role("batch"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
        os.kill(backend, signal.SIGSTOP)
        going_on = threading.Timer(3 * watched.FIRST_LOOK_S, os.kill, (backend, signal.SIGCONT))
        going_on.start()
        try:
            cursor.execute("SELECT cardinality(%s::text[])", [many])
            assert cursor.fetchone() == (len(many),)
        finally:
            going_on.join()
