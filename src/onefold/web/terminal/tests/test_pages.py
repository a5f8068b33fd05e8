"""A seller's pages over Harbour Group: HL1001 (gold, Harbour Life) calls Wei Ming about motor cover."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.consent.actions import withdraw
from onefold.domains.consent.queries import consents_of
from onefold.domains.leads.queries import LeadRow, open_leads_of, outcomes_of
from onefold.kernel.ids import new_id
from onefold.web.tests.pages import command_id_of, links_of, text_of

SELLER = Viewer.of_seller("HL1001", "HLIFE")
CHINESE = {"accept-language": "zh-hans"}


@pytest.fixture
def client(harbour, sign_in):
    return sign_in("hl1001")


@pytest.fixture
def wei_ming(harbour) -> LeadRow:
    """The lead about Wei Ming's car."""
    return next(row for row in open_leads_of(SELLER) if (row.customer.name, row.series) == ("韦明", "HPC.MOTOR"))


def answer_with(client, row: LeadRow, code: str, **more: str):
    address = f"/today/{row.lead_id}/"
    command_id = command_id_of(client.get(address), code)
    return client.post(f"{address}outcomes/", {"command_id": command_id, "code": code, **more})


def withdraw_consents(row: LeadRow) -> None:
    company = Viewer.of_company("HLIFE", roles=frozenset({"COMPLIANCE"}))
    for consent in consents_of(company, row.customer_id):
        if (consent.from_company, consent.to_company) == ("HLIFE", "HPC"):
            withdraw(company, new_id(), consent_id=consent.consent_id, why="CUSTOMER_WISH")


def test_the_list_says_who_for_what_and_why_best_first(client):
    answer = client.get("/today/")
    page = text_of(answer)
    assert "30 Jun 2026 · 5 people" in page
    assert "Of the customers who hold Term life, 40.0% also hold this series." in page
    assert page.index("50%") < page.index("40%") < page.index("33%")
    assert len(links_of(answer, "/today/[0-9a-f-]{36}/")) == 5
    assert 'href="tel:15400000001"' in answer.content.decode()


def test_the_list_is_in_the_readers_language(client):
    page = text_of(client.get("/today/", headers=CHINESE))
    assert "机动车辆保险" in page
    assert "持有定期寿险的客户中，40.0% 也持有该产品系列。" in page
    assert "Harbour" not in page


def test_the_lead_says_why_and_what_may_be_seen_of_other_companies(client, wei_ming):
    page = text_of(client.get(f"/today/{wei_ming.lead_id}/"))
    assert "Of the customers who hold Term life, 40.0% also hold this series." in page
    assert "The customer has not asked to be left alone." in page
    assert "Harbour Bank 1 Deposit" in page
    assert "Harbour Trust no consent to look" in page


def test_not_until_silences_and_says_so(client, wei_ming):
    answer = answer_with(client, wei_ming, "NOT_UNTIL", not_until="2026-09-30")
    assert answer.status_code == 302
    page = text_of(client.get("/today/"))
    assert "Silenced: nobody in the group offers this to the customer before 30 Sept 2026." in page
    assert "韦明" not in page
    assert outcomes_of(SELLER, wei_ming.lead_id)[0].not_until == date(2026, 9, 30)


@pytest.mark.parametrize("day", ["2026-06-30", "2020-01-01", "2036-01-01", ""])
def test_a_day_that_is_none_comes_back_with_the_reason(client, wei_ming, day):
    answer = answer_with(client, wei_ming, "NOT_UNTIL", not_until=day)
    assert answer.url == f"/today/{wei_ming.lead_id}/"
    assert "Choose a day after today" in text_of(client.get(answer.url))
    assert outcomes_of(SELLER, wei_ming.lead_id) == []


def test_not_reached_keeps_the_lead_and_shows_the_last_answer(client, wei_ming):
    answer_with(client, wei_ming, "NOT_REACHED")
    page = text_of(client.get("/today/"))
    assert "5 people" in page
    assert "Not reached, 30 Jun 2026" in page


def test_a_form_sent_twice_counts_once(client, wei_ming):
    address = f"/today/{wei_ming.lead_id}/"
    form = {"command_id": command_id_of(client.get(address), "NOT_REACHED"), "code": "NOT_REACHED"}
    assert [client.post(f"{address}outcomes/", form).status_code for _ in range(2)] == [302, 302]
    assert len(outcomes_of(SELLER, wei_ming.lead_id)) == 1


def test_do_not_contact_takes_the_customer_off_the_list_and_closes_the_lead(client, wei_ming):
    answer_with(client, wei_ming, "DO_NOT_CONTACT")
    assert "韦明" not in text_of(client.get("/today/"))
    page = client.get(f"/today/{wei_ming.lead_id}/")
    assert "This lead is closed." in text_of(page)
    assert 'name="code"' not in page.content.decode()


def test_a_consent_withdrawn_since_leaves_only_a_no(client, wei_ming):
    command_id = command_id_of(client.get(f"/today/{wei_ming.lead_id}/"), "INTERESTED")
    withdraw_consents(wei_ming)
    assert "韦明" not in text_of(client.get("/today/"))
    page = client.get(f"/today/{wei_ming.lead_id}/")
    assert "This offer may not be made now." in text_of(page)
    assert "has not agreed that the owner company may use the data" in text_of(page)
    assert 'value="INTERESTED"' not in page.content.decode()
    assert 'value="DECLINED"' in page.content.decode()
    stale = client.post(
        f"/today/{wei_ming.lead_id}/outcomes/", {"command_id": command_id, "code": "INTERESTED"}, headers=CHINESE
    )
    assert "当前不得再推荐" in text_of(client.get(stale.url, headers=CHINESE))


def test_somebody_elses_lead_is_not_found(sign_in, wei_ming):
    assert sign_in("hl1002").get(f"/today/{wei_ming.lead_id}/").status_code == 404


def test_a_form_without_a_command_id_does_nothing(client, wei_ming):
    assert client.post(f"/today/{wei_ming.lead_id}/outcomes/", {"code": "DECLINED"}).status_code == 302
    assert outcomes_of(SELLER, wei_ming.lead_id) == []


def test_the_pages_need_few_questions_however_long_the_list(client, wei_ming):
    for address, most in {"/today/": 26, f"/today/{wei_ming.lead_id}/": 44}.items():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        assert sum(not q["sql"].startswith("SET TRANSACTION") for q in asked) <= most, address


def test_an_empty_list_says_so(harbour, sign_in):
    with reading(Viewer.of_seller("HL1004", "HLIFE")) as _:
        assert open_leads_of(Viewer.of_seller("HL1004", "HLIFE")) == []
    assert "Nobody to call today" in text_of(sign_in("hl1004").get("/today/"))
