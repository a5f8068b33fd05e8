"""Hand in files, look at the receipts, ask for a run, follow it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from onefold.commands.scope import reading
from onefold.domains.intake import queries as intakes
from onefold.domains.intake.handing_in import Receipt, chunks_of, hand_in, plain_name, refuse_too_large
from onefold.domains.releases.actions import request_run
from onefold.domains.releases.held_queries import open_hold
from onefold.domains.releases.queries import latest_run
from onefold.kernel.ids import derived_id, new_id
from onefold.kernel.refusals import Kind, Refusal
from onefold.web.asking import Asked
from onefold.web.backoffice import held, receipts
from onefold.web.backoffice.forms import BatchForm, FileForm, RecognitionForm, RunForm
from onefold.web.backoffice.refusals import FormIncomplete
from onefold.web.names import names_for
from onefold.web.routes import may_enter
from onefold.web.uploads import raise_refused
from onefold.web.viewers import language_of

BATCHES_SHOWN = 30


@require_GET
def intake(request: Asked) -> HttpResponse:
    viewer = request.viewer
    with reading(viewer):
        feeds = intakes.feeds_of(viewer)
        rows = intakes.latest_batches(viewer, BATCHES_SHOWN)
        progress, waiting = latest_run(viewer), open_hold(viewer)
        names = names_for(viewer, language_of(request))
    context = {
        "feeds": receipts.feeds(feeds, names),
        "one_company": bool(viewer.company),
        "feed_choices": [(row.feed, row.title.get(names.language, row.feed)) for row in feeds],
        "held": held.alert(waiting, names),
        "pauses": receipts.pauses([row.pause for row in feeds if row.pause], names),
        "stale": sum(row.is_stale for row in feeds),
        "batches": receipts.batches(rows, names),
        "run": receipts.run(progress),
        "upload_command_id": new_id(),
        "run_command_id": new_id(),
        "may_make_tokens": may_enter("backoffice:tokens", viewer.roles) and bool(viewer.company),
    }
    return render(request, "backoffice/intake.html", context)


@require_POST
def batches(request: Asked) -> HttpResponse:
    """Files by an ordinary form (without script, or the mended rows of a batch): each gets its receipts, or a reason."""
    form, files = BatchForm(request.POST), request.FILES.getlist("file")
    try:
        raise_refused(request)
    except Refusal as refusal:
        _tell(request, refusal)
        return redirect("backoffice:intake")
    if not form.is_valid() or not files:
        raise FormIncomplete()
    given, done = form.cleaned_data, []
    for place, file in enumerate(files):
        own = derived_id(str(given["command_id"]), str(place))
        with _told(request, file.name or ""):
            done += hand_in(
                request.viewer,
                own,
                file_name=file.name or "",
                feed=given["feed"],
                chunks=file.chunks(),
                corrects=given["corrects"],
            )
    _tell_received(request, done)
    if len(done) == 1:
        return redirect("backoffice:batch", UUID(done[0].batch_id))
    back = given["corrects"]
    return redirect("backoffice:batch", back) if back else redirect("backoffice:intake")


@contextmanager
def _told(request: Asked, name: str) -> Iterator[None]:
    """One file's refusal is told with its name, and the others go on."""
    try:
        yield
    except Refusal as refusal:
        _tell(request, refusal, f"{name}: ")


def _tell(request: Asked, refusal: Refusal, before: str = "") -> None:
    """The reason; what is not the sender's to mend stays an error page."""
    if refusal.kind not in (Kind.INVALID, Kind.CONFLICT):
        raise refusal
    messages.error(request, before + refusal.sentence_in(language_of(request)))


def _tell_received(request: Asked, done: list[Receipt]) -> None:
    new = sum(not receipt.duplicate for receipt in done)
    waits = any(receipt.waits for receipt in done)
    if waits:
        messages.warning(request, _("Received and kept. The feed is paused: the file waits until it is resumed."))
    elif new:
        messages.success(
            request, ngettext("Received. The next run reads it.", "Received. The next run reads them.", new)
        )
    elif done:
        messages.success(request, _("Received before: nothing changes."))


@require_POST
def file(request: Asked) -> HttpResponse:
    """One file as the body itself, sent by the page's script; the answer is the line that takes its place in the list."""
    form = FileForm(request.GET)
    if not form.is_valid():
        raise FormIncomplete()
    given = form.cleaned_data
    announced = int(request.META.get("CONTENT_LENGTH") or 0)
    line: dict[str, Any] = {"name": given["name"]}
    try:
        raise_refused(request)
        refuse_too_large(announced)
        done = hand_in(
            request.viewer,
            given["command_id"],
            file_name=given["name"],
            feed=given["feed"],
            chunks=chunks_of(request, announced),
        )
    except Refusal as refusal:
        line["refusal"] = refusal.sentence_in(language_of(request))
        return render(request, "backoffice/_file.html", {"file": line}, status=refusal.kind.http_status)
    names = names_for(request.viewer, language_of(request))
    line["receipts"] = [
        {"feed": receipts.title_of(row.feed, names), "batch_id": UUID(row.batch_id)}
        | {"duplicate": row.duplicate, "waits": row.waits}
        for row in done
    ]
    return render(request, "backoffice/_file.html", {"file": line})


@require_GET
def recognition(request: Asked) -> HttpResponse:
    """Before a byte is sent: which feed takes a file of this name and size, or why none does."""
    form = RecognitionForm(request.GET)
    if not form.is_valid():
        raise FormIncomplete()
    given = form.cleaned_data
    line: dict[str, Any] = {"name": given["name"], "command_id": new_id()}
    names = names_for(request.viewer, language_of(request))
    try:
        refuse_too_large(given["size"])
        feeds = [given["feed"]] if given["feed"] else intakes.feeds_for_file(request.viewer, plain_name(given["name"]))
        line["feeds"] = [receipts.title_of(feed, names) for feed in feeds]
    except Refusal as refusal:
        line["refusal"] = refusal.sentence_in(language_of(request))
    return render(request, "backoffice/_file.html", {"file": line})


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
