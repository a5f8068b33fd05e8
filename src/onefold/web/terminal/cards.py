"""A lead as a seller sees it: plain values for the templates."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onefold.decision.reasons import popularity
from onefold.domains.leads.queries import LeadRow, OutcomeRow
from onefold.kernel.ids import new_id
from onefold.kernel.periods import add_months
from onefold.web.names import Names
from onefold.web.ui.templatetags.figures import day
from onefold.web.words import OUTCOMES, word

MILLION = 1_000_000
STRENGTHS = (
    (600_000, gettext_lazy("strong")),
    (300_000, gettext_lazy("good")),
    (100_000, gettext_lazy("fair")),
    (0, gettext_lazy("faint")),
)
"""How a score in millionths is said in words, from which score on."""

PUT_OFF_MONTHS = (
    (1, gettext_lazy("1 month")),
    (3, gettext_lazy("3 months")),
    (6, gettext_lazy("6 months")),
)


def strength(score: int) -> dict[str, Any]:
    said = next(words for least, words in STRENGTHS if score >= least)
    return {"text": str(said), "percent": round(score * 100 / MILLION), "score": score}


def because_of(row: LeadRow, names: Names) -> str:
    """Say why now: what customers with the same holding also hold."""
    return "".join(popularity(row.score, names.series(row.because) if row.because else "", names.language))


def line(row: LeadRow, place: int, names: Names) -> dict[str, Any]:
    """One row of the list for today. `place` counts what is left of the list, not what was once published."""
    return {
        "url": reverse("terminal:lead", args=[row.lead_id]),
        "rank": place,
        "name": row.customer.name,
        "phone": row.customer.phone or "",
        "need": names.series(row.series),
        "owner": names.company(row.owner_company),
        "pillar": names.pillar(row.owner_company),
        "because": because_of(row, names),
        "strength": strength(row.score),
        "last": word(OUTCOMES, row.last_code),
        "last_at": row.last_at,
    }


def answer_given(row: OutcomeRow) -> dict[str, Any]:
    """One event of the lead's history."""
    until = _("not before %(day)s") % {"day": day(row.not_until)} if row.not_until else ""
    return {"at": row.at, "title": word(OUTCOMES, row.code), "text": until, "icon": "history"}


def outcome_forms(allowed: bool, on: date) -> dict[str, Any]:
    """The buttons under a lead, each with a command id of its own, so that a double tap counts once.

    An offer that may no longer be made leaves only the answers that are a "no".
    """
    return {
        "not_reached": {"command_id": new_id()} if allowed else None,
        "interested": {"command_id": new_id()} if allowed else None,
        "declined": {"command_id": new_id()},
        "do_not_contact": {"command_id": new_id()},
        "put_off": [
            {"label": str(label), "day": add_months(on, months), "command_id": new_id()}
            for months, label in PUT_OFF_MONTHS
        ],
        "put_off_on": {"command_id": new_id(), "least": add_months(on, 0)},
    }


def said(code: str, day: str) -> str:
    """What happened, for the toast; `day` is the first day one may ask again, as the reader writes it. No name: it is kept
    in a cookie until shown."""
    if code == "DO_NOT_CONTACT":
        return _("Written down. Nobody in the group contacts this customer from now on.")
    if day:
        return _("Written down. Silenced: nobody in the group offers this to the customer before %(day)s.") % {
            "day": day
        }
    if code == "INTERESTED":
        return _("Written down: interested. The lead stays on your list.")
    return _("Written down: not reached. The lead stays on your list.")
