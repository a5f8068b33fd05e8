"""A held release: why readers do not see it, who has said what, and letting it pass or dropping it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onefold.commands.scope import reading
from onefold.domains.releases import held_queries, holding
from onefold.kernel.ids import new_id
from onefold.web.asking import Asked
from onefold.web.backoffice import held
from onefold.web.backoffice.forms import JudgementForm
from onefold.web.backoffice.refusals import FormIncomplete
from onefold.web.names import names_for
from onefold.web.routes import may_enter
from onefold.web.viewers import language_of

PAST_SHOWN = 5


@require_GET
def hold(request: Asked, hold_id: UUID) -> HttpResponse:
    viewer = request.viewer
    with reading(viewer):
        row = held_queries.hold(viewer, hold_id)
        past = [one for one in held_queries.past_holds(viewer, PAST_SHOWN + 1) if one.hold_id != hold_id]
        names = names_for(viewer, language_of(request))
    judges = row.is_open and row.may_judge and may_enter("backoffice:hold_approval", viewer.roles)
    context = {
        "hold": row,
        "release": row.release_id[:8],
        "in_force": row.in_force[:8],
        "state": held.state(row),
        "files": held.files(row.files, names) if row.files else None,
        "falls": held.falls(row.falls, names) if row.falls else None,
        "approvals": [held.approval(one) for one in row.approvals],
        "past": held.past(past[:PAST_SHOWN]),
        "judges": judges,
        "approves": judges and row.may_approve,
        "approval_command_id": new_id(),
        "drop_command_id": new_id(),
    }
    return render(request, "backoffice/hold.html", context)


@require_POST
def hold_approval(request: Asked, hold_id: UUID) -> HttpResponse:
    given = _given(request)
    done = holding.approve(
        request.viewer, given["command_id"], hold_id=hold_id, why=given["why"], name=request.user.get_username()
    )
    if done["passed"]:
        messages.success(request, _("Two persons have let it pass. Readers see it in a moment."))
    else:
        messages.success(request, _("Noted with your name. A second person must say so too."))
    return redirect("backoffice:hold", hold_id)


@require_POST
def hold_drop(request: Asked, hold_id: UUID) -> HttpResponse:
    given = _given(request)
    holding.drop(request.viewer, given["command_id"], hold_id=hold_id, why=given["why"])
    messages.success(request, _("Dropped. The next run is compared with what readers see now."))
    return redirect("backoffice:hold", hold_id)


def _given(request: Asked) -> dict[str, Any]:
    form = JudgementForm(request.POST)
    if not form.is_valid():
        raise FormIncomplete()
    given: dict[str, Any] = form.cleaned_data
    return given
