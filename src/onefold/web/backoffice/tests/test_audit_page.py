"""The audit as compliance looks through it: who looked at a customer, what a person did, by day; its own company's only."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onefold.commands import clock
from onefold.commands.models import AuditLine
from onefold.commands.scope import reading
from onefold.commands.tests.sealed import seal_all
from onefold.commands.viewer import Viewer
from onefold.domains.customers.models import Membership
from onefold.web.tests.pages import text_of


@pytest.fixture
def customer(harbour) -> str:
    with reading(Viewer.of_company("HLIFE")):
        return str(Membership.objects.filter(company_id="HLIFE").order_by("customer_id").first().customer_id)


@pytest.fixture
def compliance(harbour, sign_in):
    return sign_in("compliance.hlife")


def test_who_looked_at_a_customer_and_what_somebody_did(compliance, customer, sign_in):
    sign_in("manager.hlife").get(f"/customers/{customer}/")
    sign_in("manager.hlife").post("/customers/", {"text": "Wei Ming"})
    page = text_of(compliance.get(f"/audit/?kind=looked&subject={customer}"))
    assert "manager.hlife looked at a customer" in page and "occasion: the file" in page and "Only about" in page
    page = text_of(compliance.get("/audit/?kind=looked"))
    assert "searched for customers" in page and "kind: by name" in page
    assert "Wei Ming" not in page.partition("searched for customers")[2][:60], "never what was typed"
    page = text_of(compliance.get("/audit/", headers={"accept-language": "zh-hans"}))
    assert "查看了客户" in page and "审计" in page


def test_it_is_the_own_companys_and_for_compliance_only(compliance, customer, sign_in, new_user):
    sign_in("manager.hlife").get(f"/customers/{customer}/")
    new_user("compliance.hbank", "COMPLIANCE", "HBANK")
    other = text_of(sign_in("compliance.hbank").get("/audit/"))
    assert "manager.hlife" not in other and customer[:8] not in other
    assert sign_in("manager.hlife").get("/audit/").status_code == 403


def test_days_pages_and_a_person_are_chosen(compliance, as_role):
    with as_role("batch"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO commands_auditline (audit_id, command_id, action, actor, company, subject, facts, at) SELECT gen_random_uuid(),"
            " gen_random_uuid(), 'test.work', 'user:' || 900 + n %% 2, 'HLIFE', 'S' || n, '{}', %s FROM generate_series(1, 120) n",
            [clock.now()],
        )
    page = compliance.get("/audit/?kind=changes&person=900").content.decode()
    assert page.count("test.work") == 50 and 'rel="next"' in page
    following = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert compliance.get(f"/audit/{following}").content.decode().count("test.work") == 10
    assert "No lines" in text_of(compliance.get("/audit/?since=2020-01-01&until=2020-01-02"))
    assert compliance.get("/audit/?since=nonsense&person=x&subject=1&before=-1&kind=%00").status_code == 200


def test_the_sheet_has_every_line_and_its_taking_is_a_line_itself(compliance, customer, as_role):
    compliance.get(f"/customers/{customer}/")
    rows = list(csv.DictReader(io.StringIO(compliance.get("/audit/export/?kind=looked").content.decode("utf-8-sig"))))
    assert {"customers.note_look"} <= {row["action"] for row in rows} and rows[0]["who"] == "compliance.hlife"
    with as_role("batch"):
        assert AuditLine.objects.filter(
            action="web.taken_away", subject="backoffice:audit_export", company="HLIFE"
        ).exists()
        assert AuditLine.objects.filter(action="audit.looked_through").count() == 0


def test_the_page_tells_how_far_the_chain_reaches(compliance, as_role):
    assert "No line is sealed yet" in text_of(compliance.get("/audit/"))
    with as_role("batch"):
        seal_all(clock.now())
    assert "1 link, the last sealed" in text_of(compliance.get("/audit/"))


def test_what_a_page_pays_for_the_audit(compliance, customer, sign_in):
    """A search leaves its line in one statement; a profile opened again on the same day leaves none."""
    manager = sign_in("manager.hlife")
    with CaptureQueriesContext(connection) as asked:
        manager.post("/customers/", {"text": "nobody"})
    assert sum("commands_auditline" in one["sql"] for one in asked) == 1
    manager.get(f"/customers/{customer}/")
    with CaptureQueriesContext(connection) as asked:
        manager.get(f"/customers/{customer}/")
    assert sum("commands_auditline" in one["sql"] for one in asked) == 0
