"""Everything a seller's today shows: what is due, who was referred, whom to call best first, what is done, what to learn."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from onefold.commands.scope import current_instant
from onefold.commands.scope import today as day_of
from onefold.commands.viewer import Viewer
from onefold.domains.customers.queries import CustomerName, households_of, names_of
from onefold.domains.leads import queries as leads
from onefold.domains.leads.passing import waiting_for_anybody
from onefold.domains.leads.plans import plans_of, settled_since
from onefold.domains.leads.queries import LeadRow, OutcomeRow
from onefold.domains.leads.referral_queries import ReferralRow, referrals_of
from onefold.domains.sellers.queries import SellerRow, sellers
from onefold.web.names import Names
from onefold.web.terminal import cards, plan_cards, referral_cards
from onefold.web.terminal.learning import lessons
from onefold.web.terminal.plan_views import midnight

SHOWN_FIRST = 30
"""So many people are shown at once; nobody calls more in a day."""


def day_of_seller(viewer: Viewer, names: Names, asked: str, *, whole: bool) -> dict[str, Any]:
    """Return the plain values of today's page. Call it inside the page's `reading`."""
    at = current_instant()
    on, rows = day_of(at), leads.open_leads_of(viewer)
    answers, referrals = leads.answers_since(viewer, midnight(day_of(at))), referrals_of(viewer)
    colleagues = sellers(viewer) if referrals or any(row.referred_by for row in rows) else {}
    households = households_of(viewer, [row.customer_id for row in rows])
    referrers = {code: referral_cards.name_of(row, code) for code, row in colleagues.items()}
    people = cards.people(rows, names, households, referrers, on)
    found = [one for one in people if matches(one, asked)]
    answered = {row.customer_id for row in answers}
    return {
        "on": on,
        "people": found if whole or asked else found[:SHOWN_FIRST],
        "total": len(people),
        "hidden": 0 if whole or asked else max(0, len(found) - SHOWN_FIRST),
        "progress": progress(len(answered), len({row.customer_id for row in rows} | answered)),
        "hours": hours(one["minutes"] or 0 for one in people),
        "plans": _due(viewer, at, names),
        "settled": settled_since(viewer, midnight(on)),
        "lessons": lessons(viewer, names),
        "waiting": cards.waiting(waiting_for_anybody(viewer), names),
    } | _said(viewer, rows, answers, referrals, colleagues, names, at)


def matches(one: dict[str, Any], asked: str) -> bool:
    """Search among one's own people: a part of the name or of the number, whatever the case."""
    wanted = "".join(asked.split()).casefold()
    return any(wanted in "".join(str(one[part]).split()).casefold() for part in ("name", "phone"))


def progress(done: int, total: int) -> dict[str, int]:
    return {"done": done, "total": total, "percent": round(100 * done / total) if total else 0}


def hours(minutes: Iterable[int]) -> int:
    """Return how long the list takes, in hours that are more true than exact; 0 for none."""
    return (sum(minutes) + 30) // 60


def _due(viewer: Viewer, at: datetime, names: Names) -> list[dict[str, Any]]:
    """What was due before today and is not settled, and what is due today; the rest is in the calendar."""
    tomorrow = midnight(day_of(at) + timedelta(days=1))
    return [plan_cards.plan(row, at, names, "/today/") for row in plans_of(viewer, tomorrow)]


def _said(
    viewer: Viewer,
    rows: list[LeadRow],
    answers: list[OutcomeRow],
    referrals: list[ReferralRow],
    colleagues: dict[str, SellerRow],
    names: Names,
    at: datetime,
) -> dict[str, Any]:
    """What was written down today, and how referrals stand: about people who may have left the list."""
    called = _called(viewer, rows, answers, referrals)
    waiting = [row for row in referrals if row.to_seller == viewer.seller and row.state == "OFFERED"]
    done = [cards.done_today(row, called, names, at) for row in answers]
    return {
        "received": [
            referral_cards.card(row, viewer.seller, called, colleagues, at, names)
            for row in waiting
            if row.customer_id in called
        ],
        "given": sum(row.from_seller == viewer.seller and row.state == "OFFERED" for row in referrals),
        "done": done,
        "undo": done[0] if done and done[0]["undo"] else None,
    }


def _called(
    viewer: Viewer, rows: list[LeadRow], answers: list[OutcomeRow], referrals: list[ReferralRow]
) -> dict[UUID, CustomerName]:
    known = {row.customer_id: row.customer for row in rows}
    wanted = {row.customer_id for row in answers} | {row.customer_id for row in referrals}
    missing = sorted(wanted - known.keys())
    return known | (names_of(viewer, missing) if missing else {})
