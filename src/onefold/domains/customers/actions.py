"""Write down what was heard of a customer's circumstances; take a slip back; say whether two records are one customer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from onefold.commands.action import Command, action
from onefold.commands.scope import today
from onefold.domains import rulebook
from onefold.domains.customers import events, refusals
from onefold.domains.customers.links import candidate
from onefold.domains.customers.models import Answer, AnswerRetraction, Circumstance, LinkRuling, Membership, Standing
from onefold.domains.customers.references import Person, person
from onefold.domains.customers.rules import BORN_ON, HEEDED_BY_ALL, KINDS, SAID_BY, day_fits, value_fits
from onefold.kernel.ids import new_id


@action
def hear(
    command: Command,
    *,
    customer_id: UUID,
    kind: str,
    value: str,
    told_on: date | None = None,
    said_by: str = "CUSTOMER",
) -> dict[str, Any]:
    """Write down a circumstance: a day of birth, the result of a risk test (`told_on`: its day), a band of income, a death, limits
    of capacity, a wish about profiling. It is a fact from the next read on, and the next run knows it.

    Raises `CustomerUnknown`, `CircumstanceUnknown`, `CircumstanceDayImpossible`, `BirthKnown`.
    """
    who, day, on = person(command.viewer, customer_id), told_on or today(command.at), today(command.at)
    _refuse_unfit(who, kind, value, day, said_by, on)
    answer_id = new_id()
    Answer.objects.create(
        answer_id=answer_id,
        customer_id=customer_id,
        company_id=command.viewer.company,
        seller_code=command.viewer.seller,
        said_by=said_by,
        kind=kind,
        at=command.at,
        by=command.viewer.key,
    )
    of_all = kind in HEEDED_BY_ALL
    (Standing if of_all else Circumstance).objects.create(
        told_id=answer_id,
        source_record_id=_own_record(command, customer_id),
        customer_id=customer_id,
        company_id=command.viewer.company,
        kind=kind,
        value=value,
        told_on=day,
        recorded_at=command.at,
        heard=True,
    )
    command.audit(str(customer_id), answer=str(answer_id), kind=kind, said_by=said_by)
    command.emit(events.CircumstanceTold(str(answer_id), str(customer_id), kind))
    return {"answer_id": str(answer_id), "customer_id": str(customer_id), "kind": kind}


@action
def take_back(command: Command, *, answer_id: UUID) -> dict[str, Any]:
    """Let an answer count no more, within minutes, by whoever wrote it down: a slip of the thumb.

    Raises `AnswerUnknown`, `AnswerTakenBackBefore`, `AnswerUndoTooLate`.
    """
    command.lock(answer_id)
    answer = Answer.objects.filter(answer_id=answer_id, by=command.viewer.key).first()
    if answer is None:
        raise refusals.AnswerUnknown()
    if AnswerRetraction.objects.filter(answer_id=answer_id).exists():
        raise refusals.AnswerTakenBackBefore()
    minutes = rulebook.value("contact.undo_minutes", today(command.at))
    if command.at >= answer.at + timedelta(minutes=minutes):
        raise refusals.AnswerUndoTooLate(minutes=minutes)
    AnswerRetraction.objects.create(
        answer_id=answer_id, company_id=command.viewer.company, at=command.at, by=command.viewer.key
    )
    command.audit(str(answer.customer_id), answer=str(answer_id), kind=answer.kind)
    command.emit(events.CircumstanceTakenBack(str(answer_id), str(answer.customer_id), answer.kind))
    return {"answer_id": str(answer_id), "customer_id": str(answer.customer_id), "kind": answer.kind}


def _refuse_unfit(who: Person, kind: str, value: str, day: date, said_by: str, on: date) -> None:
    bands = rulebook.value("suitability.income_bands", on)
    if kind not in KINDS or said_by not in SAID_BY or not value_fits(kind, value, who.kind, bands, on):
        raise refusals.CircumstanceUnknown()
    months = rulebook.loaded().value_or("suitability.risk_result_valid_months", on, 0)
    if not day_fits(kind, day, on, months):
        raise refusals.CircumstanceDayImpossible(months=months or "∞")
    if kind == BORN_ON and who.born_on is not None:
        raise refusals.BirthKnown()


def _own_record(command: Command, customer_id: UUID) -> UUID | None:
    """The company's own record that the answer hangs on, so that it follows the record when links change."""
    own = Membership.objects.filter(customer_id=customer_id, company_id=command.viewer.company)
    found: UUID | None = own.order_by("source_record_id").values_list("source_record_id", flat=True).first()
    return found


WHY_LETTERS = 400


@action
def rule_on_link(
    command: Command, *, source_record_id: UUID, other_record_id: UUID, verdict: str, why: str
) -> dict[str, Any]:
    """Say that two records are one customer (SAME), two (DIFFERENT), or that likeness shall decide again (OPEN). The next run
    heeds it; a later word takes it back.

    Raises `LinkUnknown`, `LinkVerdictUnknown`, `LinkReasonMissing`.
    """
    found = candidate(command.viewer, source_record_id, other_record_id)
    if found is None:
        raise refusals.LinkUnknown()
    if verdict not in LinkRuling.Verdict.values:
        raise refusals.LinkVerdictUnknown()
    if not why.strip():
        raise refusals.LinkReasonMissing()
    command.lock(source_record_id)
    LinkRuling.objects.create(
        ruling_id=new_id(),
        source_record_id=source_record_id,
        other_record_id=other_record_id,
        company_id=found.company_id,
        other_company_id=found.other_company_id,
        verdict=verdict,
        why=why.strip()[:WHY_LETTERS],
        by=command.viewer.key,
        at=command.at,
    )
    command.audit(str(source_record_id), other=str(other_record_id), verdict=verdict, why=why.strip()[:WHY_LETTERS])
    command.emit(events.LinkRuled(str(source_record_id), str(other_record_id), verdict))
    return {"source_record_id": str(source_record_id), "verdict": verdict}
