"""Several files at once, each recognised before it is sent; nothing cut off or too large is kept."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from onefold.commands.viewer import Viewer
from onefold.domains.intake.queries import latest_batches
from onefold.kernel.ids import new_id
from onefold.web.tests.pages import text_of

STEWARD = Viewer.of_company("HPC")


@pytest.fixture
def steward(harbour, sign_in):
    return sign_in("steward.hpc")


def send(client, name: str, content: bytes, **more: str):
    query = {"name": name, "command_id": str(new_id())} | more
    return client.post("/intake/files/", content, content_type="application/octet-stream", query_params=query)


def kept() -> set[str]:
    return {path.name for path in (Path(settings.VAR) / "intake").iterdir()}


def test_a_file_is_recognised_before_a_byte_is_sent(steward):
    page = text_of(steward.get("/intake/recognition/", {"name": "hpc_customers_2026.csv", "size": 10}))
    assert "Harbour P&C customers" in page
    assert "do-not-contact" in page, "one file may feed two feeds"


@pytest.mark.parametrize(
    ("name", "size", "words"),
    [
        ("strange.csv", 1, "No feed of your company takes a file of this name."),
        ("hpc_contracts.csv", 2**50, "The file is larger than"),
        ("../../..", 1, "The file has no name."),
    ],
)
def test_what_will_not_be_taken_is_said_before_it_is_sent(steward, name, size, words):
    answer = steward.get("/intake/recognition/", {"name": name, "size": size})
    assert words in text_of(answer)
    assert "data-refused" in answer.content.decode()


def test_a_file_as_the_body_itself_gets_its_receipt(steward):
    assert "received" in text_of(send(steward, "hpc_relations_1.csv", b"some rows"))
    row = latest_batches(STEWARD)[0]
    assert (row.file_name, row.feed, row.bytes) == ("hpc_relations_1.csv", "hpc_relations", 9)
    assert "received before: changes nothing" in text_of(
        send(steward, "renamed_hpc.csv", b"some rows", feed="hpc_relations")
    )


def test_the_same_command_again_is_the_same_receipt(steward):
    command = str(new_id())
    before = len(latest_batches(STEWARD))
    answers = {send(steward, "hpc_relations_1.csv", b"rows", command_id=command).content for _ in range(2)}
    assert len(answers) == 1
    assert len(latest_batches(STEWARD)) == before + 1


def test_a_transfer_that_breaks_off_leaves_nothing(steward):
    before, files = len(latest_batches(STEWARD)), kept()
    query = {"name": "hpc_relations_1.csv", "command_id": str(new_id())}
    cut = {"wsgi.input": BytesIO(b"half"), "CONTENT_LENGTH": "8"}
    answer = steward.generic("POST", "/intake/files/", b"", "application/octet-stream", query_params=query, **cut)
    assert answer.status_code == 422
    assert "The transfer broke off before the end" in text_of(answer)
    assert (len(latest_batches(STEWARD)), kept()) == (before, files)


def test_what_is_too_large_is_refused_unread_and_leaves_nothing(steward, settings_of):
    files = kept()
    with settings_of(INTAKE_BYTES_MAX=10):
        answer = send(steward, "hpc_relations_1.csv", b"more than ten bytes")
    assert answer.status_code == 422
    assert kept() == files


def test_a_name_is_only_a_name(steward):
    send(steward, "..\\..\\etc/hpc_relations\t_1\u202e.csv", b"named strangely")
    assert latest_batches(STEWARD)[0].file_name == "hpc_relations_1.csv"


def test_several_files_by_the_form_and_each_says_what_became_of_it(steward):
    files = [
        SimpleUploadedFile(name, name.encode()) for name in ("hpc_relations_1.csv", "odd.csv", "hpc_contracts_1.csv")
    ]
    answer = steward.post("/intake/batches/", {"command_id": str(new_id()), "file": files})
    page = text_of(steward.get(answer.url))
    assert "odd.csv: No feed of your company takes a file of this name." in page
    assert "Received. The next run reads them." in page
    assert {row.file_name for row in latest_batches(STEWARD)[:2]} == {"hpc_relations_1.csv", "hpc_contracts_1.csv"}


def test_a_company_cannot_hand_in_for_another(steward):
    answer = send(steward, "hlife_contracts.csv", b"x", feed="hlife_contracts")
    assert answer.status_code == 422
    assert "hlife" not in text_of(steward.get("/intake/"))
