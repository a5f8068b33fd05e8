"""A verdict as evidence: every gate in words, as published and as judged now."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from onefold.decision.core import CORE_VERSION
from onefold.decision.gates import OF_THE_SELLER, Gate
from onefold.decision.reasons import WORDS
from onefold.domains.offers.queries import Verdict
from onefold.domains.releases.queries import Published
from onefold.domains.sellers.queries import SellerRow
from onefold.web.names import Names

PASSED, FORBIDS, UNKNOWN, SILENT = "PASSED", "FORBIDS", "UNKNOWN", "SILENT"


def decision(verdict: Verdict, names: Names) -> dict[str, Any]:
    return {"series": names.series(verdict.series), "owner": names.company(verdict.owner_company)}


def facts(verdict: Verdict, release: Published | None, seller: SellerRow | None, names: Names) -> list[dict[str, Any]]:
    """What the decision rests on, as names and values: enough to make it again."""
    code = names.company(seller.company) if seller else ""
    rows: list[dict[str, Any]] = [
        {"label": _("Series"), "text": names.series(verdict.series), "note": verdict.series},
        {"label": _("Owner"), "text": names.company(verdict.owner_company)},
        {"label": _("Judged for the seller"), "text": (seller.name or seller.seller) if seller else None, "note": code},
        {"label": _("Score"), "text": f"{verdict.score:,}", "note": _("millionths; counts only where nothing forbids")},
        {"label": _("Masks"), "text": f"{verdict.blocked:#x} / {verdict.missing:#x}", "note": _("forbidden / unknown")},
    ]
    if release:
        rows += [
            {"label": _("As of"), "value": release.as_of, "as": "day"},
            {"label": _("Release"), "text": release.release_id},
            {"label": _("Published"), "value": release.activated_at, "as": "instant"},
            {"label": _("Rulebook version"), "text": release.rulebook_version},
            {
                "label": _("Code version"),
                "text": release.code_version,
                "note": _("decision core %(n)s") % {"n": CORE_VERSION},
            },
        ]
    return rows


def gates(then: Verdict, now: Verdict, language: str) -> list[dict[str, Any]]:
    """One row for each gate, with its state in the published verdict and at this moment."""
    rows = []
    for gate in Gate:
        states = _state(gate, then, language), _state(gate, now, language)
        rows.append(
            {
                "number": int(gate),
                "code": gate.name,
                "then": states[0],
                "now": states[1],
                "changed": states[0] != states[1],
            }
        )
    return rows


def _state(gate: Gate, verdict: Verdict, language: str) -> dict[str, str]:
    words = WORDS[language][gate]
    if verdict.missing & gate.bit:
        return {"state": UNKNOWN, "text": words.missing}
    if verdict.blocked & gate.bit:
        return {"state": FORBIDS, "text": words.against}
    if gate in OF_THE_SELLER and verdict.blocked & Gate.NO_SELLER.bit:
        return {"state": SILENT, "text": ""}
    return {"state": PASSED, "text": words.for_}
