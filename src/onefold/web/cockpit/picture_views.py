"""The cockpit's pictures: one address each, with everything chosen in it; the same again as a workbook."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from onefold.commands.scope import reading
from onefold.domains.intake.queries import feed_ages
from onefold.domains.pictures import queries
from onefold.domains.releases.queries import Published, published
from onefold.web.asking import Asked
from onefold.web.cockpit import cohorts, contribution, funnel, gaps, lift, migration, overview, training, white_space
from onefold.web.cockpit.asked import Choice, View, filters, scope_name, view_asked
from onefold.web.cockpit.frame import first_run, sections, stamp
from onefold.web.cockpit.refusals import CellUnknown, PictureUnknown
from onefold.web.cockpit.workbooks import EXCEL, workbook
from onefold.web.names import Names, names_for
from onefold.web.viewers import language_of

Sheet = tuple[list[str], list[list[Any]]]


@dataclass(frozen=True)
class Picture:
    """A page: what may be chosen, what it shows, and the same as a table."""

    title: Any
    lede: Any
    template: str
    choices: Callable[[], list[Choice]]
    shown: Callable[[Asked, View, Names], dict[str, Any]]
    sheet: Callable[[Asked, View, Names], Sheet]
    filtered: bool = True


PICTURES = {
    "white-space": Picture(
        gettext_lazy("White space"),
        gettext_lazy(
            "Who does not hold what, and may be offered it. Colour shows the eligible gap, never what is merely missing."
        ),
        "cockpit/white_space.html",
        white_space.choices,
        lambda request, view, names: {"matrix": white_space.matrix(request.viewer, view, names)},
        lambda request, view, names: white_space.sheet(request.viewer, view, names),
    ),
    "migration": Picture(
        gettext_lazy("Migration"),
        gettext_lazy("How customers moved from quarter to quarter: deeper, away, and back."),
        "cockpit/migration.html",
        migration.choices,
        lambda request, view, names: {"picture": migration.picture(request.viewer, view, names)},
        lambda request, view, names: _flows(request, view, names),
    ),
    "cohorts": Picture(
        gettext_lazy("Cohorts"),
        gettext_lazy("What customers hold as they grow older with the group, by when they joined."),
        "cockpit/cohorts.html",
        cohorts.choices,
        lambda request, view, names: {"matrix": cohorts.picture(request.viewer, view)},
        lambda request, view, names: cohorts.sheet(request.viewer, view),
    ),
    "contribution": Picture(
        gettext_lazy("Contribution"),
        gettext_lazy("Who brought the new contracts: line by line, channel by channel, month by month."),
        "cockpit/contribution.html",
        contribution.choices,
        lambda request, view, names: {"picture": contribution.picture(request.viewer, view, names)},
        lambda request, view, names: contribution.sheet(request.viewer, view, names),
    ),
    "funnel": Picture(
        gettext_lazy("Funnel"),
        gettext_lazy("How far leads get, and where they stop: from the lead to a contract past its free look."),
        "cockpit/funnel.html",
        funnel.choices,
        lambda request, view, names: {"funnel": funnel.picture(request.viewer, view, names)},
        lambda request, view, names: funnel.sheet(request.viewer, view, names),
        filtered=False,
    ),
    "lift": Picture(
        gettext_lazy("Lift"),
        gettext_lazy("What contact changed, against households that nobody contacts on a recommendation."),
        "cockpit/lift.html",
        lift.choices,
        lambda request, view, names: {"lift": lift.picture(request.viewer, view, names)},
        lambda request, view, names: lift.sheet(request.viewer, names),
        filtered=False,
    ),
    "training": Picture(
        gettext_lazy("Training"),
        gettext_lazy("Which right, got by whom, would open most: what to teach and agree on next."),
        "cockpit/training.html",
        training.choices,
        lambda request, view, names: {"training": training.picture(request.viewer, view, names)},
        lambda request, view, names: training.sheet(request.viewer, view, names),
        filtered=False,
    ),
}


def _flows(request: Asked, view: View, names: Names) -> Sheet:
    return migration.table(queries.flows(request.viewer, view.scope, view.book, view["by"]), names)


def _of(name: str) -> Picture:
    if name not in PICTURES:
        raise PictureUnknown()
    return PICTURES[name]


@dataclass(frozen=True)
class Opened:
    """A picture's page as its address asks for it: of which release, with which names, and what was chosen."""

    release: Published
    names: Names
    choices: list[Choice]
    view: View


def _opened(request: Asked, page: Picture) -> Opened | None:
    """None before the first release; the caller holds the scope open."""
    release = published(request.viewer)
    if release is None:
        return None
    choices = page.choices()
    scopes = queries.scopes(request.viewer) if page.filtered else ()
    names = names_for(request.viewer, language_of(request))
    return Opened(release, names, choices, view_asked(request.GET, scopes, choices))


@require_GET
def picture(request: Asked, name: str) -> HttpResponse:
    """Show one picture as its address asks for it."""
    page = _of(name)
    with reading(request.viewer):
        opened = _opened(request, page)
        if opened is None:
            return first_run(request)
        view, names = opened.view, opened.names
        shown = page.shown(request, view, names)
        data = overview.data_age(feed_ages(request.viewer), names)
    context = {
        "title": page.title,
        "lede": page.lede,
        "data": data,
        "sections": sections(request),
        "filters": filters(view, opened.choices, names, scoped=page.filtered),
        "export_url": reverse("cockpit:picture_export", args=[name]) + view.query(),
        "scope_name": scope_name(view.scope, names),
        "view": view,
    }
    return render(request, page.template, context | stamp(opened.release) | shown)


@require_GET
def picture_export(request: Asked, name: str) -> HttpResponse:
    """The same figures as a workbook, with what they rest on beside them."""
    page = _of(name)
    with reading(request.viewer):
        opened = _opened(request, page)
        if opened is None:
            return first_run(request)
        head, rows = page.sheet(request, opened.view, opened.names)
    address = request.build_absolute_uri(reverse("cockpit:picture", args=[name]) + opened.view.query())
    body = workbook(str(page.title), head, rows, about(page, opened, address))
    response = HttpResponse(body, content_type=EXCEL)
    response["Content-Disposition"] = f'attachment; filename="onefold-{name}-{opened.release.as_of}.xlsx"'
    return response


def about(page: Picture, opened: Opened, address: str) -> list[tuple[str, Any]]:
    """What stands on a workbook's second sheet: enough to find the same view again."""
    view, release = opened.view, opened.release
    picked = [(choice.label, str(choice.options[view[choice.name]])) for choice in opened.choices]
    return [
        (_("Picture"), str(page.title)),
        (_("Whose customers"), scope_name(view.scope, opened.names)),
        *picked,
        (_("As of"), release.as_of),
        (_("Release"), release.release_id),
        (_("Published"), release.activated_at.isoformat()),
        (_("Rulebook version"), release.rulebook_version),
        (_("Empty cells"), _("Counts under 11, and counts that would give one away, are withheld.")),
        (_("Address"), address),
    ]


@require_GET
def gap(request: Asked) -> HttpResponse:
    """One cell of the white space: definition, states, what stands before an offer, and customers the viewer may see."""
    viewer, got = request.viewer, request.GET
    with reading(viewer):
        release = published(viewer)
        if release is None:
            return first_run(request)
        names = names_for(viewer, language_of(request))
        view = view_asked(got, queries.scopes(viewer), [])
        segment, column = got.get("segment", ""), got.get("column", "")
        kind = queries.COMPANY if column in names.company_rows else "SERIES"
        cell = queries.white_space_cell(viewer, view.scope, segment, kind, column)
        if cell is None:
            raise CellUnknown()
        view = View(view.scope, view.book, {"segment": segment, "column": column}, view.scopes)
        found = queries.gap_reasons(viewer, view.scope, segment, column)
        listed = gaps.customers(viewer, view, cell, _state(got.get("state", "")), _after(got.get("after", "")), names)
    context = {
        "title": gaps.title(cell, names),
        "back_url": reverse("cockpit:picture", args=["white-space"]) + View(view.scope, view.book).query(),
        "sections": sections(request),
        "states": gaps.states(cell),
        "reasons": gaps.reasons(found, cell, names.language),
        "facts": gaps.facts(cell, view, names) + overview.rests_on(release),
        "customers": listed,
        "below_group": view.scope.kind != queries.GROUP,
    }
    return render(request, "cockpit/gap.html", context | stamp(release))


def _state(wanted: str) -> str:
    return wanted if wanted in white_space.IN_ORDER else "eligible_gap"


def _after(wanted: str) -> str:
    """Where a page of customers begins; anything but an id is the beginning."""
    try:
        return UUID(wanted).hex
    except ValueError:
        return ""
