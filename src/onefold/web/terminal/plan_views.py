"""Plans: call again, go there, find something out; by day and by week, and as a file for the phone's own calendar."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import get_default_timezone
from django.views.decorators.http import require_GET, require_POST

from onefold.commands.scope import reading
from onefold.commands.scope import today as day_of
from onefold.domains.leads.planning import postpone, remind, settle
from onefold.domains.leads.plans import plans_of
from onefold.web.asking import Asked
from onefold.web.doing import came_from, carried_out
from onefold.web.names import names_for
from onefold.web.terminal import plan_cards
from onefold.web.terminal.forms import EndForm, PlanForm, PostponementForm
from onefold.web.terminal.icalendar import calendar_of
from onefold.web.viewers import language_of

SPANS = {"day": 1, "week": 7, "month": 31}
FILE_DAYS = 366
"""The file holds everything planned from today on."""


@require_GET
def calendar(request: Asked) -> HttpResponse:
    viewer, span = request.viewer, request.GET.get("span", "")
    span = span if span in SPANS else "week"
    with reading(viewer) as at:
        first = _day(request.GET.get("from", ""), day_of(at))
        since, until = midnight(first), midnight(first + timedelta(days=SPANS[span]))
        rows = plans_of(viewer, until, since)
        overdue = plans_of(viewer, midnight(day_of(at))) if first == day_of(at) else []
        names = names_for(viewer, language_of(request))
    here = request.get_full_path()
    context = {
        "days": plan_cards.by_day(rows, at, names, here),
        "overdue": [plan_cards.plan(row, at, names, here) for row in overdue],
        "tabs": plan_cards.spans(span, first),
        "first": first,
        "last": first + timedelta(days=SPANS[span] - 1),
        "earlier": _address(span, first - timedelta(days=SPANS[span])),
        "later": _address(span, first + timedelta(days=SPANS[span])),
    }
    return render(request, "terminal/calendar.html", context)


@require_GET
def calendar_file(request: Asked) -> HttpResponse:
    """Everything planned from today on. Initials and ids only: a phone's calendar is shared with more than one thinks."""
    viewer = request.viewer
    with reading(viewer) as at:
        start = midnight(day_of(at))
        rows = plans_of(viewer, start + timedelta(days=FILE_DAYS), start)
        names = names_for(viewer, language_of(request))
    text = calendar_of(rows, at, names, request.build_absolute_uri("/today/"))
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="onefold-{day_of(at).isoformat()}.ics"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_POST
def plans(request: Asked, lead_id: UUID) -> HttpResponse:
    page = reverse("terminal:lead", args=[lead_id])
    return carried_out(
        request, PlanForm(request.POST), remind, plan_cards.said_planned, then=page, back=page, lead_id=lead_id
    )


@require_POST
def postponement(request: Asked, reminder_id: UUID) -> HttpResponse:
    page = came_from(request, reverse("terminal:calendar"))
    form = PostponementForm(request.POST)
    return carried_out(request, form, postpone, plan_cards.said_planned, then=page, back=page, reminder_id=reminder_id)


@require_POST
def end(request: Asked, reminder_id: UUID) -> HttpResponse:
    page = came_from(request, reverse("terminal:calendar"))
    form = EndForm(request.POST)
    return carried_out(request, form, settle, plan_cards.said_settled, then=page, back=page, reminder_id=reminder_id)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), get_default_timezone())


def _day(text: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise


def _address(span: str, first: date) -> str:
    return f"{reverse('terminal:calendar')}?span={span}&from={first.isoformat()}"
