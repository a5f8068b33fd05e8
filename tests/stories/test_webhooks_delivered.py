"""The contract with a real receiver: told of what is its business, signed, at least once, and never for ever."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from django.conf import settings

from onefold.commands import outbox
from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.config.reactions import REACTIONS
from onefold.domains.consent.actions import block_contact, withdraw
from onefold.domains.consent.models import Consent, Withdrawal
from onefold.domains.customers.models import Membership, SourceRecord
from onefold.domains.webhooks import actions, courier, refusals
from onefold.domains.webhooks.models import Message
from onefold.domains.webhooks.queries import messages_of, webhooks_of
from onefold.domains.webhooks.rules import TYPES, secret_of
from onefold.jobs import couriers
from onefold.kernel import keys
from tests.receiver import Receiver, receiving

HPC, HLIFE, SYSTEM = Viewer.of_company("HPC"), Viewer.of_company("HLIFE"), Viewer.system("test")


@pytest.fixture
def receiver(monkeypatch) -> Iterator[Receiver]:
    from onefold.domains.rulebook import loaded

    quick = {"machines.webhook_timeout_s": 1, "machines.webhook_pauses_s": [0, 0]}
    real = loaded().value
    monkeypatch.setattr("onefold.domains.rulebook.value", lambda name, on: quick.get(name) or real(name, on))
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def webhook(harbour, receiver, as_role) -> UUID:
    with as_role("batch"):
        outbox.drain(REACTIONS)  # that the release was published is old news
    return UUID(actions.register(HPC, uuid4(), url=receiver.url, types=list(TYPES))["webhook_id"])


@pytest.fixture
def send(as_role):
    def sent() -> None:
        with as_role("batch"):
            outbox.drain(REACTIONS)
            couriers.send_until(threading.Event(), drained=True)

    return sent


@pytest.fixture
def tried(as_role, webhook):
    """One message that means nothing is on its way."""
    return actions.try_out(HPC, uuid4(), webhook_id=webhook)["message_id"]


def state(message_id: str) -> tuple[str, int, int | None, str]:
    row = next(row for row in messages_of(HPC, limit=200) if str(row.message_id) == message_id)
    return row.state, row.attempts, row.last_status, row.reason


def test_a_message_arrives_signed_and_is_written_down(webhook, receiver, tried, send):
    send()
    headers, body = receiver.got[0]
    words = dict(part.split("=") for part in headers["onefold-signature"].split(","))
    secret = secret_of(keys.current(settings.SECRETS, keys.WEBHOOK), webhook)
    assert words["v1"] == hmac.new(secret.encode(), f"{words['t']}.".encode() + body, hashlib.sha256).hexdigest()
    assert abs(int(words["t"]) - time.time()) < 60
    assert json.loads(body)["id"] == headers["onefold-message"] == tried
    assert json.loads(body)["type"] == headers["onefold-event"] == "webhook.tested"
    assert state(tried) == ("DELIVERED", 1, 200, "")


@pytest.mark.parametrize(
    ("plan", "attempts", "reason"),
    [([500], 2, ""), ([503, 404], 3, ""), (["slow"], 2, ""), ([302], 2, "")],
)
def test_a_message_that_did_not_arrive_is_tried_again(receiver, tried, send, plan, attempts, reason):
    receiver.plan = list(plan)
    send()
    assert state(tried) == ("DELIVERED", attempts, 200, reason)


def test_a_receiver_that_answers_too_late_gets_the_same_message_again(receiver, tried, send):
    receiver.plan = ["late"]
    send()
    assert receiver.ids == [tried, tried], "the same id, so that the receiver can tell"
    assert receiver.got[0][1] == receiver.got[1][1]
    assert state(tried)[:2] == ("DELIVERED", 2)


def test_after_the_last_try_it_is_put_aside_and_can_be_sent_again(webhook, receiver, tried, send):
    receiver.plan = [500, 500, 500]
    send()
    assert state(tried) == ("DEAD", 3, 500, "ANSWERED_NO")
    assert webhooks_of(HPC)[0].dead == 1
    actions.send_again(HPC, uuid4(), webhook_id=webhook, message_id=UUID(tried))
    with pytest.raises(refusals.MessageUnderWay):
        actions.send_again(HPC, uuid4(), webhook_id=webhook, message_id=UUID(tried))
    send()
    assert state(tried) == ("DELIVERED", 1, 200, "")


def test_a_message_taken_by_somebody_who_died_is_sent_by_the_next(receiver, tried, send, as_role):
    with as_role("batch"):
        assert len(courier.take(8, [])) == 1, "and never written down"
        send()
        assert receiver.got == [], "nobody else takes it meanwhile"
        with reading(SYSTEM):
            assert Message.objects.get().state == "WAITING"
        _make_due()
    send()
    assert receiver.ids == [tried]
    assert state(tried)[:2] == ("DELIVERED", 2)


def _make_due() -> None:
    from django.db import connection

    from onefold.commands import clock, scope

    with scope.entered(SYSTEM, clock.now(), read_only=False), connection.cursor() as cursor:
        cursor.execute("UPDATE webhooks_message SET due_at = now()")


def test_a_slow_receiver_holds_up_nobody_else(webhook, receiver, send, tried):
    with receiving() as other:
        second = actions.register(HLIFE, uuid4(), url=other.url, types=["release.activated"])["webhook_id"]
        for _ in range(5):
            actions.try_out(HLIFE, uuid4(), webhook_id=UUID(second))
        receiver.plan = ["slow"]
        began = time.monotonic()
        waiter = threading.Thread(target=_until, args=(lambda: len(other.got) == 5, began))
        waiter.start()
        send()
        waiter.join()
        assert waiter.name == "in time"


def _until(done, began: float) -> None:
    while time.monotonic() - began < 10:
        if done():
            if time.monotonic() - began < 1.0:
                threading.current_thread().name = "in time"
            return
        time.sleep(0.01)


def test_a_withdrawn_consent_is_told_to_both_companies_by_their_own_keys(webhook, receiver, send, as_role):
    with as_role("batch"), reading(SYSTEM):
        given = Consent.objects.filter(from_company_id="HPC", to_company_id="HLIFE", withdrawal=None).first()
        keys = {company: _keys(given.customer_id, company) for company in ("HPC", "HLIFE")}
    actions.register(HLIFE, uuid4(), url=receiver.url, types=["consent.withdrawn"])
    withdraw(HPC, uuid4(), consent_id=given.consent_id, why="CUSTOMER_WISH")
    send()
    told = {words["company"]: words["data"] for _, body in receiver.got for words in [json.loads(body)]}
    assert set(told) == {"HPC", "HLIFE"}
    for company, data in told.items():
        assert data["customer_keys"] == keys[company]
        assert data["consent_id"] == str(given.consent_id)
    with as_role("batch"), reading(SYSTEM):
        assert Withdrawal.objects.filter(consent_id=given.consent_id).exists()


def test_who_wants_no_contact_is_told_to_those_who_know_the_customer_and_not_through_whom(
    webhook, receiver, send, as_role
):
    actions.register(HLIFE, uuid4(), url=receiver.url, types=["contact.blocked"])
    with as_role("batch"), reading(SYSTEM):
        hlife = set(Membership.objects.filter(company_id="HLIFE").values_list("customer_id", flat=True))
        stranger = Membership.objects.filter(company_id="HPC").exclude(customer_id__in=hlife).first().customer_id
        shared = Membership.objects.filter(company_id="HPC", customer_id__in=hlife).first().customer_id
        keys = _keys(shared, "HLIFE")
    for customer in (stranger, shared):
        block_contact(HPC, uuid4(), customer_id=customer)
    send()
    told = [json.loads(body) for _, body in receiver.got]
    assert sorted(words["company"] for words in told) == ["HLIFE", "HPC", "HPC"]
    data = next(words["data"] for words in told if words["company"] == "HLIFE")
    assert data == {"customer_keys": keys}


def test_nothing_that_is_sent_identifies_anybody_to_another(webhook, receiver, send, as_role):
    """Every message of a withdrawn consent, looked through for names, numbers and other companies' keys."""
    with as_role("batch"), reading(SYSTEM):
        given = Consent.objects.filter(from_company_id="HPC", withdrawal=None).first()
        records = list(SourceRecord.objects.filter(membership__customer_id=given.customer_id))
    withdraw(HPC, uuid4(), consent_id=given.consent_id, why="CUSTOMER_WISH")
    send()
    assert receiver.got
    for _, body in receiver.got:
        words = body.decode()
        for record in records:
            for value in (record.name, record.id_number, record.phone, record.email):
                assert not value or value not in words
            assert record.company_id == "HPC" or record.source_key not in words
        assert str(given.customer_id) not in words


def test_an_event_told_twice_by_a_relay_that_died_is_one_message(webhook, receiver, as_role):
    with as_role("batch"), reading(SYSTEM):
        given = Consent.objects.filter(from_company_id="HPC", withdrawal=None).first()
    withdraw(HPC, uuid4(), consent_id=given.consent_id, why="CUSTOMER_WISH")
    with as_role("batch"):
        for _ in range(2):
            outbox.drain(REACTIONS)
            with reading(SYSTEM):
                assert Message.objects.count() == 1
            _as_if_never_delivered()


def _as_if_never_delivered() -> None:
    from django.db import connection

    from onefold.commands import clock, scope

    with scope.entered(SYSTEM, clock.now(), read_only=False), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE commands_delivery SET state = 'WAITING' WHERE event_id IN "
            "(SELECT event_id FROM commands_outboxevent WHERE name = 'consent.ConsentWithdrawn')"
        )


def test_an_ended_webhook_is_told_nothing_more(webhook, receiver, tried, send):
    actions.end(HPC, uuid4(), webhook_id=webhook)
    actions.end(HPC, uuid4(), webhook_id=webhook)
    with reading(HPC):
        assert Message.objects.get(message_id=tried).reason == "ENDED"
    send()
    assert receiver.got == []
    assert webhooks_of(HPC) == []


def test_an_address_inside_is_refused_when_sending_outside_a_demonstration(webhook, receiver, tried, send, settings_of):
    with settings_of(DEMO=False):
        send()
    assert receiver.got == []
    assert state(tried) == ("DEAD", 3, None, "ADDRESS_FORBIDDEN")


def test_what_cannot_be_registered_is_refused(harbour, settings_of):
    with settings_of(DEMO=False), pytest.raises(refusals.AddressUnsuitable):
        actions.register(HPC, uuid4(), url="http://127.0.0.1:9000/", types=["lead.answered"])
    for types in ([], ["everything"]):
        with pytest.raises(refusals.TypesUnsuitable):
            actions.register(HPC, uuid4(), url="https://a.example/", types=types)
    for viewer in (Viewer.of_group(), Viewer.of_seller("S1", "HPC")):
        with pytest.raises(refusals.WebhooksOfCompanies):
            actions.register(viewer, uuid4(), url="https://a.example/", types=["lead.answered"])
    for number in range(10):
        actions.register(HPC, uuid4(), url=f"https://a.example/{number}", types=["lead.answered"])
    with pytest.raises(refusals.WebhooksTooMany):
        actions.register(HPC, uuid4(), url="https://a.example/", types=["lead.answered"])


def test_another_companys_webhooks_and_messages_are_not_there(webhook, tried):
    assert webhooks_of(HLIFE) == []
    assert messages_of(HLIFE, limit=10) == []
    with pytest.raises(refusals.WebhookUnknown):
        messages_of(HLIFE, webhook, limit=10)
    for action in (actions.end, actions.try_out):
        with pytest.raises(refusals.WebhookUnknown):
            action(HLIFE, uuid4(), webhook_id=webhook)
    with pytest.raises(refusals.MessageUnknown):
        actions.send_again(HLIFE, uuid4(), webhook_id=webhook, message_id=UUID(tried))


def test_the_wall_alone_keeps_another_company_out(webhook, tried):
    """Without the query's own filter: the tables themselves, read as the other company."""
    with reading(HLIFE):
        assert list(Message.objects.all()) == []


def _keys(customer_id: UUID, company: str) -> list[str]:
    records = SourceRecord.objects.filter(membership__customer_id=customer_id, company_id=company)
    return sorted(records.values_list("source_key", flat=True))
