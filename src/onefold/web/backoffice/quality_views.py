"""How good the data are: of one company by feed and column; for the holding, totals of every company."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from onefold.commands.scope import reading
from onefold.domains.intake import quality as measured
from onefold.domains.intake.queries import feed_ages, paused_feeds
from onefold.web.asking import Asked
from onefold.web.backoffice import quality as shown
from onefold.web.backoffice.receipts import company_of
from onefold.web.names import names_for
from onefold.web.routes import may_enter
from onefold.web.viewers import language_of


@require_GET
def quality(request: Asked) -> HttpResponse:
    viewer = request.viewer
    company = viewer.company or request.GET.get("company", "")[:20]
    with reading(viewer):
        names = names_for(viewer, language_of(request))
        ages = feed_ages(viewer)
        costs = measured.costs_of(viewer, company)
        columns = measured.columns_of(viewer, company) if company else []
        sums = measured.company_sums(viewer) if not viewer.company else []
        paused = {row.feed for row in paused_feeds(viewer)}
    examples = may_enter("backoffice:rejects", viewer.roles) and bool(viewer.company)
    context = {
        "company": company_of(company, names) if company else "",
        "one_company": bool(viewer.company),
        "companies": shown.companies(sums, ages, paused, company, names),
        "columns": (rows := shown.columns(columns, names, examples)),
        "faulty": [row for row in rows if row["wrong"]],
        "faultless": [row for row in rows if not row["wrong"]],
        "ages": shown.ages([age for age in ages if age.company == company], paused, names),
        "costs": shown.costs(costs, names, with_company=not company),
    }
    return render(request, "backoffice/quality.html", context)
