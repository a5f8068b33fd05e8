"""A day at every door, with names, telephones and numbers in every place one can put them: none of them stands in any log."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.test import Client

from onefold.commands.logs import JsonLines, PlainLines
from onefold.commands.scope import reading
from onefold.domains.customers.models import SourceRecord
from tests.corpus import naughty
from tests.stories.harbour import SYSTEM

CANARIES = ("卡纳里", "Canary McBird", "13912345678", "110101199003078515", "canary@bird.example")


@pytest.fixture
def logs() -> Iterator[list[io.StringIO]]:
    """All that any logger says, at every level, in both forms."""
    root, level = logging.getLogger(), logging.getLogger().level
    handlers = []
    for formatter in (JsonLines(), PlainLines()):
        handler = logging.StreamHandler(io.StringIO())
        handler.setFormatter(formatter)
        handlers.append(handler)
        root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield [handler.stream for handler in handlers]
    root.setLevel(level)
    for handler in handlers:
        root.removeHandler(handler)


def walk(client: Client, words: list[str]) -> None:
    for word in words:
        for address in ("/customers/", "/today/", "/mine/", "/intake/", f"/customers/{word}/", f"/{word}", "/cockpit/"):
            client.get(address, {"q": word, "company": word}, headers={"X-Request-ID": word[:36]})
        for address in ("/sign-in/", "/intake/files/", "/installation/holds/", f"/decisions/{uuid4()}/{word}/"):
            client.post(
                address,
                {"login": word, "password": word, "why": word, "number": word, "name": word, "command_id": word},
            )
        client.get("/", headers={"Host": "canary.example"})
        client.post(
            "/api/v1/decisions",
            {"customer": word},
            content_type="application/json",
            headers={"Authorization": f"Bearer {word}"},
        )


def test_a_day_at_every_door_leaves_nothing_personal_behind(harbour, sign_in, as_role, logs, monkeypatch):
    with as_role("batch"), reading(SYSTEM):
        records = list(SourceRecord.objects.values_list("name", "phone", "id_number", "email", "address"))
    known = {text for record in records for text in record if text and len(text) >= 2}
    for name in ("desk", "compliance.hlife", "steward.hpc", "counter.hbank", "manager.hlife"):
        client = sign_in(name)
        client.raise_request_exception = False
        walk(client, [*CANARIES[:2], next(iter(known))])
        client.get("/customers/", {"q": records[0][0]}, follow=True)
    anonymous = Client(raise_request_exception=False)
    walk(anonymous, [*CANARIES, *naughty.CHINESE, *naughty.FORMULAS, *naughty.UNICODE])

    def broken(*words: object) -> None:
        local = CANARIES[0]
        raise ValueError(f"{local} {CANARIES[2]} {words}")

    monkeypatch.setattr("onefold.web.cockpit.views.render", broken)
    client = sign_in("desk")
    client.raise_request_exception = False
    assert client.get("/cockpit/", {"q": CANARIES[0]}).status_code == 500
    for stream in logs:
        said = stream.getvalue()
        assert said.count("onefold.access") > 50 and "ValueError" in said
        assert not {text for text in (*CANARIES, *known) if text in said}
