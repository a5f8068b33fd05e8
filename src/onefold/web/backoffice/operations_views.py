"""Operations: what waits, what nobody knows, what was put aside, and looking or trying once more."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onefold.commands import figures
from onefold.commands.dead_letters import DeadLetter, dead_letters, try_again
from onefold.commands.scope import reading, today
from onefold.domains import rulebook
from onefold.domains.orders.actions import look_again
from onefold.domains.orders.queries import StepRow, paid_and_without_contract, states_counted, steps_open
from onefold.domains.orders.rules import ENDS, UNKNOWNS
from onefold.domains.releases.held_queries import open_hold
from onefold.kernel.ids import new_id
from onefold.web.asking import Asked
from onefold.web.backoffice import health, held
from onefold.web.backoffice.forms import RunForm
from onefold.web.backoffice.refusals import FormIncomplete
from onefold.web.names import Names, names_for
from onefold.web.viewers import language_of
from onefold.web.words import ORDER_STATES, ORDER_STEPS, word


@require_GET
def operations(request: Asked) -> HttpResponse:
    viewer = request.viewer
    with reading(viewer) as at:
        late = rulebook.value("orders.uncovered_max_minutes", today(at))
        counted, steps = states_counted(viewer), steps_open(viewer)
        unpaired, dead = paid_and_without_contract(viewer), dead_letters(viewer)
        waiting, names = open_hold(viewer), names_for(viewer, language_of(request))
        health_rows = health.rows_of(figures.newest())
    stuck = {row.item_id for row in steps if row.minutes >= late or row.state == "STUCK"}
    context = {
        "held": held.alert(waiting, names),
        "health": [row for row in health_rows if row["tone"]],
        "late_minutes": late,
        "tiles": {
            "under_way": sum(count for state, count in counted.items() if state not in ENDS),
            "unknown": sum(counted[state] for state in UNKNOWNS),
            "late": len(stuck & {item.item_id for item in unpaired}),
            "unpaired": len(unpaired),
            "dead": len(dead),
        },
        "states": [{"text": word(ORDER_STATES, state), "number": count} for state, count in sorted(counted.items())],
        "steps": [_step(row, names) for row in steps],
        "dead": [_dead(row) for row in dead],
    }
    return render(request, "backoffice/operations.html", context)


def _step(row: StepRow, names: Names) -> dict[str, Any]:
    stuck, unknown = row.state == "STUCK", row.item_state in UNKNOWNS
    return {
        "item_id": row.item_id,
        "what": word(ORDER_STEPS, row.kind),
        "owner": names.company(row.owner_company),
        "state": _("a person must look") if stuck else _("unknown") if unknown else _("next"),
        "tone": "bad" if stuck else "warn" if unknown else "",
        "icon": "warning" if stuck else "question" if unknown else "clock",
        "reason": row.reason,
        "attempts": row.attempts,
        "minutes": row.minutes,
        "command_id": new_id(),
    }


def _dead(row: DeadLetter) -> dict[str, Any]:
    return {
        "delivery_id": row.delivery_id,
        "reaction": row.reaction,
        "reason": row.reason,
        "attempts": row.attempts,
        "at": row.last_tried_at,
        "command_id": new_id(),
    }


@require_POST
def step_look(request: Asked, item_id: UUID) -> HttpResponse:
    look_again(request.viewer, _command(request), item_id=item_id)
    messages.success(request, _("It is looked up now."))
    return redirect("backoffice:operations")


@require_POST
def dead_letter_repetition(request: Asked, delivery_id: UUID) -> HttpResponse:
    try_again(request.viewer, _command(request), delivery_id=delivery_id)
    messages.success(request, _("It is tried again."))
    return redirect("backoffice:operations")


def _command(request: Asked) -> UUID:
    form = RunForm(request.POST)
    if not form.is_valid():
        raise FormIncomplete()
    found: UUID = form.cleaned_data["command_id"]
    return found
