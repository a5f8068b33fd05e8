"""Advice before a recommendation: the page, and one action for each of its buttons."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from onefold.commands.scope import reading
from onefold.domains.advice import actions
from onefold.domains.leads import queries as leads
from onefold.kernel.money import parse_minor
from onefold.kernel.unfit import Unfit
from onefold.web.asking import Asked
from onefold.web.doing import came_from, carried_out
from onefold.web.names import names_for
from onefold.web.terminal import advice_cards as cards
from onefold.web.terminal.forms import CommandForm
from onefold.web.viewers import language_of

DECIMALS = 2


class NeedsForm(CommandForm):
    """A budget that cannot be read is none at all, and the form says that something was left out."""

    budget_minor = forms.CharField(max_length=20)
    income = forms.CharField(max_length=10, required=False)

    def clean_budget_minor(self) -> int:
        try:
            return parse_minor(self.cleaned_data["budget_minor"], DECIMALS, grouping=",")
        except Unfit as unfit:
            raise forms.ValidationError(unfit.__class__.__name__) from None


class TestForm(CommandForm):
    level = forms.IntegerField()


class OpinionForm(CommandForm):
    series = forms.CharField(max_length=40)


class InsistenceForm(CommandForm):
    own_will = forms.BooleanField(required=False)


@require_GET
def advice(request: Asked, lead_id: UUID) -> HttpResponse:
    """What was said, tested and opined, and what comes next."""
    viewer = request.viewer
    with reading(viewer) as at:
        row = leads.lead(viewer, lead_id)
        others = [other.series for other in leads.open_leads_of_customer(viewer, row.customer_id)]
        names = names_for(viewer, language_of(request))
        context = cards.page(viewer, row, list(dict.fromkeys([row.series, *others])), names, at)
    return render(request, "terminal/advice.html", context)


@require_POST
def needs(request: Asked, lead_id: UUID) -> HttpResponse:
    posted = request.POST
    told = {"needs": posted.getlist("need"), "cover_elsewhere": posted.getlist("elsewhere")}
    return _about(request, lead_id, NeedsForm(posted), actions.analyse_needs, cards.said_analysed, **told)


@require_POST
def risk_test(request: Asked, lead_id: UUID) -> HttpResponse:
    return _about(request, lead_id, TestForm(request.POST), actions.record_risk_test, cards.said_tested)


@require_POST
def opinion(request: Asked, lead_id: UUID) -> HttpResponse:
    return _about(request, lead_id, OpinionForm(request.POST), actions.give_opinion, cards.said_opined)


@require_POST
def confirmation(request: Asked, test_id: UUID) -> HttpResponse:
    page, form = came_from(request, "/"), CommandForm(request.POST)
    return carried_out(request, form, actions.confirm_risk_change, cards.said_confirmed, page, page, test_id=test_id)


@require_POST
def insistence(request: Asked, opinion_id: UUID) -> HttpResponse:
    page, form, warned = came_from(request, "/"), InsistenceForm(request.POST), request.POST.getlist("warned")
    return carried_out(
        request, form, actions.insist, cards.said_insisted, page, page, opinion_id=opinion_id, warned=warned
    )


def _about(
    request: Asked, lead_id: UUID, form: CommandForm, action: object, said: object, **inputs: object
) -> HttpResponse:
    """One button about the lead's customer, and back to the page."""
    with reading(request.viewer):
        customer_id = leads.lead(request.viewer, lead_id).customer_id
    page = cards.url(lead_id)
    return carried_out(request, form, action, said, page, page, customer_id=customer_id, **inputs)  # type: ignore[arg-type]
