"""The month's settlement: who owes whom, the statements, every line down to its contract; and asking for a month to be closed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onefold.commands.scope import reading, today
from onefold.commands.viewer import ViewerKind
from onefold.domains.settlement import queries
from onefold.domains.settlement.closing import request_close
from onefold.domains.settlement.queries import MonthRow
from onefold.domains.settlement.refusals import StatementUnknown
from onefold.kernel.ids import new_id
from onefold.kernel.money import exponent_of, minor_text
from onefold.kernel.spreadsheets import csv_text
from onefold.web.asking import Asked
from onefold.web.cockpit import settlement as pages
from onefold.web.cockpit.frame import sections
from onefold.web.cockpit.workbooks import EXCEL, workbook
from onefold.web.names import names_for
from onefold.web.routes import may_enter
from onefold.web.ui.templatetags.figures import month as month_name
from onefold.web.viewers import language_of

PAYEE_COLUMN, MINOR_COLUMNS, COLUMNS_AFTER_PAYEE = 9, slice(10, 14), 5


class ClosingForm(forms.Form):
    command_id = forms.UUIDField()
    month = forms.DateField()


@require_GET
def settlement(request: Asked) -> HttpResponse:
    """A settled month: the newest, or the one asked for."""
    viewer = request.viewer
    with reading(viewer) as at:
        names = names_for(viewer, language_of(request))
        months = queries.settled_months(viewer)
        month = _chosen(months, request.GET.get("month", ""))
        context: dict[str, Any] = pages.month_page(viewer, month.month, names) if month else {}
        over = (today(at).replace(day=1) - timedelta(days=1)).replace(day=1)
    asks = may_enter("cockpit:settlement_closing", viewer.roles) and viewer.kind == ViewerKind.GROUP
    context |= {
        "sections": sections(request),
        "month": month,
        "months": [
            {"label": month_name(row.month), "url": f"?month={row.month:%Y-%m}", "active": row == month}
            for row in months
        ],
        "closable": over if asks and over not in {row.month for row in months} else None,
        "asked": "asked" in request.GET,
        "command_id": new_id(),
        "own": viewer.kind == ViewerKind.COMPANY,
    }
    return render(request, "cockpit/settlement.html", context)


def _chosen(months: list[MonthRow], asked: str) -> MonthRow | None:
    return next((row for row in months if f"{row.month:%Y-%m}" == asked), months[0] if months else None)


@require_POST
def closing(request: Asked) -> HttpResponse:
    """Ask for the last month that is over to be closed; a job does it, and every open month before."""
    form = ClosingForm(request.POST)
    if form.is_valid():
        request_close(request.viewer, form.cleaned_data["command_id"], month=form.cleaned_data["month"])
    return redirect(f"{reverse('cockpit:settlement')}?asked=1")


@require_GET
def statement(request: Asked, statement_id: UUID) -> HttpResponse:
    viewer = request.viewer
    after = int(text) if (text := request.GET.get("after", "")).isdecimal() and len(text) < 9 else 0
    with reading(viewer):
        names = names_for(viewer, language_of(request))
        context = pages.statement_page(viewer, queries.statement(viewer, statement_id), names, after)
    context |= {"sections": sections(request), "may_export": may_enter("cockpit:settlement_bytes", viewer.roles)}
    return render(request, "cockpit/settlement_statement.html", context)


@require_GET
def statement_file(request: Asked, statement_id: UUID) -> HttpResponse:
    """The statement's bytes: the same whenever they are asked for, and what the kept hash is of (unless a code begins like a formula)."""
    viewer = request.viewer
    if viewer.kind == ViewerKind.GROUP:
        raise StatementUnknown()
    with reading(viewer):
        told = queries.statement(viewer, statement_id)
        text = queries.statement_bytes(viewer, statement_id)
    return _download(
        statement_csv(text).encode(), "text/csv; charset=utf-8", f"{told.person or told.company}-{told.month:%Y-%m}.csv"
    )


@require_GET
def statement_workbook(request: Asked, statement_id: UUID) -> HttpResponse:
    viewer = request.viewer
    if viewer.kind == ViewerKind.GROUP:
        raise StatementUnknown()
    with reading(viewer):
        told = queries.statement(viewer, statement_id)
        names = names_for(viewer, language_of(request))
        lines = queries.statement_bytes(viewer, statement_id).split("\n")[1:]
    party = told.person or names.company(told.company)
    figures = [(tile["label"], minor_text(tile["value"], exponent_of(told.currency))) for tile in pages.tiles(told)]
    about = [
        (_("Statement"), party), (_("Month"), f"{told.month:%Y-%m}"), (_("Currency"), told.currency), *figures,
        (_("Lines"), told.lines), ("SHA-256", told.sha256),
    ]  # fmt: skip
    file = workbook(party, pages.HEADS, [_typed(line, told.currency) for line in lines if line], about)
    return _download(file, EXCEL, f"{told.person or told.company}-{told.month:%Y-%m}.xlsx")


def statement_csv(text: str) -> str:
    """Return a statement's text with every cell safe: byte for byte the same where no code begins like a formula or holds a comma."""
    heads, *lines = text.split("\n")
    return csv_text([heads.split(","), *(_cells(line) for line in lines if line)], line_end="\n").removesuffix("\n")


def _cells(line: str) -> list[Any]:
    """A line's cells, amounts as integers. The payee's code is the company's own and may hold anything, commas too."""
    *codes, rest = line.split(",", PAYEE_COLUMN)
    cells: list[Any] = [*codes, *rest.rsplit(",", COLUMNS_AFTER_PAYEE)]
    cells[MINOR_COLUMNS] = [int(minor) for minor in cells[MINOR_COLUMNS]]
    return cells


def _typed(line: str, currency: str) -> list[Any]:
    """A line's cells for a workbook: days as days, amounts in the currency's units."""
    cells = _cells(line)
    cells[0] = date.fromisoformat(cells[0])
    units = 10 ** exponent_of(currency)
    cells[MINOR_COLUMNS] = [minor / units for minor in cells[MINOR_COLUMNS]]
    return cells


def _download(body: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@require_GET
def contract(request: Asked, contract_id: UUID) -> HttpResponse:
    """One contract's money: who was credited, by which plan, and every movement with its postings."""
    viewer = request.viewer
    with reading(viewer):
        context = pages.contract_page(viewer, contract_id, names_for(viewer, language_of(request)))
    if context is None:
        raise StatementUnknown()
    return render(request, "cockpit/settlement_contract.html", context | {"sections": sections(request)})
