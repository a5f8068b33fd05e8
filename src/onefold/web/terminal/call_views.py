"""Telephoning a lead's customer: each tap passes the dialler's gate at that very moment, and the telephone opens only then."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.leads.calling import dial, number_of
from onefold.kernel.ids import derived_id
from onefold.web.asking import Asked
from onefold.web.doing import carried_out
from onefold.web.terminal.forms import CommandForm


class ToTheTelephone(HttpResponseRedirect):
    """The browser stays on its page and hands the number to the telephone."""

    allowed_schemes = ["tel"]


@require_POST
def calls(request: Asked, lead_id: UUID) -> HttpResponse:
    """Open the telephone with the customer's number, or go to the lead with the reason why not."""
    page = reverse("terminal:lead", args=[lead_id])

    def then(done: dict[str, Any]) -> HttpResponse:
        return ToTheTelephone(f"tel:{''.join(number_of(request.viewer, lead_id).split())}")

    return carried_out(request, CommandForm(request.POST), _dial_at_this_minute, None, then, page, lead_id=lead_id)


def _dial_at_this_minute(viewer: Viewer, command_id: UUID, *, lead_id: UUID) -> dict[str, Any]:
    """The page stays open after a call, and its form keeps its id: a double tap is one call, a tap an hour later is another one,
    judged anew."""
    with reading(viewer) as at:
        minute = f"{at:%Y-%m-%dT%H:%M}"
    return dial(viewer, derived_id("terminal.call", str(command_id), minute), lead_id=lead_id)
