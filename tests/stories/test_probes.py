"""Who watches the installation learns how it does, and nobody else learns anything."""

from __future__ import annotations

import io
import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from onefold.commands import clock, figures, outbox
from onefold.commands.logs import JsonLines
from onefold.commands.viewer import Viewer
from onefold.domains.releases import actions as releases
from onefold.jobs import measuring
from onefold.kernel.ids import new_id
from onefold.web import measures, probes

PROBES = ("/health", "/ready", "/metrics")
LOCAL: dict[str, Any] = {"REMOTE_ADDR": "127.0.0.1"}
STRANGERS = [
    {"REMOTE_ADDR": "10.1.2.3"},
    {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"},
    {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_PROTO": "https"},
    {"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=127.0.0.1"},
    {"REMOTE_ADDR": ""},
    {"REMOTE_ADDR": "10.1.2.3", "HTTP_AUTHORIZATION": "Bearer "},
    {"REMOTE_ADDR": "10.1.2.3", "HTTP_AUTHORIZATION": "Bearer wrong"},
]


def families(text: str) -> dict[str, Any]:
    return {family.name: family for family in text_string_to_metric_families(text)}


@pytest.mark.parametrize("stranger", STRANGERS)
@pytest.mark.parametrize("path", PROBES)
def test_strangers_find_no_such_page(database, path, stranger):
    assert Client().get(path, **stranger).status_code == 404


def test_a_token_opens_from_anywhere(database, settings_of):
    with settings_of(METRICS_TOKEN="s3cret"):
        answer = Client().get("/health", REMOTE_ADDR="10.1.2.3", HTTP_AUTHORIZATION="Bearer s3cret")
        assert answer.status_code == 200 and answer.json() == {"status": "ok"}
        assert Client().get("/metrics", REMOTE_ADDR="10.1.2.3", HTTP_AUTHORIZATION="Bearer other").status_code == 404


def test_ready_says_why_not(database):
    answer = Client().get("/ready", **LOCAL)
    assert answer.status_code == 503 and answer.json()["reasons"] == [probes.EMPTY] and answer["Retry-After"] == "5"


def test_the_age_of_the_oldest_event_is_the_machines_whatever_the_demonstrations_clock_says(harbour, as_role):
    with as_role("batch"):
        outbox.drain({})
        for days in (-400, 400):
            clock.set_demo_clock(datetime.now(UTC) + timedelta(days=days))
            releases.request_run(Viewer.system("test"), new_id())
        ((_, age),) = measuring.measure()["onefold_outbox_oldest_seconds"]
    assert 0 < age < 600, "not the 400 days between the clocks"


def test_ready_with_a_release(harbour):
    answer = Client().get("/ready", **LOCAL)
    assert answer.status_code == 200 and answer.json() == {"status": "ready", "reasons": []}


def test_ready_sees_tables_of_another_version(database, connections):
    import psycopg

    owner = connections["owner"].to(connection.settings_dict["NAME"])
    with psycopg.connect(**owner.parameters(), autocommit=True) as session:
        session.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('releases', '9999_to_come', now())")
        assert Client().get("/ready", **LOCAL).json()["reasons"] == [probes.AHEAD]
        session.execute("DELETE FROM django_migrations WHERE app = 'retention' OR name = '9999_to_come'")
        assert Client().get("/ready", **LOCAL).json()["reasons"] == [probes.BEHIND]


def test_health_and_metrics_answer_without_a_database(database):
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(HOST="127.0.0.1", PORT="9")
    try:
        assert Client().get("/health", **LOCAL).status_code == 200
        answer = Client().get("/ready", **LOCAL)
        assert (answer.status_code, answer.json()["reasons"]) == (503, ["DATABASE_AWAY"])
        told = families(Client().get("/metrics", **LOCAL).content.decode())
        assert told["onefold_database_up"].samples[0].value == 0
        assert "onefold_http_requests" in told
    finally:
        connection.close()
        connection.settings_dict.clear()
        connection.settings_dict.update(before)


def test_everything_measured_is_told_and_nothing_unknown(harbour, as_role):
    with as_role("batch"):
        measured = measuring.measure()
    told = families(Client().get("/metrics", **LOCAL).content.decode())
    assert measured.keys() <= figures.FIGURES.keys() and measured.keys() <= told.keys()
    ages = {sample.labels["feed"]: sample.value for sample in told["onefold_feed_age_seconds"].samples}
    assert ages["hlife_contracts"] >= 0 and len(ages) >= 20
    assert told["onefold_database_up"].samples[0].value == 1
    assert told["onefold_measured_age_seconds"].samples[0].value < 60
    assert told["onefold_release_age_seconds"].samples[0].value >= 0


def test_labels_are_routes_and_never_paths(database):
    for path in ("/customers/张三/", f"/customers/{uuid4()}/", f"/nowhere/{uuid4()}", "/customers/?q=13800138000"):
        Client().get(path)
    Client().generic("张三", "/")
    text = Client().get("/metrics", **LOCAL).content.decode()
    told = families(text)
    routes = {sample.labels["route"] for sample in told["onefold_http_requests"].samples}
    assert "backoffice:customer" in routes and not [route for route in routes if "/" in route]
    methods = {sample.labels["method"] for sample in told["onefold_http_requests"].samples}
    assert methods <= measures.METHODS | {"OTHER"}
    assert "张三" not in text and "13800138000" not in text


def test_a_wrong_password_is_counted(database):
    def failures() -> float:
        return measures.SIGN_IN_FAILURES._value.get()  # type: ignore[no-any-return]

    before = failures()
    Client().post("/sign-in/", {"login": "nobody", "password": "wrong-password-1"})
    assert failures() == before + 1


@pytest.fixture
def lines():
    """What is logged, as the JSON lines that would be written."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)


def test_every_request_leaves_one_line_under_its_number(harbour, sign_in, lines):
    asked = str(uuid4())
    answer = sign_in("desk").get("/cockpit/", headers={"X-Request-ID": asked})
    assert answer["X-Request-ID"] == asked
    (line,) = [line for line in lines() if line["logger"] == "onefold.access"]
    assert (line["request_id"], line["route"], line["status"], line["method"]) == (asked, "cockpit:home", 200, "GET")
    assert line["ms"] > 0
    assert Client().get("/", headers={"X-Request-ID": "13800138000"})["X-Request-ID"] != "13800138000"


def test_a_page_about_our_mistake_names_the_request(harbour, sign_in, monkeypatch, lines):
    def broken(*words: Any) -> None:
        raise RuntimeError("张三 13800138000")

    monkeypatch.setattr("onefold.web.cockpit.views.render", broken)
    client = sign_in("desk")
    client.raise_request_exception = False
    answer = client.get("/cockpit/")
    assert answer.status_code == 500 and answer["X-Request-ID"] in answer.content.decode()
    said = json.dumps(lines(), ensure_ascii=False)
    assert "RuntimeError" in said and "张三" not in said and "13800138000" not in said
    assert any(line.get("trace") and line["request_id"] == answer["X-Request-ID"] for line in lines())
