"""One cell of the white space: its four states, what stands before an offer, and whose names the viewer may see."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from onefold.commands.viewer import Viewer, ViewerKind
from onefold.decision.gates import Gate
from onefold.decision.reasons import explain
from onefold.domains.leads.white_space import Standing, customers_of_cell
from onefold.domains.pictures.queries import COMPANY, Cell, Reason
from onefold.kernel.masks import mask_name
from onefold.web.cells import cell as table_cell
from onefold.web.cockpit.asked import View, scope_name, segment_name
from onefold.web.cockpit.white_space import IN_ORDER, STATES, share_of
from onefold.web.names import Names


def title(cell: Cell, names: Names) -> str:
    return f"{segment_name(cell.segment)} · {names.of(cell.column)}"


def states(cell: Cell) -> list[dict[str, Any]]:
    """The four counts with their shares, in the order of the matrix' line."""
    return [
        {
            "name": name,
            "label": str(STATES[name]),
            "customers": getattr(cell, name),
            "share": share_of(getattr(cell, name), cell.customers),
        }
        for name in IN_ORDER
    ]


def reasons(found: list[Reason], cell: Cell, language: str) -> dict[str, Any]:
    """The gates that stand before most customers, as bars; a customer counts at every gate.

    Shares where the whole is shown, else counts.
    """
    whole = cell.not_eligible
    bars = [
        {
            "label": sentence(row.gate, language),
            "value": share_of(row.customers, whole) if whole else row.customers,
            "numerator": row.customers,
            "denominator": whole,
        }
        for row in found
    ]
    return {
        "title": _("What stands before an offer"),
        "as": "share" if whole else "count",
        "bars": bars,
        "sentences": True,
        "max": max((bar["value"] or 0 for bar in bars), default=0),
    }


def sentence(gate: str, language: str) -> str:
    """What a gate says against an offer; a gate this version does not know is called by its code."""
    if gate not in Gate.__members__:
        return gate
    return explain(Gate[gate].bit, 0, 0, "", language).against[0]


def customers(viewer: Viewer, view: View, cell: Cell, state: str, after: str, names: Names) -> dict[str, Any]:
    """The customers of one state, as far as the firewall lets the viewer see them: masked, a page at a time."""
    if viewer.kind != ViewerKind.COMPANY or (view.scope.kind == COMPANY and view.scope.code != viewer.company):
        return {"may": False}
    if cell.column not in names.series_rows:
        return {"may": False}
    owner = names.series_rows[cell.column].company
    page = customers_of_cell(viewer, cell.segment, cell.column, owner, state, after)
    return {
        "may": True,
        "state": str(STATES[state]),
        "tabs": [
            {"label": str(STATES[name]), "url": view.query(state=name), "active": name == state} for name in IN_ORDER
        ],
        "table": _table(page.found, names),
        "next_url": view.query(state=state, after=page.next_after) if page.next_after else "",
        "looked_at": page.looked_at,
    }


def _table(found: list[Standing], names: Names) -> dict[str, Any]:
    return {
        "caption": _("Customers"),
        "columns": [{"label": _("Customer")}, {"label": _("Known through")}, {"label": _("Region")}],
        "rows": [
            {
                "cells": [
                    table_cell(mask_name(row.name), url=reverse("backoffice:customer", args=[row.customer_id])),
                    table_cell(names.company(row.company)),
                    table_cell(row.region or None),
                ]
            }
            for row in found
        ],
        "empty": {
            "title": _("No customer here that you may see"),
            "text": _("Your company's own customers, and those who agreed to be seen, would stand here."),
        },
    }


def facts(cell: Cell, view: View, names: Names) -> list[dict[str, Any]]:
    return [
        {"label": _("Segment"), "text": segment_name(cell.segment)},
        {"label": _("Product series"), "text": names.of(cell.column)},
        {"label": _("Company"), "text": _owner(cell, names)},
        {"label": _("Whose customers"), "text": scope_name(view.scope, names)},
        {"label": _("Customers"), "value": cell.customers, "as": "count"},
    ]


def _owner(cell: Cell, names: Names) -> str:
    row = names.series_rows.get(cell.column)
    return names.company(row.company if row else cell.column)
