"""One feed: how old its data are, whether it is read, what came of its files; pause and resume it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onefold.commands.scope import reading
from onefold.domains import rulebook
from onefold.domains.intake import queries as intakes
from onefold.domains.intake.actions import pause, resume
from onefold.kernel.ids import new_id
from onefold.web.asking import Asked
from onefold.web.backoffice import feeds, receipts
from onefold.web.backoffice.forms import PauseForm, RunForm
from onefold.web.backoffice.refusals import FormIncomplete
from onefold.web.names import names_for
from onefold.web.viewers import language_of

BATCHES_SHOWN = 60


@require_GET
def feed(request: Asked, feed: str) -> HttpResponse:
    viewer = request.viewer
    with reading(viewer):
        row = intakes.feed_of(viewer, feed)
        rows = intakes.latest_batches(viewer, BATCHES_SHOWN, feed=feed)
        history = intakes.pauses_of(viewer, feed)
        names = names_for(viewer, language_of(request))
    spec = rulebook.loaded().feeds[feed]
    context = {
        "feed": feeds.feed(row, spec, names),
        "pauses": receipts.pauses([row.pause] if row.pause else [], names),
        "history": feeds.history(history),
        "columns": feeds.columns(spec),
        "batches": receipts.batches(rows, names, of_one_feed=True),
        "command_id": new_id(),
    }
    return render(request, "backoffice/feed.html", context)


@require_POST
def feed_pause(request: Asked, feed: str) -> HttpResponse:
    form = PauseForm(request.POST)
    if not form.is_valid():
        raise FormIncomplete()
    given = form.cleaned_data
    pause(request.viewer, given["command_id"], feed=feed, note=given["note"])
    messages.success(request, _("Paused. Files are received and kept, and wait."))
    return redirect("backoffice:feed", feed)


@require_POST
def feed_resumption(request: Asked, feed: str) -> HttpResponse:
    form = RunForm(request.POST)
    if not form.is_valid():
        raise FormIncomplete()
    resume(request.viewer, form.cleaned_data["command_id"], feed=feed)
    messages.success(request, _("Resumed. The next run reads what waited, in the order in which it came."))
    return redirect("backoffice:feed", feed)
