"""Files at the counter of Harbour Group: receipts, rows set aside, runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onefold.commands.viewer import Viewer
from onefold.domains.intake.queries import latest_batches
from onefold.domains.releases.queries import latest_run
from onefold.kernel.ids import new_id
from onefold.web.tests.pages import links_of, text_of

STEWARD = Viewer.of_company("HPC")
HARBOUR = Path(__file__).parents[5] / "examples" / "harbour" / "data"
CHINESE = {"accept-language": "zh-hans"}


@pytest.fixture
def steward(harbour, sign_in):
    return sign_in("steward.hpc")


def hand_in(client, name: str, content: bytes, feed: str = "", command_id: str = ""):
    form = {"command_id": command_id or str(new_id()), "feed": feed, "file": SimpleUploadedFile(name, content)}
    return client.post("/intake/batches/", form)


def contracts_batch() -> str:
    return str(next(row.batch_id for row in latest_batches(STEWARD) if row.feed == "hpc_contracts"))


def test_the_page_shows_the_own_companys_feeds_and_receipts(steward):
    page = text_of(steward.get("/intake/"))
    assert "Harbour P&C policies" in page
    assert "hpc_contracts.csv Harbour P&C policies 30 Jun 2026, 10:00 Loaded 38 37 1 0" in page
    assert "hlife" not in page


def test_the_desk_sees_every_receipt_and_no_row(harbour, sign_in):
    desk = sign_in("desk")
    assert "hlife_customers.csv" in text_of(desk.get("/intake/"))
    page = text_of(desk.get(f"/intake/{contracts_batch()}/"))
    assert "Rows in the file 38 = loaded 37 + set aside 1 + repeated 0" in page
    assert "Rows are seen by their company only" in page
    assert desk.get(f"/intake/{contracts_batch()}/rejects.csv").status_code == 403


def test_a_row_set_aside_is_shown_with_its_reason_in_the_readers_language(steward):
    address = f"/intake/{contracts_batch()}/"
    page = text_of(steward.get(address))
    assert "22 起保日期 This is not a date of the declared form. NOT_A_DATE" in page
    assert "有效" in page, "the row is in GB18030 and still readable"
    assert "不是声明格式的日期。" in text_of(steward.get(address, headers=CHINESE))


def test_the_rows_come_back_byte_for_byte(steward):
    answer = steward.get(f"/intake/{contracts_batch()}/rejects.csv")
    lines = (HARBOUR / "hpc_contracts.csv").read_bytes().splitlines(keepends=True)
    assert answer.content == lines[0] + lines[21], "the file's own head, then the row: GB18030 as it was sent"
    assert answer["Content-Disposition"].startswith("attachment;")


def test_a_file_gets_a_receipt_and_its_bytes_are_kept(steward):
    content = b"anything at all \xff\x00"
    answer = hand_in(steward, "hpc_relations_2026-07.csv", content)
    assert "Received. The next run reads it." in text_of(steward.get(answer.url))
    kept = [path for path in (Path(settings.VAR) / "intake").iterdir() if path.read_bytes() == content]
    assert len(kept) == 1
    newest = latest_batches(STEWARD)[0]
    assert (newest.feed, newest.outcome, newest.rows_in) == ("hpc_relations", "RECEIVED", None)


def test_one_file_may_feed_several_feeds(steward):
    content = (HARBOUR / "hpc_customers.csv").read_bytes() + b" "
    assert hand_in(steward, "hpc_customers.csv", content).url == "/intake/"
    assert [row.feed for row in latest_batches(STEWARD)[:2]] == ["hpc_customers", "hpc_contact_blocks"]


def test_the_same_file_again_changes_nothing(steward):
    content = (HARBOUR / "hpc_relations.csv").read_bytes()
    answer = hand_in(steward, "hpc_relations.csv", content)
    assert "Received before: nothing changes." in text_of(steward.get(answer.url))
    assert latest_batches(STEWARD)[0].outcome == "DUPLICATE_FILE"


def test_a_form_sent_twice_gives_one_receipt(steward):
    command_id, before = str(new_id()), len(latest_batches(STEWARD))
    for _ in range(2):
        hand_in(steward, "hpc_relations_x.csv", b"once", command_id=command_id)
    assert len(latest_batches(STEWARD)) == before + 1


@pytest.mark.parametrize(
    ("name", "feed", "content", "words"),
    [
        ("strange.csv", "", b"x", "No feed of your company takes a file of this name."),
        ("x.csv", "hlife_customers", b"x", "No feed of your company takes a file of this name."),
        ("hpc_relations.csv", "", b"", "The file is empty."),
    ],
)
def test_what_cannot_be_received_comes_back_with_the_reason(steward, name, feed, content, words):
    before = len(latest_batches(STEWARD))
    answer = hand_in(steward, name, content, feed)
    assert answer.url == "/intake/"
    assert words in text_of(steward.get(answer.url))
    assert len(latest_batches(STEWARD)) == before


def test_a_file_that_is_too_large_comes_back_with_the_reason(steward, settings_of):
    with settings_of(INTAKE_BYTES_MAX=10):
        hand_in(steward, "hpc_relations.csv", b"more than ten bytes")
    assert "The file is larger than 0 MB." in text_of(steward.get("/intake/"))


def test_a_run_is_asked_for_once_and_followed(steward):
    for _ in range(2):
        assert steward.post("/intake/runs/", {"command_id": str(new_id())}).status_code == 302
    assert "A run is waiting already; yours joins it." in text_of(steward.get("/intake/"))
    progress = steward.get("/intake/runs/progress/")
    assert 'hx-get="/intake/runs/progress/"' in progress.content.decode()
    assert "HX-Refresh" not in progress.headers
    run = latest_run(STEWARD)
    assert run is not None and run.state == "WAITING"


def test_when_the_run_has_ended_the_page_reloads(steward):
    answer = steward.get("/intake/runs/progress/")
    assert answer["HX-Refresh"] == "true"
    assert "hx-get" not in answer.content.decode()


def test_the_pages_need_few_questions_to_the_database(steward):
    for address, most in {"/intake/": 23, f"/intake/{contracts_batch()}/": 23, "/intake/runs/progress/": 14}.items():
        with CaptureQueriesContext(connection) as asked:
            assert steward.get(address).status_code == 200
        assert sum(not q["sql"].startswith("SET TRANSACTION") for q in asked) <= most, address


def test_every_receipt_on_the_page_can_be_opened(steward):
    for address in links_of(steward.get("/intake/"), "/intake/[0-9a-f-]{36}/"):
        assert steward.get(address).status_code == 200
