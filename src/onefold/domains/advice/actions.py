"""Test, analyse, give an opinion, let a customer insist: each dated, in this order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from onefold.commands.action import Command, action
from onefold.commands.scope import today
from onefold.decision.core import CORE_VERSION
from onefold.domains import rulebook
from onefold.domains.advice import events, queries, refusals, rules
from onefold.domains.advice.judging import masks_for_advice
from onefold.domains.advice.models import Insistence, NeedsAnalysis, Opinion, RiskConfirmation, RiskTest, TakenTest
from onefold.domains.customers.actions import hear
from onefold.domains.customers.circumstances import known_now
from onefold.domains.customers.references import person
from onefold.kernel.ids import new_id


@action
def record_risk_test(command: Command, *, customer_id: UUID, level: int) -> dict[str, Any]:
    """Write down a risk test taken here and now. Its result counts at once, or, where it differs from the one in force, when the
    customer has confirmed it.

    Raises `CustomerUnknown`, `RiskLevelUnknown`, `TooManyRiskTests`.
    """
    person(command.viewer, customer_id)
    if level not in range(1, 6):
        raise refusals.RiskLevelUnknown()
    command.lock(f"advice.risk_tests:{customer_id}")
    _refuse_too_many(command, customer_id)
    before = known_now(command.viewer, customer_id).risk_level
    differs = rules.needs_confirmation(level, before)
    test = RiskTest(
        test_id=new_id(), level=level, differs_from=before if differs else None, **_by(command, customer_id)
    )
    test.save(force_insert=True)
    TakenTest.objects.create(
        test_id=test.test_id, customer_id=customer_id, company_id=command.viewer.company, at=command.at
    )
    if not differs:
        _counts(command, test)
    command.audit(str(customer_id), test=str(test.test_id), differs=differs)
    command.emit(events.RiskTestTaken(str(test.test_id), str(customer_id), differs))
    return {"test_id": str(test.test_id), "level": level, "confirm": differs}


@action
def confirm_risk_change(command: Command, *, test_id: UUID) -> dict[str, Any]:
    """Let a result that differs count, because the customer confirmed it. Raises `RiskTestUnknown`, `NothingToConfirm`."""
    command.lock(test_id)
    test = queries.tests_seen_by(command.viewer).filter(test_id=test_id, company_id=command.viewer.company).first()
    if test is None:
        raise refusals.RiskTestUnknown()
    if not queries.waits_for_confirmation(command.viewer, test, today(command.at)):
        raise refusals.NothingToConfirm()
    RiskConfirmation.objects.create(
        test_id=test_id, company_id=command.viewer.company, at=command.at, by=command.viewer.key
    )
    _counts(command, test)
    command.audit(str(test.customer_id), test=str(test_id))
    command.emit(events.RiskChangeConfirmed(str(test_id), str(test.customer_id)))
    return {"test_id": str(test_id), "level": test.level}


@action
def analyse_needs(
    command: Command,
    *,
    customer_id: UUID,
    needs: Sequence[str],
    budget_minor: int,
    cover_elsewhere: Sequence[str] = (),
    income: str = "",
) -> dict[str, Any]:
    """Write down what the customer needs, can spend in a year, has elsewhere, and earns (a band; empty: as is known).

    Raises `CustomerUnknown`, `NeedUnknown`, `CircumstanceUnknown`.
    """
    person(command.viewer, customer_id)
    lines = {one.line for one in rulebook.loaded().catalogue(today(command.at)).series}
    if not needs or not set(needs) | set(cover_elsewhere) <= lines or budget_minor < 0:
        raise refusals.NeedUnknown()
    if income:
        hear(command, customer_id=customer_id, kind="INCOME", value=income)
    row = NeedsAnalysis(
        analysis_id=new_id(),
        needs=sorted(set(needs)),
        cover_elsewhere=sorted(set(cover_elsewhere)),
        budget_minor=budget_minor,
        **_by(command, customer_id),
    )
    row.save(force_insert=True)
    command.audit(str(customer_id), analysis=str(row.analysis_id))
    command.emit(events.NeedsAnalysed(str(row.analysis_id), str(customer_id)))
    return {"analysis_id": str(row.analysis_id)}


@action
def give_opinion(
    command: Command, *, customer_id: UUID, series: str, yearly_minor: int | None = None
) -> dict[str, Any]:
    """Say whether a series suits the customer, by the analysis that counts and everything known now. `yearly_minor`: what a year of it
    costs as offered; left out: what it usually costs.

    Raises `CustomerUnknown`, `SeriesNotInCatalogue`, `NeedsNotAnalysed`.
    """
    on, book = today(command.at), rulebook.loaded()
    try:
        terms = book.catalogue(on).series_of(series)
    except LookupError:
        raise refusals.SeriesNotInCatalogue() from None
    analysis = queries.analysis_in_force(command.viewer, customer_id, command.at)
    if analysis is None:
        raise refusals.NeedsNotAnalysed(days=rulebook.value("suitability.needs_analysis_valid_days", on))
    yearly = book.of_series("suitability.yearly_outlay", terms, on) if yearly_minor is None else yearly_minor
    masks = masks_for_advice(command.viewer, customer_id, terms, yearly, analysis.cover_elsewhere, on)
    verdict, reasons, missing = rules.concluded(*masks, terms.line, analysis.needs, yearly, analysis.budget_minor)
    days = rulebook.value("suitability.opinion_valid_days", on)
    row = Opinion(
        opinion_id=new_id(),
        series_id=series,
        analysis_id=analysis.analysis_id,
        verdict=verdict,
        reasons=reasons,
        missing=missing,
        yearly_minor=yearly,
        valid_until=command.at + timedelta(days=days),
        rulebook_version=book.version,
        core_version=CORE_VERSION,
        **_by(command, customer_id),
    )
    row.save(force_insert=True)
    command.audit(str(customer_id), opinion=str(row.opinion_id), series=series, verdict=verdict)
    command.emit(events.OpinionGiven(str(row.opinion_id), str(customer_id), series, verdict))
    return {"opinion_id": str(row.opinion_id), "verdict": verdict, "reasons": reasons, "missing": missing}


@action
def insist(command: Command, *, opinion_id: UUID, warned: Sequence[str], own_will: bool) -> dict[str, Any]:
    """Write down that the customer, `warned` of every reason, wants it all the same of their own will.

    Raises `OpinionUnknown`, `InsistingNotPossible`, `WarningNotGiven`.
    """
    command.lock(opinion_id)
    row = queries.opinions_seen_by(command.viewer).filter(opinion_id=opinion_id).first()
    if row is None or row.company_id != command.viewer.company:
        raise refusals.OpinionUnknown()
    newest = queries.opinion_in_force(command.viewer, row.customer_id, row.series_id, command.at)
    possible = newest is not None and newest.opinion_id == opinion_id and not newest.insisted
    if not possible or row.verdict != Opinion.Verdict.STOP_ADVISED:
        raise refusals.InsistingNotPossible()
    if not own_will or not set(row.reasons) <= set(warned):
        raise refusals.WarningNotGiven()
    Insistence.objects.create(
        opinion_id=opinion_id, company_id=command.viewer.company, at=command.at, by=command.viewer.key
    )
    command.audit(str(row.customer_id), opinion=str(opinion_id))
    command.emit(events.AdviceInsistedAgainst(str(opinion_id), str(row.customer_id), row.series_id))
    return {"opinion_id": str(opinion_id)}


def _refuse_too_many(command: Command, customer_id: UUID) -> None:
    on, book = today(command.at), rulebook.loaded()
    per_day = book.value_or("suitability.risk_tests_per_day_max", on, None)
    per_year = book.value_or("suitability.risk_tests_per_12_months_max", on, None)
    days = queries.days_tested(command.viewer, customer_id)
    if rules.left_to_take(days, on, per_day, per_year) < 1:
        raise refusals.TooManyRiskTests(per_day=per_day, per_year=per_year)


def _counts(command: Command, test: RiskTest) -> None:
    """The result is a fact about the customer from now on, of the day of the test."""
    hear(
        command,
        customer_id=test.customer_id,
        kind="RISK_LEVEL",
        value=str(test.level),
        told_on=today(test.at),
        said_by="RISK_TEST",
    )


def _by(command: Command, customer_id: UUID) -> dict[str, Any]:
    return {
        "customer_id": customer_id,
        "company_id": command.viewer.company,
        "seller_code": command.viewer.seller,
        "at": command.at,
        "by": command.viewer.key,
    }
