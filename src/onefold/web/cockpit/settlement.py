"""The settlement's pages as plain values: a month, a statement, the money of one contract."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from onefold.commands.viewer import Viewer, ViewerKind
from onefold.domains.ledger.queries import PostingRow, postings_of
from onefold.domains.settlement import queries
from onefold.domains.settlement.queries import ClearingRow, LineRow, SaleRow, StatementRow
from onefold.web.cells import cell, stacked
from onefold.web.names import Names
from onefold.web.words import (
    ACCOUNTS,
    DEALINGS,
    ENDINGS,
    LINE_KINDS,
    LINE_PARTS,
    MOVEMENTS,
    SALE_ROLES,
    UNPAID_REASONS,
    word,
)


def money(minor: int, currency: str, **more: Any) -> dict[str, Any]:
    return cell(value=minor, as_=f"money:{currency}", **more)


def amount_column(label: str) -> dict[str, Any]:
    return {"label": label, "numeric": True}


def roomy(table: dict[str, Any]) -> dict[str, Any]:
    """On a phone three amounts stand side by side, not four: they are long."""
    return stacked(table) | {"stacked": "many"}


def month_page(viewer: Viewer, month: date, names: Names) -> dict[str, Any]:
    """Everything about one settled month."""
    told = queries.statements(viewer, month)
    pairs = queries.clearing_matrix(viewer, month)
    return {
        "matrices": matrices(pairs, names),
        "clearings": clearing_table(pairs, names),
        "companies": statement_table([row for row in told if not row.person], names, people=False),
        "persons": statement_table([row for row in told if row.person], names, people=True),
        "recognised": recognised(viewer, month, names),
        "gauges": gauge_table(viewer, month, names),
        "dealings": dealing_table(viewer, month, names),
    }


def matrices(pairs: Sequence[ClearingRow], names: Names) -> list[dict[str, Any]]:
    """For each currency who owes whom how much, gross: a row owes its columns."""
    found = []
    for currency in sorted({row.currency for row in pairs}):
        owed = {}
        for row in pairs:
            if row.currency == currency:
                owed[row.debtor, row.creditor], owed[row.creditor, row.debtor] = row.owed_minor, row.counter_minor
        codes = [code for code in names.company_rows if any(code in pair for pair in owed)]
        rows = [
            {"label": names.company(payer), "cells": [owed.get((payer, payee)) for payee in codes]} for payer in codes
        ]
        found.append(
            {
                "currency": currency,
                "as": f"money:{currency}",
                "columns": [names.company(code) for code in codes],
                "rows": rows,
            }
        )
    return found


def clearing_table(pairs: Iterable[ClearingRow], names: Names) -> dict[str, Any]:
    rows = [
        {
            "cells": [
                cell(names.company(row.debtor)), cell(names.company(row.creditor)), money(row.owed_minor, row.currency),
                money(row.counter_minor, row.currency), money(row.net_minor, row.currency),
            ]
        }
        for row in pairs
    ]  # fmt: skip
    columns = [
        {"label": _("Pays")}, {"label": _("To")}, amount_column(_("Owes")), amount_column(_("Is owed")), amount_column(_("Net")),
    ]  # fmt: skip
    empty = {"title": _("Nothing to clear"), "text": _("No company owed another anything in this month.")}
    return roomy({"caption": _("Netting"), "columns": columns, "rows": rows, "empty": empty})


def statement_table(told: Iterable[StatementRow], names: Names, *, people: bool) -> dict[str, Any]:
    rows = [{"cells": _statement_cells(row, names, people)} for row in told]
    figures = (
        [_("Earned"), _("Tax withheld"), _("Carried in"), _("To be paid"), _("Carried on")]
        if people
        else [_("Receivable"), _("Payable"), _("Accrued income"), _("Accrued expense")]
    )
    columns = [{"label": _("Seller") if people else _("Company")}, *(amount_column(label) for label in figures)]
    empty = {"title": _("No statement"), "text": _("Nothing moved in this month.")}
    return roomy({"caption": _("Statements"), "columns": columns, "rows": rows, "empty": empty})


def _statement_cells(row: StatementRow, names: Names, people: bool) -> list[dict[str, Any]]:
    figures = (
        [row.receivable_minor + row.tax_minor, row.tax_minor, row.opening_minor, row.paid_minor, row.closing_minor]
        if people
        else [row.receivable_minor, row.payable_minor, row.accrued_in_minor, row.accrued_out_minor]
    )
    url = reverse("cockpit:settlement_statement", args=[row.statement_id])
    head = cell(row.person or names.company(row.company), url=url, note=row.currency)
    return [head, *(money(minor, row.currency) for minor in figures)]


def recognised(viewer: Viewer, month: date, names: Names) -> list[dict[str, str]]:
    if viewer.kind != ViewerKind.COMPANY:
        return []
    return [
        {"person": person, "role": word(SALE_ROLES, role), "series": names.series(series)}
        for person, role, series in queries.recognitions_of(viewer, month)
    ]


def gauge_table(viewer: Viewer, month: date, names: Names) -> dict[str, Any]:
    """What selling has cost each insurer in the year so far, against what is deductible."""
    rows = []
    for row in queries.commission_gauges(viewer, month):
        used, limit = row.gauge.used_minor, row.gauge.limit_minor
        state = (
            cell(_("above"), tone="warn", icon="warning") if row.gauge.excess_minor else cell(_("within"), tone="good")
        )
        rows.append(
            {
                "cells": [
                    cell(names.company(row.company), note=row.currency), money(row.premiums_minor, row.currency),
                    money(used, row.currency), money(limit, row.currency), state,
                ]
            }
        )  # fmt: skip
    columns = [
        {"label": _("Insurer")}, amount_column(_("Premiums")), amount_column(_("Cost of selling")), amount_column(_("Deductible")),
        {"label": pgettext("gauge", "State")},
    ]  # fmt: skip
    return roomy({"caption": _("Deductible commission"), "columns": columns, "rows": rows, "empty": {"text": ""}})


def dealing_table(viewer: Viewer, month: date, names: Names) -> dict[str, Any]:
    rows = [
        {
            "cells": [
                cell(names.company(row.company)), cell(names.company(row.counterparty)), money(row.largest_minor, row.currency),
                money(row.year_minor, row.currency),
                cell(word(DEALINGS, row.state), tone="" if row.state == "ORDINARY" else "warn"),
            ]
        }
        for row in queries.related_party_dealings(viewer, month)
    ]  # fmt: skip
    columns = [
        {"label": _("Company")}, {"label": _("With")}, amount_column(_("Largest single")), amount_column(_("This year")),
        {"label": pgettext("gauge", "State")},
    ]  # fmt: skip
    return roomy({"caption": _("Related-party dealings"), "columns": columns, "rows": rows, "empty": {"text": ""}})


def statement_page(viewer: Viewer, told: StatementRow, names: Names, after: int) -> dict[str, Any]:
    lines = queries.lines_of(viewer, told, after)
    url = reverse("cockpit:settlement_statement", args=[told.statement_id])
    more = after + len(lines) < told.lines and bool(lines)
    return {
        "told": told,
        "party": told.person or names.company(told.company),
        "of_company": names.company(told.company) if told.person else "",
        "tiles": tiles(told),
        "lines": line_table(lines, names),
        "sees_lines": bool(lines) or told.lines == 0,
        "next_url": f"{url}?after={after + len(lines)}" if more else "",
        "first_line": after + 1,
        "last_line": after + len(lines),
    }


def tiles(told: StatementRow) -> list[dict[str, Any]]:
    figures = (
        ((_("To be paid"), told.paid_minor), (_("Earned"), told.receivable_minor + told.tax_minor), (_("Tax withheld"), told.tax_minor),
         (_("Carried on"), told.closing_minor))
        if told.person
        else ((_("Receivable"), told.receivable_minor), (_("Payable"), told.payable_minor), (_("VAT, net"), told.vat_minor),
              (_("Accrued income"), told.accrued_in_minor), (_("Accrued expense"), told.accrued_out_minor))
    )  # fmt: skip
    return [{"label": label, "value": minor, "as": f"money:{told.currency}"} for label, minor in figures]


def line_table(lines: Iterable[LineRow], names: Names) -> dict[str, Any]:
    rows = [{"cells": line_cells(row, names)} for row in lines]
    columns = [
        {"label": _("Contract")}, {"label": _("Day")}, {"label": pgettext("money", "What")}, {"label": _("From")}, {"label": _("To")},
        amount_column(_("Amount")), amount_column(_("VAT")), amount_column(_("Tax")), amount_column(_("To be paid")),
    ]  # fmt: skip
    return roomy({"caption": _("Lines"), "columns": columns, "rows": rows, "empty": {"text": ""}})


def line_cells(row: LineRow, names: Names) -> list[dict[str, Any]]:
    kind = f"{word(LINE_KINDS, row.kind)} · {word(SALE_ROLES, row.role)} · {word(LINE_PARTS, row.part)}"
    late = _("of %(day)s") % {"day": row.event_on} if row.event_on != row.effective_on else ""
    contract = reverse("cockpit:settlement_contract", args=[row.contract_id])
    return [
        cell(names.series(row.series), url=contract, note=str(row.contract_id)[:8]),
        cell(row.effective_on.isoformat(), note=late), cell(word(MOVEMENTS, row.what), note=kind),
        cell(names.company(row.payer)), cell(row.payee or names.company(row.payee_company)),
        money(row.amount_minor, row.currency), money(row.vat_minor, row.currency), money(row.tax_minor, row.currency),
        money(row.payable_minor, row.currency),
    ]  # fmt: skip


HEADS = ("day", "contract", "series", "what", "kind", "role", "part", "payer", "payee company", "payee", "amount", "VAT",
         "tax", "to be paid", "currency")  # fmt: skip


def contract_page(viewer: Viewer, contract_id: UUID, names: Names) -> dict[str, Any] | None:
    sales, lines = queries.contract_money(viewer, contract_id)
    if not sales:
        return None
    journals = list(dict.fromkeys(row.journal_id for row in lines))
    return {
        "contract": str(contract_id),
        "sales": [sale_facts(sale, names) for sale in sales],
        "lines": line_table(lines, names),
        "postings": posting_table(postings_of(viewer, journals), names),
    }


def sale_facts(sale: SaleRow, names: Names) -> dict[str, Any]:
    people = ", ".join(f"{word(SALE_ROLES, role)} {code}" for role, code in sale.participants)
    recognised_ = ", ".join(f"{word(SALE_ROLES, role)} {code}" for role, code in sale.recognised)
    items = [
        (_("Product"), names.series(sale.series), None),
        (_("Owner"), names.company(sale.owner), None),
        (_("Selling company"), f"{names.company(sale.selling_company)} · {names.channel(sale.channel)}", None),
        (_("Took part"), people, None),
        (_("Recognised, not paid"), recognised_, None),
        (_("Premium"), sale.premium_minor, f"money:{sale.currency}"),
        (_("Sold on"), sale.sold_on, "day"),
        (_("Issued on"), sale.issued_on, "day"),
        (_("Free look until"), sale.free_look_until, "day"),
        (_("Fee plan"), sale.plan, None),
        (_("Rules"), sale.rulebook_version, None),
        (_("Not paid because"), word(UNPAID_REASONS, sale.reason), None),
        (_("Ended on"), sale.ended_on, "day"),
        (_("Ended because"), word(ENDINGS, sale.ended_because), None),
    ]
    return {
        "items": [{"label": label, "text": value, "value": value, "as": kind} for label, value, kind in items if value]
    }


def posting_table(postings: Iterable[PostingRow], names: Names) -> dict[str, Any]:
    rows = [
        {
            "cells": [
                cell(word(ACCOUNTS, row.kind), note=names.company(row.counterparty) if row.counterparty else ""),
                cell(row.effective_on.isoformat()), cell(str(row.journal_id)[:8]),
                money(max(row.amount_minor, 0), row.currency), money(max(-row.amount_minor, 0), row.currency),
            ]
        }
        for row in postings
    ]  # fmt: skip
    columns = [
        {"label": _("Account")}, {"label": _("Day")}, {"label": _("Journal")}, amount_column(pgettext("ledger", "Debit")),
        amount_column(pgettext("ledger", "Credit")),
    ]  # fmt: skip
    return roomy({"caption": _("Postings"), "columns": columns, "rows": rows, "empty": {"text": ""}})
