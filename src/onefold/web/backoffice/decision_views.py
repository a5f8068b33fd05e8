"""Decisions: one verdict with its evidence, for compliance; a decision made now for a customer at the counter, and found again."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from onefold.commands.scope import reading
from onefold.domains.customers.queries import profile
from onefold.domains.offers.actions import decide
from onefold.domains.offers.evidence import decision_made as made_by
from onefold.domains.offers.evidence import is_same_again
from onefold.domains.offers.queries import Verdict, judge_now, verdicts_of
from onefold.domains.releases.queries import published
from onefold.domains.sellers.queries import seller, sellers
from onefold.web.asking import Asked
from onefold.web.backoffice import evidence, speaking
from onefold.web.backoffice.forms import DecisionForm
from onefold.web.backoffice.refusals import DecisionUnknown, FormIncomplete
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


@require_POST
def decision_now(request: Asked, customer_id: UUID) -> HttpResponse:
    """Decide for the customer who stands here, by the same action as the machines' interface."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        raise FormIncomplete()
    given = form.cleaned_data
    done = decide(
        request.viewer, given["command_id"], decision_id=given["command_id"], customer_id=customer_id,
        channel=given["channel"], reason=given["reason"],
    )  # fmt: skip
    return redirect("backoffice:decision_made", done["evidence_id"])


@require_GET
def decision_made(request: Asked, evidence_id: UUID) -> HttpResponse:
    """A decision as it was made, with the check that its facts lead to it again."""
    viewer = request.viewer
    with reading(viewer):
        made = made_by(viewer, evidence_id)
        person = profile(viewer, made.customer_id)
        names, people = names_for(viewer, language_of(request)), sellers(viewer)
        same = is_same_again(viewer, evidence_id)
    context = {
        "customer": {"name": person.name.name, "customer_id": made.customer_id},
        "made": speaking.decision(made, names),
        "offered": [speaking.judged(row, people, names) for row in made.offered],
        "others": [speaking.judged(row, people, names) for row in made.others],
        "questions": speaking.questions(made, names),
        "facts": speaking.facts(made, names),
        "same": same,
    }
    return render(request, "backoffice/decision_made.html", context)


def _verdict(verdicts: list[Verdict], series: str) -> Verdict:
    found = next((verdict for verdict in verdicts if verdict.series == series), None)
    if found is None:
        raise DecisionUnknown()
    return found
