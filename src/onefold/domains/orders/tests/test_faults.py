"""What goes wrong between two machines, and that it ends well all the same. Effects are counted at the partners, not in our tables.

Rows 9, 14, 15, 16 of the fault plan.
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from uuid import uuid4

import pytest
from tests.selling import HOME, MOTOR
from tests.selling import Counter as Shop

from onefold.commands import faultpoint
from onefold.domains.orders import actions
from onefold.domains.orders.queries import paid_and_without_contract, steps_open
from onefold.domains.orders.rules import (
    CANCELLED_REFUNDED,
    FAULTPOINTS,
    IN_FORCE,
    STEPS,
    VOID_REFUNDED,
    VOID_UNPAID,
)
from onefold.domains.orders.running import run_next

LONG_S = 10_000
"""Longer than any step is tried."""
WHOLE = {"ISSUED": 1, "AUTHORISED": 1, "CAPTURED": 1}
TERM = "HLIFE.TERM.STD"
FOR_EVER = 1_000


def up_to(shop: Shop, kind: str) -> None:
    """Bring an order to where this step is written down and nobody has carried it out."""
    if kind == "QUOTE":
        shop.propose()
    elif kind == "UNDERWRITE":
        shop.to("disclosed"), shop.apply()
    elif kind in ("AUTHORISE", "CAPTURE", "ISSUE"):
        shop.to("accepted"), shop.pay()
        for _ in range(("AUTHORISE", "CAPTURE", "ISSUE").index(kind)):
            one_step(shop)
    elif kind == "VOID":
        shop.to("accepted", MOTOR, HOME, choice="ALL"), shop.pay()
        one_step(shop)
        shop.cancel()
        one_step(shop)
    else:
        shop.to("issued", TERM), shop.cancel()
        if kind == "REFUND":
            one_step(shop)


def one_step(shop: Shop) -> None:
    with shop.as_role("batch"):
        assert run_next()


def dies_at(shop: Shop, point: str) -> bool:
    """Run steps in a process of its own until `kill -9` meets it there; return whether it did."""
    from django.db import connection

    with shop.as_role("batch"):
        connection.close()
        child = os.fork()
        if child == 0:
            signal.alarm(120)  # a child that waits for ever has not died at its point
            try:
                faultpoint._CHOSEN = point
                while run_next():
                    pass
            finally:
                os._exit(0)
        _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def to_an_end(shop: Shop) -> None:
    """Start again, go on as the customer would, and let the free look pass."""
    shop.hurry()
    shop.run_to_the_end()
    for word, go in (("PROPOSED", shop.disclose), ("DISCLOSED", shop.apply), ("ACCEPTED", shop.pay)):
        if set(shop.states) == {word}:
            go()
            shop.run_to_the_end()
    shop.complete()


@pytest.mark.parametrize("kind", STEPS)
def test_a_worker_killed_anywhere_leaves_nothing_half_done(shop, kind):
    """Row 9: every fault point is visited, and each effect comes once."""
    for place in (point for point in FAULTPOINTS if point.startswith(f"orders.{kind.lower()}.")):
        up_to(shop, kind)
        assert dies_at(shop, place), f"{place} is not on the way"
        to_an_end(shop)
        for item in shop.now.items:
            effects = shop.effects(item)
            assert effects.pop("VOIDED", 0) == effects.get("AUTHORISED", 0) or kind != "VOID"
            if kind == "VOID":
                assert item.state == VOID_UNPAID and "CAPTURED" not in effects
            elif kind in ("WITHDRAW", "REFUND"):
                assert (item.state, effects) == (CANCELLED_REFUNDED, WHOLE | {"WITHDRAWN": 1, "REFUNDED": 1})
            else:
                assert (item.state, effects) == (IN_FORCE, WHOLE)


def test_every_step_has_its_fault_points():
    assert len(FAULTPOINTS) == 3 * len(STEPS) == len(set(FAULTPOINTS))


@pytest.mark.parametrize("kind", ["QUOTE", "UNDERWRITE", "AUTHORISE", "CAPTURE", "ISSUE"])
@pytest.mark.parametrize("fault", ["LOST_ANSWER", "ERROR", "DUPLICATE"])
def test_what_is_not_known_is_looked_up_and_goes_on(shop, kind, fault):
    up_to(shop, kind)
    partner = shop.sandboxes.core if STEPS[kind].port == "core" else shop.sandboxes.payment
    partner.go_wrong({"mode": fault})
    one_step(shop)
    if fault != "DUPLICATE":
        assert shop.states == [STEPS[kind].unknown]
    to_an_end(shop)
    assert (shop.states, shop.effects()) == ([IN_FORCE], WHOLE)


def test_paid_and_refused_the_money_comes_back(shop):
    """Row 16."""
    up_to(shop, "ISSUE")
    shop.sandboxes.core.go_wrong({"mode": "REFUSE", "path": "contracts"})
    shop.run()
    assert (shop.states, shop.item.reason) == ([VOID_REFUNDED], "")
    assert shop.effects() == {"AUTHORISED": 1, "CAPTURED": 1, "REFUNDED": 1}
    assert "REFUNDING" in shop.path


@pytest.mark.parametrize(
    ("kind", "end", "effects"),
    [
        ("AUTHORISE", VOID_UNPAID, {}),
        ("CAPTURE", VOID_UNPAID, {"AUTHORISED": 1, "VOIDED": 1}),
        ("ISSUE", VOID_REFUNDED, {"AUTHORISED": 1, "CAPTURED": 1, "REFUNDED": 1}),
    ],
)
def test_a_partner_that_is_down_for_too_long_is_given_up_and_what_it_did_is_undone(shop, kind, end, effects):
    up_to(shop, kind)
    word = {"AUTHORISE": "authorisations", "CAPTURE": "captures", "ISSUE": "contracts"}[kind]
    partner = shop.sandboxes.core if kind == "ISSUE" else shop.sandboxes.payment
    partner.go_wrong({"mode": "ERROR", "path": word, "times": FOR_EVER})
    shop.run_to_the_end(seconds=LONG_S)
    assert (shop.states, shop.effects()) == ([end], effects)


@pytest.mark.parametrize(
    ("kind", "word", "end"),
    [
        ("AUTHORISE", "authorisations", VOID_UNPAID),
        ("CAPTURE", "captures", VOID_UNPAID),
        ("ISSUE", "contracts", VOID_REFUNDED),
    ],
)
def test_a_success_that_comes_after_all_was_given_up_is_undone_or_never_happens(shop, kind, word, end):
    """Row 16: late success after it was given up. Nobody is left paid and without cover, or covered and not paid."""
    up_to(shop, kind)
    partner = shop.sandboxes.core if kind == "ISSUE" else shop.sandboxes.payment
    partner.go_wrong({"mode": "LATE", "path": word, "times": FOR_EVER, "seconds": 1.5})
    shop.run_to_the_end(seconds=LONG_S)
    assert shop.states == [end]
    time.sleep(1.7)
    effects = shop.effects()
    assert effects.get("ISSUED", 0) == effects.get("WITHDRAWN", 0)
    assert effects.get("CAPTURED", 0) == effects.get("REFUNDED", 0)
    assert effects.get("AUTHORISED", 0) == effects.get("VOIDED", 0) + effects.get("CAPTURED", 0)


def test_money_taken_while_nobody_answered_is_given_back(shop):
    """Row 16: captured, no answer, and no look-up either until it is given up: the void finds the money taken, and refunds."""
    up_to(shop, "CAPTURE")
    lost, silent = {"mode": "LOST_ANSWER", "path": "captures"}, {"mode": "ERROR", "path": "operations", "times": 5}
    shop.sandboxes.payment.go_wrong(lost, silent)
    shop.run_to_the_end(seconds=LONG_S)
    assert shop.states == [VOID_REFUNDED]
    assert shop.effects() == {"AUTHORISED": 1, "CAPTURED": 1, "REFUNDED": 1}
    assert "REFUNDING" in shop.path


@pytest.mark.parametrize(
    ("kind", "end"), [("AUTHORISE", VOID_UNPAID), ("CAPTURE", VOID_REFUNDED), ("ISSUE", CANCELLED_REFUNDED)]
)
def test_who_cancels_while_a_step_is_under_way_gets_everything_back(shop, kind, end):
    up_to(shop, kind)
    partner = shop.sandboxes.core if kind == "ISSUE" else shop.sandboxes.payment
    partner.go_wrong({"mode": "LOST_ANSWER"})
    one_step(shop)
    shop.cancel()
    shop.run_to_the_end()
    assert shop.states == [end]
    effects = shop.effects()
    assert effects.get("CAPTURED", 0) == effects.get("REFUNDED", 0)
    assert effects.get("ISSUED", 0) == effects.get("WITHDRAWN", 0)


def test_what_undoes_is_never_given_up_and_operations_sees_it(shop):
    up_to(shop, "REFUND")
    shop.sandboxes.payment.go_wrong({"mode": "ERROR", "times": FOR_EVER})
    shop.run_to_the_end(rounds=6, seconds=LONG_S)
    assert shop.states == ["REFUND_UNKNOWN"]
    waiting = [row for row in steps_open(shop.viewer) if row.item_id == shop.item.item_id]
    assert [(row.kind, row.reason) for row in waiting] == [("REFUND", "ANSWERED_503")]
    assert [row.item_id for row in paid_and_without_contract(shop.viewer)] == [shop.item.item_id]
    shop.sandboxes.all_is_well()
    to_an_end(shop)
    assert shop.states == [CANCELLED_REFUNDED] and paid_and_without_contract(shop.viewer) == []


def test_a_compensation_that_a_partner_refuses_waits_for_a_person_who_asks_it_anew(shop):
    """A refusal is remembered under its operation: the same one asked again would be refused for ever."""
    shop.to("issued", TERM)
    shop.sandboxes.core.go_wrong({"mode": "REFUSE", "path": "withdrawals"})
    shop.cancel()
    shop.run_to_the_end(rounds=3)
    assert shop.states == ["WITHDRAWING"] and [row.state for row in steps_open(shop.viewer)] == ["STUCK"]
    first = steps_open(shop.viewer)[0].operation_id
    actions.look_again(shop.viewer, uuid4(), item_id=shop.item.item_id)
    assert steps_open(shop.viewer)[0].operation_id != first
    shop.run_to_the_end()
    assert shop.states == ["CANCELLED_REFUNDED"] and steps_open(shop.viewer) == []
    about = str(shop.item.item_id)
    done = {kind: times for (kind, what), times in shop.sandboxes.core.effects().items() if what == about}
    assert done == {"ISSUED": 1, "WITHDRAWN": 1}


def test_all_or_none_one_contract_refused_takes_the_other_back(shop):
    shop.to("accepted", MOTOR, HOME, choice="ALL"), shop.pay()
    shop.sandboxes.core.go_wrong({"mode": "REFUSE", "path": "contracts"})
    shop.run()
    assert sorted(shop.states) == [CANCELLED_REFUNDED, VOID_REFUNDED]
    total = Counter()
    for item in shop.now.items:
        total.update(shop.effects(item))
    assert total == {"AUTHORISED": 2, "CAPTURED": 2, "REFUNDED": 2, "ISSUED": 1, "WITHDRAWN": 1}


def test_an_answer_nobody_can_use_holds_nobody_up(shop):
    """Row 15: one step whose answer cannot be used is put off with its reason, while the others finish; in the end it is given up."""
    up_to(shop, "QUOTE")
    poisoned = shop.order_id
    with shop.as_role("batch"):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.viewer', 'system', false)")
            cursor.execute("UPDATE orders_orderstep SET body = '{}' WHERE item_id = %s", [shop.item.item_id])
            cursor.execute("SELECT set_config('app.viewer', '', false)")
    shop.to("issued")
    assert shop.states == ["ISSUED"]
    shop.order_id = poisoned
    shop.run_to_the_end()
    assert shop.states == [VOID_UNPAID] and shop.item.reason == "BODY_UNFIT"


def test_what_may_not_be_sold_any_more_is_not_issued_although_it_is_paid(shop, monkeypatch):
    from onefold.decision.gates import Gate
    from onefold.domains.orders import running

    up_to(shop, "ISSUE")
    monkeypatch.setattr(running, "forbidden_now", lambda *_: Gate.NO_AGENCY_AGREEMENT.bit)
    shop.run()
    assert shop.states == [VOID_REFUNDED]
    assert shop.effects() == {"AUTHORISED": 1, "CAPTURED": 1, "REFUNDED": 1}


def test_an_answer_that_breaks_the_recorder_is_put_off_and_given_up_while_the_others_finish(shop, monkeypatch):
    """Row 15, the other half: the partner says DONE and nothing else."""
    from onefold.domains.orders import running
    from onefold.partners.ports import Answered

    up_to(shop, "QUOTE")
    poisoned, about, real = shop.order_id, shop.item.item_id, running._port

    class Poisonous:
        def quote(self, call, facts):
            return Answered("DONE", {})

        def lookup(self, call):
            return Answered("DONE", {})

    monkeypatch.setattr(running, "_port", lambda errand: Poisonous() if errand.item_id == about else real(errand))
    shop.to("issued")
    assert shop.states == ["ISSUED"]
    shop.order_id = poisoned
    assert [row.reason for row in steps_open(shop.viewer) if row.item_id == about] == ["KeyError"]
    shop.run_to_the_end(seconds=LONG_S)
    assert (shop.states, shop.item.reason) == ([VOID_UNPAID], "GIVEN_UP")


def test_what_is_told_twice_or_late_is_written_down_once(shop):
    """Row 14."""
    from uuid import uuid4

    from onefold.commands.scope import reading
    from onefold.domains.orders.models import OrderStep
    from onefold.domains.orders.recording import note_silence, record
    from onefold.domains.orders.running import RUNNER

    shop.to("issued")
    path = shop.path
    with shop.as_role("batch"):
        with reading(RUNNER):
            steps = list(OrderStep.objects.filter(item__order_id=shop.order_id).values_list("operation_id", flat=True))
        for operation_id in reversed(steps):
            for status in ("DONE", "REFUSED", "PENDING"):
                assert record(RUNNER, uuid4(), operation_id=operation_id, status=status, facts={}) == {"state": ""}
            assert note_silence(RUNNER, uuid4(), operation_id=operation_id, reason="LATE", attempt=1) == {"state": ""}
    assert shop.path == path and shop.effects() == WHOLE


def test_thirty_orders_while_everything_goes_wrong(shop):
    """Rows 14 and 16 together: lost, late, doubled and refused; effects counted at the partners."""
    from tests.order_chaos import CHANCES, Customer, is_over, torn, wrong

    from onefold.domains.orders.queries import order

    for number, partner in enumerate((shop.sandboxes.core, shop.sandboxes.payment)):
        partner.go_wrong(chance_ppm=CHANCES | {"SLOW": 0}, seed=number, seconds=0.2)
    customers = [Customer(shop.viewer, shop.customer_id, number) for number in range(30)]
    of = {customer.propose(): customer for customer in customers}
    for _ in range(80):
        shop.run()
        rows = [order(shop.viewer, order_id) for order_id in of]
        if all(is_over(row) for row in rows):
            break
        for row in rows:
            of[row.order_id].click(row)
        shop.hurry()
    time.sleep(0.5)
    shop.sandboxes.all_is_well()
    effects = Counter(shop.sandboxes.core.effects()) + Counter(shop.sandboxes.payment.effects())
    items = [item for order_id in of for item in order(shop.viewer, order_id).items]
    by_item = {item.item_id: {} for item in items}
    for (kind, about), count in effects.items():
        for item in items:
            if str(item.item_id) == about:
                by_item[item.item_id][kind] = count
    assert [wrong(item, by_item[item.item_id]) for item in items if wrong(item, by_item[item.item_id])] == []
    assert [torn(order(shop.viewer, order_id)) for order_id in of if torn(order(shop.viewer, order_id))] == []
    assert {item.state for item in items} >= {"ISSUED", VOID_UNPAID}


def test_the_reply_to_a_commit_is_lost_and_the_same_click_again_has_one_effect(shop):
    """Row 11, for every click of a sale: nobody knows whether it was written; asked again under its id it is there once."""
    import tempfile
    from pathlib import Path
    from uuid import UUID, uuid4

    from django.db import OperationalError, connection
    from tests.faults.proxy import CuttingProxy
    from tests.selling import CAR, GOOD

    from onefold.commands.scope import reading
    from onefold.domains.orders import actions, proposing
    from onefold.domains.orders.tables import disclosures_for

    def clicked(function, **inputs):
        command_id, settings = uuid4(), connection.settings_dict
        with tempfile.TemporaryDirectory() as folder:
            server = settings["HOST"]
            proxy = CuttingProxy(Path(folder), Path(server), int(settings["PORT"]))
            connection.close()
            settings["HOST"], proxy.cut_next_commit = folder, True
            try:
                with pytest.raises(OperationalError):
                    function(shop.viewer, command_id, **inputs)
            finally:
                connection.close()
                settings["HOST"] = server
                proxy.close()
        answered = function(shop.viewer, command_id, **inputs)
        assert function(shop.viewer, command_id, **inputs) == answered and proxy.cuts == 1
        shop.run()
        return answered

    wanted = [{"product": MOTOR, "answers": CAR}]
    made = clicked(proposing.propose, customer_id=shop.customer_id, need="INBOUND_NEED", items=wanted)
    shop.order_id = UUID(made["order_id"])
    item_id = shop.item.item_id
    with reading(shop.viewer) as at:
        codes = [row.code for row in disclosures_for("HPC.MOTOR", at.date())]
    clicked(actions.confirm_disclosures, item_id=item_id, codes=codes)
    clicked(actions.apply, item_id=item_id, declarations=GOOD, signed=True)
    clicked(actions.pay, order_id=shop.order_id, payer="POLICYHOLDER", account=f"acct.{shop.customer_id}")
    assert (shop.states, shop.effects()) == (["ISSUED"], WHOLE)
