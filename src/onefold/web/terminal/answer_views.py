"""What came of a lead, in two taps; and a slip taken back."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from onefold.domains.leads.actions import answer, correct
from onefold.web.asking import Asked
from onefold.web.terminal import cards
from onefold.web.terminal.doing import carried_out
from onefold.web.terminal.forms import CommandForm, OutcomeForm
from onefold.web.ui.templatetags.figures import day

TODAY = "terminal:today"


@require_POST
def outcome(request: Asked, lead_id: UUID) -> HttpResponse:
    """Write the answer down and go back to the list; an answer that is refused comes back to the lead with the reason."""
    return carried_out(
        request,
        OutcomeForm(request.POST),
        answer,
        lambda done: cards.said(done["code"], day(done["until"]) if done["until"] else ""),
        then=reverse(TODAY),
        back=reverse("terminal:lead", args=[lead_id]),
        lead_id=lead_id,
    )


@require_POST
def correction(request: Asked, outcome_id: UUID) -> HttpResponse:
    return carried_out(
        request,
        CommandForm(request.POST),
        correct,
        lambda done: cards.taken_back(),
        then=reverse(TODAY),
        back=reverse(TODAY),
        outcome_id=outcome_id,
    )
