"""What was said of the customer's circumstances since the release, or counts no more since: the gates it is about are judged by what is
known now; what the release forbade on more than the viewer may see stands.

    then = the gates on what may be seen, as the release's run knew it     now = the same as known now
    verdict = now, besides what the release found and `then` does not explain

Where nothing has changed the release stands, and costs nothing here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from onefold.commands.viewer import Viewer
from onefold.decision.candidates import NEUTRAL, UNKNOWN
from onefold.decision.core import candidates, judge
from onefold.decision.gates import Gate, mask_of
from onefold.domains.customers.circumstances import known_on, told_of
from onefold.domains.customers.rules import Known, ToldRow
from onefold.domains.holdings.burden import insurance_premiums
from onefold.domains.offers.terms import Terms
from onefold.domains.releases.queries import Published
from onefold.kernel.periods import age_on

KIND_OF = {
    "gone": "STATUS", "incapable": "CAPACITY", "limited": "CAPACITY", "refuses_profiling": "PROFILING",
    "risk_level": "RISK_LEVEL", "income": "INCOME", "born_on": "BORN_ON",
}  # fmt: skip
MEANS = (Gate.CANNOT_KEEP_PAYING, Gate.WORSENS_POSITION)
GATES_OF = {
    "STATUS": mask_of(Gate.CUSTOMER_GONE),
    "CAPACITY": mask_of(Gate.NO_CAPACITY, Gate.LIMITED_CAPACITY),
    "PROFILING": mask_of(Gate.PROFILING_REFUSED),
    "RISK_LEVEL": mask_of(Gate.RISK_TOO_HIGH),
    "INCOME": mask_of(Gate.MEANS_TOO_SMALL, *MEANS),
    "BORN_ON": mask_of(Gate.NO_CAPACITY, Gate.LIMITED_CAPACITY, *MEANS),
}
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
Masks = Mapping[str, list[int]]
"""blocked, missing and warned, one number a candidate"""


@dataclass(frozen=True)
class News:
    """Kinds of circumstances that are not what the release's run knew, as far as the viewer may see."""

    kinds: frozenset[str]
    then: Known
    now: Known

    @property
    def gates(self) -> int:
        found = 0
        for kind in self.kinds:
            found |= GATES_OF[kind]
        return found


NONE = News(frozenset(), Known(), Known())


def news_of(viewer: Viewer, customer_id: UUID, release: Published, on: date) -> News:
    """Compare what is known today with what the release's run knew on its day."""
    return news_in(told_of(viewer, customer_id, release.release_id), release, on)


def news_in(told: list[ToldRow], release: Published, on: date) -> News:
    """The same, of statements that say whether the run of that release knew them."""
    if not told:
        return NONE
    then = known_on([replace(row, retracted=not row.in_release) for row in told], release.as_of)
    now = known_on(told, on)
    kinds = {kind for field, kind in KIND_OF.items() if getattr(then, field) != getattr(now, field)}
    return News(frozenset(kinds), then, now)


def taken_in(
    news: News,
    viewer: Viewer,
    customer_id: UUID,
    terms: Terms,
    at: Whole,
    seen: Flags,
    columns: dict[str, Any],
    kept: Masks,
) -> tuple[dict[str, Any], dict[str, list[int]]]:
    """Return the core's columns with what is known now, and of the masks as published what `then` does not explain.

    `at`: places of the candidates among the terms; `seen`: whether the viewer sees what the release said of each. Of one that is
    not seen nothing is kept, so that all that is known now, or not known, is judged.
    """
    if not news.kinds and seen.all():
        return columns, dict(kept)
    weighed = "INCOME" in news.kinds or not seen.all()
    person = np.max(columns["capacity_age"], initial=UNKNOWN) >= 0
    bearing = _Bearing(
        terms, at, insurance_premiums(viewer, customer_id) if weighed else 0, bool(person), news.kinds, ~seen
    )
    before = columns | bearing.columns(news.then)
    if "BORN_ON" in news.kinds:
        before |= age_columns(news.then.born_on, terms.on)
    found = judge(candidates(NEUTRAL | before))
    explained = {"blocked": found.blocked, "missing": found.missing, "warned": found.warned}
    left = {
        name: [one & ~(news.gates & int(also)) for one, also in zip(masks, explained[name], strict=True)]
        for name, masks in kept.items()
    }
    return columns | bearing.columns(news.now), left


def age_columns(born_on: date | None, on: date) -> dict[str, int]:
    age = age_on(born_on, on) if born_on else UNKNOWN
    return {"age_low": age, "age_high": age}


@dataclass(frozen=True, eq=False)
class _Bearing:
    """The core's columns of what a customer is and can bear: of every candidate where the kind is news, else of those unseen."""

    terms: Terms
    at: Whole
    burden: int
    person: bool
    news: frozenset[str]
    unseen: Flags

    def columns(self, known: Known) -> dict[str, Any]:
        level, income = (UNKNOWN if value is None else value for value in (known.risk_level, known.income))
        means = {name: values[self.at] for name, values in self.terms.means.items()}
        payer = self._of("INCOME") & self.person
        return {
            "gone": self._of("STATUS") & known.gone,
            "incapable": self._of("CAPACITY") & known.incapable,
            "limited": self._of("CAPACITY") & known.limited,
            "refuses_profiling": self._of("PROFILING") & known.refuses_profiling,
            "risk_level": level,
            "risk_tested": self._of("RISK_LEVEL") & means["risk_tested"],
            "income": income,
            "burden": self.burden,
            "outlay": np.where(payer, means["outlay"], 0),
            "paying_years": np.where(self._of("INCOME", "BORN_ON"), means["paying_years"], 0),
            **self.terms.means_limits,
        }

    def _of(self, *kinds: str) -> Flags:
        return self.unseen | bool(self.news & set(kinds))
