"""Migration: customers flowing between states from quarter's end to quarter's end, losses and returns among them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from onefold.commands.viewer import Viewer
from onefold.domains.pictures import queries
from onefold.domains.pictures.queries import Flow
from onefold.web.cockpit.asked import Choice, View
from onefold.web.names import Names
from onefold.web.ui.templatetags.figures import count, day, day_iso
from onefold.web.words import Words

NOT_YET, LOST, SEVERAL = "NOT_YET", "LOST", "SEVERAL"
STATES: Words = {
    NOT_YET: pgettext_lazy("migration", "New"),
    LOST: pgettext_lazy("migration", "Lost"),
    SEVERAL: gettext_lazy("Several companies"),
}
TONES = {
    "1": "heat-4",
    "2": "heat-5",
    "3": "heat-6",
    "4+": "heat-7",
    LOST: "bad",
    NOT_YET: "line-strong",
    SEVERAL: "accent",
}


def choices() -> list[Choice]:
    views = {"DEPTH": _("Series held"), "COMPANY": _("Company to company")}
    spans = {"4": _("One year"), "8": _("Two years")}
    return [Choice("by", _("States"), views), Choice("quarters", _("Span"), spans)]


def picture(viewer: Viewer, view: View, names: Names, *, dense: bool = False) -> dict[str, Any]:
    """Arrange the flows of one view; the caller holds the scope open. `dense`: for little room, fewer words."""
    flows = _within(queries.flows(viewer, view.scope, view.book, view["by"]), int(view["quarters"]))
    shown = [flow for flow in flows if flow.customers]
    days = sorted({flow.from_on for flow in flows} | {flow.to_on for flow in flows})
    head, rows = table(flows, names)
    chart = {
        "id": "migration",
        "kind": "sankey",
        "dense": dense,
        "as": "count",
        "title": _("Migration"),
        "summary": summary(flows),
        "layers": [day_iso(on) if dense else day(on) for on in days],
        "nodes": _nodes(shown, days, names),
        "links": [
            {
                "source": f"{flow.from_on}|{flow.from_state}",
                "target": f"{flow.to_on}|{flow.to_state}",
                "value": flow.customers,
            }
            for flow in shown
        ],
    }
    return {
        "chart": chart if shown else None,
        "table": {"head": head, "rows": rows},
        "moves": moves(flows),
        "hidden": sum(flow.customers is None for flow in flows),
    }


def _within(flows: list[Flow], quarters: int) -> list[Flow]:
    """The newest `quarters` steps."""
    steps = sorted({flow.from_on for flow in flows})[-quarters:]
    return [flow for flow in flows if flow.from_on in steps]


def _nodes(flows: list[Flow], days: list[date], names: Names) -> list[dict[str, Any]]:
    """One node for each day and state, as large as what is shown of it; a state comes back under its own name."""
    into: dict[tuple[date, str], int] = defaultdict(int)
    out_of: dict[tuple[date, str], int] = defaultdict(int)
    for flow in flows:
        out_of[flow.from_on, flow.from_state] += flow.customers or 0
        into[flow.to_on, flow.to_state] += flow.customers or 0
    places = sorted(into.keys() | out_of.keys(), key=lambda place: (place[0], _order(place[1], names)))
    return [
        {
            "name": f"{on}|{state}",
            "label": state_name(state, names),
            "depth": days.index(on),
            "last": on == days[-1],
            "value": max(into[on, state], out_of[on, state]),
            "pillar": names.pillar(state),
            "tone": TONES.get(state, ""),
        }
        for on, state in places
    ]


def _order(state: str, names: Names) -> tuple[int, str]:
    """Deepest first; what is lost and what is yet to come at the foot."""
    known = ["4+", "3", "2", "1", SEVERAL, *names.company_rows, LOST, NOT_YET]
    return (known.index(state) if state in known else len(known), state)


def state_name(state: str, names: Names) -> str:
    if state in STATES:
        return str(STATES[state])
    if state in names.company_rows:
        return names.company(state)
    return ngettext("%(n)s series", "%(n)s series", 1 if state == "1" else 2) % {"n": state}


def moves(flows: list[Flow]) -> list[dict[str, Any]]:
    """What happened over the whole span, in customers times moves: gained, deepened, lost, returned."""
    kinds = {
        "new": (_("Came new"), lambda flow: flow.from_state == NOT_YET),
        "deeper": (_("Went deeper"), _deeper),
        "shallower": (_("Gave some up"), lambda flow: _deeper(_turned(flow))),
        "lost": (_("Lost everything"), lambda flow: flow.to_state == LOST and flow.from_state not in (LOST, NOT_YET)),
        "back": (_("Came back"), lambda flow: flow.from_state == LOST and flow.to_state != LOST),
    }
    return [
        {"code": code, "label": label} | counted([flow for flow in flows if holds(flow)])
        for code, (label, holds) in kinds.items()
    ]


def counted(flows: list[Flow]) -> dict[str, Any]:
    """What is shown of some flows; `least` where some are withheld, so that there are more."""
    shown = sum(flow.customers or 0 for flow in flows)
    least = any(flow.customers is None for flow in flows)
    return {"value": shown if shown or not least else None, "least": least}


DEPTHS = {"1": 1, "2": 2, "3": 3, "4+": 4}


def _deeper(flow: Flow) -> bool:
    return DEPTHS.get(flow.to_state, 0) > DEPTHS.get(flow.from_state, 9)


def _turned(flow: Flow) -> Flow:
    return flow._replace(from_state=flow.to_state, to_state=flow.from_state)


def summary(flows: list[Flow]) -> str:
    """How many went and came back, in words; nothing where either is withheld."""
    lost = counted([flow for flow in flows if flow.to_state == LOST and flow.from_state != LOST])
    back = counted([flow for flow in flows if flow.from_state == LOST and flow.to_state != LOST])
    if lost["value"] is None or back["value"] is None:
        return _("What is withheld leaves its band out; the posts are as tall as what is shown.")
    return _("%(lost)s customers were lost in these quarters, %(back)s came back.") % {
        "lost": said(lost),
        "back": said(back),
    }


def said(found: dict[str, Any]) -> str:
    return ("≥ " if found["least"] else "") + count(found["value"])


def table(flows: list[Flow], names: Names) -> tuple[list[str], list[list[Any]]]:
    head = [_("From … to"), _("From state"), _("To state"), _("Customers")]
    rows: list[list[Any]] = [
        [
            f"{day(flow.from_on)} – {day(flow.to_on)}",
            state_name(flow.from_state, names),
            state_name(flow.to_state, names),
            flow.customers,
        ]
        for flow in flows
    ]
    return head, rows
