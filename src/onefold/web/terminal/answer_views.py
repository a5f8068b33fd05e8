"""What came of a lead, in two taps; a question answered; and a slip taken back."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from onefold.commands.scope import reading
from onefold.domains.customers.actions import take_back
from onefold.domains.leads import queries as leads
from onefold.domains.leads.actions import answer, correct
from onefold.domains.leads.hearing import note_answer
from onefold.domains.leads.needs import note_need
from onefold.web.asking import Asked
from onefold.web.doing import came_from, carried_out
from onefold.web.terminal import cards, hearing_cards
from onefold.web.terminal.forms import CommandForm, HearingForm, NeedForm, OutcomeForm
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


@require_POST
def answers(request: Asked, lead_id: UUID) -> HttpResponse:
    """Write down what the customer said of themselves, and go back to the lead, which is judged by it at once."""
    page = reverse("terminal:lead", args=[lead_id])
    form = HearingForm(request.POST)
    return carried_out(request, form, note_answer, hearing_cards.said, then=page, back=page, lead_id=lead_id)


@require_POST
def need(request: Asked, lead_id: UUID) -> HttpResponse:
    """The customer of this lead asks for something else: it is on the seller's list at once."""
    with reading(request.viewer):
        customer_id = leads.lead(request.viewer, lead_id).customer_id
    page, form = reverse("terminal:lead", args=[lead_id]), NeedForm(request.POST)

    def then(done: dict[str, str]) -> str:
        return reverse("terminal:lead", args=[done["lead_id"]])

    return carried_out(request, form, note_need, cards.said_asked, then, page, customer_id=customer_id, source="SELLER")


@require_POST
def answer_retraction(request: Asked, answer_id: UUID) -> HttpResponse:
    page = came_from(request, reverse(TODAY))
    form = CommandForm(request.POST)
    return carried_out(request, form, take_back, hearing_cards.taken_back, then=page, back=page, answer_id=answer_id)
