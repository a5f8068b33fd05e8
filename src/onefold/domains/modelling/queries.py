"""The models of the release in force, and what was decided about them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.modelling.models import Fit, PastRuling, Ruling
from onefold.domains.releases.queries import active_release_id, published


@dataclass(frozen=True)
class Decided:
    """What people decided last about a model."""

    rule: str
    champion: str
    decided_by: str
    decided_at: datetime
    why: str


@dataclass(frozen=True)
class ModelFit:
    """A fit as its release has it. `card`: see docs/data-scientist.md; figures in millionths; a count of a few is None. `decided`:
    None = nothing was."""

    model: str
    fit: str
    recipe: str
    stage: str
    used: bool
    fallback_reason: str
    trained_on: date | None
    validated_on: date | None
    rows: int
    outcomes: int | None
    assessment: str
    approver: str
    card: dict[str, Any]
    decided: Decided | None


OF_A_SERIES = "PROPENSITY:"
"""How the models of a series' chance are called."""

FIELDS = tuple(name for name in ModelFit.__dataclass_fields__ if name != "decided")


def fits_in_force(viewer: Viewer) -> QuerySet[Fit]:
    """Rows of the release that readers see; raises `NothingPublished` before the first one."""
    return Fit.objects.filter(release_id=active_release_id(viewer))


def models_of(viewer: Viewer) -> list[ModelFit]:
    """All fits of the release in force, by model, those used first; none before the first release."""
    with reading(viewer):
        if published(viewer) is None:
            return []
        decided = _decided()
        rows = fits_in_force(viewer).order_by("model", "-used", "fit").values(*FIELDS)
        return [ModelFit(**row, decided=decided.get(row["model"])) for row in rows]


def fits_of_model(viewer: Viewer, model: str) -> list[ModelFit]:
    """The fits of one model, the one used first; empty if there is no such model."""
    return [found for found in models_of(viewer) if found.model == model]


def rulings_of(viewer: Viewer, model: str) -> list[Decided]:
    """Everything people decided about a model, newest first."""
    with reading(viewer):
        rows = PastRuling.objects.filter(model=model).order_by("-decided_at", "-id")
        return [Decided(*row) for row in rows.values_list("rule", "champion", "decided_by", "decided_at", "why")]


def fallback_reasons(viewer: Viewer, release_id: str) -> dict[str, str]:
    """Return for each series that has a model of its chance in a release why none of its fits is used; empty where one is."""
    with reading(viewer):
        rows = Fit.objects.filter(release_id=release_id, model__startswith=OF_A_SERIES).order_by("used", "fit")
        return {
            model.removeprefix(OF_A_SERIES): "" if used else reason
            for model, used, reason in rows.values_list("model", "used", "fallback_reason")
        }


def models_version(viewer: Viewer, release_id: str) -> str:
    """Return one word for the fits a release's scores come from: the same fits, the same word; empty where no model spoke."""
    with reading(viewer):
        used = Fit.objects.filter(release_id=release_id, used=True).order_by("model", "fit").values_list("model", "fit")
        words = "\n".join(f"{model} {fit}" for model, fit in used)
    return hashlib.sha256(words.encode()).hexdigest()[:16] if words else ""


def _decided() -> dict[str, Decided]:
    rows = Ruling.objects.values_list("model", "rule", "champion", "decided_by", "decided_at", "why")
    return {row[0]: Decided(*row[1:]) for row in rows}
