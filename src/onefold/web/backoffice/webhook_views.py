"""Webhooks of the company as its staff see them: which address is told what, what did not arrive, sending it again."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from onefold.commands.scope import reading
from onefold.domains.webhooks import actions
from onefold.domains.webhooks.models import Message
from onefold.domains.webhooks.queries import messages_of, webhooks_of
from onefold.domains.webhooks.secret_keys import secret_shown, show_new_secret
from onefold.kernel.ids import new_id
from onefold.web.asking import Asked
from onefold.web.backoffice import machines
from onefold.web.backoffice.forms import RunForm, WebhookForm
from onefold.web.backoffice.refusals import FormIncomplete

SHOWN_MAX = 100


@require_http_methods(["GET", "POST"])
def webhooks(request: Asked) -> HttpResponse:
    """The list; a POST registers an address and shows its secret on the page that answers."""
    return _page(request, _registered(request) if request.method == "POST" else "")


@require_POST
def webhook_secret(request: Asked, webhook_id: UUID) -> HttpResponse:
    """Show, on the page that answers and once, the secret that a change of the operator's keys made."""
    return _page(request, secret_shown(show_new_secret(request.viewer, _command(request), webhook_id=webhook_id)))


def _page(request: Asked, secret: str) -> HttpResponse:
    with reading(request.viewer):
        rows = webhooks_of(request.viewer)
        dead = messages_of(request.viewer, state=Message.State.DEAD, limit=SHOWN_MAX)
    context = {
        "webhooks": [machines.webhook(row) for row in rows],
        "dead": [machines.message(row, rows) for row in dead],
        "secret": secret,
        "command_id": new_id(),
        "may_make": bool(request.viewer.company),
        "types": machines.types(),
    }
    response = render(request, "backoffice/webhooks.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _registered(request: Asked) -> str:
    form = WebhookForm(request.POST)
    if not form.is_valid():
        raise FormIncomplete()
    given = form.cleaned_data
    made = actions.register(request.viewer, given["command_id"], url=given["url"], types=given["types"])
    return secret_shown(made)


def _command(request: Asked) -> UUID:
    form = RunForm(request.POST)
    if not form.is_valid():
        raise FormIncomplete()
    found: UUID = form.cleaned_data["command_id"]
    return found


@require_POST
def webhook_end(request: Asked, webhook_id: UUID) -> HttpResponse:
    actions.end(request.viewer, _command(request), webhook_id=webhook_id)
    messages.success(request, _("Ended: this address is told nothing more."))
    return redirect("backoffice:webhooks")


@require_POST
def webhook_trial(request: Asked, webhook_id: UUID) -> HttpResponse:
    actions.try_out(request.viewer, _command(request), webhook_id=webhook_id)
    messages.success(request, _("A trial message is on its way."))
    return redirect("backoffice:webhooks")


@require_POST
def message_repetition(request: Asked, webhook_id: UUID, message_id: UUID) -> HttpResponse:
    actions.send_again(request.viewer, _command(request), webhook_id=webhook_id, message_id=message_id)
    messages.success(request, _("On its way once more."))
    return redirect("backoffice:webhooks")
