"""Hand in files, see what became of every row, ask for a run and follow it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onefold.commands.scope import reading
from onefold.domains.intake import queries as intakes
from onefold.domains.intake.actions import receive
from onefold.domains.intake.bytes import KeptFile, keep
from onefold.domains.releases.actions import request_run
from onefold.domains.releases.queries import latest_run
from onefold.kernel.ids import derived_id, new_id
from onefold.kernel.refusals import Kind, Refusal
from onefold.web.asking import Asked
from onefold.web.backoffice import receipts
from onefold.web.backoffice.forms import BatchForm, RunForm
from onefold.web.backoffice.refusals import FormIncomplete
from onefold.web.names import names_for
from onefold.web.routes import may_enter
from onefold.web.viewers import language_of

BATCHES_SHOWN = 30
REJECTS_SHOWN = 200


@require_GET
def intake(request: Asked) -> HttpResponse:
    viewer = request.viewer
    with reading(viewer):
        feeds = intakes.feeds_of(viewer)
        rows = intakes.latest_batches(viewer, BATCHES_SHOWN)
        progress = latest_run(viewer)
        names = names_for(viewer, language_of(request))
    context = {
        "feeds": receipts.feeds(feeds, names),
        "feed_choices": [(row.feed, row.title.get(names.language, row.feed)) for row in feeds],
        "stale": sum(row.is_stale for row in feeds),
        "batches": receipts.batches(rows, names),
        "run": receipts.run(progress),
        "upload_command_id": new_id(),
        "run_command_id": new_id(),
    }
    return render(request, "backoffice/intake.html", context)


@require_POST
def batches(request: Asked) -> HttpResponse:
    """Keep the bytes, then write a receipt for each feed that takes them. What the file holds nobody looks at: a run does."""
    form = BatchForm(request.POST, request.FILES)
    if not form.is_valid():
        raise FormIncomplete()
    given, upload = form.cleaned_data, form.cleaned_data["file"]
    try:
        feeds = [given["feed"]] if given["feed"] else intakes.feeds_for_file(request.viewer, upload.name)
        kept = keep(settings.VAR / "intake", upload.chunks(), settings.INTAKE_BYTES_MAX)
        done = [_receive(request, given["command_id"], feed, upload.name, kept) for feed in feeds]
    except Refusal as refusal:
        return _back_with(request, refusal)
    new = sum(not receipt["duplicate"] for receipt in done)
    messages.success(request, _("Received. The next run reads it.") if new else _("Received before: nothing changes."))
    return redirect("backoffice:batch", UUID(done[0]["batch_id"])) if len(done) == 1 else redirect("backoffice:intake")


def _receive(request: Asked, command_id: UUID, feed: str, file_name: str, kept: KeptFile) -> dict[str, Any]:
    """One command for each feed; its id follows from the form's, so that a form sent twice gives the same receipts."""
    own = derived_id(str(command_id), feed)
    done: dict[str, Any] = receive(
        request.viewer, own, feed=feed, file_name=file_name, sha256=kept.sha256, size=kept.size
    )
    return done


def _back_with(request: Asked, refusal: Refusal) -> HttpResponse:
    """Go back to the page with the reason; what is not the sender's to mend stays an error page."""
    if refusal.kind is not Kind.INVALID:
        raise refusal
    messages.error(request, refusal.sentence_in(language_of(request)))
    return redirect("backoffice:intake")


@require_GET
def batch(request: Asked, batch_id: UUID) -> HttpResponse:
    viewer = request.viewer
    with reading(viewer):
        row = intakes.batch(viewer, batch_id)
        rows = intakes.rejects_of(viewer, batch_id, REJECTS_SHOWN)
        names = names_for(viewer, language_of(request))
    context = {
        "batch": receipts.batch(row, names),
        "batch_id": batch_id,
        "rejects": receipts.rejects(rows, row.feed, names.language),
        "rejects_shown": REJECTS_SHOWN,
        "may_see_rows": may_enter("backoffice:rejects", viewer.roles),
    }
    return render(request, "backoffice/batch.html", context)


@require_GET
def rejects(request: Asked, batch_id: UUID) -> HttpResponse:
    """The quarantined rows, byte for byte as they were sent: to be mended and handed in again."""
    with reading(request.viewer):
        row = intakes.batch(request.viewer, batch_id)
        rows = intakes.rejects_of(request.viewer, batch_id, None)
    response = HttpResponse(b"".join(reject.original for reject in rows), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="rejects-{row.feed}-{batch_id}.csv"'
    return response


@require_POST
def runs(request: Asked) -> HttpResponse:
    form = RunForm(request.POST)
    if not form.is_valid():
        raise FormIncomplete()
    done = request_run(request.viewer, form.cleaned_data["command_id"])
    messages.success(request, _("A run is waiting already; yours joins it.") if done["joined"] else _("Run asked for."))
    return redirect("backoffice:intake")


@require_GET
def run_progress(request: Asked) -> HttpResponse:
    """The part of the page that asks again while a run is open; when it ends, the page reloads with its results."""
    progress: dict[str, Any] | None = receipts.run(latest_run(request.viewer))
    response = render(request, "backoffice/_run.html", {"run": progress})
    if progress is None or not progress["open"]:
        response["HX-Refresh"] = "true"
    return response
