"""What, if anything, to speak about with a customer now."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from ninja import Router, Schema
from pydantic import Field, model_validator

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.decision.gates import gates_in
from onefold.domains.offers.actions import decide
from onefold.domains.offers.evidence import Made, decision_made
from onefold.domains.offers.queries import UNSEEN, Verdict
from onefold.domains.organisation.models import Scope
from onefold.domains.releases.queries import release_day
from onefold.kernel.ids import derived_id
from onefold.web.api.entrance import Token
from onefold.web.api.shapes import Problem
from onefold.web.api.words import CODE, Code, CustomerKey
from onefold.web.names import Names, names_for
from onefold.web.viewers import language_of

SERIES_MAX = 50
RELEASES_KEPT = 8
router = Router(auth=Token(Scope.DECISIONS), tags=["Decisions"])


class DecisionIn(Schema):
    """`decision_id`: an id of your own making; the same question under it is answered like the first time. Of `customer_key` (your own) and
    `customer_id` exactly one. `reason`: OUTBOUND, you come to the customer; INBOUND_NEED, the customer came with a need. `series`: empty = all.
    """

    model_config = {"json_schema_extra": {"oneOf": [{"required": ["customer_key"]}, {"required": ["customer_id"]}]}}

    decision_id: UUID
    customer_key: CustomerKey = None  # type: ignore[assignment]  # left out, but never null
    customer_id: UUID = None  # type: ignore[assignment]
    channel: Code
    seller: str = Field("", max_length=20, pattern=f"{CODE}|^$")
    reason: Literal["OUTBOUND", "INBOUND_NEED"]
    series: list[Code] = Field(default_factory=list, max_length=SERIES_MAX)

    @model_validator(mode="after")
    def one_customer(self) -> DecisionIn:
        if (self.customer_key is None) == (self.customer_id is None):
            raise ValueError("customer")
        return self


class WhyOut(Schema):
    for_: list[str] = Field(alias="for")
    against: list[str]
    missing: list[str]
    questions: list[str]
    warnings: list[str]


class JudgedOut(Schema):
    """`action`: SELL, REFER (hand on to somebody who may), ACCOMPANY (bring somebody who may), LEARN, or empty: nobody may. `gates`: codes of
    what forbids, `missing` those of what is not known. `fallback_reason`: why the order rests on rules and on no model, which changes no gate. `score` in millionths, `value_minor` in minor units of the group's currency.
    """

    series: str
    name: str
    owner_company: str
    seller: str
    action: str
    score: int
    value_minor: int
    basis: int
    because: str
    fallback_reason: str
    gates: list[str]
    missing: list[str]
    why: WhyOut


class DecisionOut(Schema):
    """`offers`: best first; empty = speak about nothing. `others`: what was judged besides, and why it is not offered. The rest says by which state of data and
    rules; `evidence_id` finds all of it again.
    """

    decision_id: UUID
    evidence_id: UUID
    customer_id: UUID
    at: datetime
    as_of: str
    release: str
    rulebook: str
    model: str
    core: int
    offers: list[JudgedOut]
    others: list[JudgedOut]


@router.post(
    "/decisions",
    response={201: DecisionOut, (400, 401, 403, 404, 409, 422, 429, 503, 507): Problem},
    url_name="decisions",
    summary="Decide what to speak about with a customer",
    by_alias=True,
)
def decisions(request: Any, body: DecisionIn) -> Any:
    """By what is true at this moment: consents, wishes, quiet time, how often the household was contacted, licences; scores of the release in
    force. "No offer" is an answer. A household of the holdout gets no recommendation; a need it brings is served.
    """
    viewer: Viewer = request.auth
    done = decide(
        viewer,
        derived_id("api.decision", viewer.key, str(body.decision_id)),
        decision_id=body.decision_id,
        channel=body.channel,
        reason=body.reason,
        customer_id=body.customer_id,
        customer_key=body.customer_key or "",
        seller=body.seller,
        series=body.series,
    )
    return _answer(_told(request, UUID(done["evidence_id"])), 201)


@router.get(
    "/decisions/{evidence_id}",
    response={200: DecisionOut, (401, 403, 404, 422, 429, 503, 507): Problem},
    url_name="decision",
    summary="A decision as it was made",
    by_alias=True,
)
def decision(request: Any, evidence_id: UUID) -> Any:
    return _answer(_told(request, evidence_id), 200)


def _answer(words: dict[str, Any], status: int) -> HttpResponse:
    """Written as it is: what we have just made of codes and numbers need not be checked against its own description at each request."""
    return HttpResponse(json.dumps(words, cls=DjangoJSONEncoder, ensure_ascii=False), "application/json", status)


def _told(request: Any, evidence_id: UUID) -> dict[str, Any]:
    viewer: Viewer = request.auth
    made = decision_made(viewer, evidence_id)
    known = _known(viewer, made.release_id, language_of(request))
    return {
        "decision_id": made.decision_id,
        "evidence_id": made.evidence_id,
        "customer_id": made.customer_id,
        "at": made.at,
        "as_of": known.as_of,
        **_versions(made),
        "offers": [_judged(verdict, known.names) for verdict in made.offered],
        "others": [_judged(verdict, known.names) for verdict in made.others],
    }


@dataclass(frozen=True)
class Known:
    """What is the same for every decision of a release."""

    as_of: str
    names: Names


_kept: dict[tuple[str, str], Known] = {}


def _known(viewer: Viewer, release_id: str, language: str) -> Known:
    """Names change with a release only; a few releases are kept, for decisions of yesterday are asked for too."""
    key = (release_id, language)
    if key not in _kept:
        if len(_kept) >= RELEASES_KEPT:
            _kept.clear()
        with reading(viewer):
            _kept[key] = Known(release_day(viewer, release_id).isoformat(), names_for(viewer, language))
    return _kept[key]


def _versions(made: Made) -> dict[str, Any]:
    return {
        "release": made.release_id,
        "rulebook": made.rulebook_version,
        "model": made.model_version,
        "core": made.core_version,
    }


def _judged(verdict: Verdict, names: Names) -> dict[str, Any]:
    why = verdict.why(names.language, names.series(verdict.because) if verdict.because else "")
    return {
        "series": verdict.series,
        "name": names.series(verdict.series),
        "owner_company": verdict.owner_company,
        "seller": verdict.seller,
        "action": verdict.action,
        "score": verdict.score,
        "value_minor": verdict.value_minor,
        "basis": verdict.basis,
        "because": "" if verdict.because == UNSEEN else verdict.because,
        "fallback_reason": verdict.fallback_reason,
        "gates": [gate.name for gate in gates_in(verdict.blocked)],
        "missing": [gate.name for gate in gates_in(verdict.missing)],
        "why": {
            "for": why.for_,
            "against": why.against,
            "missing": why.missing,
            "questions": why.questions,
            "warnings": why.warnings,
        },
    }
