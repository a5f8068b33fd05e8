"""Funnel: how many leads of the last twelve months got how far, and where they stop; whole, and cut by who, what or when."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onefold.commands.viewer import Viewer
from onefold.domains.pictures.queries import ALL, FunnelStep, funnel
from onefold.web.cells import cell, stacked
from onefold.web.cockpit.asked import Choice, View, withheld_words
from onefold.web.names import Names
from onefold.web.ui.templatetags.figures import month, share
from onefold.web.words import Words, word

STEPS: Words = {
    "LEAD": gettext_lazy("Lead"),
    "CONTACTED": gettext_lazy("Spoken to"),
    "ADVISED": gettext_lazy("Advised"),
    "PROPOSED": gettext_lazy("Proposed"),
    "APPLIED": gettext_lazy("Applied"),
    "ISSUED": gettext_lazy("Issued"),
    "KEPT": gettext_lazy("Past free look"),
}
SOURCES: Words = {
    "OFFERED": gettext_lazy("Offered by us"),
    "ASKED": gettext_lazy("Asked for by the customer"),
    "HANDED": gettext_lazy("Handed over by a colleague"),
}
MODES: Words = {"SOLO": gettext_lazy("Alone"), "ACCOMPANIED": gettext_lazy("With a specialist along")}
Counts = dict[str, dict[str, int | None]]


def choices() -> list[Choice]:
    by = {
        "OWNER": _("Company that issues"),
        "COMPANY": _("Company that sells"),
        "CHANNEL": _("Channel"),
        "SERIES": _("Product series"),
        "MONTH": _("Month of the lead"),
        "SOURCE": _("Where it came from"),
        "MODE": _("Alone or accompanied"),
    }
    return [Choice("by", _("Broken down by"), by)]


def picture(viewer: Viewer, view: View, names: Names) -> dict[str, Any]:
    """Arrange the whole and its parts; the caller holds the scope open."""
    whole = counts_of(funnel(viewer, ALL)).get(ALL, {})
    return {
        "chart": _chart(whole),
        "steps": stacked(_steps(whole)),
        "parts": stacked(_parts(counts_of(funnel(viewer, view["by"])), view, names)),
    }


def counts_of(rows: list[FunnelStep]) -> Counts:
    counts: Counts = defaultdict(dict)
    for row in rows:
        counts[row.row][row.step] = row.leads
    return counts


def rate(part: int | None, whole: int | None) -> float | None:
    """The share of `whole` that got to `part`; None where either is withheld or there is nothing."""
    return None if part is None or not whole else part / whole


def _chart(whole: dict[str, int | None]) -> dict[str, Any] | None:
    """Nothing where nobody was spoken to. What is withheld is drawn as nothing and says so in the table."""
    shown = [(step, whole.get(step)) for step in STEPS if whole.get(step)]
    if len(shown) < 2:
        return None
    chart = {
        "id": "funnel",
        "kind": "funnel",
        "as": "count",
        "title": _("Leads by step"),
        "summary": "",
        "categories": [word(STEPS, step) for step, _count in shown],
        "series": [{"name": _("Leads"), "values": [count for _step, count in shown]}],
    }
    table = {"head": [_("Step"), _("Leads")], "rows": [[word(STEPS, step), count] for step, count in shown]}
    return {"chart": chart, "table": table}


def _steps(whole: dict[str, int | None]) -> dict[str, Any]:
    heads = [_("Step"), _("Leads"), _("Of all leads"), _("Of the step before")]
    rows = []
    before = None
    for step in STEPS:
        count = whole.get(step)
        of = [rate(count, whole.get("LEAD")), rate(count, before)]
        rows.append({"cells": [cell(word(STEPS, step)), _number(count), *(_share(one) for one in of)]})
        before = count
    return {
        "caption": _("Steps"),
        "columns": [{"label": head, "numeric": place > 0} for place, head in enumerate(heads)],
        "rows": rows if whole else [],
        "empty": nothing_yet(),
    }


def _parts(counts: Counts, view: View, names: Names) -> dict[str, Any]:
    by = str(choices()[0].options[view["by"]])
    heads = [by, *(word(STEPS, step) for step in STEPS), _("Issued of spoken to")]
    rows = [
        {
            "cells": [
                cell(called(code, view["by"], names)),
                *(_number(counts[code].get(step)) for step in STEPS),
                _share(rate(counts[code].get("ISSUED"), counts[code].get("CONTACTED"))),
            ]
        }
        for code in in_order(counts, view["by"])
    ]
    return {
        "caption": by,
        "columns": [{"label": head, "numeric": place > 0} for place, head in enumerate(heads)],
        "rows": rows,
        "empty": nothing_yet(),
    }


def nothing_yet() -> dict[str, str]:
    return {
        "title": _("No leads yet"),
        "text": _(
            "A release with offers opens the first; what sellers write down of them shows here after the next run."
        ),
    }


def in_order(counts: Counts, by: str) -> list[str]:
    """Months as they follow on each other, everything else by the number of leads; what is withheld last."""
    if by == "MONTH":
        return sorted(counts)
    return sorted(counts, key=lambda code: (-(counts[code].get("LEAD") or -1), code))


def called(code: str, by: str, names: Names) -> str:
    if by in ("OWNER", "COMPANY"):
        return names.company(code)
    if by == "CHANNEL":
        return names.channel(code)
    if by == "SERIES":
        return names.series(code)
    if by == "MONTH":
        return month(code)
    return word(SOURCES if by == "SOURCE" else MODES, code)


def _number(count: int | None) -> dict[str, Any]:
    return cell(withheld_words(), numeric=True) if count is None else cell(value=count, as_="count")


def _share(of: float | None) -> dict[str, Any]:
    return cell("–" if of is None else share(of), numeric=True)


def sheet(viewer: Viewer, view: View, names: Names) -> tuple[list[str], list[list[Any]]]:
    head = [str(choices()[0].options[view["by"]]), *(word(STEPS, step) for step in STEPS)]
    counts = counts_of(funnel(viewer, view["by"]))
    rows: list[list[Any]] = [
        [
            date.fromisoformat(code) if view["by"] == "MONTH" else called(code, view["by"], names),
            *(counts[code].get(step) for step in STEPS),
        ]
        for code in in_order(counts, view["by"])
    ]
    return head, rows
