"""People and their leads as a seller sees them: plain values for the templates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onefold.commands.scope import today as day_of
from onefold.decision.gates import Basis
from onefold.decision.reasons import likelihood
from onefold.domains import rulebook
from onefold.domains.leads.calling import CallRow
from onefold.domains.leads.passing import WaitingNeed
from onefold.domains.leads.queries import LeadRow, OutcomeRow
from onefold.kernel.ids import new_id
from onefold.kernel.periods import add_months
from onefold.web.names import Names
from onefold.web.ui.templatetags.figures import day
from onefold.web.words import ACTIONS, NEED_SOURCES, OUTCOMES, word

MILLION = 1_000_000
STRENGTHS = (
    (600_000, gettext_lazy("strong")),
    (300_000, gettext_lazy("good")),
    (100_000, gettext_lazy("fair")),
    (0, gettext_lazy("faint")),
)
"""How a score in millionths is said in words, from which score on."""

BANDS = {"HIGH": gettext_lazy("high value"), "MIDDLE": gettext_lazy("middling value"), "LOW": gettext_lazy("low value")}
ACTION_ICONS = {"SELL": "check", "REFER": "forward", "ACCOMPANY": "users", "LEARN": "school"}
PUT_OFF_MONTHS = (
    (1, gettext_lazy("1 month")),
    (3, gettext_lazy("3 months")),
    (6, gettext_lazy("6 months")),
)


def strength(score: int) -> dict[str, Any]:
    said = next(words for least, words in STRENGTHS if score >= least)
    return {"text": str(said), "percent": round(score * 100 / MILLION), "score": score}


def band(value_minor: int, bands: Mapping[str, int]) -> str:
    """Say what the offer is worth to the group as a band. An amount would be read as somebody's pay, and is not shown."""
    if value_minor <= 0:
        return ""
    return str(BANDS[next((name for name, least in bands.items() if value_minor >= least), "LOW")])


def because_of(row: LeadRow, names: Names) -> str:
    """Say why now, by what the probability rests on."""
    because = names.series(row.because) if row.because else ""
    return "".join(likelihood(row.score, because, row.basis, names.language))


def line(row: LeadRow, place: int, names: Names) -> dict[str, Any]:
    """One lead in a few words. `place` counts what is left of the list, not what was once published. A learnt chance speaks
    for itself in `because`; only popularity, a share among like customers, is drawn as a strength."""
    return {
        "url": reverse("terminal:lead", args=[row.lead_id]),
        "lead_id": row.lead_id,
        "call_id": new_id(),
        "rank": place,
        "name": row.customer.name,
        "phone": row.customer.phone or "",
        "need": names.series(row.series),
        "owner": names.company(row.owner_company),
        "pillar": names.pillar(row.owner_company),
        "because": because_of(row, names),
        "strength": strength(row.score) if row.basis == Basis.POPULARITY and not row.asked else None,
        "last": word(OUTCOMES, row.last_code),
        "last_at": row.last_at,
        "asked": asked(row),
        "wish": row.wish,
        "take_until": row.take_until,
        "yours_until": row.yours_until,
    }


def people(
    rows: Iterable[LeadRow], names: Names, households: Mapping[UUID, UUID], referrers: Mapping[str, str], on: date
) -> list[dict[str, Any]]:
    """The list for today: one row a person, in the order of the person's best lead, with what else there is for them."""
    of_person: dict[UUID, list[LeadRow]] = {}
    for row in rows:
        of_person.setdefault(row.customer_id, []).append(row)
    homes = Counter(households.get(customer) for customer in of_person)
    minutes, bands = rulebook.value("contact.minutes_expected", on), rulebook.value("contact.value_bands", on)
    return [
        line(leads[0], place, names)
        | {
            "more": [names.series(other.series) for other in leads[1:]],
            "household": homes[households.get(customer)] - 1 if customer in households else 0,
            "action": action(leads[0].action),
            "minutes": minutes.get(leads[0].action),
            "band": band(leads[0].value_minor, bands),
            "referred_by": referrers.get(leads[0].referred_by, leads[0].referred_by),
        }
        for place, (customer, leads) in enumerate(of_person.items(), start=1)
    ]


def asked(row: LeadRow) -> str:
    """That the customer asked of their own accord, where and when; nothing for an offer of ours."""
    if not row.asked:
        return ""
    return _("asked for it: %(where)s, %(day)s") % {"where": word(NEED_SOURCES, row.asked), "day": day(row.asked_at)}


def action(code: str) -> dict[str, str]:
    return {"code": code, "text": word(ACTIONS, code), "icon": ACTION_ICONS.get(code, "info")}


def answer_given(row: OutcomeRow, names: Names, on: date) -> dict[str, Any]:
    """One event of the lead's history; a slip that was taken back says so."""
    parts = [reason_name(row.reason, on, names.language)] if row.reason else []
    parts += [_("not before %(day)s") % {"day": day(row.not_until)}] if row.not_until else []
    parts += [_("said by the customer in the portal")] if row.by_customer else []
    parts += [_("taken back as a slip")] if row.corrected else []
    return {"at": row.at, "title": word(OUTCOMES, row.code), "text": " · ".join(parts), "icon": "history"}


def call_made(row: CallRow) -> dict[str, Any]:
    """A call that was let through, and where its recording is kept."""
    text = _("recording %(reference)s") % {"reference": row.recording} if row.recording else ""
    return {"at": row.at, "title": _("Called"), "text": text, "icon": "phone"}


def reason_name(code: str, on: date, language: str) -> str:
    names = rulebook.value("contact.declined_reasons", on)
    return str(names[code][language]) if code in names else code


def outcome_forms(allowed: bool, on: date, language: str = "en") -> dict[str, Any]:
    """The buttons under a lead, each with a command id of its own, so that a double tap counts once.

    An offer that may no longer be made leaves only the answers that are a "no".
    """
    reasons = rulebook.value("contact.declined_reasons", on)
    return {
        "not_reached": {"command_id": new_id()} if allowed else None,
        "interested": {"command_id": new_id()} if allowed else None,
        "declined": [
            {"code": code, "label": label[language], "command_id": new_id()} for code, label in reasons.items()
        ],
        "do_not_contact": {"command_id": new_id()},
        "put_off": [
            {"label": str(label), "day": add_months(on, months), "command_id": new_id()}
            for months, label in PUT_OFF_MONTHS
        ],
        "put_off_on": {"command_id": new_id(), "least": add_months(on, 0) + timedelta(days=1)},
    }


def done_today(row: OutcomeRow, called: Mapping[UUID, Any], names: Names, at: datetime) -> dict[str, Any]:
    """One answer of today. `undo`: it can still be taken back."""
    minutes = rulebook.value("contact.undo_minutes", day_of(at))
    customer = called.get(row.customer_id)
    return {
        "url": reverse("terminal:lead", args=[row.lead_id]),
        "name": customer.name if customer else "",
        "need": names.series(row.series),
        "text": word(OUTCOMES, row.code),
        "at": row.at,
        "undo": None
        if at >= row.at + timedelta(minutes=minutes)
        else {"url": reverse("terminal:correction", args=[row.outcome_id]), "command_id": new_id()},
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


def said_asked(done: dict[str, Any]) -> str:
    return _("Written down. It stands first on the list, whatever advertising the customer refused.")


def said_taken(done: dict[str, Any]) -> str:
    return _("It is yours. No colleague gets it while you work on it.")


def said_left(done: dict[str, Any]) -> str:
    if done["seller"]:
        return _("Passed on to the next colleague.")
    return _("Nobody is left to pass it on to: it waits for anybody of your company.")


def waiting(rows: Iterable[WaitingNeed], names: Names) -> list[dict[str, Any]]:
    """What customers asked for and nobody has, to be taken."""
    return [
        {
            "need_id": row.need_id,
            "name": row.customer.name,
            "need": names.series(row.series),
            "asked": _("asked for it: %(where)s, %(day)s")
            % {"where": word(NEED_SOURCES, row.source), "day": day(row.at)},
            "wish": row.note,
            "until": row.expires_on,
            "command_id": new_id(),
        }
        for row in rows
    ]


def taken_back() -> str:
    return _("Taken back. The lead is as it was before.")
