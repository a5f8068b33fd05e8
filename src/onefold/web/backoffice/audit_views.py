"""The audit, for compliance: who looked at a customer, what a person did, by kind and day; as a page and as a sheet."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import get_default_timezone
from django.views.decorators.http import require_GET

from onefold.commands import reads
from onefold.commands.audit_lines import Wanted, chain_of, lines
from onefold.commands.scope import reading, today
from onefold.domains.customers.queries import names_of
from onefold.domains.organisation.queries import users_of
from onefold.kernel.spreadsheets import sheet
from onefold.web.asking import Asked
from onefold.web.backoffice import audit_rows
from onefold.web.backoffice.forms import AuditForm

PAGE, SHEET_MAX, DAYS = 50, 20_000, 7


@require_GET
def audit(request: Asked) -> HttpResponse:
    viewer = request.viewer
    with reading(viewer) as at:
        asked, wanted = _asked(request, today(at))
        found, chain = lines(viewer, wanted, PAGE + 1), chain_of(viewer)
        people, called = users_of(viewer), names_of(viewer, audit_rows.customers_in(found))
    reads.note(viewer, "audit.looked_through", at, wanted.subject, kind=wanted.kind, person=wanted.actor)
    more = {**asked, "before": found[PAGE - 1].number} if len(found) > PAGE else {}
    subject = called.get(UUID(wanted.subject)) if wanted.subject else None
    context = {
        "asked": asked,
        "kinds": audit_rows.kinds(wanted.kind),
        "people": sorted(people.items(), key=lambda item: item[1]),
        "subject": subject.name if subject else wanted.subject[:8],
        "table": audit_rows.table(found[:PAGE], people, called, f"?{urlencode(more)}" if more else ""),
        "export_query": urlencode(asked),
        "chain": audit_rows.chain(chain),
    }
    return render(request, "backoffice/audit.html", context)


@require_GET
def audit_export(request: Asked) -> HttpResponse:
    """The same lines as a sheet, with codes instead of customers' names."""
    viewer = request.viewer
    with reading(viewer) as at:
        wanted = _asked(request, today(at))[1]
        found, people = lines(viewer, wanted, SHEET_MAX), users_of(viewer)
    response = HttpResponse(sheet(audit_rows.cells(found, people)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="audit-{viewer.company or "group"}-{today(at)}.csv"'
    return response


def _asked(request: Asked, on: date) -> tuple[dict[str, Any], Wanted]:
    """What the address says, as it goes into the next address, and as the query takes it. What does not fit is left out."""
    form = AuditForm(request.GET)
    form.is_valid()
    said: dict[str, Any] = {name: value for name, value in form.cleaned_data.items() if value not in ("", None)}
    since, until = said.get("since", on - timedelta(days=DAYS - 1)), said.get("until", on)
    wanted = Wanted(
        said.get("kind", ""),
        f"user:{said['person']}" if "person" in said else "",
        str(said.get("subject", "")),
        _morning(since),
        _morning(until + timedelta(days=1)),
        said.get("before"),
    )
    shown = {"kind": wanted.kind, "person": str(said.get("person", "")), "subject": wanted.subject}
    return {**shown, "since": since.isoformat(), "until": until.isoformat()}, wanted


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(), get_default_timezone())
