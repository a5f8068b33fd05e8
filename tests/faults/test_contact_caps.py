"""Row 48: however many sellers dial a household at once, no more come through than it may be contacted."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from onefold.commands.scope import entered, reading, today
from onefold.commands.viewer import Viewer
from onefold.domains import rulebook
from onefold.domains.contacts.models import Touch
from onefold.domains.leads.actions import answer, correct
from onefold.domains.leads.calling import dial
from onefold.domains.leads.models import Lead
from onefold.kernel.refusals import Refusal
from tests.stories.harbour import SYSTEM, World

DIALLERS = 16
Leads = tuple[Viewer, list[UUID]]


@pytest.fixture
def leads(harbour: str, as_role: Any) -> Leads:
    """A seller, and sixteen leads about one customer: as many as one household never has, all of them good."""
    seller, row = World(as_role).lead_of("wei_ming")
    with as_role("batch"), reading(SYSTEM) as at:
        lead = Lead.objects.get(lead_id=row["lead_id"])
    more = []
    with as_role("batch"), entered(SYSTEM, at, read_only=False):
        for _ in range(DIALLERS):
            lead.lead_id = uuid4()
            lead.save(force_insert=True)
            more.append(lead.lead_id)
    return seller, more


def allowed(as_role: Any) -> int:
    with as_role("batch"), reading(SYSTEM) as at:
        return int(rulebook.value("contact.household_contacts", today(at))["max"])


def contacts(as_role: Any) -> int:
    with as_role("batch"), reading(SYSTEM):
        return Touch.objects.count()


def dialled(seller: Viewer, lead_id: UUID) -> str:
    try:
        dial(seller, uuid4(), lead_id=lead_id)
        return "THROUGH"
    except Refusal as refusal:
        return refusal.code
    finally:
        connection.close()


def test_of_sixteen_who_dial_at_once_as_many_come_through_as_the_household_may_be_contacted(
    leads: Leads, as_role: Any
) -> None:
    seller, ids = leads
    with ThreadPoolExecutor(DIALLERS) as pool:
        found = Counter(pool.map(lambda lead_id: dialled(seller, lead_id), ids))
    most = allowed(as_role)
    assert found == {"THROUGH": most, "CALL_FORBIDDEN_NOW": DIALLERS - most}
    assert contacts(as_role) == most


def test_a_call_and_what_came_of_it_are_one_contact(leads: Leads, as_role: Any) -> None:
    seller, (one, other, *_) = leads
    assert dialled(seller, one) == "THROUGH"
    assert dialled(seller, one) == "THROUGH", "the line dropped: dialling again is the same contact"
    assert contacts(as_role) == 1
    told = answer(seller, uuid4(), lead_id=one, code="NOT_REACHED")
    assert contacts(as_role) == 1
    correct(seller, uuid4(), outcome_id=UUID(told["outcome_id"]))
    answer(seller, uuid4(), lead_id=one, code="NOT_REACHED")
    assert contacts(as_role) == 1, "a slip put right is no other call"
    assert dialled(seller, one) == "THROUGH"
    answer(seller, uuid4(), lead_id=other, code="NOT_REACHED")
    assert contacts(as_role) == 3, "an answer without a call of ours is a contact by itself"
