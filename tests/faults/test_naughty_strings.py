"""Fault row 25: strings nobody should send, through every field of the intake's pages and of the API: refused or shown as text."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client

from onefold.commands.viewer import Viewer
from onefold.domains.intake.queries import latest_batches
from onefold.domains.organisation.actions import issue_token
from onefold.kernel.ids import new_id
from tests.corpus.naughty import NAUGHTY

HPC = Viewer.of_company("HPC")
RUNS = ("<script>alert", "<img src=x", "<svg/onload", "' onmouseover='alert")


@pytest.fixture
def steward(harbour: str, sign_in: Any) -> Client:
    return sign_in("steward.hpc")


@pytest.fixture
def machine(harbour: str) -> Client:
    cache.clear()
    issue_token(HPC, new_id(), company="HPC", name="core", token_sha256=hashlib.sha256(b"ofk_naughty").hexdigest())
    return Client(headers={"authorization": "Bearer ofk_naughty"})


def harmless(answer: Any, string: str, place: str) -> None:
    assert answer.status_code < 500, (place, ascii(string))
    words = answer.content.decode(errors="replace")
    if "html" in answer.get("Content-Type", ""):
        assert not any(run in words for run in RUNS), (place, ascii(string))


def test_through_the_pages(steward: Client) -> None:
    """Each text through two of the fields, in turn: every field sees a share of every kind."""
    batch = str(next(row.batch_id for row in latest_batches(HPC) if row.feed == "hpc_contracts"))
    feed = "/intake/feeds/hpc_contracts"
    fields: tuple[Callable[[str], Any], ...] = (
        lambda text: steward.post("/customers/", {"text": text}),
        lambda text: steward.get("/intake/recognition/", {"name": text, "size": "1", "feed": ""}),
        lambda text: steward.get("/intake/recognition/", {"name": "a", "size": text}),
        lambda text: steward.get(f"/intake/{batch}/", {"rule": text, "column": text, "after": text}),
        lambda text: steward.get("/quality/", {"company": text}),
        lambda text: steward.post(f"{feed}/pause/", {"command_id": str(new_id()), "note": text}, follow=True),
        lambda text: steward.post(f"{feed}/resumption/", {"command_id": str(new_id()), "note": text}),
    )
    for place, text in enumerate(NAUGHTY):
        for step in (0, 3):
            number = (place + step) % len(fields)
            harmless(fields[number](text), text, f"field {number}")


def test_through_names_of_files_and_tokens_which_are_shown_again(steward: Client) -> None:
    for place, string in enumerate(NAUGHTY):
        query = {"name": string, "feed": "hpc_relations", "command_id": str(new_id())}
        sent = steward.post("/intake/files/", string.encode() or b"x", "application/octet-stream", query_params=query)
        harmless(sent, string, "file name")
        if place % 4 == 0:
            harmless(steward.post("/intake/tokens/", {"command_id": str(new_id()), "name": string}), string, "token")
    for page in ("/intake/", "/intake/feeds/hpc_relations/", "/intake/tokens/"):
        harmless(steward.get(page), page, "shown again")
    names = {row.file_name for row in latest_batches(HPC, 1000)}
    plain = {text for text in NAUGHTY if text.isprintable() and text == text.strip() and 0 < len(text) < 100}
    plain -= {text for text in plain if "/" in text or "\\" in text or text in (".", "..")}
    assert len(plain) > 50
    assert plain <= names, "kept as they were sent"
    assert not any("/" in name or "\\" in name or not name.isprintable() for name in names)


def test_through_the_api(machine: Client, settings_of: Any) -> None:
    files = "/api/v1/feeds/hpc_contracts/files"
    with settings_of(API_PER_MINUTE=10**6):
        for place, text in enumerate(NAUGHTY):
            path = quote(text, safe="")
            header = {"idempotency-key": text} if text.isprintable() and text.isascii() else {}
            asked: tuple[Callable[[], Any], ...] = (
                lambda path=path: machine.get(f"/api/v1/batches/{path}"),
                lambda text=text: machine.get(f"/api/v1/batches/{uuid4()}/rejects", {"as": text}),
                lambda path=path: machine.post(f"/api/v1/feeds/{path}/files", b"x", "text/csv"),
                lambda text=text: machine.post(files, b"x", "text/csv", query_params={"name": "a", "corrects": text}),
            )
            named = machine.post(files, text.encode() or b"x", "text/csv", query_params={"name": text}, headers=header)
            for answer in (named, asked[place % len(asked)]()):
                harmless(answer, text, f"api {place % len(asked)}")
                if "problem" in answer.get("Content-Type", ""):
                    assert answer.json()["detail"]
