"""An accompanied visit to its end: asked, agreed, and who led, who learned, who closed; seen by the two who were there."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.consent.actions import withdraw as withdraw_consent
from onefold.domains.consent.queries import consents_of
from onefold.domains.leads import refusals
from onefold.domains.leads.models import Lead, Visit
from onefold.domains.leads.referral_queries import colleagues_for, referrals_of
from onefold.domains.leads.referring import accept, refer
from onefold.domains.leads.visiting import VisitRow, note_visit, visits_of
from tests.stories.harbour import World

DAY = date(2026, 6, 30)


@pytest.fixture
def asked(harbour, as_role) -> tuple[Viewer, Viewer, UUID]:
    """Lin has asked a specialist along to Wei Ming: the seller, the specialist, the referral."""
    seller, row = World(as_role).lead_of("wei_ming")
    with reading(seller):
        along = colleagues_for(seller, Lead.objects.get(lead_id=row["lead_id"]))[0].seller
    made = refer(seller, uuid4(), lead_id=row["lead_id"], to_seller=along.seller, kind="ACCOMPANY")
    return seller, Viewer.of_seller(along.seller, along.company), UUID(str(made["referral_id"]))


@pytest.fixture
def agreed(asked) -> tuple[Viewer, Viewer, UUID]:
    _, specialist, referral_id = asked
    accept(specialist, uuid4(), referral_id=referral_id)
    return asked


def told(viewer: Viewer) -> list[VisitRow]:
    return list(visits_of(viewer, referrals_of(viewer)).values())


def note(viewer: Viewer, referral_id: UUID, led_by: str, held_on: date = DAY, **more: Any) -> Any:
    return note_visit(viewer, uuid4(), referral_id=referral_id, held_on=held_on, led_by=led_by, **more)


def test_what_one_says_of_it_both_see_and_what_is_said_last_counts(agreed):
    seller, specialist, referral_id = agreed
    note(seller, referral_id, specialist.seller, learned_by=seller.seller)
    first = VisitRow(DAY, specialist.seller, seller.seller, "")
    assert told(seller) == told(specialist) == [first]
    note(specialist, referral_id, specialist.seller, learned_by=seller.seller, closed_by=seller.seller)
    assert told(seller) == told(specialist) == [VisitRow(DAY, specialist.seller, seller.seller, seller.seller)]


def test_sent_twice_it_is_written_once(agreed, as_role):
    seller, _, referral_id = agreed
    command_id = uuid4()
    for _ in range(2):
        note_visit(seller, command_id, referral_id=referral_id, held_on=DAY, led_by=seller.seller)
    with as_role("batch"), reading(Viewer.system("test")):
        assert Visit.objects.count() == 1


def test_before_anybody_agreed_there_is_no_visit(asked):
    seller, _, referral_id = asked
    with pytest.raises(refusals.NobodyAlong):
        note(seller, referral_id, seller.seller)


def test_others_were_not_there(agreed):
    seller, specialist, referral_id = agreed
    with pytest.raises(refusals.ReferralUnknown):
        note(Viewer.of_seller("HL1002", "HLIFE"), referral_id, seller.seller)
    for more in ({"learned_by": seller.seller}, {"learned_by": "HL1002"}, {"closed_by": "HL1002"}):
        with pytest.raises(refusals.VisitUnfit):
            note(seller, referral_id, seller.seller, **more)
    with pytest.raises(refusals.VisitUnfit):
        note(seller, referral_id, "HL1002")
    for day in (DAY - timedelta(days=1), DAY + timedelta(days=1)):
        with pytest.raises(refusals.VisitDayImpossible):
            note(seller, referral_id, seller.seller, day)
    assert told(seller) == told(specialist) == []


def test_without_the_customers_consent_the_other_company_sees_it_no_more(agreed):
    seller, specialist, referral_id = agreed
    if specialist.company == seller.company:
        pytest.fail("the story wants a specialist of another company")
    note(seller, referral_id, specialist.seller)
    row = next(row for row in referrals_of(seller) if row.referral_id == referral_id)
    company = Viewer.of_company(seller.company, roles=frozenset({"COMPLIANCE"}))
    for consent in consents_of(company, row.customer_id):
        if (consent.from_company, consent.to_company) == (seller.company, specialist.company):
            withdraw_consent(company, uuid4(), consent_id=consent.consent_id, why="CUSTOMER_WISH")
    assert len(told(seller)) == 1
    with reading(specialist):
        assert not Visit.objects.exists(), "the wall of the database itself"


def test_the_wall_lets_nobody_else_tell_of_it(agreed):
    """Straight into the table, past the action."""
    seller, _, referral_id = agreed
    with pytest.raises(DatabaseError), reading(Viewer.of_seller("HL1002", "HLIFE")), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO leads_visit (referral_id, number, held_on, led_by_id, at, by) VALUES (%s, 0, %s, %s, now(), 'x')",
            [referral_id, DAY, seller.seller],
        )
