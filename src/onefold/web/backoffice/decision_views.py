"""One decision with its evidence, for compliance."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from onefold.commands.scope import reading
from onefold.domains.customers.queries import profile
from onefold.domains.offers.queries import Verdict, judge_now, verdicts_of
from onefold.domains.releases.queries import published
from onefold.domains.sellers.queries import seller
from onefold.web.asking import Asked
from onefold.web.backoffice import evidence
from onefold.web.backoffice.refusals import DecisionUnknown
from onefold.web.names import names_for
from onefold.web.reasons import reasons
from onefold.web.viewers import language_of


@require_GET
def decision(request: Asked, customer_id: UUID, series: str) -> HttpResponse:
    viewer = request.viewer
    with reading(viewer) as at:
        release, person = published(viewer), profile(viewer, customer_id)
        then = _verdict(verdicts_of(viewer, customer_id), series)
        now = replace(judge_now(viewer, customer_id, series, then.seller), score=then.score, because=then.because)
        who = seller(viewer, then.seller) if then.seller else None
        names = names_for(viewer, language_of(request))
    context = {
        "customer": {"name": person.name.name, "customer_id": customer_id},
        "decision": evidence.decision(then, names),
        "facts": evidence.facts(then, release, who, names),
        "judged_at": at,
        "gates": evidence.gates(then, now, names.language),
        "published": {"allowed": then.allowed, "why": reasons(then, names)},
        "judged": {"allowed": now.allowed, "why": reasons(now, names)},
    }
    return render(request, "backoffice/decision.html", context)


def _verdict(verdicts: list[Verdict], series: str) -> Verdict:
    found = next((verdict for verdict in verdicts if verdict.series == series), None)
    if found is None:
        raise DecisionUnknown()
    return found
