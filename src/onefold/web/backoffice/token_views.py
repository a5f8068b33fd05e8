"""Tokens for the company's machines: made here, shown once, replaced and taken back here."""

from __future__ import annotations

import hashlib
import secrets
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from onefold.commands.scope import reading
from onefold.domains.organisation.actions import issue_token, replace_token, revoke_token
from onefold.domains.organisation.queries import tokens_of
from onefold.domains.organisation.refusals import CompanyNotYours
from onefold.kernel.ids import new_id
from onefold.web.asking import Asked
from onefold.web.backoffice import machines
from onefold.web.backoffice.forms import RunForm, TokenForm
from onefold.web.backoffice.refusals import FormIncomplete


@require_http_methods(["GET", "POST"])
def tokens(request: Asked) -> HttpResponse:
    """The list; a POST makes one and shows it on the page that answers, the only time."""
    return _page(request, _made(request) if request.method == "POST" else "")


def _page(request: Asked, secret: str) -> HttpResponse:
    with reading(request.viewer) as at:
        rows = machines.tokens(tokens_of(request.viewer), at)
    context = {
        "tokens": rows,
        "secret": secret,
        "command_id": new_id(),
        "may_make": bool(request.viewer.company),
        "scopes": machines.scopes(),
    }
    response = render(request, "backoffice/tokens.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _made(request: Asked) -> str:
    """The secret is not an input of the action, whose results are kept for ever: only its hash is."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        raise FormIncomplete()
    if not request.viewer.company:
        raise CompanyNotYours()
    secret, digest = _secret()
    given = form.cleaned_data
    issue_token(
        request.viewer, given["command_id"], company=request.viewer.company, name=given["name"], token_sha256=digest,
        scopes=given["scopes"],
    )  # fmt: skip
    return secret


def _secret() -> tuple[str, str]:
    secret = f"ofk_{secrets.token_urlsafe(32)}"
    return secret, hashlib.sha256(secret.encode()).hexdigest()


@require_POST
def token_replacement(request: Asked, token_id: UUID) -> HttpResponse:
    """The next token of the same system, shown once; the old one opens for some days more."""
    form = RunForm(request.POST)
    if not form.is_valid():
        raise FormIncomplete()
    secret, digest = _secret()
    replace_token(request.viewer, form.cleaned_data["command_id"], token_id=token_id, token_sha256=digest)
    return _page(request, secret)


@require_POST
def token_revocation(request: Asked, token_id: UUID) -> HttpResponse:
    form = RunForm(request.POST)
    if not form.is_valid():
        raise FormIncomplete()
    revoke_token(request.viewer, form.cleaned_data["command_id"], token_id=token_id)
    messages.success(request, _("Taken back: this token opens nothing any more."))
    return redirect("backoffice:tokens")
