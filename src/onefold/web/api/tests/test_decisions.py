"""Decisions over the interface: asked by a machine, answered with reasons, found again."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.cache import cache

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.customers.models import Membership, SourceRecord
from onefold.domains.offers.models import Decision
from onefold.domains.organisation.models import Channel
from onefold.domains.releases.queries import active_release_id
from onefold.domains.sellers.models import Seller
from onefold.web.api.tests.machines import Machine

HPC, HLIFE, SYSTEM = Viewer.of_company("HPC"), Viewer.of_company("HLIFE"), Viewer.system("test")


@pytest.fixture
def machine(harbour) -> Machine:
    cache.clear()
    return Machine(HPC, "DECISIONS")


@pytest.fixture
def question(harbour, as_role) -> dict:
    """About a customer to whom the release would have a seller of HPC speak, by HPC's own key."""
    with as_role("batch"), reading(SYSTEM):
        channel_of = dict(Seller.objects.filter(company_id="HPC").values_list("seller_id", "channel_id"))
        for row in Decision.objects.filter(release_id=active_release_id(SYSTEM)).order_by("customer_id"):
            for seller, blocked, value in zip(row.sellers, row.blocked, row.values, strict=True):
                record = SourceRecord.objects.filter(membership__customer_id=row.customer_id, company_id="HPC").first()
                if seller in channel_of and not blocked and value > 0 and record:
                    return {
                        "decision_id": str(uuid4()), "customer_key": record.source_key, "channel": channel_of[seller],
                        "seller": seller, "reason": "OUTBOUND",
                    }  # fmt: skip
    raise AssertionError("Harbour Group has no offer through a seller of HPC")


def test_an_offer_comes_with_its_reasons_in_the_language_asked_for(machine, question):
    english = machine.post("/decisions", question)
    assert english.status_code == 201, english.content
    decision = english.json()
    best = decision["offers"][0]
    assert (best["action"], best["gates"], best["missing"]) == ("SELL", [], [])
    assert best["why"]["for"] and not best["why"]["against"]
    assert {"release", "rulebook", "model", "core", "as_of", "evidence_id"} <= decision.keys()
    forbidden = next(other for other in decision["others"] if other["gates"])
    assert forbidden["why"]["against"] or forbidden["why"]["missing"]
    chinese = machine.post("/decisions", question, **{"accept-language": "zh-CN"}).json()
    assert chinese["evidence_id"] == decision["evidence_id"]
    assert chinese["offers"][0]["name"] != best["name"]
    assert chinese["offers"][0]["why"]["for"] != best["why"]["for"]


def test_the_same_question_again_is_the_first_answer_and_another_under_its_id_is_refused(machine, question):
    first = machine.post("/decisions", question).content
    assert machine.post("/decisions", question).content == first
    assert machine.replaced().post("/decisions", question).content == first
    other = machine.post("/decisions", question | {"reason": "INBOUND_NEED"})
    assert (other.status_code, other.json()["code"]) == (422, "COMMAND_REUSED")


def test_a_decision_is_found_again_by_whoever_asked_and_by_nobody_else(machine, question):
    decision = machine.post("/decisions", question).json()
    assert machine.get(f"/decisions/{decision['evidence_id']}").json() == decision
    other = Machine(HLIFE, "DECISIONS")
    foreign, missing = other.get(f"/decisions/{decision['evidence_id']}"), other.get(f"/decisions/{uuid4()}")
    assert foreign.status_code == missing.status_code == 404
    assert foreign.content == missing.content


def test_somebody_elses_customer_and_nobody_look_the_same(machine, question, as_role):
    with as_role("batch"), reading(SYSTEM):
        known = set(Membership.objects.filter(company_id="HPC").values_list("customer_id", flat=True))
        keys = set(SourceRecord.objects.filter(company_id="HPC").values_list("source_key", flat=True))
        theirs = SourceRecord.objects.exclude(company_id="HPC").exclude(membership__customer_id__in=known)
        foreign_keys = [key for key in theirs.values_list("source_key", flat=True) if key not in keys]
    missing = machine.post("/decisions", question | {"customer_key": "NOBODY", "decision_id": str(uuid4())})
    assert (missing.status_code, missing.json()["code"]) == (404, "CUSTOMER_UNKNOWN")
    assert foreign_keys
    for key in foreign_keys[:20]:
        answer = machine.post("/decisions", question | {"customer_key": key, "decision_id": str(uuid4())})
        assert answer.content == missing.content


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"channel": "NOWHERE"}, 404, "CHANNEL_NOT_YOURS"),
        ({"seller": "NOBODY"}, 404, "SELLER_NOT_YOURS"),
        ({"series": ["HPC.NOTHING"]}, 404, "SERIES_UNKNOWN"),
        ({"reason": "WHY_NOT"}, 422, "WORDS_UNSUITABLE"),
        ({"customer_id": str(uuid4())}, 422, "WORDS_UNSUITABLE"),
        ({"customer_key": None}, 422, "WORDS_UNSUITABLE"),
        ({"customer_key": "a\x00b"}, 422, "WORDS_UNSUITABLE"),
    ],
)
def test_a_question_that_cannot_be_is_refused_with_a_code(machine, question, change, status, code):
    answer = machine.post("/decisions", question | change)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_channel_of_another_company_is_not_ones_own(machine, question):
    with reading(HPC):
        other = Channel.objects.exclude(company_id="HPC").first().channel_id
    assert machine.post("/decisions", question | {"channel": other}).json()["code"] == "CHANNEL_NOT_YOURS"
