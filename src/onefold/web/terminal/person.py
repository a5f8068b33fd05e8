"""Everything a person's page shows: may it be offered now and why, what is not known, script, answers, plans, contacts."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from onefold.commands.scope import current_instant
from onefold.commands.scope import today as day_of
from onefold.commands.viewer import Viewer
from onefold.decision.gates import OF_SELLER
from onefold.domains import rulebook
from onefold.domains.catalogue.queries import SeriesRow
from onefold.domains.consent.queries import consents_of
from onefold.domains.contacts.queries import AttemptRow, attempts_with
from onefold.domains.customers.circumstances import heard_of
from onefold.domains.customers.references import person
from onefold.domains.holdings.queries import holdings_of
from onefold.domains.leads import queries as leads
from onefold.domains.leads.calling import calls_about
from onefold.domains.leads.judging import OF_THE_CALL, judge_row
from onefold.domains.leads.planning import quiet_time
from onefold.domains.leads.plans import plans_about
from onefold.domains.leads.queries import LeadRow
from onefold.domains.leads.referral_queries import ReferralRow, referrals_about
from onefold.domains.leads.rules import resolving
from onefold.domains.leads.visiting import visits_of
from onefold.domains.offers.queries import Verdict, verdicts_of
from onefold.domains.orders.queries import open_order_of_lead
from onefold.domains.orders.tables import orderable
from onefold.domains.sellers.queries import SellerRow, sellers
from onefold.kernel.ids import new_id
from onefold.web.holdings_strip import strip
from onefold.web.names import Names
from onefold.web.reasons import reasons
from onefold.web.terminal import advice_cards, cards, hearing_cards, order_cards, plan_cards, referral_cards, scripts
from onefold.web.words import OUTCOMES, word

OTHERS_MAX = 5


def person_of_lead(viewer: Viewer, lead_id: UUID, names: Names, here: str) -> dict[str, Any]:
    """Return the plain values of the page. Call it inside the page's `reading`; raises `LeadUnknown`."""
    at, row = current_instant(), leads.lead(viewer, lead_id)
    on, verdict = day_of(at), judge_row(viewer, row)
    allowed = not verdict.blocked & ~OF_THE_CALL
    verdicts, kind = verdicts_of(viewer, row.customer_id), person(viewer, row.customer_id).kind
    closed = leads.is_closed(viewer, lead_id)
    referrals, people = referrals_about(viewer, lead_id), sellers(viewer)
    away = next((one for one in referrals if one.kind == "HANDOVER" and one.state in ("OFFERED", "ACCEPTED")), None)
    act, visits = "" if row.colleagues_until else allowed_action(verdict, row), visits_of(viewer, referrals)
    outcomes = [cards.answer_given(one, names, on) for one in leads.outcomes_of(viewer, lead_id)]
    outcomes += [cards.call_made(one) for one in calls_about(viewer, lead_id)]
    outcomes.sort(key=lambda one: one["at"], reverse=True)
    return {
        "lead": cards.line(row, row.rank, names) | _worth(row, act, names, on),
        "lead_id": lead_id,
        "customer_id": row.customer_id,
        "proposal": _proposal(viewer, row, lead_id, allowed and act == "SELL" and not closed and away is None, at),
        "allowed": allowed,
        "may_call": verdict.allowed,
        "act": cards.action(act),
        "closed": closed,
        "colleagues_until": row.colleagues_until,
        "away": _away(away, viewer, row, people, at, names),
        "why": _why(verdict, row, kind, at, names),
        "known": hearing_cards.known(heard_of(viewer, row.customer_id), viewer, at, names),
        "also": hearing_cards.also(kind, on),
        "here": here,
        "strip": _strip(viewer, row, verdicts, names),
        "outcomes": outcomes,
        "contacts": _contacts(attempts_with(viewer, row.customer_id), names),
        "forms": cards.outcome_forms(allowed and not row.colleagues_until, on, names.language),
        "plans": [plan_cards.plan(one, at, names, here) for one in plans_about(viewer, lead_id)],
        "plan_form": {"quick": plan_cards.quick(at), "command_id": new_id(), "least": plan_cards.minute(at)},
        "quiet": _quiet(at),
        "need_form": {"command_id": new_id(), "series": series_for(kind, names)},
        "taking": {"take_id": new_id(), "leave_id": new_id()} if row.asked and not closed else None,
        "script": scripts.script(names.series_rows[row.series], people.get(viewer.seller), allowed, on, names),
        "seller": scripts.introduction_of(people.get(viewer.seller), names),
        "companions": [
            referral_cards.card(one, viewer.seller, {row.customer_id: row.customer}, people, at, names, visits)
            for one in referrals
        ],
        "others": _others(viewer, row, verdicts, names),
    }


def _proposal(viewer: Viewer, row: LeadRow, lead_id: UUID, may_sell: bool, at: datetime) -> dict[str, str] | None:
    """Where a lead goes on to: the order under way; else advice where the series wants it, and a proposal where it may be made."""
    under_way, may = open_order_of_lead(viewer, lead_id), may_sell and orderable(row.series, day_of(at))
    if may and under_way is None and advice_cards.standing(viewer, row.customer_id, row.series, at):
        return {"url": advice_cards.url(lead_id), "text": _("Advise first")}
    return order_cards.way_of(under_way, may, lead_id)


def allowed_action(verdict: Verdict, row: LeadRow) -> str:
    """SELL where no gate forbids; where only the seller's own side does, what the release says the seller may do."""
    blocked = verdict.blocked & ~OF_THE_CALL
    if not blocked:
        return "SELL"
    if blocked & ~OF_SELLER:
        return ""
    return row.action if row.action != "SELL" else "REFER"


def _worth(row: LeadRow, act: str, names: Names, on: Any) -> dict[str, Any]:
    minutes, bands = rulebook.value("contact.minutes_expected", on), rulebook.value("contact.value_bands", on)
    return {"minutes": minutes.get(act), "band": cards.band(row.value_minor, bands)}


def _why(verdict: Verdict, row: LeadRow, kind: str, at: datetime, names: Names) -> dict[str, Any]:
    """The reasons; each missing fact with the form that takes the answer, and the plan to ask, made by one tap for tomorrow."""
    why = reasons(verdict, names)
    forms = hearing_cards.asking([gap["gate"] for gap in why["missing"]], kind, day_of(at))
    for gap in why["missing"]:
        gap["form"] = forms.get(gap["gate"])
        gap["plan"] = {
            "kind": resolving(gap["gate"]),
            "about": gap["gate"],
            "due_at": plan_cards.quick(at)[0]["due_at"],
            "command_id": new_id(),
        }
    return why


def _strip(viewer: Viewer, row: LeadRow, verdicts: list[Verdict], names: Names) -> list[dict[str, Any]]:
    held, consents = holdings_of(viewer, row.customer_id), consents_of(viewer, row.customer_id)
    return strip(held, consents, verdicts, viewer, day_of(current_instant()), names)


def _away(
    row: ReferralRow | None, viewer: Viewer, lead: LeadRow, people: dict[str, SellerRow], at: datetime, names: Names
) -> dict[str, Any] | None:
    if row is None:
        return None
    return referral_cards.card(row, viewer.seller, {lead.customer_id: lead.customer}, people, at, names)


def _contacts(attempts: list[AttemptRow], names: Names) -> list[dict[str, Any]]:
    """What this company tried with the customer, whoever of it did."""
    return [
        {
            "at": one.at,
            "title": word(OUTCOMES, one.outcome),
            "text": names.series(one.series),
            "company": names.channel(one.channel),
            "icon": "phone",
        }
        for one in attempts[:20]
    ]


def series_for(kind: str, names: Names) -> list[dict[str, str]]:
    """What somebody of this kind may ask for, by name."""
    rows = [{"code": code, "name": names.series(code)} for code, row in names.series_rows.items() if kind in row.kinds]
    return sorted(rows, key=lambda row: row["name"])


def _quiet(at: datetime) -> str:
    """Until when nobody may be called now; empty when one may."""
    quiet = quiet_time(at)
    return f"{quiet.until:%H:%M}" if quiet.holds(at) else ""


def _others(viewer: Viewer, row: LeadRow, verdicts: list[Verdict], names: Names) -> list[dict[str, Any]]:
    """What else may be offered to the same person: what is on the list too, then what the release would allow."""
    own = {one.series: one for one in leads.open_leads_of_customer(viewer, row.customer_id)}
    may = [one for one in verdicts if one.series != row.series and (one.action or one.series in own)]
    return [_other(one, own.get(one.series), names) for one in may[:OTHERS_MAX]]


def _other(verdict: Verdict, lead: LeadRow | None, names: Names) -> dict[str, Any]:
    series: SeriesRow = names.series_rows[verdict.series]
    return {
        "need": names.series(series.series),
        "owner": names.company(series.company),
        "action": cards.action(verdict.action),
        "url": reverse("terminal:lead", args=[lead.lead_id]) if lead else "",
    }
