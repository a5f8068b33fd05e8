"""Leads and outcomes over the interface: a company's own, page by page, each answer once."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.cache import cache

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.contacts.models import Attempt
from onefold.domains.customers.models import SourceRecord
from onefold.domains.leads.models import Lead, Outcome
from onefold.domains.leads.queries import open_leads_of
from onefold.domains.organisation.models import Company
from onefold.web.api.tests.machines import Machine

SYSTEM = Viewer.system("test")


@pytest.fixture
def owners(harbour, as_role) -> dict[str, list[Lead]]:
    """Each company whose sellers have leads, with those leads."""
    with as_role("batch"), reading(SYSTEM):
        found = {
            company: list(Lead.objects.filter(seller_company_id=company).order_by("lead_id"))
            for company in Company.objects.values_list("company_id", flat=True)
        }
    return {company: leads for company, leads in found.items() if leads}


@pytest.fixture
def machine(owners) -> Machine:
    cache.clear()
    return Machine(Viewer.of_company(max(owners, key=lambda company: len(owners[company]))), "LEADS")


@pytest.fixture
def open_lead(machine) -> dict:
    return machine.get("/leads").json()["leads"][0]


def listed(machine: Machine, query: str = "", limit: int = 50) -> list[dict]:
    found, after = [], ""
    while True:
        page = machine.get(f"/leads?limit={limit}{after}{query}").json()
        found += page["leads"]
        if page["next"] is None:
            return found
        after = f"&after={page['next']}"


def test_page_by_page_comes_the_same_as_on_the_sellers_lists(machine):
    one_by_one = [lead["lead_id"] for lead in listed(machine, limit=1)]
    assert one_by_one == sorted(one_by_one), "in the order of the ids"
    assert set(one_by_one) == {str(row.lead_id) for row in open_leads_of(machine.viewer)}
    assert len(one_by_one) > 1


def test_leads_can_be_asked_for_by_seller_and_by_channel(machine):
    everything = listed(machine)
    for field in ("seller", "channel"):
        for code in {lead[field] for lead in everything}:
            some = [lead["lead_id"] for lead in listed(machine, f"&{field}={code}")]
            assert some == [lead["lead_id"] for lead in everything if lead[field] == code]


def test_a_question_with_a_word_nobody_knows_is_refused(machine):
    assert machine.get("/leads?sellr=HP2101").json()["code"] == "WORDS_UNSUITABLE"


def test_a_customer_is_named_by_the_companys_own_keys_only(machine, as_role):
    company = machine.viewer.company
    with as_role("batch"), reading(SYSTEM):
        own = set(SourceRecord.objects.filter(company_id=company).values_list("source_key", flat=True))
    keys = {key for lead in listed(machine) for key in lead["customer_keys"]}
    assert keys and keys <= own


def test_an_outcome_is_written_once_however_often_it_is_sent(machine, open_lead, as_role):
    path = f"/leads/{open_lead['lead_id']}/outcomes"
    body = {"outcome_id": str(uuid4()), "code": "NOT_REACHED"}
    answers = [machine.post(path, body), machine.replaced().post(path, body)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    with as_role("batch"), reading(SYSTEM):
        outcome = Outcome.objects.get(lead_id=open_lead["lead_id"])
        assert Attempt.objects.filter(by=outcome.by).count() == 1
    assert (outcome.seller_id, outcome.by) == (open_lead["seller"], f"token:{machine.token_id}")
    other = machine.post(path, body | {"code": "DECLINED"})
    assert (other.status_code, other.json()["code"]) == (422, "COMMAND_REUSED")


def test_a_no_takes_the_lead_off_the_list_and_closes_it(machine, open_lead):
    path = f"/leads/{open_lead['lead_id']}/outcomes"
    assert machine.post(path, {"outcome_id": str(uuid4()), "code": "DECLINED"}).json()["until"]
    assert open_lead["lead_id"] not in {lead["lead_id"] for lead in listed(machine)}
    again = machine.post(path, {"outcome_id": str(uuid4()), "code": "INTERESTED"})
    assert (again.status_code, again.json()["code"]) == (409, "LEAD_ANSWERED_BEFORE")


def test_another_companys_lead_and_no_lead_look_the_same(machine, owners):
    body = {"outcome_id": str(uuid4()), "code": "DECLINED"}
    missing = machine.post(f"/leads/{uuid4()}/outcomes", body)
    assert missing.status_code == 404
    theirs = [lead for company, leads in owners.items() if company != machine.viewer.company for lead in leads]
    assert theirs
    for lead in theirs:
        assert machine.post(f"/leads/{lead.lead_id}/outcomes", body).content == missing.content


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{", 400, "BODY_UNREADABLE"),
        ({"code": "DECLINED"}, 422, "WORDS_UNSUITABLE"),
        ({"outcome_id": str(uuid4()), "code": "MAYBE"}, 422, "OUTCOME_UNKNOWN"),
        ({"outcome_id": str(uuid4()), "code": "NOT_UNTIL"}, 422, "NOT_UNTIL_NEEDS_DAY"),
        ({"outcome_id": str(uuid4()), "code": "NOT_UNTIL", "not_until": "2020-01-01"}, 422, "NOT_UNTIL_NEEDS_DAY"),
    ],
)
def test_an_outcome_that_cannot_be_is_refused_with_a_code(machine, open_lead, body, status, code):
    answer = machine.post(f"/leads/{open_lead['lead_id']}/outcomes", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_page_of_leads_asks_the_database_a_few_questions_however_long_it_is(machine):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    machine.get("/leads")
    counts = []
    for limit in (1, 50):
        with CaptureQueriesContext(connection) as asked:
            assert machine.get(f"/leads?limit={limit}").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 20


def test_a_dialler_asks_first_gets_the_number_once_and_tells_of_the_recording(machine, open_lead):
    body = {"request_id": str(uuid4())}
    first, again = (machine.post(f"/leads/{open_lead['lead_id']}/calls", body) for _ in range(2))
    assert first.status_code == again.status_code == 201 and first.json() == again.json()
    assert first.json()["phone"].isdigit()
    call = first.json()["call_id"]
    told = [machine.post(f"/calls/{call}/recording", {"reference": "REC-1"}).status_code for _ in range(2)]
    assert told == [201, 201]
    other = machine.post(f"/calls/{call}/recording", {"reference": "REC-2"})
    assert (other.status_code, other.json()["code"]) == (409, "RECORDING_NOTED_BEFORE")
