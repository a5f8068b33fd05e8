"""Penetration at a glance, and every indicator with its definition and values."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from onefold.commands.scope import reading
from onefold.domains.indicators.queries import definitions, figures
from onefold.domains.intake.queries import feed_ages
from onefold.domains.releases.queries import Published, published
from onefold.web.asking import Asked
from onefold.web.cockpit import overview
from onefold.web.cockpit.refusals import IndicatorUnknown
from onefold.web.cockpit.spreadsheets import sheet
from onefold.web.names import Names, names_for
from onefold.web.routes import may_enter
from onefold.web.viewers import language_of


@require_GET
def home(request: Asked) -> HttpResponse:
    viewer = request.viewer
    with reading(viewer):
        release = published(viewer)
        if release is None:
            return _first_run(request)
        names = names_for(viewer, language_of(request))
        context = overview.overview(figures(viewer, *overview.SHOWN), definitions(viewer), names)
        data = overview.data_age(feed_ages(viewer), names)
    return render(request, "cockpit/home.html", context | _stamp(release) | {"data": data})


def _first_run(request: Asked) -> HttpResponse:
    """Before the first release there is nothing to show but the way to it."""
    return render(
        request, "cockpit/first_run.html", {"may_hand_in": may_enter("backoffice:intake", request.viewer.roles)}
    )


def _stamp(release: Published) -> dict[str, Any]:
    """What is printed beside every figure: of which day, from which release, how old, under which rulebook."""
    return {
        "as_of": release.as_of,
        "release": release.release_id[:8],
        "activated_at": release.activated_at,
        "rulebook": release.rulebook_version[:8],
    }


@require_GET
def indicators(request: Asked) -> HttpResponse:
    viewer = request.viewer
    with reading(viewer):
        release = published(viewer)
        if release is None:
            return _first_run(request)
        names, known = names_for(viewer, language_of(request)), definitions(viewer)
    rows = [overview.heading(known, name, names) for name in known]
    return render(request, "cockpit/indicators.html", {"indicators": rows} | _stamp(release))


@require_GET
def indicator(request: Asked, name: str) -> HttpResponse:
    viewer = request.viewer
    with reading(viewer):
        release = published(viewer)
        if release is None:
            return _first_run(request)
        head, rows, names = _one(request, name)
        data = overview.data_age(feed_ages(viewer), names)
    context = {
        "data": data,
        "indicator": head,
        "facts": overview.facts(head, release),
        "table": overview.table(rows, head, request.GET.get("sort", "")),
    }
    return render(request, "cockpit/indicator.html", context | _stamp(release))


def _one(request: Asked, name: str) -> tuple[dict[str, Any], list[dict[str, Any]], Names]:
    """Return the words and the figures of one indicator, and what codes are called; the caller holds the scope open."""
    known = definitions(request.viewer)
    if name not in known:
        raise IndicatorUnknown()
    names = names_for(request.viewer, language_of(request))
    head = overview.heading(known, name, names)
    return head, overview.rows_of(figures(request.viewer, name), head, names), names


@require_GET
def indicator_export(request: Asked, name: str) -> HttpResponse:
    with reading(request.viewer):
        head, rows, _names = _one(request, name)
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
    response["Content-Disposition"] = f'attachment; filename="{head["name"]}.csv"'
    return response
