"""Pause and resume, rows set aside and their way back, quality, tokens: as the people of Harbour Group see them."""

from __future__ import annotations

import hashlib
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onefold.commands.models import AuditLine
from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.intake.actions import pause
from onefold.domains.intake.models import Batch, DefectCost, FieldQuality, Reject
from onefold.domains.intake.queries import feed_of, latest_batches
from onefold.domains.organisation.queries import machine_of_token
from onefold.domains.releases.queries import published
from onefold.kernel.ids import new_id
from onefold.web.backoffice.bytes_shown import readable
from onefold.web.backoffice.quality import line
from onefold.web.tests.pages import text_of

HPC, JOBS = Viewer.of_company("HPC"), Viewer.system("test")
FEED = "hpc_contracts"


@pytest.fixture
def steward(harbour, sign_in):
    return sign_in("steward.hpc")


def contracts() -> UUID:
    return next(row.batch_id for row in latest_batches(HPC) if row.feed == FEED)


def test_a_paused_feed_is_seen_on_every_page_and_resumed_by_a_click(steward):
    steward.post(f"/intake/feeds/{FEED}/pause/", {"command_id": str(new_id()), "note": "the core is being moved"})
    page = text_of(steward.get("/intake/"))
    assert "1 feed is paused" in page
    assert "the core is being moved" in page
    assert "Customers Data intake 1 paused" in text_of(steward.get("/customers/")), "the badge stands on every page"
    page = text_of(steward.get(f"/intake/feeds/{FEED}/"))
    assert "0 files wait." in page
    steward.post(f"/intake/feeds/{FEED}/resumption/", {"command_id": str(new_id())})
    assert feed_of(HPC, FEED).pause is None
    assert "paused" not in text_of(steward.get("/intake/"))


def test_the_holding_sees_and_resumes_what_a_company_paused(steward, sign_in):
    pause(HPC, new_id(), feed=FEED)
    desk = sign_in("desk")
    assert "1 feed is paused" in text_of(desk.get("/intake/"))
    assert desk.post(f"/intake/feeds/{FEED}/resumption/", {"command_id": str(new_id())}).status_code == 302
    assert feed_of(HPC, FEED).pause is None


def test_another_companys_feed_does_not_exist(steward):
    missing, foreign = steward.get("/intake/feeds/nothing/"), steward.get("/intake/feeds/hlife_contracts/")
    assert missing.status_code == foreign.status_code == 404
    answer = steward.post("/intake/feeds/hlife_contracts/pause/", {"command_id": str(new_id())})
    assert answer.status_code == 422


@pytest.fixture
def many_rejects(harbour, as_role):
    """150 rows set aside by two rules in two columns, some of them with bytes nobody should have sent."""
    with as_role("batch"), reading(JOBS):
        batch_id = Batch.objects.get(feed=FEED).batch_id
    from onefold.commands import clock, scope

    with as_role("batch"), scope.entered(JOBS, clock.now(), read_only=False):
        Reject.objects.filter(batch_id=batch_id).delete()
        for place in range(150):
            odd = place % 3 == 0
            Reject.objects.create(
                batch_id=batch_id,
                company_code="HPC",
                line=place + 2,
                column="甲" if odd else "乙",
                rule="NOT_A_DATE" if odd else "REQUIRED",
                original=b'"<script>alert(1)</script>"\x00\x1b,\xff\xfe' + f"{place}\n".encode(),
            )
    return batch_id


def test_rows_are_chosen_by_rule_and_column_and_turned_page_by_page(steward, many_rejects):
    page = text_of(steward.get(f"/intake/{many_rejects}/"))
    assert "A value that must be there is missing. (100)" in page
    assert "150 rows" in page
    chosen = steward.get(f"/intake/{many_rejects}/", {"rule": "NOT_A_DATE", "column": "甲"})
    assert "50 rows" in text_of(chosen)
    assert "缺少必填值" not in text_of(chosen)
    assert "不是声明格式的日期。" in text_of(chosen), "the sentence stands in both languages"
    second = text_of(steward.get(f"/intake/{many_rejects}/", {"after": 101}))
    assert "150 rows" in second
    assert "after=101" in steward.get(f"/intake/{many_rejects}/").content.decode()
    assert "No row of this kind" in text_of(steward.get(f"/intake/{many_rejects}/", {"rule": "'; DROP"}))


def test_bytes_are_shown_so_that_nothing_is_hidden_and_nothing_runs(steward, many_rejects):
    html = steward.get(f"/intake/{many_rejects}/").content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&quot;␀␛," in html


@pytest.mark.parametrize(
    ("original", "encoding", "shown"),
    [
        (b"a\tb\x00\r\n", "utf-8", "a␉b␀"),
        ("张三".encode("gb18030"), "gb18030", "张三"),
        ("张三".encode(), "auto", "张三"),
        ("张三".encode("gb18030"), "auto", "张三"),
        (b"ok \xff", "utf-8", "ok \\xff"),
        ("a\u202eb\u200b".encode(), "utf-8", "a⟨U+202E⟩b⟨U+200B⟩"),
        (b"x" * 700, "utf-8", "x" * 600 + "…"),
        ("张".encode() * 201, "auto", "张" * 200 + "…"),
    ],
)
def test_bytes_are_readable(original, encoding, shown):
    assert readable(original, encoding) == shown


def test_rows_taken_away_are_written_down(steward, as_role):
    batch_id = contracts()
    steward.get(f"/intake/{batch_id}/rejects.csv")
    with as_role("batch"), reading(JOBS):
        line_ = AuditLine.objects.filter(action="intake.note_rejects_taken").get()
    assert (line_.subject, line_.facts, line_.company) == (str(batch_id), {"rows": 1}, "HPC")


def test_mended_rows_go_back_tied_to_the_file_they_were_in(steward):
    from django.core.files.uploadedfile import SimpleUploadedFile

    batch_id = contracts()
    form = {"command_id": str(new_id()), "corrects": str(batch_id), "feed": FEED}
    answer = steward.post("/intake/batches/", form | {"file": SimpleUploadedFile("mended.csv", b"mended")})
    page = text_of(steward.get(answer.url))
    assert "Corrected file · mended.csv" in page
    assert "Sent · hpc_contracts.csv" in page
    assert latest_batches(HPC)[0].corrects == batch_id


@pytest.fixture
def measured(harbour, as_role):
    from onefold.commands import clock, scope

    with as_role("batch"), scope.entered(JOBS, clock.now(), read_only=False):
        FieldQuality.objects.all().delete()
        release = published(JOBS).release_id
        batch = Batch.objects.get(feed=FEED)
        for column, filled, valid, distinct in (("保单号", 100, 100, 98), ("起保日期", 90, 60, 10)):
            FieldQuality.objects.create(
                batch=batch,
                company_code="HPC",
                feed=FEED,
                column=column,
                rows=100,
                filled=filled,
                valid=valid,
                distinct=distinct,
            )
        DefectCost.objects.filter(release_id=release).delete()
        for company, undecidable in (("HPC", 7), ("HLIFE", 9)):
            DefectCost.objects.create(
                release_id=release,
                company_code=company,
                defect="NO_BIRTH_DATE",
                records=21,
                customers=20,
                unlinked=5,
                undecidable=undecidable,
            )


def test_quality_shows_the_worst_column_first_with_examples_and_costs(steward, measured):
    page = text_of(steward.get("/quality/"))
    assert page.index("起保日期") < page.index("保单号")
    assert "90.0% 66.7%" in page
    assert "No date of birth 21 20 5 7" in page
    assert "9" not in page.split("No date of birth")[1].split("Columns")[0].replace("21 20 5 7", "")
    assert f"/intake/{contracts()}/?column=%E8%B5%B7" in steward.get("/quality/").content.decode()
    assert "HLIFE" not in page


def test_the_holding_sees_totals_of_every_company_and_no_row(steward, measured, sign_in):
    desk = sign_in("desk")
    page = text_of(desk.get("/quality/"))
    assert "Harbour P&C 200 95.0% 84.2%" in page
    assert "No date of birth Harbour Life 21 20 under 11 under 11" in page
    one = desk.get("/quality/?company=HPC")
    assert "起保日期" in text_of(one)
    assert "column=" not in one.content.decode(), "rows are the company's"


def test_another_company_cannot_be_looked_into(steward, measured):
    assert text_of(steward.get("/quality/?company=HLIFE")) == text_of(steward.get("/quality/"))


def test_a_small_line_runs_from_nothing_to_all():
    assert line([0.0, 1.0]) == "3.0,19.0 93.0,3.0"
    assert line([0.5]) == ""
    assert line([None, 1.0, 1.0]).startswith("48.0")


def test_the_new_pages_need_few_questions_to_the_database(steward, measured):
    for address, most in {"/quality/": 22, f"/intake/feeds/{FEED}/": 22, "/intake/tokens/": 16}.items():
        with CaptureQueriesContext(connection) as asked:
            assert steward.get(address).status_code == 200
        assert sum(not q["sql"].startswith("SET TRANSACTION") for q in asked) <= most, (address, len(asked))


def test_a_token_is_shown_once_and_can_be_taken_back(steward):
    answer = steward.post("/intake/tokens/", {"command_id": str(new_id()), "name": "core", "scopes": ["FEEDS"]})
    secret = answer.content.decode().split("data-secret>")[1].split("<")[0]
    assert answer["Cache-Control"] == "no-store"
    assert secret not in steward.get("/intake/tokens/").content.decode()
    digest = hashlib.sha256(secret.encode()).hexdigest()
    machine = machine_of_token(digest)
    assert machine is not None and machine.viewer.company == "HPC"
    token_id = machine.token_id
    steward.post(f"/intake/tokens/{token_id}/revocation/", {"command_id": str(new_id())})
    assert machine_of_token(digest) is None
    assert "taken back" in text_of(steward.get("/intake/tokens/"))


def test_a_token_is_replaced_and_both_open_for_a_while(steward):
    given = {"command_id": str(new_id()), "name": "core", "scopes": ["FEEDS", "LEADS"]}
    first = digest_of(steward.post("/intake/tokens/", given))
    old = machine_of_token(first)
    answer = steward.post(f"/intake/tokens/{old.token_id}/replacement/", {"command_id": str(new_id())})
    new = machine_of_token(digest_of(answer))
    assert (new.viewer, new.token_id != old.token_id) == (old.viewer, True), "another token of the same machine"
    assert machine_of_token(first) is not None
    assert "replaced, still opens" in text_of(answer)
    again = steward.post(f"/intake/tokens/{new.token_id}/replacement/", {"command_id": str(new_id())})
    assert again.status_code == 409, "never more than two at a time"


def test_a_token_opens_something_or_is_not_made(steward):
    assert steward.post("/intake/tokens/", {"command_id": str(new_id()), "name": "core"}).status_code == 422
    assert "core" not in text_of(steward.get("/intake/tokens/"))


def digest_of(answer) -> str:
    secret = answer.content.decode().split("data-secret>")[1].split("<")[0]
    return hashlib.sha256(secret.encode()).hexdigest()


def test_the_holding_makes_no_token_for_a_company_and_takes_none_back(steward, sign_in):
    secret = steward.post(
        "/intake/tokens/", {"command_id": str(new_id()), "name": "core", "scopes": ["FEEDS"]}
    ).content.decode()
    digest = hashlib.sha256(secret.split("data-secret>")[1].split("<")[0].encode()).hexdigest()
    other = sign_in("manager.hlife")
    assert "core" not in text_of(other.get("/intake/tokens/"))
    token_id = machine_of_token(digest).token_id
    answer = other.post(f"/intake/tokens/{token_id}/revocation/", {"command_id": str(new_id())})
    assert answer.status_code == 404
    assert machine_of_token(digest) is not None


def test_the_pages_need_few_questions_however_many_feeds_and_rows(harbour, sign_in, many_rejects):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    asked_of = {"steward.hpc": ["/intake/", "/quality/", f"/intake/feeds/{FEED}/", f"/intake/{many_rejects}/"]}
    asked_of["desk"] = ["/intake/", "/quality/", "/quality/?company=HPC"]
    for user, paths in asked_of.items():
        client = sign_in(user)
        for path in paths:
            with CaptureQueriesContext(connection) as asked:
                assert client.get(path).status_code == 200
            assert 0 < sum(not q["sql"].startswith("SET TRANSACTION") for q in asked) <= 24, path
