"""Advice before a recommendation, as seller and customer go through it: needs and means, the risk test, an opinion on each series."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onefold.commands.scope import today as day_of
from onefold.commands.viewer import Viewer
from onefold.decision.gates import Gate
from onefold.decision.reasons import WORDS as GATE_WORDS
from onefold.domains import rulebook
from onefold.domains.advice.queries import Opinion, analysis_of, opinion_in_force, risk_profile
from onefold.domains.advice.rules import NEED_MISMATCH, OVER_BUDGET
from onefold.domains.customers.circumstances import known_now
from onefold.domains.leads.queries import LeadRow
from onefold.domains.orders.gates import opinion_needed
from onefold.kernel.ids import new_id
from onefold.web.names import Names
from onefold.web.terminal.hearing_cards import value_said
from onefold.web.words import LINES, Words, word

OWN_REASONS: Words = {
    NEED_MISMATCH: gettext_lazy("It covers another need than those the customer named."),
    OVER_BUDGET: gettext_lazy("It costs more in a year than the customer wants to spend."),
}
VERDICTS: Words = {
    "SUITABLE": gettext_lazy("Suits the customer"),
    "STOP_ADVISED": gettext_lazy("We advise against it"),
    "UNSUITABLE": gettext_lazy("Does not suit"),
}
TONES = {"SUITABLE": "good", "STOP_ADVISED": "warn", "UNSUITABLE": "bad"}
PERSON = "PERSON"
LEVELS = ("1", "2", "3", "4", "5")


def page(viewer: Viewer, row: LeadRow, series: list[str], names: Names, at: datetime) -> dict[str, Any]:
    """The page of one lead; the caller holds the scope open. `series`: what is on the list for this person."""
    needed = [code for code in series if opinion_needed(viewer, row.customer_id, code, at)] or [row.series]
    analysis = analysis_of(viewer, row.customer_id, at)
    return {
        "lead_id": row.lead_id,
        "customer": row.customer.name,
        "needs": _needs(analysis, day_of(at), names),
        "test": _test(viewer, row.customer_id, needed, day_of(at)),
        "opinions": [_opinion(viewer, row.customer_id, code, names, at) for code in needed] if analysis else [],
        "command_id": new_id(),
    }


def _needs(analysis: Any, on: date, names: Names) -> dict[str, Any]:
    """The form of needs and means: filled with what was said last, and with nothing where nothing was."""
    lines = sorted(
        {one.line for one in rulebook.loaded().catalogue(on).series if one.fits(PERSON)},
        key=lambda line: word(LINES, line),
    )
    bands = rulebook.value("suitability.income_bands", on)
    return {
        "done": analysis is not None,
        "at": analysis.at if analysis else None,
        "until": analysis.valid_until if analysis else None,
        "said": [word(LINES, line) for line in analysis.needs] if analysis else [],
        "lines": [
            {
                "code": line,
                "text": word(LINES, line),
                "needed": bool(analysis) and line in analysis.needs,
                "elsewhere": bool(analysis) and line in analysis.cover_elsewhere,
            }
            for line in lines
        ],
        "budget": analysis.budget_minor // 100 if analysis else "",
        "budget_minor": analysis.budget_minor if analysis else None,
        "bands": [{"value": code, "text": value_said("INCOME", code, on)} for code in bands],
        "command_id": new_id(),
    }


def _test(viewer: Viewer, customer_id: UUID, series: list[str], on: date) -> dict[str, Any]:
    """The risk test: the result in force, one that waits to be confirmed, how many are left."""
    book = rulebook.loaded()
    profile, level = risk_profile(viewer, customer_id), known_now(viewer, customer_id).risk_level
    return {
        "wanted": any(book.risk_tested(book.catalogue(on).series_of(code), on) for code in series),
        "level": value_said("RISK_LEVEL", str(level), on) if level else "",
        "left": profile.tests_left,
        "waits": profile.to_confirm,
        "waits_level": value_said("RISK_LEVEL", str(profile.level_to_confirm), on) if profile.to_confirm else "",
        "levels": [{"value": one, "text": value_said("RISK_LEVEL", one, on)} for one in LEVELS],
        "command_id": new_id(),
        "confirm_id": new_id(),
    }


def _opinion(viewer: Viewer, customer_id: UUID, series: str, names: Names, at: datetime) -> dict[str, Any]:
    found = opinion_in_force(viewer, customer_id, series, at)
    plain = {
        "series": series,
        "name": names.series(series),
        "owner": names.company(names.series_rows[series].company),
        "pillar": names.pillar(series),
        "given": found is not None,
        "command_id": new_id(),
    }
    return plain | (_given(found, names.language) if found else {})


def _given(opinion: Opinion, language: str) -> dict[str, Any]:
    return {
        "opinion_id": opinion.opinion_id,
        "text": word(VERDICTS, opinion.verdict),
        "tone": TONES[opinion.verdict],
        "at": opinion.assessed_at,
        "until": opinion.valid_until,
        "reasons": [
            {"code": code, "text": reason(code, code in opinion.missing, language)} for code in opinion.reasons
        ],
        "may_insist": opinion.verdict == "STOP_ADVISED" and not opinion.insisted,
        "insisted": opinion.insisted,
        "may_sell": opinion.may_sell,
        "unknown": [reason(code, True, language) for code in opinion.missing],
    }


def reason(code: str, unknown: bool, language: str) -> str:
    """A reason of an opinion in words; a gate by its own, what is not known by what is asked about it."""
    if code in OWN_REASONS:
        return str(OWN_REASONS[code])
    words = GATE_WORDS[language].get(Gate[code]) if code in Gate.__members__ else None
    if words is None:
        return code
    return words.missing if unknown else words.against


def standing(viewer: Viewer, customer_id: UUID, series: str, at: datetime) -> str:
    """What stands between a series and its proposal: "" nothing, ADVISE, WARN, FORBIDDEN."""
    if not opinion_needed(viewer, customer_id, series, at):
        return ""
    opinion = opinion_in_force(viewer, customer_id, series, at)
    if opinion is None:
        return "ADVISE"
    if opinion.may_sell:
        return ""
    return "WARN" if opinion.verdict == "STOP_ADVISED" else "FORBIDDEN"


STANDINGS: Words = {
    "ADVISE": gettext_lazy("Advice comes first."),
    "WARN": gettext_lazy("We advise against it: warn the customer first."),
    "FORBIDDEN": gettext_lazy("The opinion says that it does not suit."),
}


def said_analysed(done: dict[str, Any]) -> str:
    return _("Needs and means are written down. Now the opinion.")


def said_tested(done: dict[str, Any]) -> str:
    if done["confirm"]:
        return _("The result is another than the one in force. It counts once the customer confirms it.")
    return _("The result of the test counts from now on.")


def said_confirmed(done: dict[str, Any]) -> str:
    return _("Confirmed. The new result counts from now on.")


def said_opined(done: dict[str, Any]) -> str:
    return _("The opinion is given: %(verdict)s.") % {"verdict": word(VERDICTS, done["verdict"])}


def said_insisted(done: dict[str, Any]) -> str:
    return _("Written down: the customer was warned and wants it all the same.")


def url(lead_id: UUID) -> str:
    return reverse("terminal:advice", args=[lead_id])
