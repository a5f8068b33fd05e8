"""Outside steps on their way: taken for a while, sent outside any transaction, and what came of it written down.

A step taken by a process that dies is due again when its time is up; it is then looked up before anything is sent again, and
sent again under the same id. Real time, as in the relay: it paces machines and is no fact of the business.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from onefold.commands import clock, scope
from onefold.commands.faultpoint import faultpoint
from onefold.commands.outages import is_down
from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer, ViewerKind
from onefold.decision.gates import gates_in
from onefold.domains import rulebook
from onefold.domains.orders.gates import forbidden_now, unadvised
from onefold.domains.orders.models import OrderItem
from onefold.domains.orders.proposing import address_book
from onefold.domains.orders.recording import note_not_arrived, note_silence, record
from onefold.domains.orders.rules import CORE, DONE, GIVEN_UP, ISSUE, PAYMENTS, REFUSED, STEPS, Step
from onefold.kernel.ids import new_id
from onefold.partners.ports import Answered, Call, CompanyCore, NotConfigured, Payments, Silent

RUNNER = Viewer.system("orders")
SPARE_S = 5
"""How much longer than a partner's time a step is kept from others: enough to write down what came of it."""
TRIES_MIN = 3
"""Nothing is given up that was not tried: after an outage of ours, time alone says nothing of the partner."""
log = logging.getLogger("onefold.orders")


@dataclass(frozen=True)
class Errand:
    """A step as it is to be carried out now. `old_s`: for how long it has been tried."""

    operation_id: UUID
    item_id: UUID
    kind: str
    body: dict[str, Any]
    company: str
    attempt: int
    old_s: float
    timeout_s: float
    at: datetime

    @property
    def step(self) -> Step:
        return STEPS[self.kind]


def run_next() -> bool:
    """Carry the next due step out; return False when none is due. Safe to run in several threads and processes."""
    errand = take()
    if errand is None:
        return False
    try:
        carry_out(errand)
    except Silent as silence:
        _put_off(errand, silence.reason)
    except Exception as error:
        if is_down(error):  # ours, not the partner's: taken again when its time is up, and looked up first
            raise
        # An answer nobody can use is as good as none: put off, given up in its time. The others must not wait for it.
        log.error("step %s of %s failed: %s", errand.kind, errand.item_id, type(error).__name__)
        if _is_over(errand):
            record(RUNNER, new_id(), operation_id=errand.operation_id, status=GIVEN_UP, facts={})
        else:
            _put_off(errand, type(error).__name__)
    return True


def _put_off(errand: Errand, reason: str) -> None:
    log.warning("step %s of %s, try %d: %s", errand.kind, errand.item_id, errand.attempt, reason)
    note_silence(RUNNER, new_id(), operation_id=errand.operation_id, reason=reason, attempt=errand.attempt)


def take() -> Errand | None:
    """Take the step that has been due longest, for as long as a partner may take to answer."""
    with scope.entered(RUNNER, clock.now(), read_only=False) as at, connection.cursor() as cursor:
        timeout_s = rulebook.value("orders.step_timeout_s", today(at))
        cursor.execute(
            """
            UPDATE orders_orderstep s SET attempts = s.attempts + 1, due_at = now() + make_interval(secs => %s)
            FROM orders_orderitem i
            WHERE i.item_id = s.item_id AND s.operation_id = (
                SELECT operation_id FROM orders_orderstep WHERE state = 'WAITING' AND due_at <= now()
                ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING s.operation_id, s.item_id, s.kind, s.body::text, i.owner_company_id, s.attempts,
                      extract(epoch FROM now() - s.begun_at)::float
            """,
            [timeout_s * 2 + SPARE_S],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    operation_id, item_id, kind, body, company, attempts, old_s = row
    return Errand(operation_id, item_id, kind, _read(body), company, attempts, old_s, timeout_s, at)


def carry_out(errand: Errand) -> None:
    """Look up what was sent before; send what never arrived; write down what came of it. Raises `Silent`."""
    found = _looked_up(errand) if errand.attempt > 1 else None
    if found is None:
        found = Answered(GIVEN_UP, {}) if _is_over(errand) else _forbidden(errand) or _sent(errand)
    faultpoint(f"orders.{errand.kind.lower()}.after_call")
    record(RUNNER, new_id(), operation_id=errand.operation_id, status=found.status, facts=found.facts)


def _looked_up(errand: Errand) -> Answered | None:
    """None: it never arrived. A partner that says nothing for too long is given up as well; what it did is undone."""
    if _nothing_to_move(errand):
        return None
    try:
        found = _port(errand).lookup(_call(errand))
    except Silent:
        if _is_over(errand):
            return Answered(GIVEN_UP, {})
        raise
    if found is None:
        note_not_arrived(RUNNER, new_id(), operation_id=errand.operation_id)
    return found


def _sent(errand: Errand) -> Answered:
    faultpoint(f"orders.{errand.kind.lower()}.before_call")
    if _nothing_to_move(errand):
        return Answered(DONE, {})
    answered: Answered = getattr(_port(errand), errand.step.method)(_call(errand), errand.body)
    return answered


def _port(errand: Errand) -> CompanyCore | Payments:
    try:
        return address_book().core_of(errand.company) if errand.step.port == CORE else address_book().gateway()
    except NotConfigured:
        raise Silent("NOT_CONFIGURED") from None


def _call(errand: Errand) -> Call:
    return Call(errand.operation_id, errand.at, errand.timeout_s)


def _is_over(errand: Errand) -> bool:
    """Given up only where giving up is undone by something else; what undoes is never given up."""
    budget = rulebook.value("orders.step_budget_s", today(errand.at)).get(errand.kind)
    tried = errand.attempt > TRIES_MIN and budget is not None and errand.old_s >= budget
    return bool(errand.step.given_up) and tried and not _with_the_underwriter(errand)


def _with_the_underwriter(errand: Errand) -> bool:
    with reading(RUNNER):
        return OrderItem.objects.filter(item_id=errand.item_id, state="REFERRED").exists()


def _nothing_to_move(errand: Errand) -> bool:
    """What costs nothing is paid without the gateway."""
    if errand.step.port != PAYMENTS:
        return False
    with reading(RUNNER):
        return not OrderItem.objects.values_list("premium_minor", flat=True).get(item_id=errand.item_id)


def _forbidden(errand: Errand) -> Answered | None:
    """What may not be sold any more is not issued, although it is paid: the money goes back."""
    if errand.kind != ISSUE:
        return None
    with reading(RUNNER):
        item = OrderItem.objects.select_related("order__lead").get(item_id=errand.item_id)
    # Every fact is seen, as a job sees them; who the seller is decides whose leads and referrals count.
    seller = Viewer(ViewerKind.SYSTEM, RUNNER.key, company=item.seller_company_id, seller=item.seller_id)
    with reading(seller):
        wrong = unadvised(seller, item.customer_id, item.series_id, item.order.proposed_at)
        blocked = forbidden_now(seller, item.order, item.series_id)
    reasons = [wrong.code] if wrong else [gate.name for gate in gates_in(blocked)]
    return Answered(REFUSED, {"reason": reasons[0]}) if reasons else None


def _read(body: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(body)
    return read
