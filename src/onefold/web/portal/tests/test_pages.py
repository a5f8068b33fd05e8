"""The customer's account: everything of one's own and nothing of anybody else's; what is withdrawn is gone for others at the next read."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from onefold.commands import clock
from onefold.commands.scope import entered, reading
from onefold.commands.viewer import Viewer
from onefold.domains.consent.actions import block_contact
from onefold.domains.consent.models import Consent, ContactBlock
from onefold.domains.consent.queries import consents_of, consents_seen_by
from onefold.domains.customers import looks
from onefold.domains.customers.models import Look, Membership, SourceRecord
from onefold.domains.holdings.models import Contract
from onefold.domains.holdings.queries import contracts_seen_by, holdings_of
from onefold.domains.leads.actions import correct
from onefold.domains.leads.models import Lead, Need, Outcome
from onefold.domains.leads.passing import take_up
from onefold.domains.leads.queries import open_leads_of
from onefold.domains.leads.refusals import OutcomeUnknown
from onefold.web.tests.pages import text_of

SYSTEM = Viewer.system("test")
PAGES = ("/mine/", "/mine/offers/", "/mine/consents/", "/mine/orders/", "/mine/looks/")


@pytest.fixture
def wei(harbour, as_role, new_user) -> UUID:
    """Wei Ming, with an account of his own."""
    with as_role("batch"), reading(SYSTEM):
        record = Membership.objects.filter(company_id="HLIFE", source_record__source_key="L100037")
        customer: UUID = record.values_list("customer_id", flat=True).get()
    new_user("wei", "CUSTOMER", customer=str(customer))
    return customer


def test_every_page_opens_in_both_languages_and_names_no_employee(wei, sign_in):
    client = sign_in("wei")
    for address in PAGES:
        for language, word in (("en", "My contracts"), ("zh-hans", "我的合同")):
            answer = client.get(address, headers={"accept-language": language})
            assert answer.status_code == 200 and word in text_of(answer), address


def test_all_contracts_of_all_companies_are_there_and_they_are_the_customers_own(wei, sign_in, as_role):
    page = text_of(sign_in("wei").get("/mine/"))
    with as_role("batch"):
        own = holdings_of(SYSTEM, wei)
    assert {row.company for row in own if row.in_force} >= {"HLIFE", "HBANK"}
    for row in own:
        assert (row.contract_no in page) == row.in_force, row.contract_no
    assert "韦明" in page


def test_the_database_shows_a_customer_nobody_else_even_without_the_second_wall(wei):
    viewer = Viewer.of_customer(str(wei))
    with reading(viewer):
        assert set(Membership.objects.values_list("customer_id", flat=True)) == {wei}
        records = set(Membership.objects.values_list("source_record_id", flat=True))
        assert set(SourceRecord.objects.values_list("source_record_id", flat=True)) <= records
        assert set(Contract.objects.values_list("source_record_id", flat=True)) <= records
        assert set(Consent.objects.values_list("customer_id", flat=True)) == {wei}


def test_the_queries_show_nobody_else_even_where_the_database_would(wei, as_role, harbour):
    viewer = Viewer.of_customer(str(wei))
    with as_role("batch"), reading(SYSTEM):
        other = (
            Membership.objects.filter(company_id="HLIFE")
            .exclude(customer_id=wei)
            .values_list("customer_id", flat=True)[0]
        )
    with as_role("batch"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.viewer', 'system', true), set_config('app.at', now()::text, true)")
        assert (
            not contracts_seen_by(viewer, date(2026, 6, 30))
            .filter(source_record__membership__customer_id=other)
            .exists()
        )
        assert not consents_seen_by(viewer).filter(customer_id=other).exists()
        assert not looks.looks_seen_by(viewer).exclude(customer_id=wei).exists()


def test_what_is_withdrawn_is_empty_for_the_other_company_at_the_next_read(wei, sign_in):
    """Lin's list names Wei by his consent; he takes it back, and the next look finds nothing."""
    lin, client = sign_in("hl1001"), sign_in("wei")
    assert "韦明" in text_of(lin.get("/today/"))
    page = client.get("/mine/consents/").content.decode()
    forms = re.findall(r'action="(/mine/consents/[^"]+)".*?name="command_id" value="([^"]+)"', page, re.S)
    assert forms
    for address, command_id in forms:
        assert client.post(address, {"command_id": command_id}).status_code == 302
        assert client.post(address, {"command_id": command_id}).status_code == 302, "sent twice counts once"
    assert "韦明" not in text_of(lin.get("/today/"))
    assert "You share nothing" in text_of(client.get("/mine/consents/"))
    assert not [
        row for row in consents_of(Viewer.of_customer(str(wei)), wei) if not row.withdrawn and row.valid_until is None
    ]


def test_nobody_withdraws_what_another_customer_gave(wei, sign_in, as_role):
    with as_role("batch"), reading(SYSTEM):
        theirs = Consent.objects.exclude(customer_id=wei).values_list("consent_id", flat=True)[0]
    answer = sign_in("wei").post(f"/mine/consents/{theirs}/withdrawal/", {"command_id": str(uuid4())})
    assert answer.status_code == 404


def test_who_looked_stands_there_once_a_day_and_by_company_only(wei, sign_in, as_role):
    client, counter = sign_in("wei"), sign_in("counter.hbank")
    assert "Nobody so far" in text_of(client.get("/mine/looks/"))
    for _ in range(2):
        assert counter.get(f"/customers/{wei}/").status_code == 200
    page = text_of(client.get("/mine/looks/"))
    assert "Harbour Bank looked at your file" in page and "counter" not in page.lower()
    with as_role("batch"), reading(SYSTEM):
        assert list(Look.objects.values_list("company_id", "occasion")) == [("HBANK", "PROFILE")]


def test_staff_do_not_come_into_a_customers_account_nor_a_customer_into_theirs(wei, sign_in):
    for address in PAGES:
        assert sign_in("desk").get(address).status_code == 403
    for address in ("/cockpit/", "/today/", "/customers/", "/intake/"):
        assert sign_in("wei").get(address).status_code == 403


def offered(client) -> list[tuple[str, str]]:
    """(lead, command) of every offer's "no"."""
    page = client.get("/mine/offers/").content.decode()
    return re.findall(r'action="/mine/offers/([^/]+)/refusal/".*?name="command_id" value="([^"]+)"', page, re.S)


def test_an_offer_says_by_whom_and_why_and_no_chance_or_worth(wei, sign_in):
    client = sign_in("wei")
    page = text_of(client.get("/mine/offers/"))
    assert offered(client) and "would tell you more" in page
    assert "Picked because you have" in page or "Picked because customers" in page
    assert "%" not in page and "rank" not in page.lower()


def test_a_no_in_the_portal_silences_all_and_no_seller_takes_it_back(wei, sign_in):
    lin, client = sign_in("hl1001"), sign_in("wei")
    lead_id, command_id = offered(client)[0]
    for _ in range(2):
        answer = client.post(f"/mine/offers/{lead_id}/refusal/", {"command_id": command_id}, follow=True)
        assert "Refused. Nobody of the group" in text_of(answer), "sent twice counts once"
    assert lead_id not in dict(offered(client))
    who = Viewer.of_customer(str(wei))
    with reading(who):
        assert not Outcome.objects.exists(), "what sellers write down is theirs"
    seen = Viewer.of_seller("HL1001", "HLIFE")
    assert all(str(row.lead_id) != lead_id for row in open_leads_of(seen))
    with reading(seen):
        said = Outcome.objects.get(lead_id=lead_id)
    assert said.by_customer and said.code == "DECLINED" and said.not_until
    assert "said by the customer in the portal" in text_of(lin.get(f"/today/{lead_id}/"))
    with pytest.raises(OutcomeUnknown):
        correct(seen, uuid4(), outcome_id=said.outcome_id)


def test_nobody_refuses_what_is_offered_to_another(wei, sign_in, as_role):
    with as_role("batch"), reading(SYSTEM):
        theirs = Lead.objects.exclude(customer_id=wei).values_list("lead_id", flat=True)[0]
    answer = sign_in("wei").post(f"/mine/offers/{theirs}/refusal/", {"command_id": str(uuid4())})
    assert answer.status_code == 404


def test_what_is_asked_for_in_the_portal_is_first_on_a_sellers_list(wei, sign_in):
    client = sign_in("wei")
    form = {"series": "HPC.HOME", "company": "HLIFE", "note": "for the new flat"}
    page = text_of(client.post("/mine/needs/", {**form, "command_id": str(uuid4())}, follow=True))
    assert "Asked. You see here who takes care of it." in page and "You asked for" in page
    seen = Viewer.of_seller("HL1001", "HLIFE")
    first = open_leads_of(seen)[0]
    assert (first.series, first.asked, first.wish, first.customer_id) == ("HPC.HOME", "PORTAL", "for the new flat", wei)
    take_up(seen, uuid4(), lead_id=first.lead_id)
    assert "takes care of it" in text_of(client.get("/mine/offers/"))


def test_a_company_that_does_not_know_the_customer_is_not_asked(wei, sign_in):
    form = {"series": "HTRUST.FAMILY", "company": "HTRUST", "command_id": str(uuid4())}
    assert "Asked." not in text_of(sign_in("wei").post("/mine/needs/", form, follow=True))
    with reading(Viewer.of_customer(str(wei))):
        assert not Need.objects.exists()


def test_no_advertising_holds_for_all_and_the_customer_turns_it_back(wei, sign_in):
    client = sign_in("wei")
    assert offered(client)
    client.post("/mine/advertising/refusal/", {"command_id": str(uuid4())})
    page = text_of(client.get("/mine/offers/"))
    assert not offered(client) and "You asked for no advertising" in page
    assert "韦明" not in text_of(sign_in("hl1001").get("/today/"))
    form = {"series": "HPC.HOME", "company": "HLIFE", "command_id": str(uuid4())}
    assert "Asked." in text_of(client.post("/mine/needs/", form, follow=True)), "a wish is answered all the same"
    client.post("/mine/advertising/permission/", {"command_id": str(uuid4())})
    assert offered(client)


def test_what_was_said_to_a_company_is_not_turned_back_here(wei, sign_in):
    client = sign_in("wei")
    block_contact(Viewer.of_company("HBANK", "counter"), uuid4(), customer_id=wei)
    client.post("/mine/advertising/permission/", {"command_id": str(uuid4())})
    assert not offered(client) and "You also told a company" in text_of(client.get("/mine/consents/"))


def test_the_database_lets_no_customer_speak_for_another(wei, as_role):
    with as_role("batch"), reading(SYSTEM):
        other = Membership.objects.exclude(customer_id=wei).values_list("customer_id", flat=True)[0]
        theirs = Lead.objects.exclude(customer_id=wei)[0]
    viewer, at = Viewer.of_customer(str(wei)), clock.now()
    wish = ContactBlock(block_id=uuid4(), customer_id=other, own=True, valid_from=at.date(), recorded_at=at)
    word = Outcome(
        outcome_id=uuid4(), lead=theirs, seller_id=theirs.seller_id, seller_company_id=theirs.seller_company_id,
        code="DECLINED", by_customer=True, at=at, by=viewer.key,
    )  # fmt: skip
    for row in (wish, word):
        with pytest.raises(DatabaseError), entered(viewer, at, read_only=False):
            row.save(force_insert=True)
