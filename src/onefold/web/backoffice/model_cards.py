"""Models and their cards arranged for the pages: figures in millionths become shares, codes become words."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from onefold.domains.modelling.queries import Decided, ModelFit
from onefold.web.cells import cell, stacked
from onefold.web.names import Names
from onefold.web.words import Words

MILLION = 1_000_000
KINDS: Words = {
    "PROPENSITY": gettext_lazy("Chance of a kept contract"),
    "POOLED": gettext_lazy("Chance of a kept contract, all series together"),
    "LAPSE": gettext_lazy("Chance of giving up a series"),
    "PRIOR": gettext_lazy("Chance where little is known"),
    "EFFECT": gettext_lazy("What a contact adds"),
}
ORDER = tuple(KINDS)
REASONS: Words = {
    "TOO_FEW_OUTCOMES": gettext_lazy("Too few outcomes to learn from"),
    "POOLED_IS_BETTER": gettext_lazy("The model of all series together is no worse"),
    "CHECKS_FAILED": gettext_lazy("A check failed"),
    "NO_RANDOMISED_HISTORY": gettext_lazy("Too few campaigns drawn by lot"),
    "NOT_APPROVED": gettext_lazy("Not approved"),
    "STALE": gettext_lazy("The approved fit is too old"),
    "FIT_NOT_KEPT": gettext_lazy("The approved fit is no longer there"),
    "RETIRED": gettext_lazy("Retired by compliance"),
}
RULES: Words = {
    "AUTOMATIC": gettext_lazy("Left to its recipe"),
    "BY_HAND": gettext_lazy("One fit approved by hand"),
    "RETIRED": gettext_lazy("Retired"),
}
LIMITS: Words = {
    "NOT_AN_EFFECT": gettext_lazy("It says how likely something is, not what a contact would change."),
    "NOT_FOR_PRICE_OR_UNDERWRITING": gettext_lazy("Not for prices and not for underwriting."),
    "WHO_IS_WHO_AS_KNOWN_NOW": gettext_lazy("The past is told with who is who as known today."),
    "SAME_FOR_ALL": gettext_lazy("It is the same for everybody: it ranks series, not customers."),
    "CHANNELS_OF_PAST_CAMPAIGNS": gettext_lazy("It holds for the channels of past campaigns."),
    "ONE_CONTACT": gettext_lazy("It is the effect of one contact, not of several."),
}
LEAKS: Words = {
    "random_labels_auc": gettext_lazy("AUC where outcomes are dealt by lot; must be near a half"),
    "one_feature_auc_fall": gettext_lazy("Fall of AUC without its strongest feature"),
    "auc_among_others": gettext_lazy("AUC among other customers of the same day"),
    "auc_in_time_less": gettext_lazy("of that, lost on the later day"),
}


def title(model: str, names: Names) -> str:
    kind, _colon, series = model.partition(":")
    return names.series(series) if series else str(KINDS.get(kind, model))


def purpose(model: str) -> str:
    kind = model.partition(":")[0]
    return str(KINDS.get(kind, kind))


def groups(fits: list[ModelFit], names: Names) -> list[dict[str, Any]]:
    """One table for each kind of model, the fit that is used (or would be) a row; those used first, then by name."""
    newest = {fit.model: fit for fit in reversed(fits)}
    kind_of = {model: model.partition(":")[0] for model in newest}
    rows = sorted(
        newest.values(), key=lambda fit: (ORDER.index(kind_of[fit.model]), not fit.used, title(fit.model, names))
    )
    return [
        {"title": str(KINDS[kind]), "table": _table(list(found), names), "used": used_words(newest, kind)}
        for kind, found in groupby(rows, key=lambda fit: kind_of[fit.model])
    ]


def used_words(newest: dict[str, ModelFit], kind: str) -> str:
    of_kind = [fit for model, fit in newest.items() if model.partition(":")[0] == kind]
    used = sum(fit.used for fit in of_kind)
    return ngettext("%(used)s of %(n)s is used", "%(used)s of %(n)s are used", len(of_kind)) % {
        "used": used,
        "n": len(of_kind),
    }


def _table(fits: list[ModelFit], names: Names) -> dict[str, Any]:
    heads = (_("Model"), _("Stands"), _("AUC"), _("Calibration error"), _("Outcomes"), _("Drifted"), _("Learnt as of"))
    columns = [{"label": head, "numeric": 2 <= place < 6} for place, head in enumerate(heads)]
    rows = [
        {
            "cells": [
                cell(title(fit.model, names), url=reverse("backoffice:model", args=[fit.model])),
                _stands(fit),
                cell(value=_share(fit.card.get("auc")), as_="ratio"),
                cell(value=_share(fit.card.get("calibration_error")), as_="share"),
                _outcomes(fit.outcomes),
                cell(value=len(fit.card.get("any_drift", [])) if fit.fit else None, as_="count"),
                cell(value=fit.trained_on, as_="day"),
            ]
        }
        for fit in fits
    ]
    return stacked({"caption": purpose(fits[0].model), "columns": columns, "rows": rows})


def _outcomes(count: int | None) -> dict[str, Any]:
    return cell(_("under 11"), numeric=True) if count is None else cell(value=count, as_="count")


def _stands(fit: ModelFit) -> dict[str, Any]:
    state = standing(fit)
    return cell(state["text"], tone=state["tone"], icon=state["icon"], note=state["note"])


def standing(fit: ModelFit) -> dict[str, str]:
    """Used or not, and why not."""
    if fit.used:
        return {"text": _("Used"), "tone": "good", "icon": "check", "note": ""}
    reason = str(REASONS.get(fit.fallback_reason, fit.fallback_reason))
    if fit.stage == "RETIRED":
        return {"text": _("Retired"), "tone": "none", "icon": "ban", "note": ""}
    return {"text": _("Not used"), "tone": "warn", "icon": "minus", "note": reason}


def _share(millionths: int | None) -> float | None:
    return None if millionths is None else millionths / MILLION


def tiles(fit: ModelFit) -> list[dict[str, Any]]:
    card = fit.card
    error, base = _share(card.get("auc_error")), _share(card.get("log_loss_of_base_rate"))
    found = [
        (_("AUC"), _share(card.get("auc")), "ratio", _("± %(error)s if nothing were known") % {"error": f"{error:.3f}"} if error else ""),
        (_("Calibration error"), _share(card.get("calibration_error")), "share", ""),
        (_("Log loss"), _share(card.get("log_loss")), "ratio", _("%(base)s by the base rate alone") % {"base": f"{base:.2f}"} if base else ""),
        (_("Judged on"), card.get("judged_rows"), "count", _judged_words(card)),
    ]  # fmt: skip
    shown = [
        {"label": label, "value": value, "as": kind, "note": note}
        for label, value, kind, note in found
        if value is not None
    ]
    effects = (
        ("mean_effect", _("Mean effect of a contact")),
        ("effect_in_best_third", _("Effect in the best third")),
        ("effect_in_rest", _("Effect in the rest")),
    )
    return [
        {"label": label, "value": _points(card[name]), "as": "", "note": ""}
        for name, label in effects
        if card.get(name) is not None
    ] + shown


def _judged_words(card: dict[str, Any]) -> str:
    outcomes = card.get("judged_outcomes")
    if outcomes is None:
        return _("customers of a later day; fewer than 11 with the outcome")
    return ngettext(
        "customers of a later day, %(n)s with the outcome", "customers of a later day, %(n)s with the outcome", outcomes
    ) % {"n": outcomes}


def calibration(fit: ModelFit) -> dict[str, Any] | None:
    """Tenths of the customers by what was said of them: what was expected and what was seen."""
    parts = fit.card.get("deciles")
    if not parts:
        return None
    labels = [str(number) for number in range(1, len(parts) + 1)]
    expected = [part["expected"] / MILLION / part["customers"] if part["customers"] else None for part in parts]
    seen = [
        None if part["observed"] is None or not part["customers"] else part["observed"] / part["customers"]
        for part in parts
    ]
    return {
        "chart": {
            "id": "calibration", "kind": "bar", "as": "share", "title": _("Expected and seen"),
            "summary": _("customers in tenths, the least likely first"), "categories": labels,
            "series": [{"name": _("Expected"), "values": expected}, {"name": _("Seen"), "values": seen}],
        },
        "table": {"head": [_("Tenth"), _("Expected"), _("Seen")],
                  "rows": [list(row) for row in zip(labels, expected, seen, strict=True)]},
    }  # fmt: skip


def leakage(fit: ModelFit) -> list[dict[str, Any]]:
    found = fit.card.get("leakage", {})
    rows: list[dict[str, Any]] = [
        {"label": str(words), "value": _share(found[name]), "as": "ratio", "note": ""}
        for name, words in LEAKS.items()
        if found.get(name) is not None
    ]
    for row in rows:
        if row["label"] == str(LEAKS["one_feature_auc_fall"]) and found.get("one_feature"):
            row["note"] = found["one_feature"]
    return rows


def drift(fit: ModelFit) -> dict[str, Any]:
    """How far today's customers are from those learnt from, feature by feature; those that moved first."""
    moved = sorted(fit.card.get("drift", {}).items(), key=lambda one: (not one[1]["moved"], -one[1]["index"]))
    heads = (_("Feature"), _("Moved"), _("PSI"), _("Alarm from"), _("Shift, in standard deviations"))
    rows = [
        {
            "cells": [
                cell(name),
                cell(_("moved") if one["moved"] else _("steady"), tone="warn" if one["moved"] else "none"),
                cell(f"{one['index'] / MILLION:.3f}", numeric=True),
                cell(f"{one['limit'] / MILLION:.3f}", numeric=True),
                cell(f"{one['size'] / MILLION:+.2f}".replace("-", "−"), numeric=True),
            ]
        }
        for name, one in moved
    ]
    columns = [{"label": head, "numeric": place > 1} for place, head in enumerate(heads)]
    return stacked({"caption": _("Drift"), "columns": columns, "rows": rows})


def gains(fit: ModelFit) -> dict[str, Any]:
    bars = [
        {"label": one["feature"], "value": one["share"] / MILLION, "denominator": None}
        for one in fit.card.get("gains", [])
    ]
    return {"title": _("What it rests on"), "bars": bars, "max": max((bar["value"] for bar in bars), default=0)}


def by_series(fit: ModelFit, names: Names) -> dict[str, Any]:
    """What a model says of each series: a chance, or what a contact adds."""
    found = fit.card.get("series", {})
    return _effects(found, names) if fit.model == "EFFECT" else _priors(found, names)


def _effects(found: dict[str, Any], names: Names) -> dict[str, Any]:
    heads = (_("Product series"), _("Members"), _("Mean effect"), _("Error"), _("Drawn to"))
    rows = [
        {
            "cells": [
                cell(names.series(code)),
                cell(value=one["members"], as_="count"),
                *(cell(_points(one[name]), numeric=True) for name in ("mean", "error", "drawn_to")),
            ]
        }
        for code, one in sorted(found.items(), key=lambda pair: (-(pair[1]["mean"] or 0), pair[0]))
    ]
    columns = [{"label": head, "numeric": place > 0} for place, head in enumerate(heads)]
    return stacked({"caption": _("Effect by series"), "columns": columns, "rows": rows})


def _points(millionths: int | None) -> str:
    """A difference of chances, in percentage points."""
    return "–" if millionths is None else f"{millionths / 10_000:.2f} {_('pp')}".replace("-", "−")


def _priors(found: dict[str, Any], names: Names) -> dict[str, Any]:
    heads = (_("Product series"), _("Chance"), _("Customers"), _("Outcomes"))
    rows = [
        {
            "cells": [
                cell(names.series(code)),
                cell(value=_share(one["chance"]), as_="share"),
                cell(value=one["customers"], as_="count"),
                _outcomes(one["outcomes"]),
            ]
        }
        for code, one in sorted(found.items(), key=lambda pair: -pair[1]["chance"])
    ]
    columns = [{"label": head, "numeric": place > 0} for place, head in enumerate(heads)]
    return stacked({"caption": _("Chance by series"), "columns": columns, "rows": rows})


def limits(fit: ModelFit) -> list[str]:
    return [str(LIMITS.get(code, code)) for code in fit.card.get("limits", [])]


def facts(fit: ModelFit) -> list[dict[str, Any]]:
    return [
        {"label": _("Recipe"), "text": fit.recipe},
        {"label": _("Impact assessment"), "text": fit.assessment or _("none: it may not be used")},
        {"label": _("Approved by"), "text": fit.approver or _("nobody")},
        {"label": _("Learnt as of"), "value": fit.trained_on, "as": "day"},
        {"label": _("Judged as of"), "value": fit.validated_on, "as": "day"},
        {"label": _("Learnt from"), "value": fit.rows, "as": "count", "note": _("customers")},
        {"label": _("of them with the outcome"), "text": _("under 11")}
        if fit.outcomes is None
        else {"label": _("of them with the outcome"), "value": fit.outcomes, "as": "count"},
        {"label": _("Fit"), "text": fit.fit[:12] or _("none: nothing could be learnt")},
    ]


def history(rulings: list[Decided]) -> list[dict[str, Any]]:
    icons = {"AUTOMATIC": "refresh", "BY_HAND": "check", "RETIRED": "ban"}
    return [
        {
            "at": one.decided_at,
            "title": str(RULES.get(one.rule, one.rule)) + (f" · {one.champion[:12]}" if one.champion else ""),
            "text": f"{one.why} – {one.decided_by}",
            "icon": icons.get(one.rule, "info"),
        }
        for one in rulings
    ]


def fits_to_choose(fits: list[ModelFit]) -> list[dict[str, Any]]:
    """What may be approved by hand: fits that exist, by a recipe with an assessment."""
    return [
        {"fit": fit.fit, "label": f"{fit.fit[:12]} · {fit.validated_on}", "used": fit.used}
        for fit in fits
        if fit.fit and fit.assessment
    ]


CHOICES: Words = {
    "APPROVE": pgettext_lazy("model", "Approve one fit: it is used until it is too old, and no newer one by itself"),
    "RECIPE": pgettext_lazy("model", "Leave it to its recipe: a fit whose checks pass is used"),
    "RETIRE": pgettext_lazy("model", "Retire it: nothing of this model is used"),
}
