"""Training: which right would unlock most leads, over all sellers that lack it; and whose it is to get."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onefold.commands.viewer import Viewer, ViewerKind
from onefold.decision.core import LEARNABLE
from onefold.decision.gates import Gate, gates_in
from onefold.decision.reasons import WORDS
from onefold.domains.sellers.queries import sellers
from onefold.domains.unlocks.queries import By, Summary, unlocks_by_right
from onefold.web.cells import cell, stacked
from onefold.web.cockpit.asked import Choice, View, withheld_words
from onefold.web.cockpit.contribution import CURRENCY
from onefold.web.names import Names
from onefold.web.ui.templatetags.figures import count

SHOWN = 40
OWN = frozenset(gate.name for gate in gates_in(LEARNABLE))
"""What a seller can get by learning; the rest is for the desk to get: a channel's right, an agreement between companies."""


def choices() -> list[Choice]:
    by = {"RIGHT": _("Right alone"), "WHO": _("Who lacks it")}
    whose = {"ALL": _("Everybody's"), "LEARN": _("A seller's, by learning"), "DESK": _("The desk's")}
    return [Choice("by", _("Broken down by"), by), Choice("whose", _("Whose to get"), whose)]


def picture(viewer: Viewer, view: View, names: Names) -> dict[str, Any]:
    """Arrange the rights as one table, the most valuable first; the caller holds the scope open."""
    found = _chosen(viewer, view)
    heads, called = _heads(viewer, view), _called(viewer, view, names)
    table = {
        "caption": _("What a right would unlock"),
        "columns": [{"label": head, "numeric": place >= len(heads) - 3} for place, head in enumerate(heads)],
        "rows": [{"cells": _cells(row, called, names)} for row in found[:SHOWN]],
        "empty": {
            "title": _("No right would unlock anything"),
            "text": _("Nobody lacks a right for whose want an offer goes unmade, or no release has reckoned it yet."),
        },
    }
    return {"table": stacked(table), "rest": _rest(found[SHOWN:])}


def sheet(viewer: Viewer, view: View, names: Names) -> tuple[list[str], list[list[Any]]]:
    called = _called(viewer, view, names)
    rows = [[*_words(row, called, names), row.sellers, row.leads, row.value_minor] for row in _chosen(viewer, view)]
    return [*_heads(viewer, view)[:-1], _("Worth at most (minor units)")], rows


def _chosen(viewer: Viewer, view: View) -> list[Summary]:
    wanted = {"LEARN": True, "DESK": False}.get(view["whose"])
    rows = unlocks_by_right(viewer, _by(viewer, view))
    return [row for row in rows if wanted is None or (set(row.missing) <= OWN) == wanted]


def _by(viewer: Viewer, view: View) -> By:
    """The holding asks which company's sellers, a company which of its sellers: one would be too few to be told the holding."""
    if view["by"] == "RIGHT":
        return By.RIGHT
    return By.COMPANY if viewer.kind == ViewerKind.GROUP else By.SELLER


def _heads(viewer: Viewer, view: View) -> list[str]:
    of = {By.COMPANY: [_("Sellers of")], By.SELLER: [_("Seller")]}.get(_by(viewer, view), [])
    return [_("Product series"), *of, _("What is missing"), _("Sellers"), _("Leads"), _("Worth at most")]


def _called(viewer: Viewer, view: View, names: Names) -> Callable[[str], list[str]]:
    """What the company or the seller of a row is called; no word where the right stands alone."""
    by = _by(viewer, view)
    if by == By.SELLER:
        people = {code: row.name for code, row in sellers(viewer).items()}
        return lambda code: [people.get(code) or code]
    return (lambda code: [names.company(code)]) if by == By.COMPANY else (lambda code: [])


def _words(row: Summary, called: Callable[[str], list[str]], names: Names) -> list[str]:
    words = WORDS[names.language]
    missing = " ".join(words[Gate[code]].against if code in Gate.__members__ else code for code in row.missing)
    return [names.series(row.series), *called(row.of), missing]


def _cells(row: Summary, called: Callable[[str], list[str]], names: Names) -> list[dict[str, Any]]:
    series, *others = _words(row, called, names)
    owner = names.series_rows.get(row.series)
    first = cell(series, note=names.company(owner.company) if owner else "")
    said = [first, *(cell(text) for text in others), cell(value=row.sellers, as_="count")]
    if row.leads is None:
        return [*said, cell(withheld_words(), numeric=True), cell(withheld_words(), numeric=True)]
    return [*said, cell(value=row.leads, as_="count"), cell(value=row.value_minor, as_=f"amount:{CURRENCY}")]


def _rest(rows: list[Summary]) -> str:
    if not rows:
        return ""
    return ngettext("and %(n)s right worth less", "and %(n)s rights worth less", len(rows)) % {"n": count(len(rows))}
