"""A question answered on a person's page is a fact at once: the page is judged by it, the task is done, and a slip goes back."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from onefold.commands.scope import entered
from onefold.commands.viewer import Viewer
from onefold.domains.customers.circumstances import known_now
from onefold.domains.leads.models import Lead
from onefold.domains.leads.plans import plans_about
from onefold.domains.leads.queries import LeadRow, open_leads_of
from onefold.kernel.ids import new_id
from onefold.web.tests.pages import text_of

SELLER = Viewer.of_seller("HL1001", "HLIFE")
CHINESE = {"accept-language": "zh-hans"}
ASKED = "No risk test of the customer is in force"


@pytest.fixture
def client(harbour, sign_in):
    return sign_in("hl1001")


@pytest.fixture
def equity(harbour, as_role) -> LeadRow:
    """A lead of HL1001 about something that needs a risk test: Wei Ming's, turned towards a fund."""
    from onefold.commands import clock

    row = next(row for row in open_leads_of(SELLER) if (row.customer.name, row.series) == ("韦明", "HPC.MOTOR"))
    with as_role("batch"), entered(Viewer.system("test"), clock.now(), read_only=False):
        Lead.objects.filter(lead_id=row.lead_id).update(series_id="HFUND.EQUITY", owner_company_id="HFUND")
    return next(one for one in open_leads_of(SELLER) if one.lead_id == row.lead_id)


def post(client, row: LeadRow, **said: str):
    return client.post(f"/today/{row.lead_id}/answers/", {"command_id": str(new_id()), "said_by": "CUSTOMER"} | said)


def test_the_page_asks_takes_the_answer_and_judges_by_it(client, equity):
    page = f"/today/{equity.lead_id}/"
    before = client.get(page)
    assert ASKED in text_of(before) and 'name="value"' in before.content.decode()
    plan = {"command_id": str(new_id()), "kind": "VISIT", "about": "RISK_TOO_HIGH", "due_at": "2026-07-01T10:00"}
    client.post(f"{page}plans/", plan)
    assert [one.about for one in plans_about(SELLER, equity.lead_id)] == ["RISK_TOO_HIGH"]
    answer = post(client, equity, kind="RISK_LEVEL", value="2", told_on="2026-06-01")
    assert (answer.status_code, answer.headers["Location"]) == (302, page)
    after = text_of(client.get(page))
    assert "The risk of this series is higher than the customer can bear" in after and ASKED not in after
    assert "Risk test C2, steady" in after and "1 Jun 2026 · heard by you · from the customer" in after
    assert plans_about(SELLER, equity.lead_id) == [], "what was to be found out is found out"
    assert "C2 稳健型" in text_of(client.get(page, headers=CHINESE))


def test_the_same_form_sent_twice_is_one_answer(client, equity):
    command = str(new_id())
    for _ in range(2):
        post(client, equity, command_id=command, kind="INCOME", value="B3")
    assert text_of(client.get(f"/today/{equity.lead_id}/")).count("heard by you · from the customer") == 1


def test_a_slip_is_taken_back_on_the_page(client, equity):
    post(client, equity, kind="RISK_LEVEL", value="1", told_on="2026-06-01")
    page = client.get(f"/today/{equity.lead_id}/").content.decode()
    address = re.findall(r'action="(/today/answers/[0-9a-f-]{36}/retraction/)"', page)[0]
    back = client.post(address, {"command_id": str(new_id()), "from": f"/today/{equity.lead_id}/"})
    assert back.headers["Location"] == f"/today/{equity.lead_id}/"
    assert known_now(SELLER, equity.customer_id).risk_level is None
    assert ASKED in text_of(client.get(f"/today/{equity.lead_id}/"))


@pytest.mark.parametrize(
    "said", [{"kind": "RISK_LEVEL", "value": "7"}, {"kind": "INCOME", "value": "B9"}, {"kind": "STATUS", "value": "CLOSED"}]
)  # fmt: skip
@pytest.mark.parametrize(
    ("headers", "sentence"), [({}, "This cannot be said of a customer"), (CHINESE, "不能这样登记该客户的情况")]
)
def test_what_cannot_be_is_refused_in_the_readers_language(harbour, sign_in, equity, said, headers, sentence):
    client = sign_in("hl1001", **headers)
    post(client, equity, **said)
    assert sentence in text_of(client.get(f"/today/{equity.lead_id}/"))
    assert known_now(SELLER, equity.customer_id).risk_level is None


def test_a_colleagues_lead_is_not_found(sign_in, equity):
    answer = post(sign_in("hp2001"), equity, kind="INCOME", value="B1")
    assert answer.status_code == 404


def test_who_died_is_offered_nothing_more(client, equity):
    post(client, equity, kind="STATUS", value="DECEASED", said_by="RELATIVE")
    page = client.get(f"/today/{equity.lead_id}/")
    assert "A company reports that the customer died" in text_of(page)
    assert 'value="INTERESTED"' not in page.content.decode()


def test_the_answer_is_the_sellers_own_and_dated(client, equity):
    from onefold.domains.customers.circumstances import heard_of

    post(client, equity, kind="INCOME", value="B2", said_by="DOCUMENT")
    (heard,) = [one for one in heard_of(SELLER, equity.customer_id) if one.told.kind == "INCOME"]
    assert (heard.seller, heard.said_by) == ("HL1001", "DOCUMENT") and isinstance(heard.told.told_id, UUID)
