"""How an item goes on: its states, its outside steps, and what each answer leads to. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

QUOTING, QUOTE_UNKNOWN, PROPOSED, DISCLOSED = "QUOTING", "QUOTE_UNKNOWN", "PROPOSED", "DISCLOSED"
UNDERWRITING, UNDERWRITE_UNKNOWN = "UNDERWRITING", "UNDERWRITE_UNKNOWN"
REFERRED, COUNTERED, ACCEPTED = "REFERRED", "COUNTERED", "ACCEPTED"
AUTHORISING, AUTHORISE_UNKNOWN, AUTHORISED = "AUTHORISING", "AUTHORISE_UNKNOWN", "AUTHORISED"
CAPTURING, CAPTURE_UNKNOWN = "CAPTURING", "CAPTURE_UNKNOWN"
ISSUING, ISSUE_UNKNOWN, ISSUED = "ISSUING", "ISSUE_UNKNOWN", "ISSUED"
WITHDRAWING, WITHDRAW_UNKNOWN = "WITHDRAWING", "WITHDRAW_UNKNOWN"
VOIDING, VOID_UNKNOWN = "VOIDING", "VOID_UNKNOWN"
REFUNDING, REFUND_UNKNOWN = "REFUNDING", "REFUND_UNKNOWN"
IN_FORCE, CANCELLED_REFUNDED = "IN_FORCE", "CANCELLED_REFUNDED"
VOID_UNPAID, VOID_REFUNDED = "VOID_UNPAID", "VOID_REFUNDED"

ENDS = (IN_FORCE, CANCELLED_REFUNDED, VOID_UNPAID, VOID_REFUNDED)
NOTHING_PAID = (
    QUOTING, QUOTE_UNKNOWN, PROPOSED, DISCLOSED, UNDERWRITING, UNDERWRITE_UNKNOWN, REFERRED, COUNTERED, ACCEPTED,
)  # fmt: skip
"""States in which an item can simply be dropped: no money has moved, and nothing binds anybody."""
RESTING = (PROPOSED, DISCLOSED, REFERRED, COUNTERED, ACCEPTED)
"""States in which a quote or a decision may run out."""
AUTHORISATION = (AUTHORISING, AUTHORISE_UNKNOWN, AUTHORISED)
PAYING = (AUTHORISING, AUTHORISE_UNKNOWN, AUTHORISED, CAPTURING, CAPTURE_UNKNOWN, ISSUING, ISSUE_UNKNOWN)
"""States in which a wish to cancel waits for the step under way."""

DOOR, JOB, BOTH = "DOOR", "JOB", "BOTH"
TRANSITIONS: dict[str, dict[str, str]] = {
    "": {QUOTING: DOOR},
    QUOTING: {PROPOSED: JOB, QUOTE_UNKNOWN: JOB, VOID_UNPAID: BOTH},
    QUOTE_UNKNOWN: {QUOTING: JOB, PROPOSED: JOB, VOID_UNPAID: BOTH},
    PROPOSED: {DISCLOSED: DOOR, VOID_UNPAID: BOTH},
    DISCLOSED: {UNDERWRITING: DOOR, VOID_UNPAID: BOTH},
    UNDERWRITING: {ACCEPTED: JOB, COUNTERED: JOB, REFERRED: JOB, UNDERWRITE_UNKNOWN: JOB, VOID_UNPAID: BOTH},
    UNDERWRITE_UNKNOWN: {UNDERWRITING: JOB, ACCEPTED: JOB, COUNTERED: JOB, REFERRED: JOB, VOID_UNPAID: BOTH},
    REFERRED: {ACCEPTED: JOB, COUNTERED: JOB, VOID_UNPAID: BOTH},
    COUNTERED: {ACCEPTED: DOOR, VOID_UNPAID: BOTH},
    ACCEPTED: {AUTHORISING: DOOR, VOID_UNPAID: BOTH},
    AUTHORISING: {AUTHORISED: JOB, CAPTURING: JOB, AUTHORISE_UNKNOWN: JOB, VOIDING: JOB, ACCEPTED: JOB, VOID_UNPAID: JOB},
    AUTHORISE_UNKNOWN: {AUTHORISING: JOB, AUTHORISED: JOB, CAPTURING: JOB, VOIDING: JOB, ACCEPTED: JOB, VOID_UNPAID: JOB},
    AUTHORISED: {CAPTURING: JOB, VOIDING: BOTH},
    CAPTURING: {ISSUING: JOB, CAPTURE_UNKNOWN: JOB, VOIDING: JOB, REFUNDING: JOB},
    CAPTURE_UNKNOWN: {CAPTURING: JOB, ISSUING: JOB, VOIDING: JOB, REFUNDING: JOB},
    ISSUING: {ISSUED: JOB, ISSUE_UNKNOWN: JOB, WITHDRAWING: JOB, REFUNDING: JOB},
    ISSUE_UNKNOWN: {ISSUING: JOB, ISSUED: JOB, WITHDRAWING: JOB, REFUNDING: JOB},
    ISSUED: {IN_FORCE: JOB, WITHDRAWING: BOTH},
    WITHDRAWING: {WITHDRAW_UNKNOWN: JOB, REFUNDING: JOB},
    WITHDRAW_UNKNOWN: {WITHDRAWING: JOB, REFUNDING: JOB},
    VOIDING: {VOID_UNPAID: JOB, VOID_UNKNOWN: JOB, REFUNDING: JOB},
    VOID_UNKNOWN: {VOIDING: JOB, VOID_UNPAID: JOB, REFUNDING: JOB},
    REFUNDING: {VOID_REFUNDED: JOB, CANCELLED_REFUNDED: JOB, REFUND_UNKNOWN: JOB},
    REFUND_UNKNOWN: {REFUNDING: JOB, VOID_REFUNDED: JOB, CANCELLED_REFUNDED: JOB},
}  # fmt: skip
"""Which state may follow which, and who may make it follow: whoever stands at a DOOR, a JOB, or BOTH. "" = a new item."""
STATES = tuple(state for state in TRANSITIONS if state) + ENDS

QUOTE, UNDERWRITE, AUTHORISE, CAPTURE = "QUOTE", "UNDERWRITE", "AUTHORISE", "CAPTURE"
ISSUE, WITHDRAW, VOID, REFUND = "ISSUE", "WITHDRAW", "VOID", "REFUND"
CORE, PAYMENTS = "core", "payments"


@dataclass(frozen=True)
class Step:
    """One kind of outside step. `given_up`: the state that compensates for it; empty = it is never given up."""

    kind: str
    doing: str
    unknown: str
    port: str
    method: str
    given_up: str = ""


STEPS: dict[str, Step] = {
    step.kind: step
    for step in (
        Step(QUOTE, QUOTING, QUOTE_UNKNOWN, CORE, "quote", VOID_UNPAID),
        Step(UNDERWRITE, UNDERWRITING, UNDERWRITE_UNKNOWN, CORE, "apply", VOID_UNPAID),
        Step(AUTHORISE, AUTHORISING, AUTHORISE_UNKNOWN, PAYMENTS, "authorise", VOIDING),
        Step(CAPTURE, CAPTURING, CAPTURE_UNKNOWN, PAYMENTS, "capture", VOIDING),
        Step(ISSUE, ISSUING, ISSUE_UNKNOWN, CORE, "issue", WITHDRAWING),
        Step(WITHDRAW, WITHDRAWING, WITHDRAW_UNKNOWN, CORE, "withdraw"),
        Step(VOID, VOIDING, VOID_UNKNOWN, PAYMENTS, "void"),
        Step(REFUND, REFUNDING, REFUND_UNKNOWN, PAYMENTS, "refund"),
    )
}
STEP_OF = {step.doing: step.kind for step in STEPS.values()}
UNKNOWNS = tuple(step.unknown for step in STEPS.values())
PLACES = ("before_call", "after_call", "before_commit")
FAULTPOINTS = tuple(f"orders.{kind.lower()}.{place}" for kind in STEPS for place in PLACES)
"""Where a test may kill the worker: everywhere something has happened that the next transaction does not know of."""

DONE, REFUSED, PENDING, GIVEN_UP = "DONE", "REFUSED", "PENDING", "GIVEN_UP"
ALL, EACH = "ALL", "EACH"
CHOICES = (ALL, EACH)
POLICYHOLDER, INSURED, BENEFICIARY = "POLICYHOLDER", "INSURED", "BENEFICIARY"
PAYERS = (POLICYHOLDER, INSURED, BENEFICIARY)
OUTBOUND, INBOUND = "OUTBOUND", "INBOUND_NEED"
FREE_LOOK, BUNDLE = "FREE_LOOK", "BUNDLE"


class Illegal(ValueError):
    """No such transition. A bug, or two that were not kept apart."""


def check(before: str, after: str) -> None:
    """Raises `Illegal`."""
    if after not in TRANSITIONS.get(before, {}):
        raise Illegal(f"{before or 'nothing'} -> {after}")


@dataclass(frozen=True)
class Standing:
    """What besides the answer decides how an item goes on. `together`: it waits for the others of its bundle before money moves."""

    cancelled: bool = False
    together: bool = False
    issued: bool = False


@dataclass(frozen=True)
class Next:
    """Where the item goes, and why when it is not forward. `stuck`: a partner refuses to undo; somebody must look at it."""

    state: str
    reason: str = ""
    stuck: bool = False


def after_answer(kind: str, status: str, facts: Mapping[str, Any], now: Standing) -> Next:
    """Return where an item goes when the step's outcome is known: DONE, REFUSED, PENDING, or GIVEN_UP for one that is not."""
    reason = str(facts.get("reason", ""))
    if status == GIVEN_UP:
        return Next(STEPS[kind].given_up, "GIVEN_UP")
    if status == PENDING:
        return Next(REFERRED if kind == UNDERWRITE else STEPS[kind].doing, reason)
    ways = _REFUSED if status == REFUSED else _DONE
    return ways[kind](facts, now, reason)


def _underwritten(facts: Mapping[str, Any], now: Standing, reason: str) -> Next:
    states = {"ACCEPT": ACCEPTED, "COUNTER": COUNTERED, "REFER": REFERRED}
    return Next(states[facts["decision"]], reason) if facts["decision"] in states else Next(VOID_UNPAID, "DECLINED")


def _authorised(facts: Mapping[str, Any], now: Standing, reason: str) -> Next:
    if now.cancelled:
        return Next(VOIDING, "CANCELLED")
    return Next(AUTHORISED if now.together else CAPTURING)


def _refunded(facts: Mapping[str, Any], now: Standing, reason: str) -> Next:
    return Next(CANCELLED_REFUNDED if now.issued else VOID_REFUNDED)


def _unauthorised(facts: Mapping[str, Any], now: Standing, reason: str) -> Next:
    """Not enough money, or somebody else's: the customer may try another account, until the decision ends."""
    return Next(VOID_UNPAID, "CANCELLED") if now.cancelled else Next(ACCEPTED, reason)


def _not_voided(facts: Mapping[str, Any], now: Standing, reason: str) -> Next:
    if reason == "IS_CAPTURED":
        return Next(REFUNDING, reason)
    return Next(VOID_UNPAID) if reason == "IS_VOIDED" else Next(VOIDING, reason, stuck=True)


def _not_refunded(facts: Mapping[str, Any], now: Standing, reason: str) -> Next:
    return _refunded(facts, now, "") if reason == "IS_REFUNDED" else Next(REFUNDING, reason, stuck=True)


_DONE = {
    QUOTE: lambda facts, now, reason: Next(PROPOSED),
    UNDERWRITE: _underwritten,
    AUTHORISE: _authorised,
    CAPTURE: lambda facts, now, reason: Next(REFUNDING, "CANCELLED") if now.cancelled else Next(ISSUING),
    ISSUE: lambda facts, now, reason: Next(ISSUED),
    WITHDRAW: lambda facts, now, reason: Next(REFUNDING),
    VOID: lambda facts, now, reason: Next(VOID_UNPAID),
    REFUND: _refunded,
}
_REFUSED = {
    QUOTE: lambda facts, now, reason: Next(VOID_UNPAID, reason),
    UNDERWRITE: lambda facts, now, reason: Next(VOID_UNPAID, reason),
    AUTHORISE: _unauthorised,
    CAPTURE: lambda facts, now, reason: Next(VOIDING, reason),
    ISSUE: lambda facts, now, reason: Next(REFUNDING, reason),
    WITHDRAW: lambda facts, now, reason: Next(WITHDRAWING, reason, stuck=True),
    VOID: _not_voided,
    REFUND: _not_refunded,
}


def pause_after(attempt: int, pauses: list[int]) -> int:
    """Seconds until the next try after this many; the last pause repeats."""
    return pauses[min(attempt, len(pauses)) - 1]


def kept_together(choice: str, items: int) -> bool:
    return choice == ALL and items > 1
