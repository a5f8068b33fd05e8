"""One button of the customer's, one action, and back to the page with what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from onefold.kernel.refusals import Kind, Refusal
from onefold.web.asking import Asked
from onefold.web.portal.forms import CommandForm
from onefold.web.viewers import language_of


def done(
    request: Asked, form: CommandForm, then: str, said: str, action: Callable[..., Any], **inputs: Any
) -> HttpResponse:
    """Carry the form's command out with what the form holds beside `inputs`; go to the page `then` and say what happened there."""
    if not form.is_valid():
        messages.error(request, _("Something was left out, or could not be read. Nothing was written down."))
        return redirect(then)
    given = dict(form.cleaned_data)
    command_id = given.pop("command_id")
    try:
        action(request.viewer, command_id, **inputs, **given)
    except Refusal as refusal:
        if refusal.kind not in (Kind.INVALID, Kind.CONFLICT):
            raise
        messages.error(request, refusal.sentence_in(language_of(request)))
    else:
        messages.success(request, said)
    return redirect(then)
