"""Which fit of a model is used. Nothing is without an approved assessment; what people decided goes before what is automatic.

A fit of an approved recipe whose checks pass is champion of itself. Somebody may retire a model, or keep it by hand: then only the
fit approved by a person is used, carried on from the run before, until it is too old.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from onefold.analytics.mining.learning import Learnt

CANDIDATE, CHAMPION, RETIRED = "CANDIDATE", "CHAMPION", "RETIRED"
AUTOMATIC, BY_HAND = "AUTOMATIC", "BY_HAND"
NOT_APPROVED, STALE, GONE = "NOT_APPROVED", "STALE", "FIT_NOT_KEPT"


@dataclass(frozen=True)
class Kept:
    """A fit of an earlier run: its row of `model_cards` and its content."""

    card: dict[str, Any]
    content: bytes


@dataclass(frozen=True)
class Standing:
    """What becomes of a fit of this run, and the kept fit that is used in its place (None: none is)."""

    stage: str
    used: bool
    reason: str
    approver: str
    kept: Kept | None = None


def standing(
    learnt: Learnt, decided: dict[str, Any] | None, kept: Kept | None, on: date, stale_after_days: int
) -> Standing:
    """`decided`: the model's row of `model_stages`; `kept`: the champion it names, if the run before still had it."""
    rule = decided["rule"] if decided else AUTOMATIC
    approver = decided["approver"] if decided else learnt.recipe.approver
    if rule == RETIRED:
        return Standing(RETIRED, False, RETIRED, approver)
    if not learnt.recipe.approved:
        return Standing(CANDIDATE, False, NOT_APPROVED, "")
    if rule == BY_HAND:
        return _by_hand(learnt, (decided or {})["champion"], approver, kept, on, stale_after_days)
    if learnt.problem:
        return Standing(CANDIDATE, False, learnt.problem, "")
    return Standing(CHAMPION, True, "", approver)


def _by_hand(
    learnt: Learnt, champion: str, approver: str, kept: Kept | None, on: date, stale_after_days: int
) -> Standing:
    if champion and champion == learnt.fit:
        return Standing(CHAMPION, True, "", approver)
    if not champion:
        return Standing(CANDIDATE, False, NOT_APPROVED, "")
    if kept is None:
        return Standing(CANDIDATE, False, GONE, "")
    if (on - kept.card["validated_on"]).days > stale_after_days:
        return Standing(CANDIDATE, False, STALE, "")
    return Standing(CANDIDATE, False, "", approver, kept)
