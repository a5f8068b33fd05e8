"""One form, one action, one page: what the buttons of the terminal and of the portal have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from onefold.kernel.refusals import Kind, Refusal
from onefold.web.asking import Asked
from onefold.web.viewers import language_of


def carried_out(
    request: Asked,
    form: forms.Form,
    action: Callable[..., Any],
    said: Callable[[dict[str, Any]], str] | None,
    then: str | Callable[[dict[str, Any]], str | HttpResponse],
    back: str,
    **inputs: Any,
) -> HttpResponse:
    """Carry the action out, say what happened and go to `then`; go `back` with the reason where it was refused, or where
    something was left out."""
    if not form.is_valid():
        messages.error(request, _("Something was left out, or could not be read. Nothing was written down."))
        return redirect(back)
    command_id = form.cleaned_data.pop("command_id")
    try:
        done = action(request.viewer, command_id, **inputs, **form.cleaned_data)
    except Refusal as refusal:
        if refusal.kind not in (Kind.INVALID, Kind.CONFLICT):
            raise
        messages.error(request, refusal.sentence_in(language_of(request)))
        return redirect(back)
    if said is not None:
        messages.success(request, said(done))
    after = then if isinstance(then, str) else then(done)
    return redirect(after) if isinstance(after, str) else after


def came_from(request: Asked, otherwise: str) -> str:
    """Return the page the form stood on, as it says itself, or `otherwise`; never an address elsewhere."""
    asked = request.POST.get("from", "")
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts=None, require_https=request.is_secure())
    return asked if safe and asked.startswith("/") else otherwise
