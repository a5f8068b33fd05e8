"""What is heard after a release counts from the next decision on; what the release forbade on more than one may see stands."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from onefold.commands import clock
from onefold.commands.scope import entered, reading
from onefold.commands.viewer import Viewer
from onefold.decision.gates import Gate
from onefold.domains.customers.actions import hear, take_back
from onefold.domains.customers.models import AnswerTaken, Membership
from onefold.domains.offers.actions import decide
from onefold.domains.offers.evidence import Made, decision_made, is_same_again
from onefold.domains.offers.models import Decision
from onefold.domains.offers.queries import Verdict, judge_now
from onefold.domains.organisation.models import Channel
from onefold.domains.releases.queries import active_release_id

SYSTEM = Viewer.system("test")
EQUITY, RISK = "HFUND.EQUITY", Gate.RISK_TOO_HIGH.bit


@pytest.fixture
def asked(harbour, as_role) -> tuple[UUID, Viewer, str]:
    """A grown person the fund knows, who holds no equity: customer, staff of the fund, a channel of it."""
    with as_role("batch"), reading(SYSTEM):
        theirs = Membership.objects.filter(company_id="HFUND", customer__kind="PERSON").values("customer_id")
        rows = Decision.objects.filter(
            release_id=active_release_id(SYSTEM), owner_company_id="HFUND", customer_id__in=theirs
        )
        row = next(row for row in rows.order_by("customer_id") if not verdict_in(row, EQUITY)[0] & held_or_young())
        channel = (
            Channel.objects.filter(company_id="HFUND").order_by("channel_id").values_list("channel_id", flat=True)[0]
        )
    return row.customer_id, Viewer.of_company("HFUND"), channel


def held_or_young() -> int:
    return Gate.ALREADY_HELD.bit | Gate.TOO_YOUNG.bit | Gate.TOO_OLD.bit | Gate.NO_CAPACITY.bit


def verdict_in(row: Decision, series: str) -> tuple[int, int, int]:
    place = row.series.index(series)
    return row.blocked[place], row.missing[place], row.warned[place]


def made_for(asked, reason: str = "OUTBOUND", series: str = EQUITY) -> Made:
    customer, viewer, channel = asked
    done = decide(
        viewer, uuid4(), decision_id=uuid4(), customer_id=customer, channel=channel, reason=reason, series=[series]
    )
    return decision_made(viewer, UUID(done["evidence_id"]))


def verdict(asked, series: str = EQUITY, reason: str = "OUTBOUND") -> Verdict:
    made = made_for(asked, reason, series)
    assert is_same_again(asked[1], made.evidence_id)
    return next(one for one in (*made.offered, *made.others) if one.series == series)


def tell(asked, kind: str, value: str) -> UUID:
    return UUID(hear(asked[1], uuid4(), customer_id=asked[0], kind=kind, value=value)["answer_id"])


def test_nobody_tested_is_asked_and_a_result_settles_it_either_way(asked):
    assert verdict(asked).warned & RISK and not verdict(asked).blocked & RISK
    tell(asked, "RISK_LEVEL", "5")
    assert not (verdict(asked).warned | verdict(asked).blocked) & RISK
    tell(asked, "RISK_LEVEL", "2")
    assert verdict(asked).blocked & RISK, "of one company the last word counts"
    assert verdict(asked, reason="INBOUND_NEED").blocked & RISK, "a customer's own wish opens no gate of suitability"


def test_the_click_says_what_the_decision_says(asked):
    tell(asked, "RISK_LEVEL", "2")
    assert judge_now(asked[1], asked[0], EQUITY, "").blocked & RISK
    answer = tell(asked, "RISK_LEVEL", "4")
    now = judge_now(asked[1], asked[0], EQUITY, "")
    assert not (now.blocked | now.warned) & RISK
    take_back(asked[1], uuid4(), answer_id=answer)
    assert judge_now(asked[1], asked[0], EQUITY, "").blocked & RISK


def test_an_answer_taken_back_leaves_the_verdict_as_published(asked):
    before = verdict(asked)
    answer = tell(asked, "RISK_LEVEL", "1")
    take_back(asked[1], uuid4(), answer_id=answer)
    after = verdict(asked)
    assert (after.blocked, after.warned) == (before.blocked, before.warned)


def test_a_low_income_forbids_what_is_surely_too_much(asked):
    assert verdict(asked, "HLIFE.ANNUITY", "INBOUND_NEED").warned & Gate.MEANS_TOO_SMALL.bit
    tell(asked, "INCOME", "B1")
    assert verdict(asked, "HLIFE.ANNUITY", "INBOUND_NEED").blocked & Gate.MEANS_TOO_SMALL.bit


def test_a_death_that_another_company_heard_stops_everybody(asked, as_role):
    customer = asked[0]
    with as_role("batch"), reading(SYSTEM):
        known = Membership.objects.filter(customer_id=customer).exclude(company_id="HFUND")
        other = known.values_list("company_id", flat=True).first()
    assert other is not None, "told by a company that is not the one who asks"
    hear(Viewer.of_company(other), uuid4(), customer_id=customer, kind="STATUS", value="DECEASED", said_by="RELATIVE")
    assert verdict(asked).blocked & Gate.CUSTOMER_GONE.bit
    assert made_for(asked).offered == () == made_for(asked, "INBOUND_NEED").offered


def test_what_the_release_forbade_on_facts_not_seen_here_stands_whatever_is_heard(asked, as_role):
    with as_role("batch"), entered(SYSTEM, clock.now(), read_only=False):
        row = Decision.objects.get(release_id=active_release_id(SYSTEM), owner_company_id="HFUND", customer_id=asked[0])
        place = row.series.index(EQUITY)
        row.blocked[place] |= RISK
        row.warned[place] &= ~RISK
        row.save()
    assert verdict(asked).blocked & RISK
    tell(asked, "RISK_LEVEL", "5")
    assert verdict(asked).blocked & RISK, "a bank's lower result, which the fund may not read, still counts"


def test_what_the_run_knew_is_no_news(asked, as_role):
    """The release judged with the answer among everything else; only a newer one is judged besides."""
    answer = tell(asked, "RISK_LEVEL", "2")
    with as_role("batch"), entered(SYSTEM, clock.now(), read_only=False):
        AnswerTaken.objects.create(release_id=active_release_id(SYSTEM), answer_id=answer)
    assert not verdict(asked).blocked & RISK, "as published: this release says nothing against it"
    tell(asked, "RISK_LEVEL", "1")
    assert verdict(asked).blocked & RISK
