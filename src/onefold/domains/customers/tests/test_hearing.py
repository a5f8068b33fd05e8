"""What is heard of a customer's circumstances is a fact at once, behind its wall, and can be taken back."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import ProgrammingError, connection, transaction

from onefold.commands import clock
from onefold.commands.models import AuditLine, OutboxEvent
from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer
from onefold.domains.customers import refusals
from onefold.domains.customers.actions import hear, take_back
from onefold.domains.customers.circumstances import (
    circumstances_seen_by,
    heard_of,
    known_now,
    standings_seen_by,
    told_of,
)
from onefold.domains.customers.exports import export
from onefold.domains.customers.models import Membership, SourceRecord, Standing
from onefold.domains.customers.refusals import CustomerUnknown

SYSTEM = Viewer.system("test")


@pytest.fixture
def known(harbour, as_role) -> tuple[UUID, Viewer, Viewer]:
    """A person known to two companies, and staff of both."""
    with as_role("batch"), reading(SYSTEM):
        by_customer: dict[UUID, list[str]] = {}
        persons = Membership.objects.filter(customer__kind="PERSON").order_by("customer_id", "company_id")
        for customer, company in persons.values_list("customer_id", "company_id"):
            by_customer.setdefault(customer, []).append(company)
    customer, (one, other, *_) = next(item for item in by_customer.items() if len(set(item[1])) > 1)
    return customer, Viewer.of_company(one), Viewer.of_company(other)


def test_a_risk_test_is_a_fact_from_the_next_read_on_with_who_heard_it(known):
    customer, viewer, _ = known
    day = today(clock.now()) - timedelta(days=20)
    hear(viewer, uuid4(), customer_id=customer, kind="RISK_LEVEL", value="3", told_on=day, said_by="DOCUMENT")
    assert known_now(viewer, customer).risk_level == 3
    (heard,) = heard_of(viewer, customer)
    assert (heard.told.value, heard.told.told_on, heard.by, heard.said_by) == ("3", day, viewer.key, "DOCUMENT")


def test_the_same_command_counts_once_and_the_audit_names_no_value(known, as_role):
    customer, viewer, _ = known
    command = uuid4()
    first, second = (hear(viewer, command, customer_id=customer, kind="INCOME", value="B3") for _ in range(2))
    assert first == second and len(told_of(viewer, customer)) == 1
    with as_role("batch"), reading(SYSTEM):
        line = AuditLine.objects.get(command_id=command)
        event = OutboxEvent.objects.get(command_id=command)
    assert "B3" not in str(line.facts) and "B3" not in str(event.payload)


def test_another_company_learns_what_all_must_heed_and_not_through_whom(known):
    customer, viewer, other = known
    hear(viewer, uuid4(), customer_id=customer, kind="RISK_LEVEL", value="1")
    hear(viewer, uuid4(), customer_id=customer, kind="STATUS", value="DECEASED", said_by="RELATIVE")
    seen = told_of(other, customer)
    assert [(row.kind, row.company) for row in seen] in ([], [("STATUS", "")])
    assert {row.kind for row in told_of(viewer, customer)} == {"RISK_LEVEL", "STATUS"}
    assert known_now(viewer, customer).gone
    with reading(viewer), pytest.raises(ProgrammingError), transaction.atomic():
        list(Standing.objects.values_list("company_id"))


def test_a_stranger_sees_nothing_by_either_wall_and_can_write_nothing(known, as_role):
    customer, viewer, _ = known
    hear(viewer, uuid4(), customer_id=customer, kind="INCOME", value="B1")
    hear(viewer, uuid4(), customer_id=customer, kind="CAPACITY", value="LIMITED")
    with as_role("batch"), reading(SYSTEM):
        knowing = set(Membership.objects.filter(customer_id=customer).values_list("company_id", flat=True))
        strange = next(
            company for company in ("HTRUST", "HSEC", "HPENSION", "HFUND", "HHEALTH") if company not in knowing
        )
    stranger = Viewer.of_company(strange)
    assert told_of(stranger, customer) == []
    with reading(stranger), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM customers_circumstance WHERE customer_id = %s", [customer])
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM customers_standing WHERE customer_id = %s", [customer])
        assert cursor.fetchone() == (0,)
    with as_role("batch"), reading(SYSTEM):  # the second wall alone: this role's policies let everything through
        on = today(clock.now())
        assert not circumstances_seen_by(stranger, on).exists() and not standings_seen_by(stranger, on).exists()
    with pytest.raises(CustomerUnknown):
        hear(stranger, uuid4(), customer_id=customer, kind="INCOME", value="B1")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("RISK_LEVEL", "6"), ("RISK_LEVEL", ""), ("INCOME", "B9"), ("STATUS", "CLOSED"), ("CAPACITY", "some"),
        ("BORN_ON", "1985-02-30"), ("BORN_ON", "1850-01-01"), ("BORN_ON", "2999-01-01"), ("SHOE_SIZE", "42"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_both_languages(known, kind, value):
    customer, viewer, _ = known
    with pytest.raises(refusals.CircumstanceUnknown) as refused:
        hear(viewer, uuid4(), customer_id=customer, kind=kind, value=value)
    assert refused.value.sentence_in("en") != refused.value.sentence_in("zh-Hans")
    assert told_of(viewer, customer) == []


@pytest.mark.parametrize("days", [-1, 366])
def test_a_risk_test_of_tomorrow_or_one_that_has_run_out_is_refused(known, days):
    customer, viewer, _ = known
    day = today(clock.now()) - timedelta(days=days)
    with pytest.raises(refusals.CircumstanceDayImpossible):
        hear(viewer, uuid4(), customer_id=customer, kind="RISK_LEVEL", value="3", told_on=day)


def test_a_day_of_birth_that_a_record_states_is_not_said_over(known):
    customer, viewer, _ = known
    with reading(viewer):
        assert SourceRecord.objects.filter(membership__customer_id=customer).exclude(born_on=None).exists()
    with pytest.raises(refusals.BirthKnown):
        hear(viewer, uuid4(), customer_id=customer, kind="BORN_ON", value="1980-01-01")


def test_a_slip_is_taken_back_within_minutes_once_and_by_nobody_else(known, as_role):
    customer, viewer, other = known
    answer = UUID(hear(viewer, uuid4(), customer_id=customer, kind="INCOME", value="B1")["answer_id"])
    with pytest.raises(refusals.AnswerUnknown):
        take_back(other, uuid4(), answer_id=answer)
    take_back(viewer, uuid4(), answer_id=answer)
    assert known_now(viewer, customer).income is None and heard_of(viewer, customer) == []
    with pytest.raises(refusals.AnswerTakenBackBefore):
        take_back(viewer, uuid4(), answer_id=answer)
    with as_role("batch"), reading(SYSTEM):
        assert export()[0][1].num_rows == 0


def test_the_lake_gets_the_answer_under_pseudonyms_and_of_a_birth_the_month(known, as_role):
    customer, viewer, _ = known
    with as_role("batch"):
        from onefold.commands.scope import entered

        with entered(SYSTEM, clock.now(), read_only=False):
            SourceRecord.objects.filter(membership__customer_id=customer).update(born_on=None)
    hear(viewer, uuid4(), customer_id=customer, kind="BORN_ON", value="1980-05-17")
    assert known_now(viewer, customer).born_on == date(1980, 5, 17)
    with as_role("batch"), reading(SYSTEM):
        (row,) = export()[0][1].to_pylist()
    assert (row["customer_id"], row["kind"], row["value"]) == (customer.hex, "BORN_ON", "1980-05-01")
