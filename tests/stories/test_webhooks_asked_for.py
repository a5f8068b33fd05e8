"""Webhooks over the interface."""

from __future__ import annotations

import json
import threading
from uuid import uuid4

import pytest
from django.core.cache import cache

from onefold.commands.viewer import Viewer
from onefold.jobs import couriers, key_rotation
from onefold.kernel import keys
from onefold.web.api.tests.machines import Machine
from tests.receiver import receiving

HPC, HLIFE = Viewer.of_company("HPC"), Viewer.of_company("HLIFE")
BODY = {"url": "https://core.hpc.example/events", "types": ["lead.answered"]}


@pytest.fixture
def machine(harbour) -> Machine:
    cache.clear()
    return Machine(HPC, "WEBHOOKS")


def test_an_address_is_registered_once_for_each_key_and_its_secret_is_shown(machine):
    answers = [machine.post("/webhooks", BODY, **{"idempotency-key": "first"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert answers[0].json()["secret"].startswith("ofw_")
    assert [row["url"] for row in machine.get("/webhooks").json()] == [BODY["url"]]
    assert "secret" not in machine.get("/webhooks").json()[0]


def test_a_trial_arrives_and_can_be_read_and_sent_once_more(machine, as_role):
    with receiving() as receiver:
        webhook = machine.post("/webhooks", BODY | {"url": receiver.url}).json()["webhook_id"]
        message = machine.post(f"/webhooks/{webhook}/trial", {}).json()["message_id"]
        with as_role("batch"):
            couriers.send_until(threading.Event(), drained=True)
        rows = machine.get(f"/webhooks/{webhook}/messages?state=DELIVERED").json()
        assert [(row["message_id"], row["last_status"]) for row in rows] == [(message, 200)]
        assert json.loads(rows[0]["body"])["id"] == message
        assert machine.get(f"/webhooks/{webhook}/messages?after={message}").json() == []
        assert machine.post(f"/webhooks/{webhook}/messages/{message}/repetition", {}).status_code == 202
        with as_role("batch"):
            couriers.send_until(threading.Event(), drained=True)
        assert receiver.ids == [message, message]
    assert machine.delete(f"/webhooks/{webhook}").status_code == 204
    assert machine.get("/webhooks").json() == []


def test_a_machine_fetches_a_changed_secret_once(machine, as_role):
    made = machine.post("/webhooks", BODY).json()
    with as_role("batch"):
        key_rotation.rotate(keys.WEBHOOK, told=lambda _: None)
    assert machine.get("/webhooks").json()[0]["secret_waits"]
    path, key = f"/webhooks/{made['webhook_id']}/secret", {"idempotency-key": "second"}
    answers = [machine.post(path, {}, **key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert answers[0].json()["secret"] != made["secret"]
    assert not machine.get("/webhooks").json()[0]["secret_waits"]
    assert machine.post(path, {}).json()["code"] == "SECRET_SHOWN"


def test_another_companys_webhook_and_none_look_the_same(machine):
    webhook = machine.post("/webhooks", BODY).json()["webhook_id"]
    message = machine.post(f"/webhooks/{webhook}/trial", {}).json()["message_id"]
    other = Machine(HLIFE, "WEBHOOKS")
    for theirs, nobodys in ((webhook, uuid4()),):
        for path in ("/webhooks/{}/messages",):
            assert other.get(path.format(theirs)).content == other.get(path.format(nobodys)).content
        for path in ("/webhooks/{}/trial", "/webhooks/{}/secret", f"/webhooks/{{}}/messages/{message}/repetition"):
            answers = [other.post(path.format(of), {}) for of in (theirs, nobodys)]
            assert answers[0].status_code == 404
            assert answers[0].content == answers[1].content
        assert other.delete(f"/webhooks/{theirs}").content == other.delete(f"/webhooks/{nobodys}").content


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (BODY | {"url": "http://core.hpc.example/"}, 422, "WORDS_UNSUITABLE"),
        (BODY | {"url": "https://a:b@core.hpc.example/"}, 422, "WORDS_UNSUITABLE"),
        (BODY | {"types": ["lead.lost"]}, 422, "WORDS_UNSUITABLE"),
        (BODY | {"types": []}, 422, "WORDS_UNSUITABLE"),
        ("{", 400, "BODY_UNREADABLE"),
    ],
)
def test_what_cannot_be_told_is_refused_with_a_code(machine, body, status, code):
    answer = machine.post("/webhooks", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
