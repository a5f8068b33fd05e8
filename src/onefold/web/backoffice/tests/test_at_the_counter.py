"""A customer at the counter: what to speak about now, why, what is against it, what to ask; and compliance finds it again."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.customers.models import Membership
from onefold.domains.organisation.models import Channel
from onefold.kernel.ids import new_id
from onefold.web.tests.pages import text_of

HPC = Viewer.of_company("HPC")


@pytest.fixture
def customer(harbour) -> str:
    with reading(HPC):
        return str(Membership.objects.filter(company_id="HPC").order_by("customer_id").first().customer_id)


@pytest.fixture
def somebody(harbour, sign_in, new_user):
    def of(role: str, company: str = "HPC"):
        return sign_in(new_user(f"{role}.{company}.{uuid4().hex[:6]}", role, company).username)

    return of


def channel() -> str:
    with reading(HPC):
        return str(Channel.objects.filter(company_id="HPC").order_by("channel_id").first().channel_id)


def ask(client, customer: str, reason: str = "INBOUND_NEED"):
    body = {"command_id": str(new_id()), "channel": channel(), "reason": reason}
    return client.post(f"/customers/{customer}/decision/", body, follow=True)


def test_a_counter_learns_what_to_speak_about_and_why(somebody, customer):
    page = ask(somebody("COUNTER"), customer)
    assert page.status_code == 200
    words = text_of(page)
    assert "What to speak about" in words and "Not now, and why" in words
    assert "decided again: the same to the byte" in words
    assert re.search(r"/decisions/made/[0-9a-f-]{36}/$", page.redirect_chain[-1][0])


def test_the_customers_page_asks_and_remembers(somebody, customer):
    counter = somebody("COUNTER")
    assert "A customer is here" in text_of(counter.get(f"/customers/{customer}/"))
    made = ask(counter, customer).redirect_chain[-1][0]
    for role in ("COUNTER", "COMPLIANCE"):
        assert made in somebody(role).get(f"/customers/{customer}/").content.decode()
        assert somebody(role).get(made).status_code == 200


def test_who_may_not_decide_is_not_asked_and_another_company_finds_nothing(somebody, customer):
    manager = somebody("COMPANY_MANAGER")
    assert "A customer is here" not in text_of(manager.get(f"/customers/{customer}/"))
    assert ask(manager, customer).status_code == 403
    made = ask(somebody("COUNTER"), customer).redirect_chain[-1][0]
    other = somebody("COMPLIANCE", "HLIFE")
    missing, foreign = other.get(f"/decisions/made/{uuid4()}/"), other.get(made)
    assert foreign.status_code == missing.status_code == 404
    assert text_of(foreign) == text_of(missing)


def test_in_chinese_every_word_is_chinese(somebody, customer, sign_in):
    counter = somebody("COUNTER")
    made = ask(counter, customer).redirect_chain[-1][0]
    words = text_of(counter.get(made, headers={"accept-language": "zh-CN"}))
    assert "可谈什么" in words and "Speak about" not in words
