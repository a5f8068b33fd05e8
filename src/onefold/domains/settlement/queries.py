"""Statements, their lines, the clearing matrix and what became of one contract's money; and the gauges of a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer, ViewerKind
from onefold.domains import rulebook
from onefold.domains.ledger.rules import next_month
from onefold.domains.settlement import refusals, statement_sql
from onefold.domains.settlement.models import (
    Clearing,
    Close,
    CommissionGauge,
    Dealing,
    Ending,
    Movement,
    Recognition,
    Sale,
    Statement,
)
from onefold.domains.settlement.rules import limits

LINES_SHOWN = 100


@dataclass(frozen=True)
class MonthRow:
    month: date
    lines: int
    sha256: str


@dataclass(frozen=True)
class StatementRow:
    statement_id: UUID
    month: date
    company: str
    person: str
    currency: str
    accrued_in_minor: int
    accrued_out_minor: int
    receivable_minor: int
    payable_minor: int
    vat_minor: int
    tax_minor: int
    opening_minor: int
    paid_minor: int
    closing_minor: int
    lines: int
    sha256: str


@dataclass(frozen=True)
class LineRow:
    movement_id: UUID
    contract_id: UUID
    series: str
    effective_on: date
    event_on: date
    what: str
    kind: str
    role: str
    part: str
    payer: str
    payee_company: str
    payee: str
    amount_minor: int
    vat_minor: int
    tax_minor: int
    payable_minor: int
    currency: str
    journal_id: UUID


@dataclass(frozen=True)
class ClearingRow:
    debtor: str
    creditor: str
    currency: str
    owed_minor: int
    counter_minor: int
    net_minor: int


@dataclass(frozen=True)
class SaleRow:
    item_id: UUID
    contract_id: UUID
    owner: str
    selling_company: str
    series: str
    channel: str
    participants: tuple[tuple[str, str], ...]
    recognised: tuple[tuple[str, str], ...]
    premium_minor: int
    currency: str
    sold_on: date
    issued_on: date
    free_look_until: date
    plan: str
    rulebook_version: str
    outcome: str
    reason: str
    ended_on: date | None
    ended_because: str


def statements_seen_by(viewer: Viewer) -> QuerySet[Statement]:
    """The second wall: a company's own and its persons', a person's own, the companies' for the group."""
    if viewer.kind == ViewerKind.COMPANY:
        return Statement.objects.filter(company_id=viewer.company)
    if viewer.kind == ViewerKind.SELLER:
        return Statement.objects.filter(company_id=viewer.company, person=viewer.seller)
    if viewer.kind == ViewerKind.GROUP:
        return Statement.objects.filter(person="")
    return Statement.objects.all() if viewer.kind == ViewerKind.SYSTEM else Statement.objects.none()


def movements_seen_by(viewer: Viewer) -> QuerySet[Movement]:
    """The second wall: what one pays or is paid. The group sees no single contract."""
    if viewer.kind == ViewerKind.COMPANY:
        return Movement.objects.filter(
            Q(line__payer_company_id=viewer.company) | Q(line__payee_company_id=viewer.company)
        )
    if viewer.kind == ViewerKind.SELLER:
        return Movement.objects.filter(line__payee=viewer.seller, line__payee_company_id=viewer.company)
    return Movement.objects.all() if viewer.kind == ViewerKind.SYSTEM else Movement.objects.none()


def clearings_seen_by(viewer: Viewer) -> QuerySet[Clearing]:
    """The second wall: one's own pairs; all of them for the group."""
    if viewer.kind == ViewerKind.COMPANY:
        return Clearing.objects.filter(Q(debtor_id=viewer.company) | Q(creditor_id=viewer.company))
    everything = viewer.kind in (ViewerKind.GROUP, ViewerKind.SYSTEM)
    return Clearing.objects.all() if everything else Clearing.objects.none()


def settled_months(viewer: Viewer) -> list[MonthRow]:
    """Return the settled months, newest first."""
    with reading(viewer):
        return [MonthRow(row.month, row.lines, row.sha256) for row in Close.objects.order_by("-month")]


def statements(viewer: Viewer, month: date) -> list[StatementRow]:
    """Return the month's statements that the viewer may see: companies first, then persons by code."""
    with reading(viewer):
        rows = statements_seen_by(viewer).filter(close_id=month)
        found = [_statement(row) for row in rows]
    return sorted(found, key=lambda row: (row.person, row.company, row.currency))


def statement(viewer: Viewer, statement_id: UUID) -> StatementRow:
    """Raises `StatementUnknown`, also for somebody else's."""
    with reading(viewer):
        row = statements_seen_by(viewer).filter(statement_id=statement_id).first()
    if row is None:
        raise refusals.StatementUnknown()
    return _statement(row)


def lines_of(viewer: Viewer, told: StatementRow, after: int = 0) -> list[LineRow]:
    """Return a piece of a statement's lines, in their order."""
    with reading(viewer):
        rows = movements_seen_by(viewer).filter(
            effective_on__gte=told.month, effective_on__lt=next_month(told.month), line__currency=told.currency
        )
        if told.person:
            rows = rows.filter(line__payee=told.person, line__payee_company_id=told.company)
        else:
            rows = rows.filter(Q(line__payer_company_id=told.company) | Q(line__payee_company_id=told.company))
        ordered = rows.order_by("effective_on", "line__sale__contract_id", "movement_id")
        return _lines(ordered[after : after + LINES_SHOWN])


def statement_bytes(viewer: Viewer, statement_id: UUID) -> str:
    """Return the statement as CSV; the hash kept with it is that of everything after the headings."""
    with reading(viewer), connection.cursor() as cursor:
        told = statement(viewer, statement_id)
        party = told.person or told.company
        cursor.execute(
            statement_sql.BYTES,
            [told.month, next_month(told.month), told.currency, told.person, party, party, party, told.company],
        )
        return ",".join(statement_sql.HEADINGS) + "\n" + str(cursor.fetchone()[0])


def clearing_matrix(viewer: Viewer, month: date) -> list[ClearingRow]:
    """Return what each pair owes each other for a month, as far as the viewer may see."""
    with reading(viewer):
        rows = clearings_seen_by(viewer).filter(close_id=month).order_by("currency", "debtor_id", "creditor_id")
        return [
            ClearingRow(row.debtor_id, row.creditor_id, row.currency, row.owed_minor, row.counter_minor, row.net_minor)
            for row in rows
        ]


def contract_money(viewer: Viewer, contract_id: UUID) -> tuple[list[SaleRow], list[LineRow]]:
    """Return the sale behind a contract and every movement of its money that the viewer may see."""
    with reading(viewer):
        rows = movements_seen_by(viewer).filter(line__sale__contract_id=contract_id)
        lines = _lines(rows.order_by("journal__number", "movement_id"))
        sales = [_sale(row) for row in Sale.objects.filter(contract_id=contract_id).select_related("terms")]
    return (sales, lines) if lines or viewer.kind != ViewerKind.SELLER else ([], [])


def recognitions_of(viewer: Viewer, month: date) -> list[tuple[str, str, str]]:
    """Return (person, role, series) of those recognised, without money, for sales issued in a month."""
    with reading(viewer):
        rows = Recognition.objects.filter(sale__issued_on__gte=month, sale__issued_on__lt=next_month(month))
        if viewer.kind == ViewerKind.SELLER:
            rows = rows.filter(person=viewer.seller)
        elif viewer.kind == ViewerKind.COMPANY:
            rows = rows.filter(company_id=viewer.company)
        return list(rows.order_by("person", "role", "sale_id").values_list("person", "role", "sale__series"))


def _statement(row: Statement) -> StatementRow:
    return StatementRow(
        row.statement_id, row.close_id, row.company_id, row.person, row.currency, row.accrued_in_minor, row.accrued_out_minor,
        row.receivable_minor, row.payable_minor, row.vat_minor, row.tax_minor, row.opening_minor, row.paid_minor,
        row.closing_minor, row.lines, row.sha256,
    )  # fmt: skip


LINE_COLUMNS = (
    "movement_id", "line__sale__contract_id", "line__sale__series", "effective_on", "event_on", "kind", "line__kind", "line__role",
    "line__part", "line__payer_company_id", "line__payee_company_id", "line__payee", "amount_minor", "vat_minor", "tax_minor",
    "payable_minor", "line__currency", "journal_id",
)  # fmt: skip


def _lines(rows: QuerySet[Movement]) -> list[LineRow]:
    return [LineRow(*values) for values in rows.values_list(*LINE_COLUMNS)]


def _sale(row: Sale) -> SaleRow:
    ending = Ending.objects.filter(item_id=row.item_id).first()
    people = (("SELLER", row.seller_code), ("REFERRER", row.referrer_code), ("ACCOMPANYING", row.accompanying_code),
              ("SERVICER", row.servicer_code))  # fmt: skip
    recognised = Recognition.objects.filter(sale_id=row.item_id).values_list("role", "person")
    return SaleRow(
        row.item_id, row.contract_id, row.owner_company_id, row.selling_company_id, row.series, row.channel,
        tuple((role, code) for role, code in people if code), tuple(recognised), row.premium_minor, row.currency, row.sold_on,
        row.issued_on, row.free_look_until, row.terms.plan, row.terms.rulebook_version, row.outcome, row.reason,
        ending.ended_on if ending else None, ending.reason if ending else "",
    )  # fmt: skip


@dataclass(frozen=True)
class GaugeRow:
    company: str
    currency: str
    premiums_minor: int
    surrenders_minor: int
    gauge: limits.Gauge


@dataclass(frozen=True)
class DealingRow:
    company: str
    counterparty: str
    currency: str
    largest_minor: int
    year_minor: int
    state: str


def commission_gauges(viewer: Viewer, month: date) -> list[GaugeRow]:
    """Return how much of an insurer's deductible commission the year has used by the month's settling, by the sales settled here."""
    with reading(viewer):
        rows = CommissionGauge.objects.filter(close_id=month).order_by("company_id", "currency")
        if viewer.kind == ViewerKind.COMPANY:
            rows = rows.filter(company_id=viewer.company)
        share = rulebook.loaded().value_or("fees.commission_deductible", month, 0)
        return [
            GaugeRow(
                row.company_id, row.currency, row.premiums_minor, row.surrenders_minor,
                limits.commission_gauge(row.paid_minor, row.premiums_minor, row.surrenders_minor, share),
            )
            for row in rows
        ]  # fmt: skip


def related_party_dealings(viewer: Viewer, month: date) -> list[DealingRow]:
    """Return what each company came to owe each other in the year so far, and whether that must be reported."""
    with reading(viewer):
        rows = Dealing.objects.filter(close_id=month).order_by("company_id", "counterparty_id", "currency")
        if viewer.kind == ViewerKind.COMPANY:
            rows = rows.filter(Q(company_id=viewer.company) | Q(counterparty_id=viewer.company))
        assets = rulebook.loaded().value_or("fees.net_assets", month, {})
        bounds = rulebook.loaded().value_or("fees.related_party_limits", month, None)
        return [
            DealingRow(
                row.company_id, row.counterparty_id, row.currency, row.largest_minor, row.year_minor,
                limits.related_party_state(row.largest_minor, row.year_minor, assets.get(row.company_id, 0), bounds)
                if bounds else "ORDINARY",
            )
            for row in rows
        ]  # fmt: skip


def wound_up_by_feed(viewer: Viewer, contracts: list[UUID]) -> int:
    """Return how many sales of these contracts were wound up because a company's feed had ended them."""
    with reading(viewer):
        sold = Sale.objects.filter(contract_id__in=contracts).values("item_id")
        return Ending.objects.filter(source="FEED", item_id__in=sold).count()
