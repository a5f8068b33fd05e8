"""A seller's pages over Harbour Group: HL1001 (gold, Harbour Life) calls Wei Ming about motor cover."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from onefold.commands.models import AuditLine
from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.consent.actions import withdraw
from onefold.domains.consent.queries import consents_of
from onefold.domains.leads.queries import LeadRow, open_leads_of, outcomes_of
from onefold.domains.releases.queries import active_release_id
from onefold.domains.unlocks.models import Unlocked
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


def people_on(answer) -> list[str]:
    """The names on the list, in order."""
    return re.findall(r'class="of-lead-open" href="[^"]+">([^<]+)<', answer.content.decode())


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
    today = client.get("/today/")
    assert "Silenced: nobody in the group offers this to the customer before 30 Sept 2026." in text_of(today)
    assert "韦明" not in people_on(today)
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
    assert "韦明" not in people_on(client.get("/today/"))
    page = client.get(f"/today/{wei_ming.lead_id}/")
    assert "This lead is closed." in text_of(page)
    assert 'name="code"' not in page.content.decode()


def test_a_consent_withdrawn_since_leaves_only_a_no(client, wei_ming):
    command_id = command_id_of(client.get(f"/today/{wei_ming.lead_id}/"), "INTERESTED")
    withdraw_consents(wei_ming)
    assert "韦明" not in people_on(client.get("/today/"))
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


def questions(client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return sum(not query["sql"].startswith("SET TRANSACTION") for query in asked)


def test_the_pages_need_few_questions_however_much_there_is(client, wei_ming):
    pages = {"/today/": 32, f"/today/{wei_ming.lead_id}/": 60, "/today/calendar/": 20, "/today/referrals/": 20}
    for address in pages:  # what a process asks once and keeps is no page's question
        client.get(address)
    empty = {address: questions(client, address) for address in pages}
    assert {address: count for address, count in empty.items() if count > pages[address]} == {}
    for at in ("2026-06-30T11:00", "2026-06-30T12:00", "2026-07-01T11:00", "2026-07-02T11:00"):
        plan(client, wei_ming, "TASK", at)
    other = next(row for row in open_leads_of(SELLER) if row.customer.name != "韦明")
    answer_with(client, other, "NOT_REACHED")
    client.get("/today/")
    full = {address: questions(client, address) for address in pages}
    assert {address: count - empty[address] for address, count in full.items() if count > empty[address] + 6} == {}


def form_on(answer, address: str, within: str = "") -> dict[str, str]:
    """The hidden fields of the first form of the page that goes to `address` and holds `within`."""
    forms = re.findall(r"<form\b.*?</form>", answer.content.decode(), re.S)
    form = next(form for form in forms if f'action="{address}"' in form and within in form)
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


def plan(client, row: LeadRow, kind: str, at: str, headers=None, **more: str):
    address = f"/today/{row.lead_id}/plans/"
    fields = form_on(client.get(f"/today/{row.lead_id}/"), address, "plan-note")
    return client.post(address, fields | {"kind": kind, "due_at": at, **more}, headers=headers)


TOMORROW = "2026-07-01T10:00"


def test_a_slip_is_undone_from_todays_page(client, wei_ming):
    answer_with(client, wei_ming, "DO_NOT_CONTACT")
    today = client.get("/today/")
    undo = re.search(r'action="(/today/outcomes/[0-9a-f-]+/correction/)"', today.content.decode())
    assert client.post(undo.group(1), form_on(today, undo.group(1))).status_code == 302
    again = client.get("/today/")
    assert "韦明" in people_on(again)
    assert "Taken back. The lead is as it was before." in text_of(again)
    assert "taken back as a slip" in text_of(client.get(f"/today/{wei_ming.lead_id}/"))


def test_a_refusal_brings_its_reason(client, wei_ming):
    answer_with(client, wei_ming, "DECLINED", reason="TOO_EXPENSIVE")
    assert "Too expensive" in text_of(client.get(f"/today/{wei_ming.lead_id}/"))
    assert "1 of 5 spoken to today" in text_of(client.get("/today/"))


def test_what_is_due_stands_above_the_people_and_can_be_moved_and_settled(client, wei_ming):
    plan(client, wei_ming, "CALL", "2026-06-30T15:00", note="bring the old policy")
    today = client.get("/today/")
    page = text_of(today)
    assert page.index("bring the old policy") < page.index("Whom to call, best first")
    move = re.search(r'action="(/today/plans/[0-9a-f-]+/postponement/)"', today.content.decode()).group(1)
    client.post(move, form_on(today, move) | {"due_at": TOMORROW})
    assert "bring the old policy" not in text_of(client.get("/today/"))
    calendar = client.get("/today/calendar/")
    assert "bring the old policy" in text_of(calendar) and "1 Jul 2026" in text_of(calendar)
    end = re.search(r'action="(/today/plans/[0-9a-f-]+/end/)"', calendar.content.decode()).group(1)
    client.post(end, form_on(calendar, end) | {"how": "DONE"})
    assert "Nothing is planned" in text_of(client.get("/today/calendar/"))


def test_a_call_in_quiet_hours_comes_back_with_the_reason_in_both_languages(client, wei_ming):
    for headers, words in ((None, "No calls between 21:00 and 09:00"), (CHINESE, "不得致电")):
        answer = plan(client, wei_ming, "CALL", "2026-06-30T22:00", headers)
        assert words in text_of(client.get(answer.url, headers=headers))


def test_the_calendars_file_holds_no_name_number_or_note(client, wei_ming):
    plan(client, wei_ming, "VISIT", TOMORROW, note="second floor, ring twice")
    file = client.get("/today/calendar.ics")
    text = file.content.decode()
    assert file["Content-Type"].startswith("text/calendar")
    assert "DTSTART:20260701T020000Z" in text and "SUMMARY:Visit · 韦 · Motor" in text
    assert "韦明" not in text and "15400000001" not in text and "ring twice" not in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


def looked_for(client, text):
    """Send the search, follow it to the address of what was found - which tells nothing - and open that."""
    answer = client.post("/today/", {"q": text})
    assert answer.status_code == 302 and text not in answer["Location"]
    assert client.get(answer["Location"]).content and client.session["searches"], "it can be gone back to"
    return client.get(answer["Location"])


def test_one_searches_among_ones_own_people(client, wei_ming):
    assert people_on(looked_for(client, "韦")) == ["韦明"]
    assert people_on(looked_for(client, "0000 0001")) == ["韦明"]
    assert "Nobody of that name on your list" in text_of(looked_for(client, "Smith"))
    whole = people_on(client.get("/today/"))
    assert len(whole) > 1 and people_on(client.get("/today/?search=forgotten")) == whole
    assert client.post("/today/", {"q": " "})["Location"] == "/today/"


def test_a_search_in_ones_own_list_stands_in_the_audit_without_the_text(client, wei_ming, as_role):
    looked_for(client, "韦明")
    client.get("/today/")
    with as_role("batch"):
        lines = list(AuditLine.objects.filter(action="customers.searched"))
    assert {(line.facts["kind"], line.facts["found"], line.company) for line in lines} == {("NAME", 1, "HLIFE")}
    assert len(lines) == 2, "each page of what was found, none without a search"
    assert "韦" not in str([line.facts | {"subject": line.subject} for line in lines])


def test_the_script_says_who_calls_and_advises_to_stop(client, wei_ming):
    page = text_of(client.get(f"/today/{wei_ming.lead_id}/"))
    assert "my name is 林雅婷, I work for Harbour Life. My registration number is 44980000001371." in page
    assert "When does the cover of your car end?" in page
    assert "Advise to stop." in page
    assert "This is insurance of Harbour P&C" in page


def test_a_lead_is_handed_over_taken_and_seen_by_both(client, wei_ming, sign_in):
    address = f"/today/{wei_ming.lead_id}/colleagues/"
    choice = client.get(address)
    code = re.search(r'name="to_seller" value="(HP\w+)"', choice.content.decode()).group(1)
    client.post(address, form_on(choice, address, f'value="{code}"') | {"kind": "HANDOVER", "note": "asked twice"})
    assert "韦明" not in people_on(client.get("/today/"))
    assert "credited to you as: a share of the sale" in text_of(client.get("/today/referrals/"))
    colleague = sign_in(code.lower())
    today = colleague.get("/today/")
    assert "林雅婷 (Harbour Life) hands this to you" in text_of(today)
    accept = re.search(r'action="(/today/referrals/[0-9a-f-]+/acceptance/)"', today.content.decode()).group(1)
    colleague.post(accept, form_on(today, accept))
    today = colleague.get("/today/")
    assert people_on(today)[0] == "韦明" and "from 林雅婷" in text_of(today)
    lead = links_of(today, "/today/[0-9a-f-]{36}/")[0]
    assert 'value="INTERESTED"' in colleague.get(lead).content.decode()
    assert "Accepted" in text_of(client.get("/today/referrals/"))


def test_an_empty_list_says_so(harbour, sign_in):
    with reading(Viewer.of_seller("HL1004", "HLIFE")) as _:
        assert open_leads_of(Viewer.of_seller("HL1004", "HLIFE")) == []
    assert "Nobody to call today" in text_of(sign_in("hl1004").get("/today/"))


def test_today_ends_with_what_the_seller_could_learn(client, as_role):
    """The most valuable first, never an amount; what only the desk can get is not the seller's to learn."""
    release = active_release_id(SELLER)
    with as_role("batch"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.viewer', 'system', true)")
        Unlocked.objects.all().delete()
        for series, missing, leads, value in (
            ("HPC.HOME", "CHANNEL_NOT_AUTHORISED,GRADE_TOO_LOW", 77, 900_000),
            ("HBANK.LOAN", "GRADE_TOO_LOW", 1, 900),
            ("HFUND.EQUITY", "GRADE_TOO_LOW", 9, 120_077),
        ):
            Unlocked.objects.create(
                release_id=release, seller_id="HL1001", seller_company_id="HLIFE", series_id=series,
                missing=missing, leads=leads, value_minor=value,
            )  # fmt: skip
    said = text_of(client.get("/today/")).partition("Worth learning")[2]
    assert said.index("9 leads more would be yours") < said.index("1 lead more would be yours")
    assert "grade is too low" in said and "77" not in said and "1,200" not in said
    assert "可多获得 9 条线索" in text_of(client.get("/today/", headers=CHINESE))


def test_who_led_who_learned_and_who_closed_is_asked_of_both_and_shown_to_both(client, wei_ming, sign_in):
    asked = f"/today/{wei_ming.lead_id}/colleagues/"
    client.post(asked, {"command_id": new_id(), "to_seller": "HP2001", "kind": "ACCOMPANY"})
    along, page = sign_in("hp2001"), "/today/referrals/"
    assert "How the visit went" not in text_of(client.get(page))
    accept = re.search(r'action="([^"]+/acceptance/)"', along.get(page).content.decode())
    along.post(accept.group(1), {"command_id": new_id()})
    form = re.search(r'action="([^"]+/visit/)"', client.get(page).content.decode()).group(1)
    said = {"held_on": "2026-06-30", "led_by": "HP2001", "learned_by": "HL1001", "closed_by": "NOBODY"}
    assert "Nothing was written down" in text_of(client.post(form, {"command_id": new_id()}, follow=True))
    client.post(form, said | {"command_id": new_id()})
    for one in (client, along):
        text = text_of(one.get(page))
        assert "Visit on 30 Jun 2026" in text and " led · " in text and " learned · not decided yet" in text
    assert "2026年6月30日陪同拜访" in text_of(along.get(page, headers=CHINESE))
    along.post(form, said | {"command_id": new_id(), "closed_by": "HP2001"})
    assert " closed" in text_of(client.get(f"/today/{wei_ming.lead_id}/"))
