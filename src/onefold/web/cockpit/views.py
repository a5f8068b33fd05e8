"""Penetration at a glance, and every indicator with its definition and values."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.indicators.queries import definitions, figures, figures_of_scope
from onefold.domains.intake.queries import feed_ages
from onefold.domains.pictures.queries import WHOLE_GROUP, scopes
from onefold.domains.releases.kept import kept
from onefold.domains.releases.queries import Published, published
from onefold.kernel.spreadsheets import sheet
from onefold.web.asking import Asked
from onefold.web.cockpit import contribution, migration, overview, trend, white_space
from onefold.web.cockpit.asked import PERSON, View, code_of, filters, scope_name, view_asked
from onefold.web.cockpit.frame import first_run, sections, stamp
from onefold.web.cockpit.refusals import IndicatorUnknown
from onefold.web.cockpit.workbooks import EXCEL, workbook
from onefold.web.names import Names, names_for
from onefold.web.viewers import language_of


@require_GET
def home(request: Asked) -> HttpResponse:
    viewer = request.viewer
    with reading(viewer):
        release = published(viewer)
        if release is None:
            return first_run(request)
        names = names_for(viewer, language_of(request))
        shown = kept(viewer, "cockpit.home", lambda: _figures(viewer, release, names), names.language)
        context = {"figures": shown, "data": overview.data_age(feed_ages(viewer), names)}
    return render(request, "cockpit/home.html", context | {"sections": sections(request)})


def _figures(viewer: Viewer, release: Published, names: Names) -> SafeString:
    """Everything on the first page that the release fixes, as it is written."""
    context = overview.overview(figures(viewer, *overview.SHOWN), definitions(viewer), names)
    context["tiles"] = trend.with_deltas(viewer, context["tiles"])
    return render_to_string("cockpit/_figures.html", context | glance(viewer, names) | stamp(release))


def glance(viewer: Viewer, names: Names) -> dict[str, Any]:
    """The pictures at a glance, each with the way to its page: persons of the whole group, the last year."""
    flows = View(WHOLE_GROUP, PERSON, {"by": "DEPTH", "quarters": "4"})
    ways = View(WHOLE_GROUP, PERSON, {"by": "WAY", "of": "contracts"})
    return {
        "white_space": white_space.home_matrix(viewer, names),
        "migration": migration.picture(viewer, flows, names, dense=True),
        "contribution": contribution.by_month(viewer, ways, names),
    }


@require_GET
def indicators(request: Asked) -> HttpResponse:
    viewer = request.viewer
    with reading(viewer):
        release = published(viewer)
        if release is None:
            return first_run(request)
        names, known = names_for(viewer, language_of(request)), definitions(viewer)
    rows = [overview.heading(known, name, names) for name in known]
    context = {"indicators": rows, "sections": sections(request)}
    return render(request, "cockpit/indicators.html", context | stamp(release))


@require_GET
def indicator(request: Asked, name: str) -> HttpResponse:
    """One indicator: over time, what made its changes, and every cell of the release in force."""
    viewer, got = request.viewer, request.GET
    with reading(viewer):
        release = published(viewer)
        if release is None:
            return first_run(request)
        head, rows, names, view = _one(request, name)
        chosen = trend.chosen(rows, *trend.cell_asked(got))
        group = view.scope == WHOLE_GROUP
        over_time = trend.trend(viewer, head, *chosen) if group else None
        days = over_time["days"] if over_time else []
        why = trend.why(viewer, head, *chosen, names, days, got.get("from", ""), got.get("to", "")) if group else None
        data = overview.data_age(feed_ages(viewer), names)
    context = {
        "data": data,
        "sections": sections(request),
        "filters": filters(view, [], names, books=False),
        "export_query": "" if group else f"?{scope_query(view)}",
        "scope_name": scope_name(view.scope, names),
        "indicator": head,
        "facts": overview.facts(head, release),
        "members": trend.members(rows, chosen),
        "trend": over_time,
        "why": why,
        "table": _of_scope(overview.table(rows, head, got.get("sort", "")), "" if group else scope_query(view)),
        "some_withheld": any(row[name] is None for row in rows for name in overview.NUMBERS),
    }
    return render(request, "cockpit/indicator.html", context | stamp(release))


def scope_query(view: View) -> str:
    return urlencode({"scope": code_of(view.scope)})


def _of_scope(table: dict[str, Any], query: str) -> dict[str, Any]:
    """The table whose links keep to the customers chosen."""
    if query:
        table["export_url"] += f"?{query}"
        for column in table["columns"]:
            column["sort_url"] += f"&{query}"
    return table


def _one(request: Asked, name: str) -> tuple[dict[str, Any], list[dict[str, Any]], Names, View]:
    """Return the words and the figures of one indicator, what codes are called, and whose customers are asked about; the caller
    holds the scope open."""
    known = definitions(request.viewer)
    if name not in known:
        raise IndicatorUnknown()
    names = names_for(request.viewer, language_of(request))
    head = overview.heading(known, name, names)
    view = view_asked(request.GET, scopes(request.viewer), [])
    scope = view.scope
    found = (
        figures(request.viewer, name)
        if scope == WHOLE_GROUP
        else figures_of_scope(request.viewer, scope.kind, scope.code, name)
    )
    return head, overview.rows_of(found, head, names), names, view


@require_GET
def indicator_export(request: Asked, name: str) -> HttpResponse:
    with reading(request.viewer):
        head, rows, _names, view = _one(request, name)
    titles = (
        "indicator",
        "version",
        "as_of",
        "row",
        "row_name",
        "column",
        "column_name",
        "numerator",
        "denominator",
        "value",
    )
    body = sheet([titles, *([row[title] for title in titles] for row in rows)])
    response = HttpResponse(body, content_type="text/csv; charset=utf-8")
    of = "" if view.scope == WHOLE_GROUP else f"-{view.scope.kind.lower()}"
    response["Content-Disposition"] = f'attachment; filename="{head["name"]}{of}.csv"'
    return response


@require_GET
def indicator_workbook(request: Asked, name: str) -> HttpResponse:
    """Every cell of an indicator as a workbook, with its definition beside it."""
    with reading(request.viewer):
        release = published(request.viewer)
        if release is None:
            return first_run(request)
        head, rows, names, view = _one(request, name)
    titles = [
        str(overview.DIMENSIONS.get(head[name], _("Row"))) for name in ("rows", "columns") if head[name] != "NONE"
    ]
    shown = ["row_name", "column_name"][: len(titles)]
    body = workbook(
        head["title"],
        [*titles, _("Numerator"), _("Denominator"), _("Value")],
        [[*(row[title] for title in shown), row["numerator"], row["denominator"], row["value"]] for row in rows],
        [
            (_("Indicator"), head["title"]),
            (_("Formula"), head["formula"]),
            (_("Whose customers"), scope_name(view.scope, names)),
            *((fact["label"], fact.get("text") or str(fact.get("value"))) for fact in overview.facts(head, release)),
            (_("Address"), request.build_absolute_uri(head["url"])),
        ],
    )
    response = HttpResponse(body, content_type=EXCEL)
    response["Content-Disposition"] = f'attachment; filename="{head["name"]}-{release.as_of}.xlsx"'
    return response
