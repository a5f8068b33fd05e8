"""Operations: what is unknown is seen and looked up, what was put aside is tried again; nobody else's is shown."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from tests.sandboxes import running

from onefold.commands.models import Delivery
from onefold.commands.scope import entered, reading
from onefold.commands.viewer import Viewer
from onefold.web.tests.pages import text_of

SYSTEM = Viewer.system("test")
PAGE = "/operations/"


@pytest.fixture(scope="module")
def sandboxes(tmp_path_factory) -> Any:
    with running(tmp_path_factory.mktemp("sandbox")) as started:
        yield started


@pytest.fixture
def shop(harbour, as_role, settings_of, sandboxes) -> Any:
    from tests.selling import selling

    sandboxes.all_is_well()
    with settings_of(PARTNERS=sandboxes.text):
        yield selling(as_role, sandboxes)


def command_id(answer: Any) -> str:
    found = re.search(r'name="command_id" value="([^"]+)"', answer.content.decode())
    assert found
    return found.group(1)


def test_what_nobody_knows_is_shown_to_who_sells_and_who_issues_and_is_looked_up(shop, sign_in):
    steward = sign_in("steward.hpc")
    assert "Nothing waits" in text_of(steward.get(PAGE))
    shop.to("accepted"), shop.pay()
    shop.sandboxes.payment.go_wrong({"mode": "LOST_ANSWER"})
    shop.run()
    answer = steward.get(PAGE)
    assert "Authorisation of the payment" in text_of(answer) and "NO_CONNECTION" in text_of(answer)
    look = f"{PAGE}items/{shop.item.item_id}/look/"
    assert steward.post(look, {"command_id": command_id(answer)}).status_code == 302
    shop.run()
    assert shop.states == ["ISSUED"] and "Nothing waits" in text_of(steward.get(PAGE))
    assert sign_in("hl1001").get(PAGE).status_code == 403


def test_what_was_put_aside_is_tried_again(shop, sign_in, as_role):
    from django.utils import timezone

    from onefold.commands import clock

    with as_role("batch"), entered(SYSTEM, clock.now(), read_only=False):
        dead = Delivery.objects.create(
            delivery_id=uuid4(), event_id=uuid4(), reaction="accrue", state="DEAD", attempts=5, due_at=timezone.now(),
            reason="KeyError",
        )  # fmt: skip
    steward = sign_in("steward.hpc")
    answer = steward.get(PAGE)
    assert "accrue" in text_of(answer) and "KeyError" in text_of(answer)
    again = f"{PAGE}dead-letters/{dead.delivery_id}/repetition/"
    assert steward.post(again, {"command_id": command_id(answer)}).status_code == 302
    with as_role("batch"), reading(SYSTEM):
        assert Delivery.objects.get(delivery_id=dead.delivery_id).state == "WAITING"
    assert steward.post(again, {"command_id": str(uuid4())}).status_code == 404
