"""A company's machine at the door: tokens, files, batches, rejects; and what it must never see."""

from __future__ import annotations

import base64
import hashlib
import json
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from onefold.commands.models import AuditLine
from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.intake.actions import pause
from onefold.domains.intake.queries import latest_batches
from onefold.domains.organisation.actions import revoke_token
from onefold.domains.organisation.models import ApiToken
from onefold.kernel.ids import new_id
from onefold.web.api.tests.machines import FEED, FILES, Machine

HPC, HLIFE, JOBS = Viewer.of_company("HPC"), Viewer.of_company("HLIFE"), Viewer.system("test")
HARBOUR = Path(__file__).parents[5] / "examples" / "harbour" / "data"


@pytest.fixture
def hpc(harbour) -> Machine:
    cache.clear()
    return Machine(HPC)


@pytest.fixture
def hlife(harbour) -> Machine:
    return Machine(HLIFE)


def contracts() -> str:
    return str(next(row.batch_id for row in latest_batches(HPC) if row.feed == FEED))


def kept() -> set[str]:
    return {path.name for path in (Path(settings.VAR) / "intake").iterdir()}


def test_a_file_is_handed_in_and_its_receipt_can_be_asked_for(hpc):
    answer = hpc.send(b"any bytes \xff\x00", name="客户 2026.csv")
    assert answer.status_code == 201
    receipt = answer.json()
    assert (receipt["feed"], receipt["duplicate"], receipt["waits"]) == (FEED, False, False)
    batch = hpc.get(f"/batches/{receipt['batch_id']}").json()
    assert (batch["outcome"], batch["bytes"], batch["rows_in"], batch["file_name"]) == (
        "RECEIVED",
        12,
        None,
        "客户 2026.csv",
    )
    assert batch["sha256"] == hashlib.sha256(b"any bytes \xff\x00").hexdigest()
    assert (settings.VAR / "intake" / batch["sha256"]).read_bytes() == b"any bytes \xff\x00"


def test_the_same_key_again_is_the_same_answer_and_another_file_under_it_is_refused(hpc):
    before = len(latest_batches(HPC))
    first, again = (hpc.send(b"once", **{"idempotency-key": "night-1"}).content for _ in range(2))
    assert first == again
    assert len(latest_batches(HPC)) == before + 1
    answer = hpc.send(b"other", **{"idempotency-key": "night-1"})
    assert (answer.status_code, answer.json()["code"]) == (422, "COMMAND_REUSED")


def test_without_a_key_the_same_bytes_are_a_repetition_and_every_arrival_is_written_down(hpc):
    answers = [hpc.send(b"twice").json() for _ in range(2)]
    assert [answer["duplicate"] for answer in answers] == [False, True]
    assert answers[0]["batch_id"] != answers[1]["batch_id"]


def test_a_form_with_a_file_will_do_too(hpc):
    form = {"file": SimpleUploadedFile("night.csv", b"by a form")}
    answer = hpc.client.post(FILES, form)
    assert answer.status_code == 201
    assert latest_batches(HPC)[0].file_name == "night.csv"
    assert hpc.client.post(FILES, {"other": "x"}).json()["code"] == "BODY_UNSUITABLE"


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (b"a=b", "application/x-www-form-urlencoded", 415, "BODY_UNSUITABLE"),
        (b"{}", "application/json", 415, "BODY_UNSUITABLE"),
        (b"", "text/csv", 422, "FILE_EMPTY"),
    ],
)
def test_what_is_no_file_is_refused_and_leaves_nothing(hpc, content, kind, status, code):
    before, files = len(latest_batches(HPC)), kept()
    answer = hpc.send(content, kind=kind)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert (len(latest_batches(HPC)), kept()) == (before, files)


def test_what_is_too_large_is_refused_and_leaves_nothing(hpc, settings_of):
    files = kept()
    with settings_of(INTAKE_BYTES_MAX=10):
        assert hpc.send(b"more than ten bytes").status_code == 413
        form = {"file": SimpleUploadedFile("night.csv", b"more than ten bytes")}
        assert hpc.client.post(FILES, form).status_code == 413
    assert kept() == files


def test_a_transfer_that_breaks_off_leaves_nothing(hpc):
    files = kept()
    cut = {"wsgi.input": BytesIO(b"half"), "CONTENT_LENGTH": "8"}
    answer = hpc.client.generic("POST", FILES, b"", "text/csv", query_params={"name": "hpc.csv"}, **cut)
    assert (answer.status_code, answer.json()["code"]) == (422, "UPLOAD_CUT_OFF")
    piecemeal = {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}
    answer = hpc.client.generic("POST", FILES, b"", "text/csv", query_params={"name": "hpc.csv"}, **piecemeal)
    assert (answer.status_code, answer.json()["code"]) == (411, "LENGTH_MISSING")
    assert kept() == files


def test_a_sentence_comes_in_the_language_that_was_asked_for(hpc):
    chinese = hpc.get(f"/batches/{uuid4()}", **{"accept-language": "zh-CN"}).json()
    assert chinese == {
        "type": "about:blank", "title": "BATCH_UNKNOWN", "status": 404, "code": "BATCH_UNKNOWN", "detail": "没有这张回执。",
        "sentences": {"en": "There is no such receipt.", "zh-Hans": "没有这张回执。"},
    }  # fmt: skip


def test_rows_set_aside_come_as_json_lines_and_as_they_were_sent(hpc, as_role):
    path = f"/batches/{contracts()}/rejects"
    lines = (HARBOUR / "hpc_contracts.csv").read_bytes().splitlines(keepends=True)
    answer = hpc.get(path)
    row = json.loads(answer.content.splitlines()[0])
    assert answer["Content-Type"] == "application/x-ndjson"
    assert (row["line"], row["rule"], row["sentence"]["zh-Hans"]) == (22, "NOT_A_DATE", "不是声明格式的日期。")
    assert base64.b64decode(row["original_base64"]) == lines[21]
    assert hpc.get(f"{path}?as=sent").content == lines[0] + lines[21]
    assert hpc.get(f"{path}?as=xml").json()["code"] == "WORDS_UNSUITABLE"
    with as_role("batch"), reading(JOBS):
        taken = AuditLine.objects.filter(action="intake.note_rejects_taken")
        assert {line.actor for line in taken} == {f"token:{hpc.token_id}"}
        assert len(taken) == 2


def test_feeds_say_how_old_they_are_and_whether_they_are_read(hpc):
    pause(HPC, new_id(), feed=FEED, note="moving")
    rows = {row["feed"]: row for row in hpc.get("/feeds").json()}
    assert rows[FEED]["pause"]["why"] == "BY_HAND"
    assert rows[FEED]["data_at"]
    assert all(name.startswith("hpc") for name in rows)
    assert hpc.send(b"while paused").json()["waits"]


def test_every_company_sees_its_own_and_the_rest_is_not_there(hpc, hlife):
    """The firewall of the tokens: batches, rejects, feeds and files of each company, asked for by the other."""
    for mine, other in ((hpc, HLIFE), (hlife, HPC)):
        for row in latest_batches(other, 200):
            for path in ("/batches/{}", "/batches/{}/rejects", "/batches/{}/rejects?as=sent"):
                foreign, missing = mine.get(path.format(row.batch_id)), mine.get(path.format(uuid4()))
                assert foreign.status_code == missing.status_code == 404
                assert foreign.content == missing.content, "another's and nobody's must not be told apart"
        foreign = mine.send(b"x", feed=latest_batches(other)[0].feed)
        assert foreign.status_code == 404
        assert foreign.content == mine.send(b"x", feed="nothing").content
    assert hpc.get("/batches/not-an-id").content == hpc.get(f"/batches/{uuid4()}").content


def test_a_correction_of_anothers_batch_is_refused_like_one_of_nothing(hpc, hlife):
    theirs = next(row for row in latest_batches(HLIFE) if row.feed == "hlife_contracts")
    answers = [
        hpc.client.post(FILES, b"x", "text/csv", query_params={"name": "a.csv", "corrects": str(batch)})
        for batch in (theirs.batch_id, uuid4())
    ]
    assert {answer.status_code for answer in answers} == {422}
    assert answers[0].content == answers[1].content


def test_nobody_comes_in_without_a_token_and_no_cookie_opens(hpc, sign_in):
    refused = {Client().get("/api/v1/feeds").content, sign_in("steward.hpc").get("/api/v1/feeds").content}
    refused.add(Client(headers={"authorization": "Bearer ofk_guess\udcff"}).get("/api/v1/feeds").content)
    assert len(refused) == 1
    answer = Client().get("/api/v1/feeds")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    revoke_token(HPC, new_id(), token_id=hpc.token_id)
    assert hpc.get("/feeds").status_code == 401
    assert hpc.send(b"too late").status_code == 401


def test_a_token_opens_what_its_scopes_name_and_nothing_else(harbour):
    leads = Machine(HPC, "LEADS")
    answer = leads.get("/feeds")
    assert (answer.status_code, answer.json()["code"]) == (403, "TOKEN_TOO_NARROW")
    assert leads.send(b"x").status_code == 403


def test_a_token_ends_by_itself_and_says_when_it_was_used(hpc, moved_clock):
    assert hpc.get("/feeds").status_code == 200
    with reading(HPC):
        row = ApiToken.objects.get(token_id=hpc.token_id)
    assert row.last_used_at and (row.expires_at - row.created_at).days == 365
    moved_clock(days=366)
    assert hpc.get("/feeds").status_code == 401


def test_a_command_repeated_with_the_next_token_is_the_same_command(hpc, moved_clock):
    first = hpc.send(b"once", **{"idempotency-key": "night-1"}).content
    following = hpc.replaced()
    assert following.send(b"once", **{"idempotency-key": "night-1"}).content == first
    moved_clock(days=8)
    assert hpc.get("/feeds").status_code == 401, "the old one opens for a week more"
    assert following.get("/feeds").status_code == 200


def test_too_many_requests_are_put_off(hpc, monkeypatch):
    few = {"FEEDS": 3, "LEADS": 0, "DECISIONS": 0, "WEBHOOKS": 0}
    monkeypatch.setattr("onefold.web.api.entrance.rulebook.value", lambda name, on: few)
    answers = [hpc.get("/feeds") for _ in range(5)]
    assert [answer.status_code for answer in answers[:3]] == [200, 200, 200]
    assert answers[-1].status_code == 429
    assert 0 < int(answers[-1]["Retry-After"]) <= 60


def test_the_description_names_every_route_and_needs_no_token(harbour):
    words = Client().get("/api/v1/openapi.json").json()
    assert set(words["paths"]) == {
        "/api/v1/feeds",
        "/api/v1/feeds/{feed}/files",
        "/api/v1/batches/{batch_id}",
        "/api/v1/batches/{batch_id}/rejects",
        "/api/v1/callbacks",
        "/api/v1/decisions",
        "/api/v1/decisions/{evidence_id}",
        "/api/v1/leads",
        "/api/v1/leads/{lead_id}/outcomes",
        "/api/v1/leads/{lead_id}/calls",
        "/api/v1/calls/{call_id}/recording",
        "/api/v1/orders",
        "/api/v1/orders/{order_id}",
        "/api/v1/orders/{order_id}/payment",
        "/api/v1/orders/items/{item_id}/disclosures",
        "/api/v1/orders/items/{item_id}/application",
        "/api/v1/orders/items/{item_id}/cancellation",
        "/api/v1/orders/items/{item_id}/counter-offer",
        "/api/v1/webhooks",
        "/api/v1/webhooks/{webhook_id}",
        "/api/v1/webhooks/{webhook_id}/secret",
        "/api/v1/webhooks/{webhook_id}/trial",
        "/api/v1/webhooks/{webhook_id}/messages",
        "/api/v1/webhooks/{webhook_id}/messages/{message_id}/repetition",
    }
    assert "multipart/form-data" in words["paths"]["/api/v1/feeds/{feed}/files"]["post"]["requestBody"]["content"]


def test_the_machines_questions_to_the_database_are_few(hpc):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    hpc.get("/feeds")  # that the token is in use is written once a minute
    for path in ("/feeds", f"/batches/{contracts()}"):
        with CaptureQueriesContext(connection) as asked:
            assert hpc.get(path).status_code == 200
        assert len(asked) <= 16, path
