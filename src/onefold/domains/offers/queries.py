"""Why a customer is offered something, or not: the published verdict, and the same gates judged again now."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import QuerySet

from onefold.commands.prepared import Question, answers
from onefold.commands.scope import once_a_reading, reading, today
from onefold.commands.viewer import Viewer
from onefold.decision.candidates import NEUTRAL
from onefold.decision.core import candidates, judge
from onefold.decision.gates import Action, Basis, Gate, mask_of
from onefold.decision.reasons import Why, explain
from onefold.domains.catalogue import queries as catalogue
from onefold.domains.holdings.queries import series_held
from onefold.domains.offers.facts import facts_now
from onefold.domains.offers.models import Decision
from onefold.domains.offers.news import NONE as NO_NEWS
from onefold.domains.offers.news import news_of, taken_in
from onefold.domains.offers.terms import terms
from onefold.domains.releases import queries as releases
from onefold.domains.releases.queries import active_release_id

KNOWN_TO_THE_RUN = mask_of(
    Gate.CUSTOMER_GONE,
    Gate.REGION_NOT_LICENSED,
    Gate.RISK_TOO_HIGH,
    Gate.MEANS_TOO_SMALL,
    Gate.NEED_NOT_FIRST,
    Gate.CANNOT_KEEP_PAYING,
    Gate.DUPLICATE_COVER,
    Gate.WORSENS_POSITION,
    Gate.PROFILING_REFUSED,
    Gate.NO_CAPACITY,
    Gate.LIMITED_CAPACITY,
)
"""Gates that rest on more than the viewer may see: at the click they stand as the release in force judged them, but for what is news
since (see `news`)."""


UNSEEN = "?"
"""What speaks for an offer, where the viewer may not see it."""


@dataclass(frozen=True)
class Verdict:
    """The verdict on one customer and series: masks as `decision.gates` numbers them, score in millionths, value in minor units."""

    series: str
    owner_company: str
    seller: str
    blocked: int
    missing: int
    warned: int
    score: int
    value_minor: int
    basis: int
    action: str
    because: str
    fallback_reason: str = ""
    """in a decision: why the score rests on rules and on no model; empty where it rests on one"""

    @property
    def allowed(self) -> bool:
        return not self.blocked

    def why(self, language: str, because: str = "") -> Why:
        """Say why in plain words; `because` is the name under which the reader knows the held series."""
        shown = because or self.because
        return explain(
            self.blocked, self.missing, self.spoken_score, shown, language, warned=self.warned, basis=self.basis
        )

    @property
    def spoken_score(self) -> int:
        """The score as far as it can be said: a popularity among holders of something unseen would tell of that holding."""
        return 0 if self.because == UNSEEN and self.basis == Basis.POPULARITY else self.score


@once_a_reading
def verdicts_of(viewer: Viewer, customer_id: UUID) -> list[Verdict]:
    """Return the published verdicts on a customer that the viewer may see: allowed ones first, best score first."""
    with reading(viewer) as at:
        release_id = active_release_id(viewer)
        asked = published_verdicts(customer_id, release_id), series_held(today(at), customer_id)
        verdicts, held = answers(viewer, *asked)
        found = [replace(one, because=told(one.because, held)) for one in verdicts]
    return sorted(found, key=lambda verdict: (bool(verdict.blocked), -verdict.score, verdict.series))


def told(because: str, held: set[str]) -> str:
    """What speaks for an offer is something the customer holds; who may not see that it is held is not told it this way either."""
    return because if because in held or not because else UNSEEN


def published_verdicts(customer_id: UUID, release_id: str) -> Question:
    """What a release says of a customer, as far as the viewer may see it: a list of `Verdict` in no order."""
    return Question(_of_release, (customer_id, release_id), _verdicts)


def _verdicts(found: list[tuple[Any, ...]]) -> list[Verdict]:
    return [Verdict(code, owner, *rest) for owner, *lists in found for code, *rest in zip(*lists, strict=True)]


def _of_release(viewer: Viewer, customer_id: UUID, release_id: str) -> QuerySet[Any, Any]:
    return Decision.objects.filter(release_id=release_id, customer_id=customer_id).values_list(
        "owner_company_id",
        "series",
        "sellers",
        "blocked",
        "missing",
        "warned",
        "scores",
        "values",
        "bases",
        "actions",
        "because",
    )


def judge_now(viewer: Viewer, customer_id: UUID, series: str, seller: str) -> Verdict:
    """Judge one customer, series and seller by what is true at this moment, through the same core as the batch.

    The score is the published one (0 where there is none); the gates are judged anew.
    """
    with reading(viewer) as at:
        release = releases.published(viewer)
        news = news_of(viewer, customer_id, release, today(at)) if release else NO_NEWS
        facts = facts_now(viewer, customer_id, series, seller, news.now.born_on)
        published = next((row for row in verdicts_of(viewer, customer_id) if row.series == series), None)
        owner = catalogue.series(viewer)[series].company
        columns = {name: np.array([value]) for name, value in (asdict(facts) | {"inbound": False}).items()}
        kept = {name: [getattr(published, name, 0) & KNOWN_TO_THE_RUN] for name in ("blocked", "missing", "warned")}
        if release:
            known = terms(viewer, release, today(at))
            here = np.array([known.place[series]], np.int64)
            seen = np.array([published is not None])
            columns, kept = taken_in(news, viewer, customer_id, known, here, seen, columns, kept)
    found = judge(candidates(NEUTRAL | columns))
    blocked = int(found.blocked[0]) | kept["blocked"][0]
    return Verdict(
        series,
        owner,
        seller,
        blocked,
        int(found.missing[0]) | kept["missing"][0],
        (int(found.warned[0]) | kept["warned"][0]) & ~blocked,
        published.score if published else 0,
        published.value_minor if published else 0,
        published.basis if published else 0,
        "" if blocked else Action.SELL.name,
        published.because if published else "",
    )
