"""One receipt: what became of its rows, those set aside, and the way to send them again."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from onefold.commands.scope import reading
from onefold.domains import rulebook
from onefold.domains.intake import queries as intakes
from onefold.domains.intake.as_sent import take_rejects
from onefold.kernel.ids import new_id
from onefold.web.asking import Asked
from onefold.web.backoffice import receipts, rejects
from onefold.web.backoffice.forms import RejectsForm
from onefold.web.names import names_for
from onefold.web.routes import may_enter
from onefold.web.viewers import language_of

REJECTS_SHOWN = 100


@require_GET
def batch(request: Asked, batch_id: UUID) -> HttpResponse:
    viewer, form = request.viewer, RejectsForm(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    rule, column, after = given.get("rule", ""), given.get("column", ""), given.get("after") or 0
    with reading(viewer):
        row = intakes.batch(viewer, batch_id)
        counts = intakes.reject_counts(viewer, batch_id)
        rows = intakes.rejects_of(viewer, batch_id, rule=rule, column=column, after=after, limit=REJECTS_SHOWN + 1)
        chain = intakes.chain_of(viewer, batch_id)
        names = names_for(viewer, language_of(request))
    feed = rulebook.loaded().feeds.get(row.feed)
    context = {
        "batch": receipts.batch(row, names),
        "batch_id": batch_id,
        "rejects": rejects.rejects(rows[:REJECTS_SHOWN], row.feed, names.language),
        "filters": rejects.filters(counts, rule, column, names.language),
        "pages": rejects.pages(rows, REJECTS_SHOWN, rule, column, after),
        "chain": rejects.chain(chain, batch_id, lambda other: reverse("backoffice:batch", args=[other])),
        "may_see_rows": may_enter("backoffice:rejects", viewer.roles) and bool(viewer.company),
        "may_correct": bool(counts) and row.outcome == "LOADED" and may_enter("backoffice:batches", viewer.roles),
        "full": feed.full if feed else False,
        "feed": row.feed,
        "rendered": bool(feed and feed.format in ("excel", "parquet")),
        "correction_command_id": new_id(),
    }
    return render(request, "backoffice/batch.html", context)


@require_GET
def rejected_rows(request: Asked, batch_id: UUID) -> HttpResponse:
    """The rows set aside as they were sent, under the file's own head: to be mended and handed in again. Audited."""
    name, body = take_rejects(request.viewer, batch_id)
    response = HttpResponse(body, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response
