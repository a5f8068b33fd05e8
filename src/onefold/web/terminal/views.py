"""The list for today, one lead with its reasons, and its outcome in two taps."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from onefold.commands.scope import reading
from onefold.commands.scope import today as day_of
from onefold.domains.consent.queries import consents_of
from onefold.domains.holdings.queries import holdings_of
from onefold.domains.leads import queries as leads
from onefold.domains.leads.actions import answer
from onefold.domains.offers.queries import judge_now, verdicts_of
from onefold.domains.releases.queries import published
from onefold.kernel.refusals import Kind, Refusal
from onefold.web.asking import Asked
from onefold.web.holdings_strip import strip
from onefold.web.names import names_for
from onefold.web.reasons import reasons
from onefold.web.terminal import cards
from onefold.web.terminal.forms import OutcomeForm
from onefold.web.ui.templatetags.figures import day
from onefold.web.viewers import language_of


@require_GET
def today(request: Asked) -> HttpResponse:
    viewer = request.viewer
    with reading(viewer) as at:
        release = published(viewer)
        rows = leads.open_leads_of(viewer) if release else []
        names = names_for(viewer, language_of(request))
    lines = [cards.line(row, place, names) for place, row in enumerate(rows, start=1)]
    context = {"leads": lines, "on": day_of(at), "published": release is not None}
    return render(request, "terminal/today.html", context)


@require_GET
def lead(request: Asked, lead_id: UUID) -> HttpResponse:
    viewer = request.viewer
    with reading(viewer) as at:
        row = leads.lead(viewer, lead_id)
        verdict = judge_now(viewer, row.customer_id, row.series, row.seller)
        held = (
            holdings_of(viewer, row.customer_id),
            consents_of(viewer, row.customer_id),
            verdicts_of(viewer, row.customer_id),
        )
        outcomes, closed = leads.outcomes_of(viewer, lead_id), leads.is_closed(viewer, lead_id)
        names = names_for(viewer, language_of(request))
    named = replace(verdict, score=row.score, because=row.because)
    context = {
        "lead": cards.line(row, row.rank, names),
        "lead_id": lead_id,
        "allowed": verdict.allowed,
        "why": reasons(named, names),
        "strip": strip(*held, viewer, day_of(at), names),
        "outcomes": [cards.answer_given(outcome) for outcome in outcomes],
        "closed": closed,
        "forms": cards.outcome_forms(verdict.allowed, day_of(at)),
    }
    return render(request, "terminal/lead.html", context)


@require_POST
def outcome(request: Asked, lead_id: UUID) -> HttpResponse:
    """Write the answer down and go back to the list; an answer that is refused comes back to the lead with the reason."""
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        return redirect("terminal:lead", lead_id)
    command_id, given = form.cleaned_data.pop("command_id"), form.cleaned_data
    try:
        done = answer(request.viewer, command_id, lead_id=lead_id, **given)
    except Refusal as refusal:
        if refusal.kind not in (Kind.INVALID, Kind.CONFLICT):
            raise
        messages.error(request, refusal.sentence_in(language_of(request)))
        return redirect("terminal:lead", lead_id)
    messages.success(request, cards.said(done["code"], day(done["until"]) if done["until"] else ""))
    return redirect("terminal:today")
