"""What the rulebook says about learning, read once into plain typed values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from onefold.analytics.mining.boosting import Growth
from onefold.analytics.mining.samples import Window
from onefold.policy import Rulebook

PROPENSITY, LAPSE, PRIOR, POOLED, EFFECT = "PROPENSITY", "LAPSE", "PRIOR", "POOLED", "EFFECT"
GROWN = ("rounds", "leaves", "leaf_rows_min", "features_thousandths", "ridge")


@dataclass(frozen=True)
class Recipe:
    """One way of learning. It is approved by naming an impact assessment and who approved it."""

    name: str
    version: int
    assessment: str
    approver: str
    growth: Growth

    @property
    def code(self) -> str:
        return f"{self.name}/{self.version}"

    @property
    def approved(self) -> bool:
        return bool(self.assessment and self.approver)


@dataclass(frozen=True)
class Checks:
    """What a fit must pass, in shares of one."""

    auc_min: float
    calibration_error_max: float
    random_labels_auc_off_max: float
    one_feature_auc_fall_max: float


@dataclass(frozen=True)
class Terms:
    """All of it on one day."""

    window: Window
    recipes: dict[str, Recipe]
    checks: Checks
    others_per_outcome: int
    outcomes_min: int
    own_outcomes_min: int
    prior_worth: int
    pooled_days_max: int
    pooled_outcomes: int
    stale_after_days: int
    effect_members_min: int
    effect_outcomes_min: int


def terms_of(rulebook: Rulebook, on: date) -> Terms:
    def whole(name: str) -> int:
        return int(rulebook.value(f"models.{name}", on=on))

    checks = {name: millionths / 1_000_000 for name, millionths in rulebook.value("models.checks", on=on).items()}
    return Terms(
        Window(whole("horizon_days"), whole("free_look_days"), whole("learning_rows_max")),
        {name: _recipe(name, spec) for name, spec in rulebook.value("models.recipes", on=on).items()},
        Checks(**checks),
        *(
            whole(name)
            for name in (
                "others_per_outcome", "outcomes_min", "own_outcomes_min", "prior_worth", "pooled_days_max", "pooled_outcomes", "stale_after_days", "effect_members_min",
                "effect_outcomes_min",
            )
        ),
    )  # fmt: skip


def _recipe(name: str, spec: dict[str, object]) -> Recipe:
    grown = {key: int(str(spec[key])) for key in GROWN if key in spec}
    objective = "regression" if name == EFFECT else "binary"
    return Recipe(
        name,
        int(str(spec["version"])),
        str(spec.get("assessment") or ""),
        str(spec.get("approver") or ""),
        Growth(objective=objective, **grown),
    )
