"""Plans as a seller sees them: plain values for the templates."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.timezone import get_default_timezone, localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onefold.commands.scope import today
from onefold.domains.leads.plans import PlanRow
from onefold.kernel.ids import new_id
from onefold.web.names import Names
from onefold.web.ui.templatetags.figures import instant
from onefold.web.words import PLANS, word

ICONS = {"CALL": "phone", "VISIT": "users", "TASK": "question"}
TEN = time(10)
QUICK = ((1, gettext_lazy("tomorrow")), (3, gettext_lazy("in 3 days")), (7, gettext_lazy("in a week")))
"""In how many days a plan is made by one tap; at ten in the morning, when one may call."""


def plan(row: PlanRow, at: datetime, names: Names, here: str) -> dict[str, Any]:
    """One plan with its buttons. A customer who asked to be left alone since is neither called nor visited."""
    return {
        "url": reverse("terminal:lead", args=[row.lead_id]),
        "lead_id": row.lead_id,
        "call_id": new_id(),
        "name": row.customer.name,
        "phone": row.customer.phone if row.kind != "TASK" and not row.unwanted else "",
        "need": names.series(row.series),
        "kind": word(PLANS, row.kind),
        "icon": ICONS.get(row.kind, "clock"),
        "due_at": row.due_at,
        "clock": f"{localtime(row.due_at):%H:%M}",
        "late": row.due_at < at,
        "day": None if today(row.due_at) == today(at) else today(row.due_at),
        "note": row.note,
        "about": row.about,
        "unwanted": row.unwanted,
        "end_url": reverse("terminal:plan_end", args=[row.reminder_id]),
        "move_url": reverse("terminal:plan_postponement", args=[row.reminder_id]),
        "done_id": new_id(),
        "drop_id": new_id(),
        "moves": quick(at),
        "move_on": {"command_id": new_id(), "least": minute(at)},
        "key": row.reminder_id.hex,
        "here": here,
    }


def by_day(rows: list[PlanRow], at: datetime, names: Names, here: str) -> list[dict[str, Any]]:
    """The plans under their days, earliest first."""
    return [
        {"day": day, "today": day == today(at), "plans": [plan(row, at, names, here) for row in group]}
        for day, group in groupby(rows, key=lambda row: today(row.due_at))
    ]


def quick(at: datetime) -> list[dict[str, Any]]:
    """The times offered for one tap, each with a command id of its own."""
    return [
        {"label": str(label), "due_at": minute(ten_on(today(at) + timedelta(days=days))), "command_id": new_id()}
        for days, label in QUICK
    ]


def ten_on(day: date) -> datetime:
    return datetime.combine(day, TEN, get_default_timezone())


def minute(at: datetime) -> str:
    """As a form's field writes a moment."""
    return f"{localtime(at):%Y-%m-%dT%H:%M}"


def spans(chosen: str, first: date) -> list[dict[str, Any]]:
    words = {"day": _("Day"), "week": _("Week"), "month": _("Month")}
    return [
        {
            "label": text,
            "url": f"{reverse('terminal:calendar')}?span={span}&from={first.isoformat()}",
            "active": span == chosen,
            "number": None,
        }
        for span, text in words.items()
    ]


def said_planned(done: dict[str, Any]) -> str:
    return _("Planned for %(when)s.") % {"when": instant(done["due_at"])}


def said_settled(done: dict[str, Any]) -> str:
    return _("Settled.")
