"""What was tested, analysed and opined, and whether it still counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer, ViewerKind
from onefold.domains import rulebook
from onefold.domains.advice.judging import masks_for_advice
from onefold.domains.advice.models import NeedsAnalysis, RiskTest, TakenTest
from onefold.domains.advice.models import Opinion as OpinionRow
from onefold.domains.advice.rules import concluded, left_to_take
from onefold.domains.customers.rules import day_fits


@dataclass(frozen=True)
class Opinion:
    """An opinion that counts. `may_sell`: it suits, or the customer insisted after being warned; what is UNSUITABLE never may be."""

    opinion_id: UUID
    customer_id: UUID
    series: str
    company: str
    seller: str
    verdict: str
    reasons: tuple[str, ...]
    missing: tuple[str, ...]
    insisted: bool
    assessed_at: datetime
    valid_until: datetime

    @property
    def may_sell(self) -> bool:
        return self.verdict == "SUITABLE" or (self.verdict == "STOP_ADVISED" and self.insisted)


@dataclass(frozen=True)
class Analysis:
    """What the customer needs (lines), can spend in a year (minor units), and has elsewhere (lines)."""

    needs: tuple[str, ...]
    budget_minor: int
    cover_elsewhere: tuple[str, ...]
    at: datetime
    valid_until: datetime


@dataclass(frozen=True)
class RiskProfile:
    """`tests_left`: how many tests may still be taken today, over the group. `to_confirm`: the latest result that waits."""

    tests_left: int
    to_confirm: UUID | None
    level_to_confirm: int | None


def opinion_in_force(
    viewer: Viewer, customer_id: UUID, series: str, at: datetime, *, judged_again: bool = True
) -> Opinion | None:
    """Return the viewer's company's newest opinion on a series if it counts at `at`: not expired, no newer analysis, and everything known
    now leads to the same again. None: ask again.

    `judged_again=False`: for a job, that sees more than the adviser may; it asks the gates about that.
    """
    with reading(viewer):
        seen = opinions_seen_by(viewer).filter(customer_id=customer_id, series_id=series, at__lte=at)
        row = seen.select_related("insistence").order_by("-at", "-opinion_id").first()
        if row is None or at >= row.valid_until:
            return None
        analysis = analysis_in_force(viewer, customer_id, at)
        if analysis is None or analysis.analysis_id != row.analysis_id:
            return None
        if judged_again and not _would_be_said_again(viewer, row, analysis, today(at)):
            return None
    return _plain(row)


def _would_be_said_again(viewer: Viewer, row: OpinionRow, analysis: NeedsAnalysis, on: date) -> bool:
    """Whether everything known now leads to the same opinion for the same reasons."""
    terms = rulebook.loaded().catalogue(on).series_of(row.series_id)
    masks = masks_for_advice(viewer, row.customer_id, terms, row.yearly_minor, analysis.cover_elsewhere, on)
    now = concluded(*masks, terms.line, analysis.needs, row.yearly_minor, analysis.budget_minor)
    return now == (row.verdict, row.reasons, row.missing)


def opinions_seen_by(viewer: Viewer) -> QuerySet[OpinionRow]:
    return _own(OpinionRow.objects.all(), viewer)


def tests_seen_by(viewer: Viewer) -> QuerySet[RiskTest]:
    return _own(RiskTest.objects.all(), viewer)


def _own(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
    """The second wall: the company that advised, the customer's own; a job asks for one company's, or for all."""
    if viewer.kind in (ViewerKind.COMPANY, ViewerKind.SELLER):
        return rows.filter(company_id=viewer.company)
    if viewer.kind == ViewerKind.CUSTOMER:
        return rows.filter(customer_id=viewer.customer)
    if viewer.kind == ViewerKind.SYSTEM:
        return rows.filter(company_id=viewer.company) if viewer.company else rows
    return rows.none()


def analysis_in_force(viewer: Viewer, customer_id: UUID, at: datetime) -> NeedsAnalysis | None:
    """Return the newest analysis of the viewer's company, if it still counts."""
    with reading(viewer):
        days = rulebook.value("suitability.needs_analysis_valid_days", today(at))
        rows = _own(NeedsAnalysis.objects.all(), viewer).filter(customer_id=customer_id, at__lte=at)
        row: NeedsAnalysis | None = rows.order_by("-at", "-analysis_id").first()
    return row if row is not None and at < row.at + timedelta(days=days) else None


def analysis_of(viewer: Viewer, customer_id: UUID, at: datetime) -> Analysis | None:
    """Return the newest analysis of the viewer's company as plain values, if it still counts."""
    with reading(viewer):
        row = analysis_in_force(viewer, customer_id, at)
        days = rulebook.value("suitability.needs_analysis_valid_days", today(at))
    if row is None:
        return None
    return Analysis(
        tuple(row.needs), row.budget_minor, tuple(row.cover_elsewhere), row.at, row.at + timedelta(days=days)
    )


def days_tested(viewer: Viewer, customer_id: UUID) -> list[date]:
    """Return the days of all tests of the customer, whichever company took them."""
    with reading(viewer):
        return [today(at) for at in TakenTest.objects.filter(customer_id=customer_id).values_list("at", flat=True)]


def risk_profile(viewer: Viewer, customer_id: UUID) -> RiskProfile:
    """Return what may still be tested today and what waits for confirmation."""
    with reading(viewer) as at:
        on, book = today(at), rulebook.loaded()
        per_day = book.value_or("suitability.risk_tests_per_day_max", on, None)
        per_year = book.value_or("suitability.risk_tests_per_12_months_max", on, None)
        left = left_to_take(days_tested(viewer, customer_id), on, per_day, per_year)
        newest = tests_seen_by(viewer).filter(customer_id=customer_id).order_by("-at", "-test_id").first()
        waits = newest is not None and waits_for_confirmation(viewer, newest, on)
    return RiskProfile(left, newest.test_id if waits and newest else None, newest.level if waits and newest else None)


def waits_for_confirmation(viewer: Viewer, test: RiskTest, on: date) -> bool:
    """Whether a result differs, is not confirmed, still counts, and is the company's newest."""
    months = rulebook.loaded().value_or("suitability.risk_result_valid_months", on, 0)
    if (
        test.differs_from is None
        or hasattr(test, "confirmation")
        or not day_fits("RISK_LEVEL", today(test.at), on, months)
    ):
        return False
    newer = tests_seen_by(viewer).filter(customer_id=test.customer_id, test_id__gt=test.test_id)
    return not newer.exists()


def _plain(row: OpinionRow) -> Opinion:
    return Opinion(
        row.opinion_id, row.customer_id, row.series_id, row.company_id, row.seller_code, row.verdict,
        tuple(row.reasons), tuple(row.missing), hasattr(row, "insistence"), row.at, row.valid_until,
    )  # fmt: skip
