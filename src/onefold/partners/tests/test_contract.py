"""The contract with every partner: the same tests for the adapter here and for whoever stands behind it.

Here they run against the sandboxes, over HTTP. To try a real core in its test installation, let `sandboxes` hand out its
address: only the tests that switch faults need a sandbox.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from onefold.partners.machines import AddressBook
from onefold.partners.ports import DONE, PENDING, Answered, Call, NotConfigured, Silent

AT = datetime(2026, 6, 30, 2, 0, tzinfo=UTC)
CAR = {"vehicle_value": 20_000_000, "vehicle_age": 1, "claims": 0}
GOOD, CLAIMS = {"private_use": 1, "roadworthy": 1}, 421_000


def call(operation_id: UUID | None = None, at: datetime = AT, timeout_s: float = 5) -> Call:
    return Call(operation_id or uuid4(), at, timeout_s)


@pytest.fixture
def core(sandboxes):
    sandboxes.all_is_well()
    return sandboxes.book.core_of("HPC")


@pytest.fixture
def payments(sandboxes):
    sandboxes.all_is_well()
    return sandboxes.book.gateway()


def quoted(core, about: str = "", **answers: int) -> Answered:
    facts = {"reference": about or str(uuid4()), "series": "HPC.MOTOR", "product": "HPC.MOTOR.STD", "age": 40}
    return core.quote(call(), facts | {"answers": CAR | answers})


def applied(core, about: str = "", declarations=GOOD, **answers: int) -> Answered:
    quote_no = quoted(core, about, **answers).facts["quote_no"]
    return core.apply(call(), {"quote_no": quote_no, "declarations": declarations})


def to_issue(application: Answered, **other) -> dict:
    facts = {
        "application_no": application.facts["application_no"], "premium_minor": application.facts["premium_minor"],
        "currency": "CNY", "payment_id": "P1", "customer": str(uuid4()), "customer_no": None, "channel": "HLIFE.AGENTS",
        "seller": "HL1001",
    }  # fmt: skip
    return facts | other


def to_pay(**other) -> dict:
    who = str(uuid4())
    facts = {"reference": str(uuid4()), "amount_minor": 100, "currency": "CNY", "payee": "HPC", "payer": who}
    return facts | {"account": f"acct.{who}"} | other


def test_a_quote_is_itemised_and_its_parts_are_its_price(core):
    found = quoted(core)
    assert found.status == DONE and found.facts["premium_minor"] == CLAIMS
    assert sum(minor for _, minor in found.facts["parts"]) == CLAIMS
    assert found.facts["currency"] == "CNY" and found.facts["until"] == "2026-07-30"


@pytest.mark.parametrize(
    ("answers", "declarations", "status", "decision"),
    [
        ({}, GOOD, DONE, "ACCEPT"),
        ({}, GOOD | {"private_use": 0}, DONE, "COUNTER"),
        ({"claims": 5}, GOOD, PENDING, "REFER"),
        ({"vehicle_age": 15}, GOOD, DONE, "DECLINE"),
    ],
)
def test_an_application_is_decided_in_four_ways_each_with_a_day_it_ends(core, answers, declarations, status, decision):
    found = applied(core, declarations=declarations, **answers)
    assert (found.status, found.facts["decision"]) == (status, decision)
    assert found.facts["until"] > "2026-06-30"


def test_answers_nobody_asked_for_are_refused(core):
    assert quoted(core, religion=1).reason == "ANSWERS_UNFIT"


def test_what_was_referred_is_looked_up_until_an_underwriter_has_decided(sandboxes, core):
    quote_no, asked = quoted(core, claims=5).facts["quote_no"], call()
    assert core.apply(asked, {"quote_no": quote_no, "declarations": GOOD}).status == PENDING
    assert core.lookup(asked).status == PENDING
    sandboxes.core.post("/v1/HPC/rulings", {"operation_id": str(asked.operation_id), "decision": "ACCEPT"})
    found = core.lookup(asked)
    assert (found.status, found.facts["decision"]) == (DONE, "ACCEPT")


def test_a_contract_is_issued_once_however_often_it_is_asked(sandboxes, core):
    about = str(uuid4())
    application, asked = applied(core, about), call()
    first = core.issue(asked, to_issue(application, customer="c"))
    assert first.status == DONE and first.facts["contract_no"] and first.facts["customer_no"]
    assert core.issue(asked, to_issue(application, customer="c")) == first == core.lookup(asked)
    assert sandboxes.core.effects()["ISSUED", about] == 1


def test_the_same_operation_with_another_body_is_refused_and_does_nothing(sandboxes, core):
    about = str(uuid4())
    application, asked = applied(core, about), call()
    core.issue(asked, to_issue(application, customer="c"))
    assert core.issue(asked, to_issue(application, customer="d")).reason == "OPERATION_REUSED"
    assert sandboxes.core.effects()["ISSUED", about] == 1


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"premium_minor": 1}, "PRICE_DIFFERS"),
        ({"currency": "USD"}, "PRICE_DIFFERS"),
        ({"payment_id": None}, "NOT_PAID"),
        ({"application_no": "A-0"}, "NOT_ACCEPTED"),
    ],
)
def test_what_may_not_be_issued_is_refused_for_good(core, other, reason):
    assert core.issue(call(), to_issue(applied(core), **other)).reason == reason


def test_a_quote_and_a_decision_end(core):
    quote_no = quoted(core).facts["quote_no"]
    late = call(at=AT + timedelta(days=30))
    assert core.apply(late, {"quote_no": quote_no, "declarations": GOOD}).reason == "QUOTE_EXPIRED"
    assert core.issue(call(at=AT + timedelta(days=15)), to_issue(applied(core))).reason == "DECISION_EXPIRED"


def test_a_contract_is_taken_back_once(sandboxes, core):
    about, asked = str(uuid4()), call()
    issued = core.issue(asked, to_issue(applied(core, about)))
    for _ in range(2):
        found = core.withdraw(call(), {"of": str(asked.operation_id), "reason": "FREE_LOOK"})
        assert found.facts["contract_no"] == issued.facts["contract_no"]
    assert sandboxes.core.effects()["WITHDRAWN", about] == 1


def test_what_was_taken_back_before_it_arrived_is_never_issued(sandboxes, core):
    about, asked = str(uuid4()), call()
    application = applied(core, about)
    assert core.withdraw(call(), {"of": str(asked.operation_id), "reason": "GIVEN_UP"}).facts["contract_no"] is None
    assert core.issue(asked, to_issue(application)).reason == "WITHDRAWN"
    assert sandboxes.core.effects()["ISSUED", about] == 0


def test_one_companys_core_says_nothing_of_anothers_operations(sandboxes, core):
    asked = call()
    core.issue(asked, to_issue(applied(core)))
    assert sandboxes.book.core_of("HLIFE").lookup(asked) is None


def test_money_goes_forward_once_and_comes_back_whole(sandboxes, payments):
    facts, paid = to_pay(), call()
    for _ in range(2):
        assert payments.authorise(paid, facts).facts["payment_id"] == str(paid.operation_id)
    of = {"of": str(paid.operation_id)}
    assert payments.refund(call(), of).reason == "IS_AUTHORISED"
    captured = call()
    assert payments.capture(captured, of).status == payments.capture(captured, of).status == DONE
    assert payments.void(call(), of).reason == "IS_CAPTURED"
    assert payments.refund(call(), of).facts["amount_minor"] == 100
    assert payments.refund(call(), of).reason == "IS_REFUNDED"
    counted = {kind: n for (kind, about), n in sandboxes.payment.effects().items() if about == facts["reference"]}
    assert counted == {"AUTHORISED": 1, "CAPTURED": 1, "REFUNDED": 1}


def test_a_void_before_the_authorisation_arrives_forestalls_it(payments):
    late = call()
    assert payments.void(call(), {"of": str(late.operation_id)}).status == DONE
    assert payments.authorise(late, to_pay()).reason == "VOIDED_BEFORE"
    assert payments.capture(call(), {"of": str(late.operation_id)}).reason == "PAYMENT_UNKNOWN"


def test_another_persons_account_and_an_empty_one_are_refused(payments):
    assert payments.authorise(call(), to_pay(account="acct.the-seller")).reason == "PAYER_IS_ANOTHER"
    assert payments.authorise(call(), to_pay(payer="x", account="empty.x")).reason == "NOT_ENOUGH_MONEY"


def test_what_never_arrived_is_looked_up_as_nothing(core, payments):
    assert core.lookup(call()) is None and payments.lookup(call()) is None


@pytest.mark.parametrize(
    ("fault", "reason", "happened"),
    [
        ({"mode": "ERROR"}, "ANSWERED_503", False),
        ({"mode": "LOST_ANSWER"}, "NO_CONNECTION", True),
        ({"mode": "LOST_ANSWER", "seconds": 3}, "TIMED_OUT", True),
        ({"mode": "SLOW", "seconds": 3}, "TIMED_OUT", False),
    ],
)
def test_silence_says_nothing_and_lookup_says_what_happened(sandboxes, payments, fault, reason, happened):
    sandboxes.payment.go_wrong(fault | {"path": "authorisations"})
    asked, facts, began = call(timeout_s=0.5), to_pay(), time.monotonic()
    with pytest.raises(Silent) as silence:
        payments.authorise(asked, facts)
    assert silence.value.reason == reason and time.monotonic() - began < 2
    assert (payments.lookup(asked) is not None) == happened
    if fault["mode"] == "ERROR":  # the same id is sent again: what did not happen happens now
        assert payments.authorise(call(asked.operation_id), facts).status == DONE


def test_what_arrives_twice_or_late_has_one_effect(sandboxes, payments):
    twice, late = to_pay(), to_pay()
    sandboxes.payment.go_wrong({"mode": "DUPLICATE", "path": "authorisations"})
    assert payments.authorise(call(), twice).status == DONE
    sandboxes.payment.go_wrong({"mode": "LATE", "path": "authorisations", "seconds": 0.3})
    asked = call()
    with pytest.raises(Silent):
        payments.authorise(asked, late)
    assert payments.lookup(asked) is None
    assert payments.authorise(asked, late).status == DONE
    time.sleep(0.5)
    effects = sandboxes.payment.effects()
    assert effects["AUTHORISED", twice["reference"]] == effects["AUTHORISED", late["reference"]] == 1


def test_killed_and_started_again_it_knows_what_it_did(sandboxes, payments):
    asked, facts = call(), to_pay()
    first = payments.authorise(asked, facts)
    sandboxes.payment.start_again()
    assert payments.lookup(asked) == first == payments.authorise(asked, facts)


def test_without_a_configuration_there_is_nobody():
    nobody = AddressBook.read("")
    with pytest.raises(NotConfigured):
        nobody.core_of("HPC")
    with pytest.raises(NotConfigured):
        nobody.gateway()


def test_a_wrong_token_is_silence(sandboxes):
    text = sandboxes.text.replace("only-for-tests", "guessed")
    with pytest.raises(Silent, match="ANSWERED_401"):
        AddressBook.read(text).gateway().lookup(call())
