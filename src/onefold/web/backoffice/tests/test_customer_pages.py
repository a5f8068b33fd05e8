"""Finding and seeing a customer over Harbour Group; withdrawing a consent; one decision as evidence."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.decision.core import CORE_VERSION
from onefold.domains.consent.queries import ConsentRow, consents_of
from onefold.domains.customers.models import Membership
from onefold.domains.customers.queries import search
from onefold.kernel.ids import new_id
from onefold.web.tests.pages import links_of, text_of

LIFE = Viewer.of_company("HLIFE")
ON = date(2026, 6, 30)
CHINESE = {"accept-language": "zh-hans"}


@pytest.fixture
def compliance(harbour, sign_in):
    return sign_in("compliance.hlife")


@pytest.fixture
def wei_ming(harbour) -> str:
    """Wei Ming's customer id."""
    return str(search(LIFE, "韦明")[0].customer_id)


def found_by(client, text: str):
    return client.post("/customers/", {"text": text})


@pytest.mark.parametrize(
    "text", ["韦明", "韦", "154-0000-0001", "15400000001", "449801198804121032", "L100037", "l100037"]
)
def test_a_customer_is_found_by_name_phone_id_number_and_customer_number(compliance, wei_ming, text):
    assert f"/customers/{wei_ming}/" in links_of(found_by(compliance, text), "/customers/[0-9a-f-]{36}/")


def test_the_result_is_masked(compliance):
    answer = found_by(compliance, "L100037")
    page = text_of(answer)
    assert "韦* 154****0001 Person" in page
    assert "韦明" not in page
    assert "449801" not in page


def test_the_searched_text_stays_out_of_addresses(compliance):
    page = compliance.get("/customers/").content.decode()
    assert 'method="post"' in page
    assert compliance.get("/customers/", {"text": "韦明"}).content.decode().count("/customers/") == page.count(
        "/customers/"
    )


def test_htmx_gets_only_the_result(compliance):
    answer = compliance.post("/customers/", {"text": "L100037"}, headers={"HX-Request": "true"})
    assert b"<html" not in answer.content
    assert "韦*" in text_of(answer)


def test_nobody_found_says_what_to_try(compliance):
    assert "Nobody found that you may see" in text_of(found_by(compliance, "没有这个人"))


def test_the_page_of_a_customer_shows_what_the_company_may_see(compliance, wei_ming):
    page = text_of(compliance.get(f"/customers/{wei_ming}/"))
    for words in ("韦明 Person · born 12 Apr 1988 · 154****0001", "Id number ****1032", "Harbour Life 1 Term life"):
        assert words in page, words
    assert "no consent to look" in page
    assert "449801198804121032" not in page
    assert page.count("data of 30 Jun 2026, today") >= 2, "beside records and contracts stands how old they are"


def test_the_page_of_a_customer_is_in_the_readers_language(compliance, wei_ming):
    page = text_of(compliance.get(f"/customers/{wei_ming}/", headers=CHINESE))
    assert "持有情况" in page
    assert "海港人寿 1 定期寿险" in page
    assert "Harbour" not in page


def consent_of(viewer: Viewer, customer_id: str, from_company: str, to_company: str) -> ConsentRow:
    rows = consents_of(viewer, UUID(customer_id))
    return next(
        row for row in rows if (row.from_company, row.to_company) == (from_company, to_company) and row.in_force(ON)
    )


def withdrawal(client, consent: ConsentRow, customer_id: str):
    form = {"command_id": str(new_id()), "customer_id": customer_id}
    return client.post(f"/consents/{consent.consent_id}/withdrawal/", form)


def test_a_withdrawn_consent_is_shown_as_withdrawn(compliance, wei_ming):
    consent = consent_of(LIFE, wei_ming, "HLIFE", "HPC")
    answer = withdrawal(compliance, consent, wei_ming)
    assert answer.url == f"/customers/{wei_ming}/"
    assert "Consent withdrawn. It holds from now on, in every company." in text_of(compliance.get(answer.url))
    assert {row.consent_id: row.withdrawn for row in consents_of(LIFE, UUID(wei_ming))}[consent.consent_id]


def test_the_recipient_of_data_may_not_take_the_consent_back(compliance, wei_ming):
    given_by_the_bank = consent_of(LIFE, wei_ming, "HBANK", "HLIFE")
    answer = withdrawal(compliance, given_by_the_bank, wei_ming)
    assert answer.status_code == 403
    assert "Only the company that gave the data, or the customer" in text_of(answer)
    assert str(given_by_the_bank.consent_id) not in compliance.get(f"/customers/{wei_ming}/").content.decode()


def test_a_consent_may_not_be_withdrawn_through_a_broken_form(compliance, wei_ming):
    consent = consents_of(LIFE, UUID(wei_ming))[0]
    assert compliance.post(f"/consents/{consent.consent_id}/withdrawal/", {}).status_code == 422
    assert not any(row.withdrawn for row in consents_of(LIFE, UUID(wei_ming)))


def test_a_customer_of_other_companies_is_not_found(sign_in, harbour, as_role):
    with as_role("batch"), reading(Viewer.system("test")):
        known: dict[str, set[str]] = {}
        for customer_id, company in Membership.objects.values_list("customer_id", "company_id"):
            known.setdefault(str(customer_id), set()).add(company)
    stranger = next(
        customer for customer, companies in sorted(known.items()) if companies == {"HSEC"} or companies == {"HPC"}
    )
    assert sign_in("compliance.hlife").get(f"/customers/{stranger}/").status_code == 404


def test_a_decision_shows_every_gate_then_and_now(compliance, wei_ming):
    evidence = links_of(compliance.get(f"/customers/{wei_ming}/"), f"/decisions/{wei_ming}/[A-Z.]+/")
    assert evidence
    page = text_of(compliance.get(evidence[0]))
    for words in (
        "As published",
        "Judged now",
        "NO_AGENCY_AGREEMENT bit 6",
        "Rulebook version",
        f"decision core {CORE_VERSION}",
    ):
        assert words in page, words


def test_a_decision_notices_what_changed_since(compliance, wei_ming):
    address = f"/decisions/{wei_ming}/HLIFE.CI/"
    assert "changed since" not in text_of(compliance.get(address))
    for consent in consents_of(LIFE, UUID(wei_ming)):
        if (consent.from_company, consent.to_company) == ("HLIFE", "HLIFE") and consent.in_force(ON):
            withdrawal(compliance, consent, wei_ming)
    page = text_of(compliance.get(address))
    assert page.count("changed since") == 1
    assert "forbids The customer has not agreed" in page
    assert "此后已变化" in text_of(compliance.get(address, headers=CHINESE))


def test_a_decision_nobody_made_is_not_found(compliance, wei_ming):
    assert compliance.get(f"/decisions/{wei_ming}/HLIFE.NONSENSE/").status_code == 404


def test_only_compliance_reads_decisions(sign_in, wei_ming):
    assert sign_in("manager.hlife").get(f"/decisions/{wei_ming}/HLIFE.CI/").status_code == 403
    page = sign_in("manager.hlife").get(f"/customers/{wei_ming}/")
    assert links_of(page, '/decisions/[^"]+') == []
    assert "/withdrawal/" not in page.content.decode()


def test_the_pages_need_few_questions_to_the_database(compliance, wei_ming):
    addresses = {"/customers/": 8, f"/customers/{wei_ming}/": 40, f"/decisions/{wei_ming}/HLIFE.CI/": 43}
    for address, most in addresses.items():
        with CaptureQueriesContext(connection) as asked:
            assert compliance.get(address).status_code == 200
        assert sum(not q["sql"].startswith("SET TRANSACTION") for q in asked) <= most, address
