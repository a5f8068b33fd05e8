"""A seller's day: what is on the list, what an answer does to it, and that the gates are judged again at the click."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from onefold.cli.work import run_once
from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.decision.gates import ASKS, OF_CUSTOMER, Gate, gates_in
from onefold.domains.consent.actions import withdraw
from onefold.domains.consent.models import Consent
from onefold.domains.contacts.queries import attempts_with
from onefold.domains.leads import refusals
from onefold.domains.leads.actions import answer
from onefold.domains.leads.queries import open_leads_of
from onefold.domains.offers.queries import judge_now, verdicts_of
from tests.stories.harbour import COMPANY_OF_SELLER, EXPECTED, SYSTEM, World


@pytest.fixture
def world(harbour, as_role) -> World:
    return World(as_role)


def names_on_list(world: World, viewer: Viewer) -> list[str]:
    return [world.name_of[row.customer_id] for row in open_leads_of(viewer)]


def test_a_seller_sees_the_published_leads_best_first(world):
    for seller, leads in world.leads.items():
        viewer = Viewer.of_seller(seller, COMPANY_OF_SELLER[seller[:2]])
        assert names_on_list(world, viewer) == [lead["customer"] for lead in leads]


def test_not_until_takes_the_lead_off_the_list_and_silences_the_series_for_every_company(world, as_role):
    viewer, lead = world.lead_of("wei_ming")
    result = answer(viewer, uuid4(), lead_id=lead["lead_id"], code="NOT_UNTIL", not_until=date(2026, 9, 1))
    assert result["until"] == "2026-09-01"
    assert "wei_ming" not in names_on_list(world, viewer)
    verdict = judge_now(viewer, world.customer_of["wei_ming"], lead["series"], viewer.seller)
    assert gates_in(verdict.blocked) == [Gate.SUPPRESSED]
    with as_role("batch"):
        assert run_once()
    again = World(as_role)
    assert again.verdicts["wei_ming", lead["series"]][1] & Gate.SUPPRESSED.bit
    assert not any(
        row["customer"] == "wei_ming" and row["series"] == lead["series"] for row in again.leads[viewer.seller]
    )


@pytest.mark.parametrize("day", [None, date(2026, 6, 30), date(2028, 1, 1)])
def test_not_until_needs_a_day_that_makes_sense(world, day):
    viewer, lead = world.lead_of("wei_ming")
    with pytest.raises(refusals.NotUntilNeedsDay):
        answer(viewer, uuid4(), lead_id=lead["lead_id"], code="NOT_UNTIL", not_until=day)
    assert "wei_ming" in names_on_list(world, viewer)


def test_do_not_contact_ends_every_offer_to_the_customer_at_once(world):
    viewer, lead = world.lead_of("wei_ming")
    answer(viewer, uuid4(), lead_id=lead["lead_id"], code="DO_NOT_CONTACT")
    assert "wei_ming" not in names_on_list(world, viewer)
    for verdict in verdicts_of(viewer, world.customer_of["wei_ming"]):
        now = judge_now(viewer, world.customer_of["wei_ming"], verdict.series, viewer.seller)
        assert Gate.DO_NOT_CONTACT in gates_in(now.blocked)


def test_a_consent_withdrawn_after_publishing_hides_the_lead_and_forbids_the_click(world, as_role):
    viewer, lead = world.lead_of("wei_ming")
    customer = world.customer_of["wei_ming"]
    owner = lead["series"].split(".")[0]
    with as_role("batch"), reading(SYSTEM):
        consents = Consent.objects.filter(
            customer_id=customer, purpose="MARKETING", from_company_id=viewer.company, to_company_id=owner
        )
        ids = list(consents.values_list("consent_id", flat=True))
    assert ids
    for consent_id in ids:
        withdraw(Viewer.of_company(viewer.company), uuid4(), consent_id=consent_id, why="CUSTOMER_ASKED")
    assert "wei_ming" not in names_on_list(world, viewer)
    with pytest.raises(refusals.LeadForbiddenNow) as refused:
        answer(viewer, uuid4(), lead_id=lead["lead_id"], code="INTERESTED")
    assert refused.value.data["gates"] == "NO_CONSENT"


def test_an_answer_is_given_once_however_often_it_is_sent(world):
    viewer, lead = world.lead_of("wei_ming")
    command_id = uuid4()
    first = answer(viewer, command_id, lead_id=lead["lead_id"], code="DECLINED")
    assert answer(viewer, command_id, lead_id=lead["lead_id"], code="DECLINED") == first
    assert len(attempts_with(viewer, world.customer_of["wei_ming"])) == 1
    with pytest.raises(refusals.LeadAnsweredBefore):
        answer(viewer, uuid4(), lead_id=lead["lead_id"], code="INTERESTED")


def test_not_reached_keeps_the_lead_on_the_list(world):
    viewer, lead = world.lead_of("wei_ming")
    answer(viewer, uuid4(), lead_id=lead["lead_id"], code="NOT_REACHED")
    assert "wei_ming" in names_on_list(world, viewer)
    assert [attempt.outcome for attempt in attempts_with(viewer, world.customer_of["wei_ming"])] == ["NOT_REACHED"]


def test_somebody_elses_lead_looks_like_no_lead_at_all(world):
    _, lead = world.lead_of("wei_ming")
    other = Viewer.of_seller("HL1002", "HLIFE")
    with pytest.raises(refusals.LeadUnknown) as foreign:
        answer(other, uuid4(), lead_id=lead["lead_id"], code="DECLINED")
    with pytest.raises(refusals.LeadUnknown) as nobody:
        answer(other, uuid4(), lead_id=uuid4(), code="DECLINED")
    assert str(foreign.value) == str(nobody.value)


def test_the_gates_at_the_click_are_the_gates_of_the_batch(world):
    """For every lead published: judged now, in the seller's own scope, it passes as it did in the batch."""
    for leads in world.leads.values():
        for lead in leads:
            viewer, _ = world.lead_of(lead["customer"])
            verdict = judge_now(viewer, world.customer_of[lead["customer"]], lead["series"], viewer.seller)
            # Who refers, or brings a specialist along, need not be able to sell.
            against = verdict.blocked if lead["action"] == "SELL" else verdict.blocked & OF_CUSTOMER
            assert not against, (lead["customer"], lead["series"], gates_in(against))


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_twenty_named_customers_are_told_why_not_in_plain_words(world, language, as_role):
    from onefold.decision.reasons import WORDS

    cases = [case for case in EXPECTED["verdicts"] if case["blocked"]]
    assert len({case["customer"] for case in cases}) >= 20
    for case in cases:
        customer = world.customer_of[case["customer"]]
        with as_role("batch"), reading(SYSTEM):
            found = {row.series: row for row in verdicts_of(SYSTEM, customer)}
        why = found[case["series"]].why(language)
        missing = case.get("missing", [])
        words = WORDS[language]
        assert why.against == [words[Gate[gate]].against for gate in case["blocked"] if gate not in missing]
        asked = [words[gate].missing for gate in gates_in(found[case["series"]].warned) if gate in ASKS]
        assert sorted(why.missing) == sorted([*(words[Gate[gate]].missing for gate in missing), *asked])
        assert all(sentence.strip() for sentence in [*why.for_, *why.against, *why.missing, *why.questions])
