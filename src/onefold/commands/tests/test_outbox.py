"""The relay: every event reaches each of its reactions once in effect, whatever is sent twice, late, out of order or broken."""

from __future__ import annotations

import json
import random
import threading
from uuid import uuid4

import pytest
from django.db import OperationalError, connection, transaction

from onefold.commands import clock, outbox
from onefold.commands.models import AuditLine, Delivery, OutboxEvent
from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer

SYSTEM = Viewer.system("test")
POISON = {13, 77}


@pytest.fixture(autouse=True)
def batch(database, as_role):
    with as_role("owner"), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE effects (subject int, amount int)")
        cursor.execute("GRANT ALL ON effects TO onefold_batch")
    with as_role("batch"):
        yield


def add(command, event):
    if event["number"] in POISON and event.get("poison"):
        raise ValueError("unparsable")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO effects VALUES (%s, %s)", [event["number"] % 7, event["number"]])


REACTIONS = {"test.Happened": {"add": add}}


def put(numbers: list[int], **more) -> list:
    with transaction.atomic():
        return [
            OutboxEvent.objects.create(
                event_id=uuid4(),
                name="test.Happened",
                payload={"number": number, **more},
                command_id=uuid4(),
                at=clock.now(),
            ).event_id
            for number in numbers
        ]


def state_of_effects() -> dict[int, tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT subject, count(*), sum(amount) FROM effects GROUP BY 1")
        return {subject: (count, total) for subject, count, total in cursor.fetchall()}


def expected(numbers: list[int]) -> dict[int, tuple[int, int]]:
    groups: dict[int, list[int]] = {}
    for number in numbers:
        groups.setdefault(number % 7, []).append(number)
    return {subject: (len(group), sum(group)) for subject, group in groups.items()}


def count(model, **where) -> int:
    with reading(SYSTEM):
        return model.objects.filter(**where).count()


def test_shuffled_duplicated_and_delayed_events_end_in_the_state_of_an_orderly_run():
    """500 events; a fifth relayed twice, deliveries shuffled and partly delayed, two relays at once: each effect once."""
    numbers = list(range(500))
    events = put(numbers)
    outbox.fan_out(REACTIONS)
    with transaction.atomic(), connection.cursor() as cursor:
        again = random.Random(14).sample(events, 100)
        cursor.execute("UPDATE commands_outboxevent SET relayed_at = NULL WHERE event_id = ANY (%s)", [again])
        cursor.execute("UPDATE commands_delivery SET due_at = now() - random() * interval '10 minutes'")
    threads = [threading.Thread(target=relay) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert state_of_effects() == expected(numbers)
    assert count(Delivery, state="DONE") == 500
    assert count(Delivery, state="DEAD") == 0


def relay() -> None:
    outbox.drain(REACTIONS)
    connection.close()


def test_a_poisonous_event_is_put_aside_with_its_reason_and_the_others_go_on(monkeypatch):
    monkeypatch.setattr(outbox, "FIRST_PAUSE_S", 0.0)
    numbers = list(range(100))
    put(numbers, poison=True)
    outbox.drain(REACTIONS)
    assert state_of_effects() == expected([number for number in numbers if number not in POISON])
    with reading(SYSTEM):
        dead = list(Delivery.objects.filter(state="DEAD"))
    assert [(row.reason, row.attempts) for row in dead] == [("ValueError", outbox.ATTEMPTS_MAX)] * len(POISON)


def test_a_database_that_goes_away_is_no_try_of_the_reaction():
    """However often: five tries and it would be put aside, through no fault of its own."""

    def cut_off(command, event):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    put([1])
    outbox.fan_out(REACTIONS)
    for _ in range(outbox.ATTEMPTS_MAX + 1):
        with pytest.raises(OperationalError):
            outbox.deliver({"test.Happened": {"add": cut_off}})
    assert list(Delivery.objects.values_list("state", "attempts")) == [("WAITING", 0)]
    outbox.drain(REACTIONS)
    assert state_of_effects() == expected([1])


def test_the_effect_and_its_inbox_row_are_one_transaction(monkeypatch):
    """If the inbox row could commit without the effect (or the other way round), a crash between would lose or double it."""
    put([1])

    def crash(name: str) -> None:
        raise KeyboardInterrupt

    outbox.fan_out(REACTIONS)
    with monkeypatch.context() as broken:
        broken.setattr(outbox, "faultpoint", crash)
        with pytest.raises(KeyboardInterrupt):
            outbox.deliver(REACTIONS)
    assert state_of_effects() == {}
    assert count(Delivery, state="WAITING") == 1
    outbox.drain(REACTIONS)
    assert state_of_effects() == expected([1])


def test_an_event_nobody_reacts_to_is_done_at_once():
    with transaction.atomic():
        OutboxEvent.objects.create(
            event_id=uuid4(), name="x.Y", payload=json.loads("{}"), command_id=uuid4(), at=clock.now()
        )
    assert outbox.drain(REACTIONS) == 0
    assert count(OutboxEvent, relayed_at=None) == 0


def test_a_reaction_leaves_an_audit_line_that_names_the_relay():
    put([5])
    outbox.drain(REACTIONS)
    with reading(SYSTEM):
        assert [line.actor for line in AuditLine.objects.all()] == ["system:relay"]
