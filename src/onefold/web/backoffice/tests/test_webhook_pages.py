"""Webhooks as a company's staff see them: registered, tried, put aside, sent again, ended."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

from onefold.commands.key_marks import KEEPER
from onefold.commands.viewer import Viewer
from onefold.domains.webhooks.actions import end
from onefold.domains.webhooks.queries import messages_of, webhooks_of
from onefold.domains.webhooks.secret_keys import move_secrets
from onefold.kernel import keys
from onefold.kernel.ids import new_id
from onefold.web.tests.pages import text_of

HPC = Viewer.of_company("HPC")
PAGE = "/intake/webhooks/"


@pytest.fixture
def steward(harbour, sign_in):
    return sign_in("steward.hpc")


def register(client, **words):
    given = {"command_id": str(new_id()), "url": "https://core.hpc.example/events", "types": ["lead.answered"]}
    return client.post(PAGE, given | words)


def test_an_address_is_registered_and_its_secret_is_shown_once(steward):
    answer = register(steward)
    assert re.search(r"data-secret>ofw_[0-9a-f]{64}<", answer.content.decode())
    assert answer["Cache-Control"] == "no-store"
    again = steward.get(PAGE)
    assert "data-secret" not in again.content.decode()
    assert "A lead was answered" in text_of(again) and "https://core.hpc.example/events" in text_of(again)


def test_a_changed_secret_is_shown_once_and_stands_in_no_address(steward, as_role):
    register(steward)
    webhook = webhooks_of(HPC)[0].webhook_id
    with as_role("batch"):
        keys.write(settings.SECRETS, keys.with_new_key(keys.read(settings.SECRETS, keys.WEBHOOK)))
        move_secrets(KEEPER, new_id())
    assert "Show the new secret" in text_of(steward.get(PAGE)) and "new secret to be fetched" in text_of(
        steward.get(PAGE)
    )
    asked = {"command_id": str(new_id())}
    answer = steward.post(f"{PAGE}{webhook}/secret/", asked)
    assert re.search(r"data-secret>ofw_[0-9a-f]{64}<", answer.content.decode())
    assert answer["Cache-Control"] == "no-store"
    assert "Show the new secret" not in text_of(steward.get(PAGE))
    assert steward.post(f"{PAGE}{webhook}/secret/", {"command_id": str(new_id())}).status_code == 409


def test_what_cannot_be_told_is_refused(steward):
    assert register(steward, url="https://user:word@core.hpc.example/").status_code == 422
    assert register(steward, types=["lead.lost"]).status_code == 422
    assert webhooks_of(HPC) == []


def test_a_trial_goes_out_and_what_was_put_aside_can_be_sent_again(steward, as_role):
    register(steward)
    webhook = webhooks_of(HPC)[0].webhook_id
    steward.post(f"{PAGE}{webhook}/trial/", {"command_id": str(new_id())})
    message = messages_of(HPC, limit=10)[0].message_id
    assert "1 on their way" in text_of(steward.get(PAGE))
    _put_aside(as_role)
    page = text_of(steward.get(PAGE))
    assert "1 put aside" in page and "no connection" in page
    steward.post(f"{PAGE}{webhook}/messages/{message}/repetition/", {"command_id": str(new_id())})
    assert messages_of(HPC, limit=10)[0].state == "WAITING"


def _put_aside(as_role) -> None:
    from django.db import connection

    from onefold.commands import clock, scope

    writing = scope.entered(Viewer.system("test"), clock.now(), read_only=False)
    with as_role("batch"), writing, connection.cursor() as cursor:
        cursor.execute("UPDATE webhooks_message SET state = 'DEAD', reason = 'NO_CONNECTION', attempts = 8")


def test_another_company_sees_and_changes_nothing(steward, sign_in):
    register(steward)
    webhook = webhooks_of(HPC)[0].webhook_id
    other = sign_in("manager.hlife")
    assert "core.hpc.example" not in text_of(other.get(PAGE))
    assert other.post(f"{PAGE}{webhook}/end/", {"command_id": str(new_id())}).status_code == 404
    steward.post(f"{PAGE}{webhook}/end/", {"command_id": str(new_id())})
    assert webhooks_of(HPC) == []
    assert end(HPC, new_id(), webhook_id=webhook)
