"""A decision for somebody who asks: by what is true now, with what it rested on, the same again to the byte."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onefold.commands import clock
from onefold.commands.action import CommandReused
from onefold.commands.models import AuditLine
from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer, ViewerKind
from onefold.decision.gates import Gate
from onefold.domains.consent.actions import block_contact, withdraw
from onefold.domains.consent.models import Consent
from onefold.domains.contacts.actions import record_attempt, silence
from onefold.domains.customers.models import Membership
from onefold.domains.customers.refusals import CustomerUnknown
from onefold.domains.holdout.models import Arm
from onefold.domains.offers import refusals
from onefold.domains.offers.actions import decide
from onefold.domains.offers.evidence import Made, decision_made, decisions_about, is_same_again, replayed
from onefold.domains.offers.models import Decision, Evidence
from onefold.domains.offers.queries import Verdict, judge_now
from onefold.domains.organisation.models import Channel
from onefold.domains.releases.queries import active_release_id
from onefold.domains.sellers.models import Seller

HPC, SYSTEM = Viewer.of_company("HPC"), Viewer.system("test")


@pytest.fixture
def offers(harbour, as_role) -> list[tuple[UUID, str, Seller]]:
    """(customer, series, seller of HPC) that the release would have a seller of HPC speak about."""
    with as_role("batch"), reading(SYSTEM):
        sellers = {seller.seller_id: seller for seller in Seller.objects.filter(company_id="HPC")}
        rows = Decision.objects.filter(release_id=active_release_id(SYSTEM)).order_by("customer_id", "owner_company_id")
        return [
            (row.customer_id, code, sellers[seller])
            for row in rows
            for code, seller, blocked, value in zip(row.series, row.sellers, row.blocked, row.values, strict=True)
            if seller in sellers and not blocked and value > 0
        ]


@pytest.fixture
def offer(offers) -> tuple[UUID, str, Seller]:
    assert offers, "Harbour Group has an offer through a seller of HPC"
    return offers[0]


def ask(offer, reason: str = "OUTBOUND", viewer: Viewer = HPC, **words) -> Made:
    customer, _, seller = offer
    words = {"customer_id": customer, "channel": seller.channel_id, "seller": seller.seller_id, **words}
    done = decide(viewer, uuid4(), decision_id=uuid4(), reason=reason, **words)
    return decision_made(viewer, UUID(done["evidence_id"]))


def about(made: Made, series: str) -> Verdict:
    return next(verdict for verdict in (*made.offered, *made.others) if verdict.series == series)


def test_what_the_release_offers_is_offered_now_and_worth_the_same(offer):
    _, series, seller = offer
    made = ask(offer)
    verdict = about(made, series)
    assert verdict in made.offered
    assert (verdict.action, verdict.seller, verdict.blocked) == ("SELL", seller.seller_id, 0)
    assert verdict.score > 0


def test_the_order_is_by_worth_and_no_offer_is_worth_nothing(offers):
    for offer in offers:
        values = [verdict.value_minor for verdict in ask(offer).offered]
        assert values == sorted(values, reverse=True)
        assert all(value > 0 for value in values)


def test_one_customer_is_judged_like_each_series_alone(offers):
    """The same core, the same facts: what the click judges one by one is what the decision says of all at once."""
    for customer, _, seller in offers[:5]:
        made = ask((customer, "", seller))
        for verdict in (*made.offered, *made.others):
            alone = judge_now(HPC, customer, verdict.series, seller.seller_id)
            late = Gate.CONTACTED_ENOUGH.bit | Gate.OTHER_COMPANY_FIRST.bit | Gate.QUIET_TIME.bit
            assert verdict.blocked & ~late == alone.blocked & ~late, verdict.series


@pytest.mark.parametrize(
    ("what", "gate"),
    [
        (lambda offer: block_contact(HPC, uuid4(), customer_id=offer[0]), Gate.DO_NOT_CONTACT),
        (lambda offer: silence(HPC, uuid4(), customer_id=offer[0], series=offer[1], until=tomorrow()), Gate.SUPPRESSED),
        (lambda offer: silence(HPC, uuid4(), customer_id=offer[0], series="ALL", until=tomorrow()), Gate.SUPPRESSED),
        (lambda offer: contacted_thrice(offer), Gate.CONTACTED_ENOUGH),
    ],
)
def test_what_happened_since_the_release_counts_and_a_need_is_served_all_the_same(offer, what, gate):
    what(offer)
    assert about(ask(offer), offer[1]).blocked & gate.bit
    assert about(ask(offer), offer[1]) not in ask(offer).offered
    assert about(ask(offer, "INBOUND_NEED"), offer[1]) in ask(offer, "INBOUND_NEED").offered


def tomorrow():
    return (clock.now() + timedelta(days=30)).date()


def contacted_thrice(offer) -> None:
    for _ in range(3):
        record_attempt(
            HPC, uuid4(), customer_id=offer[0], channel=offer[2].channel_id, seller=offer[2].seller_id,
            series=offer[1], outcome="NOT_REACHED",
        )  # fmt: skip


def test_another_companys_contacts_count_and_it_is_not_said_whose(offer, as_role):
    contacted_by_another(as_role, offer, times=3)
    assert about(ask(offer), offer[1]).blocked & Gate.CONTACTED_ENOUGH.bit


def contacted_by_another(as_role, offer, times: int) -> None:
    with as_role("batch"), reading(SYSTEM):
        other = Channel.objects.exclude(company_id="HPC").first()
    with as_role("batch"):
        for _ in range(times):
            record_attempt(
                Viewer(ViewerKind.SYSTEM, "system:test", company=other.company_id), uuid4(), customer_id=offer[0],
                channel=other.channel_id, seller="", series="", outcome="NOT_REACHED",
            )  # fmt: skip


def test_a_household_another_company_is_with_is_left_to_it_for_its_days(offer, as_role):
    """Our own contact does not stand in our way; another company's does, at the counter and at the click, until its days are over."""
    record_attempt(
        HPC, uuid4(), customer_id=offer[0], channel=offer[2].channel_id, seller=offer[2].seller_id, series=offer[1],
        outcome="NOT_REACHED",
    )  # fmt: skip
    assert not about(ask(offer), offer[1]).blocked & Gate.OTHER_COMPANY_FIRST.bit
    contacted_by_another(as_role, offer, times=1)
    assert about(ask(offer), offer[1]).blocked & Gate.OTHER_COMPANY_FIRST.bit
    assert judge_now(HPC, offer[0], offer[1], offer[2].seller_id).blocked & Gate.OTHER_COMPANY_FIRST.bit
    assert not about(ask(offer, "INBOUND_NEED"), offer[1]).blocked & Gate.OTHER_COMPANY_FIRST.bit
    with as_role("batch"):
        clock.set_demo_clock(clock.now() + timedelta(days=14))
    assert not judge_now(HPC, offer[0], offer[1], offer[2].seller_id).blocked & Gate.OTHER_COMPANY_FIRST.bit


def test_a_consent_withdrawn_a_moment_ago_forbids_what_it_allowed(offer, as_role):
    customer, series, _ = offer
    owner = about(ask(offer), series).owner_company
    with as_role("batch"), reading(SYSTEM):
        given = Consent.objects.filter(
            customer_id=customer, from_company_id="HPC", to_company_id=owner, purpose="MARKETING"
        )
        consents = list(given.values_list("consent_id", flat=True))
    for consent_id in consents:
        withdraw(HPC, uuid4(), consent_id=consent_id, why="CUSTOMER_WISH")
    assert about(ask(offer), series).blocked & Gate.NO_CONSENT.bit


def test_a_held_out_household_gets_no_recommendation_and_its_need_is_served(offer, as_role):
    with as_role("batch"), reading_to_write():
        Arm.objects.update_or_create(
            customer_id=offer[0], defaults={"arm": "HOLDOUT", "drawn_on": clock.now().date(), "basis": "HANDED_IN"}
        )
    assert ask(offer).offered == ()
    assert about(ask(offer), offer[1]).blocked & Gate.HELD_OUT.bit
    assert about(ask(offer, "INBOUND_NEED"), offer[1]) in ask(offer, "INBOUND_NEED").offered


def reading_to_write():
    from onefold.commands import scope

    return scope.entered(SYSTEM, clock.now(), read_only=False)


def test_the_same_decision_id_is_the_first_answer_and_another_question_under_it_is_refused(offer):
    customer, _, seller = offer
    command, decision = uuid4(), uuid4()
    words = {"decision_id": decision, "reason": "OUTBOUND", "channel": seller.channel_id, "customer_id": customer}
    first = decide(HPC, command, **words)
    contacted_thrice(offer)
    assert decide(HPC, command, **words) == first
    with pytest.raises(CommandReused):
        decide(HPC, command, **words | {"reason": "INBOUND_NEED"})
    with reading(HPC):
        assert Evidence.objects.count() == 1


def test_what_was_decided_comes_out_the_same_again(offers, as_role):
    for offer in offers[:5]:
        for reason in ("OUTBOUND", "INBOUND_NEED"):
            assert is_same_again(HPC, ask(offer, reason).evidence_id)
    with as_role("batch"):
        again = list(replayed(SYSTEM, 1000))
    assert len(again) == 2 * len(offers[:5])
    assert all(same for _, same in again)


def test_evidence_that_was_tampered_with_does_not_come_out_the_same(offer, as_role):
    from onefold.domains.offers.conclusions import packed, unpacked

    made = ask(offer)
    with as_role("batch"), reading_to_write():
        row = Evidence.objects.get(evidence_id=made.evidence_id)
        facts = unpacked(bytes(row.facts))
        facts["columns"]["margin"] = [value + 100_000 for value in facts["columns"]["margin"]]
        Evidence.objects.filter(evidence_id=made.evidence_id).update(facts=packed(facts))
    assert not is_same_again(HPC, made.evidence_id)


def test_evidence_holds_pseudonyms_codes_and_numbers_only(offer, as_role):
    from onefold.domains.customers.models import SourceRecord
    from onefold.domains.offers.conclusions import unpacked

    made = ask(offer)
    with as_role("batch"), reading(SYSTEM):
        row = Evidence.objects.get(evidence_id=made.evidence_id)
        words = str(unpacked(bytes(row.facts))) + str(unpacked(bytes(row.verdict)))
        for record in SourceRecord.objects.filter(membership__customer_id=made.customer_id):
            for value in (record.name, record.id_number, record.phone, record.source_key):
                assert not value or value not in words
        assert AuditLine.objects.filter(action="offers.decide", subject=str(made.customer_id)).exists()


def test_what_speaks_for_an_offer_does_not_tell_of_a_holding_one_may_not_see(harbour, as_role):
    """The published verdict on HBANK's loan may rest on a life policy; HBANK's counter is not told of that policy so."""
    from onefold.commands.prepared import answer
    from onefold.domains.holdings.queries import held_series
    from onefold.domains.offers.queries import UNSEEN, published_verdicts, verdicts_of

    with as_role("batch"), reading(SYSTEM):
        release = active_release_id(SYSTEM)
        customers = list(Decision.objects.filter(release_id=release).values_list("customer_id", flat=True).distinct())
    hidden = 0
    for company in ("HBANK", "HPC", "HLIFE"):
        viewer = Viewer.of_company(company)
        for customer in customers:
            held = held_series(viewer, customer)
            with reading(viewer):
                verdicts = answer(viewer, published_verdicts(customer, release))
            hidden += sum(bool(row.because) and row.because not in held for row in verdicts)
            seen = verdicts_of(viewer, customer)
            assert all(row.because in held or row.because in ("", UNSEEN) for row in seen)
            said = [sentence for row in seen if row.because == UNSEEN for sentence in row.why("en").for_]
            assert not [sentence for sentence in said if "% hold" in sentence or "also hold" in sentence]
    assert hidden, "otherwise nothing was proved"


def test_what_is_asked_together_is_what_is_asked_one_by_one(harbour):
    """Of every customer, by every kind of viewer: dates, ids, arrays and nothing at all come back as the same values."""
    from onefold.commands.prepared import answer, answers
    from onefold.domains.offers.gathering import questions_about
    from onefold.domains.releases.queries import in_force

    seen = 0
    for viewer in (HPC, Viewer.of_company("HBANK"), Viewer.of_seller("S-HLIFE-001", "HLIFE")):
        with reading(viewer) as at:
            release = answer(viewer, in_force())
            assert answers(viewer, in_force()) == [release]
            for customer in set(Membership.objects.values_list("customer_id", flat=True)):
                asked = questions_about(viewer, customer, today(at), release.release_id, since=at - timedelta(days=30))
                assert answers(viewer, *asked) == [answer(viewer, one) for one in asked]
                seen += 1
    assert seen > 20


def test_no_fee_is_among_the_facts(offer):
    made = ask(offer)
    with reading(HPC):
        ask_row = Evidence.objects.get(evidence_id=made.evidence_id)
    from onefold.domains.offers.conclusions import unpacked

    names = unpacked(bytes(ask_row.facts))["columns"]
    assert not [name for name in names if "fee" in name or "commission" in name or "bonus" in name]


def test_another_companys_decision_and_none_look_the_same(offer):
    made = ask(offer)
    for evidence_id in (made.evidence_id, uuid4()):
        with pytest.raises(refusals.EvidenceUnknown):
            decision_made(Viewer.of_company("HLIFE"), evidence_id)
    assert decisions_about(Viewer.of_company("HLIFE"), offer[0]) == []
    with reading(Viewer.of_company("HLIFE")):
        assert list(Evidence.objects.all()) == [], "the wall alone"
    assert [one.evidence_id for one in decisions_about(HPC, offer[0])] == [made.evidence_id]


def test_a_customer_of_somebody_else_and_nobody_are_refused_alike(offer, strangers):
    for customer in (*strangers, uuid4()):
        with pytest.raises(CustomerUnknown):
            ask(offer, customer_id=customer)
    with pytest.raises(CustomerUnknown):
        ask(offer, customer_id=None, customer_key="no such key")


@pytest.fixture
def strangers(harbour, as_role) -> Iterator[list[UUID]]:
    from onefold.domains.customers.models import Membership

    with as_role("batch"), reading(SYSTEM):
        known = set(Membership.objects.filter(company_id="HPC").values_list("customer_id", flat=True))
        shared = set(Consent.objects.filter(to_company_id="HPC").values_list("customer_id", flat=True))
        everybody = set(Membership.objects.values_list("customer_id", flat=True))
    found = sorted(everybody - known - shared)
    assert found
    return found


def test_channel_and_seller_are_ones_own(offer):
    with pytest.raises(refusals.ChannelNotYours):
        ask(offer, channel="HLIFE.AGENCY")
    with pytest.raises(refusals.SellerNotYours):
        ask(offer, seller="NOBODY")
    with pytest.raises(refusals.SeriesUnknown):
        ask(offer, series=["HPC.NOTHING"])


def test_without_a_seller_the_one_of_the_relationship_counts(offer):
    assert about(ask(offer, seller=""), offer[1]) in ask(offer, seller="").offered


def test_a_decision_asks_the_database_the_same_few_questions_however_many_series(offer):
    ask(offer)
    customer, series, seller = offer
    counts = []
    for some in ((series,), ()):
        with CaptureQueriesContext(connection) as asked:
            decide(
                HPC, uuid4(), decision_id=uuid4(), reason="OUTBOUND", customer_id=customer,
                channel=seller.channel_id, seller=seller.seller_id, series=list(some),
            )  # fmt: skip
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 26
