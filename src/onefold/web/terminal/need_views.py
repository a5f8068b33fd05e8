"""What a customer asked for: take it, pass it on, or take what nobody has."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from onefold.domains.leads import passing
from onefold.web.asking import Asked
from onefold.web.doing import carried_out
from onefold.web.terminal import cards
from onefold.web.terminal.forms import CommandForm

TODAY = "terminal:today"


@require_POST
def take_up(request: Asked, lead_id: UUID) -> HttpResponse:
    page = reverse("terminal:lead", args=[lead_id])
    form = CommandForm(request.POST)
    return carried_out(request, form, passing.take_up, cards.said_taken, then=page, back=page, lead_id=lead_id)


@require_POST
def leave(request: Asked, lead_id: UUID) -> HttpResponse:
    page, form = reverse("terminal:lead", args=[lead_id]), CommandForm(request.POST)
    return carried_out(request, form, passing.leave, cards.said_left, reverse(TODAY), page, lead_id=lead_id)


@require_POST
def take_waiting(request: Asked, need_id: UUID) -> HttpResponse:
    def then(done: dict[str, str]) -> str:
        return reverse("terminal:lead", args=[done["lead_id"]])

    form = CommandForm(request.POST)
    return carried_out(request, form, passing.take_waiting, cards.said_taken, then, reverse(TODAY), need_id=need_id)
