"""Let a fit act, take a model away, leave it to its recipe again."""

from __future__ import annotations

from typing import Any

from onefold.commands.action import Command, action
from onefold.domains.modelling import events, refusals
from onefold.domains.modelling.models import PastRuling, Ruling
from onefold.domains.modelling.queries import fits_in_force
from onefold.domains.modelling.rules import may_be_approved, may_decide

WHY_LETTERS = 400


@action
def approve(command: Command, *, model: str, fit: str, why: str) -> dict[str, Any]:
    """From the next release on this fit is used, and no other, until it is too old.

    Raises `ComplianceDecides`, `ReasonMissing`, `FitUnknown`, `AssessmentMissing`.
    """
    _check(command, why)
    found = _of_release(command, model).filter(fit=fit).first()
    if found is None or not fit:
        raise refusals.FitUnknown()
    if not may_be_approved(found.fit, found.assessment):
        raise refusals.AssessmentMissing()
    return _decided(command, model, Ruling.Rule.BY_HAND, why, champion=fit)


@action
def retire(command: Command, *, model: str, why: str) -> dict[str, Any]:
    """From the next release on nothing of this model is used. Raises `ComplianceDecides`, `ReasonMissing`, `FitUnknown`."""
    _check(command, why)
    if not _of_release(command, model).exists():
        raise refusals.FitUnknown()
    return _decided(command, model, Ruling.Rule.RETIRED, why)


@action
def leave_to_recipe(command: Command, *, model: str, why: str) -> dict[str, Any]:
    """From the next release on a fit of the approved recipe is used if its checks pass. Raises like `retire`."""
    _check(command, why)
    if not _of_release(command, model).exists():
        raise refusals.FitUnknown()
    return _decided(command, model, Ruling.Rule.AUTOMATIC, why)


def _check(command: Command, why: str) -> None:
    if not may_decide(command.viewer.roles):
        raise refusals.ComplianceDecides()
    if not why.strip():
        raise refusals.ReasonMissing()


def _of_release(command: Command, model: str) -> Any:
    return fits_in_force(command.viewer).filter(model=model)


def _decided(command: Command, model: str, rule: Ruling.Rule, why: str, champion: str = "") -> dict[str, Any]:
    command.lock(model)
    ruled = {
        "rule": rule,
        "champion": champion,
        "decided_by": command.viewer.key,
        "decided_at": command.at,
        "why": why.strip()[:WHY_LETTERS],
    }
    Ruling.objects.update_or_create(model=model, defaults=ruled)
    PastRuling.objects.create(model=model, **ruled)
    command.audit(model, rule=rule.value, fit=champion, why=why.strip()[:WHY_LETTERS])
    command.emit(events.ModelDecided(model, rule.value))
    return {"model": model, "rule": rule.value}
