"""Lift: what contact changed, as contracts kept and as profit, against households nobody contacted; with its interval."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from onefold.commands.viewer import Viewer
from onefold.domains.lift.queries import Comparison, lift_of
from onefold.web.cockpit.asked import Choice, View
from onefold.web.cockpit.contribution import CURRENCY
from onefold.web.names import Names
from onefold.web.ui.templatetags.figures import count, day, money_minor, month, ratio
from onefold.web.words import LINES, Words, word

MEASURES: Words = {
    "HOLDOUT": gettext_lazy("Households open to contact against the permanent holdout"),
    "LOT": gettext_lazy("Campaigns whose members a lot decided"),
    "CHOSEN": gettext_lazy("Campaigns whose members people chose: no evidence"),
}
OUTCOMES: Words = {
    "CONTRACTS": gettext_lazy("Contracts kept"),
    "PROFIT": gettext_lazy("Profit"),
}
SAYS: Words = {
    "MORE": pgettext_lazy("lift", "More with contact"),
    "LESS": pgettext_lazy("lift", "Less with contact"),
    "NOT_SEEN": pgettext_lazy("lift", "No difference seen"),
    "NO_EVIDENCE": pgettext_lazy("lift", "No evidence"),
}
TONES = {"MORE": "good", "LESS": "bad", "NOT_SEEN": "none", "NO_EVIDENCE": "warn"}
THOUSANDS = 1000
"""Comparisons are per million household-years, or members; figures are shown per thousand."""


def choices() -> list[Choice]:
    by = {"SERIES": _("Series"), "LINE": _("Line of business"), "COMPANY": _("Company"), "MONTH": _("Month")}
    return [Choice("by", _("Broken down by"), by)]


def picture(viewer: Viewer, view: View, names: Names) -> dict[str, Any]:
    """Arrange every comparison by measure; the caller holds the scope open."""
    summed = ("GROUP", view["by"])
    rows = [row for row in lift_of(viewer) if row.outcome != "PROFIT" or row.open_sum or row.held_sum]
    return {
        "heads": [_shown(row, names) for row in rows if (row.measure, row.level) == ("HOLDOUT", "GROUP")],
        "groups": [
            {
                "code": measure,
                "title": str(words),
                "rows": _scaled([row for row in rows if row.measure == measure and row.level in summed], names),
                "campaigns": _scaled(
                    [row for row in rows if row.measure == measure and row.level == "CAMPAIGN"], names
                ),
                "unit": unit(measure),
            }
            | _when([row for row in rows if row.measure == measure and row.level in summed])
            for measure, words in MEASURES.items()
            if any(row.measure == measure for row in rows)
        ],
    }


def _when(rows: list[Comparison]) -> dict[str, Any]:
    """The period of all rows, said once; `dated` where each has its own."""
    spans = {(row.since, row.until) for row in rows}
    if len(spans) != 1:
        return {"dated": True, "period": ""}
    ((since, until),) = spans
    return {"dated": False, "period": f"{day(since)} – {day(until)}"}


def unit(measure: str) -> str:
    return _("per thousand household-years") if measure == "HOLDOUT" else _("per thousand members")


def _scaled(rows: list[Comparison], names: Names) -> list[dict[str, Any]]:
    """The whole first; intervals drawn on one scale an outcome, zero included."""
    shown = []
    for outcome in OUTCOMES:
        of_outcome = sorted((row for row in rows if row.outcome == outcome), key=lambda row: row.level != "GROUP")
        ends = [end for row in of_outcome for end in (row.low, row.high, row.lift) if end is not None]
        low, high = min([0, *ends]), max([0, *ends])
        span = (high - low) or 1
        for row in of_outcome:
            drawn = {name: round(100 * (value - low) / span, 2) for name, value in _ends(row).items()}
            shown.append(_shown(row, names) | {"drawn": drawn, "zero": round(100 * -low / span, 2)})
    return shown


def _ends(row: Comparison) -> dict[str, int]:
    if row.low is None or row.high is None:
        return {"lift": row.lift}
    return {"lift": row.lift, "low": row.low, "high": row.high}


def _shown(row: Comparison, names: Names) -> dict[str, Any]:
    return {
        "label": _label(row, names),
        "outcome": str(OUTCOMES.get(row.outcome, row.outcome)),
        "value": written(row.lift, row, sign=True),
        "low": None if row.low is None else written(row.low, row, sign=True),
        "high": None if row.high is None else written(row.high, row, sign=True),
        "open": written(row.open_rate, row),
        "held": written(row.held_rate, row),
        "open_units": row.open_units,
        "held_units": row.held_units,
        "since": row.since,
        "until": row.until,
        "says": str(SAYS[row.says]),
        "tone": TONES[row.says],
        "unit": unit(row.measure),
        "power": _power(row),
    }


def _label(row: Comparison, names: Names) -> str:
    if row.level == "GROUP":
        return _("All series")
    if row.level == "LINE":
        return word(LINES, row.row)
    if row.level == "COMPANY":
        return names.company(row.row)
    if row.level == "MONTH":
        return month(row.since)
    return names.series(row.row) if row.level == "SERIES" else row.row


def written(value: int, row: Comparison, *, sign: bool = False) -> str:
    """A rate per million, shown per thousand: contracts as a number, profit as money."""
    plus = "+" if sign and value > 0 else ""
    if row.outcome == "PROFIT":
        return plus + money_minor(round(value / THOUSANDS), CURRENCY)
    return plus + ratio(value / THOUSANDS).replace("-", "−")


def _power(row: Comparison) -> str:
    """What could have been seen: without it, "no difference" would say nothing."""
    if row.detectable is None:
        return ""
    return _(
        "With these %(open)s and %(held)s households, a difference from %(least)s on would be seen four times in five."
    ) % {
        "open": count(row.open_units),
        "held": count(row.held_units),
        "least": written(row.detectable, row),
    }


def sheet(viewer: Viewer, names: Names) -> tuple[list[str], list[list[Any]]]:
    head = [
        _("Comparison"), _("Of"), _("Outcome"), _("Since"), _("Until"), _("Open households"), _("Holdout households"),
        _("Rate, open"), _("Rate, holdout"), _("Lift"), _("Low"), _("High"), _("Detectable"),
    ]  # fmt: skip
    rows: list[list[Any]] = [
        [
            str(MEASURES.get(row.measure, row.measure)), _label(row, names), str(OUTCOMES.get(row.outcome, row.outcome)),
            row.since, row.until, row.open_units, row.held_units, row.open_rate, row.held_rate, row.lift, row.low,
            row.high, row.detectable,
        ]
        for row in lift_of(viewer)
    ]  # fmt: skip
    return head, rows
