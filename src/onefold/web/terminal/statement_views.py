"""A seller's own month: what was earned, what went back, what is paid, and what is not money."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from onefold.commands.scope import reading
from onefold.domains import rulebook
from onefold.domains.settlement import queries
from onefold.domains.settlement.queries import LineRow, MonthRow, StatementRow
from onefold.domains.settlement.rules.performance import performance_minor
from onefold.web.asking import Asked
from onefold.web.names import Names, names_for
from onefold.web.ui.templatetags.figures import month as month_name
from onefold.web.viewers import language_of
from onefold.web.words import LINE_PARTS, MOVEMENTS, SALE_ROLES, word

MONTHS_SHOWN = 12


@require_GET
def statement(request: Asked) -> HttpResponse:
    """The newest settled month, or the one asked for."""
    viewer, asked = request.viewer, request.GET.get("month", "")
    with reading(viewer):
        names = names_for(viewer, language_of(request))
        months = queries.settled_months(viewer)[:MONTHS_SHOWN]
        month = next((row for row in months if f"{row.month:%Y-%m}" == asked), months[0] if months else None)
        told = queries.statements(viewer, month.month) if month else []
        sheets = [_sheet(row, queries.lines_of(viewer, row), names) for row in told]
        recognised = _recognised(request, month, names)
    return render(
        request,
        "terminal/statement.html",
        {
            "month": month,
            "months": [
                {"label": month_name(row.month), "url": f"?month={row.month:%Y-%m}", "active": row == month}
                for row in months
            ],
            "sheets": sheets,
            "recognised": recognised,
        },
    )


def _sheet(told: StatementRow, lines: list[LineRow], names: Names) -> dict[str, Any]:
    """One currency's month. Standard performance is reckoned on what was earned, before tax."""
    earned = told.receivable_minor + told.tax_minor
    divisor = rulebook.value("fees.performance_divisor", told.month)
    return {
        "as": f"money:{told.currency}",
        "told": told,
        "earned_minor": earned,
        "performance_minor": performance_minor(earned, divisor),
        "lines": [_card(row, names) for row in lines],
        "hidden": max(told.lines - len(lines), 0),
    }


def _card(row: LineRow, names: Names) -> dict[str, Any]:
    counts = row.what in ("VESTED", "CLAWED_BACK")
    return {
        "series": names.series(row.series),
        "contract": str(row.contract_id)[:8],
        "on": row.effective_on,
        "what": word(MOVEMENTS, row.what),
        "tone": {"VESTED": "good", "CLAWED_BACK": "bad", "CANCELLED": "warn"}.get(row.what, ""),
        "about": f"{word(SALE_ROLES, row.role)} · {word(LINE_PARTS, row.part)}",
        "minor": row.payable_minor if counts else row.amount_minor,
        "tax_minor": row.tax_minor if counts else 0,
        "counts": counts,
    }


def _recognised(request: Asked, month: MonthRow | None, names: Names) -> list[dict[str, str]]:
    if month is None:
        return []
    return [
        {"role": word(SALE_ROLES, role), "series": names.series(series)}
        for _person, role, series in queries.recognitions_of(request.viewer, month.month)
    ]
