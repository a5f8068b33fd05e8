"""A series judged for advice: by the decision core, at the stage where what is unknown forbids, on what the adviser may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np

from onefold.commands.viewer import Viewer
from onefold.decision.candidates import NEUTRAL, UNKNOWN
from onefold.decision.core import candidates, judge
from onefold.decision.gates import Stage
from onefold.domains import rulebook
from onefold.domains.customers.circumstances import known_now
from onefold.domains.customers.references import person
from onefold.domains.holdings.burden import insurance_premiums
from onefold.domains.holdings.queries import held_series
from onefold.kernel.periods import age_on
from onefold.policy import Series

NOBODY: dict[str, Any] = {
    "has_seller": False, "channel_authorised": False, "agreement_in_force": False, "seller_grade": UNKNOWN,
    "required_grade": UNKNOWN, "registered": UNKNOWN, "second_life_insurer": False,
}  # fmt: skip
"""Who sells it is judged at the proposal and the sale."""


def masks_for_advice(
    viewer: Viewer, customer_id: UUID, series: Series, yearly_minor: int, cover_elsewhere: Sequence[str], on: date
) -> tuple[int, int, int]:
    """Return what forbids, what of it is unknown, and what warns. Raises `CustomerUnknown`."""
    who, known, book = person(viewer, customer_id), known_now(viewer, customer_id), rulebook.loaded()
    is_person, born_on = who.kind == "PERSON", who.born_on or known.born_on
    age = age_on(born_on, on) if born_on else UNKNOWN
    columns: dict[str, Any] = {
        "gone": known.gone,
        "incapable": known.incapable,
        "limited": known.limited,
        "age_low": age,
        "age_high": age,
        "age_min": _limit(series.age_min, is_person),
        "age_max": _limit(series.age_max, is_person),
        "capacity_age": _limit(book.value_or("suitability.capacity_age", on, 0), is_person),
        "adult_age": _limit(book.value_or("suitability.adult_age", on, 0), is_person),
        "retirement_age": _limit(book.value("suitability.retirement_age", on), is_person),
        "product_risk": book.of_series("suitability.product_risk", series, on),
        "risk_level": UNKNOWN if known.risk_level is None else known.risk_level,
        "risk_tested": book.risk_tested(series, on),
        "guarded_risk_max": book.value_or("suitability.guarded_risk_max", on, 5),
        "income": UNKNOWN if known.income is None else known.income,
        "burden": insurance_premiums(viewer, customer_id),
        "outlay": yearly_minor if is_person and book.of_series("suitability.yearly_outlay", series, on) else 0,
        "outlay_free": book.value("suitability.outlay_free", on),
        "burden_max_ppm": book.value("suitability.burden_max", on),
        "burden_warn_ppm": book.value("suitability.burden_warn", on),
        "paying_years": book.of_series("suitability.paying_years", series, on),
        "indemnity_held": _is_paid_already(viewer, customer_id, series, cover_elsewhere, on),
        "stage": int(Stage.ADVICE),
    }
    found = judge(candidates(NEUTRAL | NOBODY | {name: np.array([value]) for name, value in columns.items()}))
    return int(found.blocked[0]), int(found.missing[0]), int(found.warned[0])


def _limit(age: int | None, is_person: bool) -> int:
    return age if age is not None and is_person else UNKNOWN


def _is_paid_already(
    viewer: Viewer, customer_id: UUID, series: Series, cover_elsewhere: Sequence[str], on: date
) -> bool:
    """Whether a loss of the same kind, paid only once, is covered by another series held here or by something elsewhere."""
    kinds: dict[str, str] = rulebook.value("suitability.paid_once", on)
    kind = kinds.get(series.line)
    if kind is None:
        return False
    catalogue = rulebook.loaded().catalogue(on)
    held = held_series(viewer, customer_id) - {series.series}
    lines = {catalogue.series_of(code).line for code in held} | set(cover_elsewhere)
    return any(kinds.get(line) == kind for line in lines)
