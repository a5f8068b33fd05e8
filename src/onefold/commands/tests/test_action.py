"""One path for every write: idempotent for ever, one audit line, events only with the change."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.signals import request_started
from django.db import ProgrammingError, connection, transaction

from onefold.commands import clock
from onefold.commands.action import Command, CommandReused, action
from onefold.commands.models import AuditLine, CommandRecord, DemoClock, OutboxEvent
from onefold.commands.scope import ScopeMixed, once_a_reading, reading
from onefold.commands.viewer import Viewer
from onefold.kernel.refusals import Refusal

HLIFE = Viewer.of_company("HLIFE")
EFFECTS: list[str] = []


@dataclass(frozen=True)
class ThingDone:
    what: str


class Forbidden(Refusal):
    code = "FORBIDDEN_IN_A_TEST"
    sentence = {"en": "No.", "zh-Hans": "不行。"}


@action
def do_thing(command: Command, *, what: str) -> dict[str, str]:
    EFFECTS.append(what)
    command.audit("thing", what=what)
    command.emit(ThingDone(what))
    return {"did": what, "by": str(command.command_id)}


@action
def do_two(command: Command, *, what: str) -> dict[str, str]:
    do_thing(command, what=what)
    return do_thing(command, what=what)


@action
def refuse(command: Command) -> None:
    command.emit(ThingDone("never"))
    raise Forbidden()


@pytest.fixture(autouse=True)
def no_effects(database):
    EFFECTS.clear()


def count(model, as_role) -> int:
    with as_role("batch"), reading(Viewer.system("test")):
        return model.objects.count()


def test_the_same_command_id_gives_the_first_result_and_no_second_effect(as_role):
    command_id = uuid4()
    first = do_thing(HLIFE, command_id, what="a")
    assert do_thing(HLIFE, command_id, what="a") == first
    assert EFFECTS == ["a"]
    assert count(AuditLine, as_role) == 1
    assert count(OutboxEvent, as_role) == 1


def test_the_same_command_id_with_another_body_is_refused_even_after_thirty_days(as_role):
    command_id = uuid4()
    do_thing(HLIFE, command_id, what="a")
    with as_role("batch"), reading(Viewer.system("test")):
        pass
    with as_role("owner"):
        clock.set_demo_clock(datetime.now(UTC) + timedelta(days=30))
    with pytest.raises(CommandReused):
        do_thing(HLIFE, command_id, what="b")
    assert do_thing(HLIFE, command_id, what="a")["did"] == "a"
    assert EFFECTS == ["a"]


def test_another_actor_cannot_learn_a_result_by_guessing_the_command_id():
    command_id = uuid4()
    do_thing(HLIFE, command_id, what="a")
    with pytest.raises(CommandReused):
        do_thing(Viewer.of_company("HBANK"), command_id, what="a")


def test_twins_sent_at_once_have_one_effect(as_role):
    """A hundred commands, each sent three times by threads in different orders: a hundred effects, one result each."""
    ids = [uuid4() for _ in range(100)]
    results: dict[str, list[str]] = {str(command_id): [] for command_id in ids}
    lock = threading.Lock()

    def send(share: list) -> None:
        for command_id in share:
            result = do_thing(HLIFE, command_id, what=str(command_id))
            with lock:
                results[str(command_id)].append(result["by"])
        connection.close()

    threads = [
        threading.Thread(target=send, args=(order,)) for order in (ids, list(reversed(ids)), ids[50:] + ids[:50])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(len(answers) == 3 and len(set(answers)) == 1 for answers in results.values())
    assert count(OutboxEvent, as_role) == len(ids)
    assert count(CommandRecord, as_role) == len(ids)


def test_an_inner_action_joins_the_open_command(as_role):
    do_two(HLIFE, uuid4(), what="x")
    assert count(CommandRecord, as_role) == 1
    assert count(AuditLine, as_role) == 2


def test_a_refusal_leaves_nothing_behind_and_the_id_may_be_used_again(as_role):
    command_id = uuid4()
    with pytest.raises(Forbidden):
        refuse(HLIFE, command_id)
    assert count(OutboxEvent, as_role) == 0
    assert count(CommandRecord, as_role) == 0
    assert do_thing(HLIFE, command_id, what="a")["did"] == "a"


def test_a_table_behind_the_firewall_cannot_be_read_without_a_scope():
    do_thing(HLIFE, uuid4(), what="a")
    with pytest.raises(ProgrammingError, match="no viewer"):
        list(AuditLine.objects.all())


def test_a_scope_cannot_be_opened_inside_another_viewers_scope():
    with reading(HLIFE), pytest.raises(ScopeMixed), reading(Viewer.of_company("HBANK")):
        pass


def test_a_reading_scope_cannot_write():
    from django.db.utils import InternalError

    with pytest.raises(InternalError, match="read-only"), reading(HLIFE):
        CommandRecord.objects.create(command_id=uuid4(), action="x", actor=HLIFE.key, body_sha256="", at=clock.now())


def test_what_is_written_after_a_reading_is_written_and_sees_each_moment():
    """The driver begins a reading in a way of its own; the next transaction is an ordinary one again."""
    with reading(HLIFE), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')")
        assert cursor.fetchone() == ("repeatable read", "on")
    with pytest.raises(ZeroDivisionError), reading(HLIFE):
        raise ZeroDivisionError
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')")
        assert cursor.fetchone() == ("read committed", "off")


def test_a_reading_is_asked_once_and_an_action_each_time():
    asked: list[str] = []

    @once_a_reading
    def question(viewer: Viewer, what: str) -> str:
        asked.append(what)
        return what

    @action
    def twice(command: Command) -> list[str]:
        return [question(command.viewer, "d"), question(command.viewer, "d")]

    with reading(HLIFE):
        assert [question(HLIFE, "a"), question(HLIFE, "a"), question(HLIFE, "b")] == ["a", "a", "b"]
    with reading(HLIFE):
        assert question(HLIFE, "a") == "a"
    twice(HLIFE, uuid4())
    assert [question(HLIFE, "c"), question(HLIFE, "c")] == ["c", "c"], "outside a scope nothing is kept"
    assert asked == ["a", "b", "a", "d", "d", "c", "c"]


def test_a_request_after_the_database_went_away_gets_a_new_connection():
    with reading(HLIFE), connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    finally:
        other.close()
    request_started.send(sender=None)
    assert do_thing(HLIFE, uuid4(), what="a")["did"] == "a"


def test_the_scope_ends_with_its_transaction():
    do_thing(HLIFE, uuid4(), what="a")
    with reading(HLIFE):
        assert len(AuditLine.objects.all()) == 1
    with pytest.raises(ProgrammingError, match="no viewer"):
        list(AuditLine.objects.all())


def test_the_demonstrations_clock_stands_still_until_it_is_moved(as_role):
    moment = datetime(2026, 6, 30, 2, 0, tzinfo=UTC)
    with as_role("owner"):
        clock.set_demo_clock(moment)
    assert clock.now() == moment
    assert clock.now() == moment


def test_the_clock_of_a_real_system_cannot_be_moved(as_role, settings_of):
    with settings_of(DEMO=False), as_role("owner"):
        with pytest.raises(clock.DemoClockRefused):
            clock.set_demo_clock(datetime(2026, 1, 1, tzinfo=UTC))
        assert not DemoClock.objects.exists()
