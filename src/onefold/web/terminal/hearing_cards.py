"""What is known of a person's circumstances, and the forms in which an answer is written down: plain values for the templates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from onefold.commands.scope import today
from onefold.commands.viewer import Viewer
from onefold.domains import rulebook
from onefold.domains.customers.circumstances import Heard
from onefold.domains.customers.rules import words_of
from onefold.domains.leads.rules import SETTLED_BY
from onefold.kernel.ids import new_id
from onefold.web.names import Names
from onefold.web.ui.templatetags.figures import day, money_minor
from onefold.web.words import word

KINDS = {
    "BORN_ON": gettext_lazy("Day of birth"),
    "RISK_LEVEL": gettext_lazy("Risk test"),
    "INCOME": gettext_lazy("Yearly income"),
    "STATUS": gettext_lazy("Situation"),
    "CAPACITY": gettext_lazy("Legal capacity"),
    "PROFILING": gettext_lazy("Offers made in person"),
}
VALUES = {
    "1": gettext_lazy("C1, cautious"),
    "2": gettext_lazy("C2, steady"),
    "3": gettext_lazy("C3, balanced"),
    "4": gettext_lazy("C4, growth"),
    "5": gettext_lazy("C5, bold"),
    "ACTIVE": gettext_lazy("active"),
    "DECEASED": gettext_lazy("deceased"),
    "CLOSED": gettext_lazy("closed down"),
    "IN_LIQUIDATION": gettext_lazy("being wound up"),
    "FULL": pgettext_lazy("capacity", "decides alone"),
    "LIMITED": pgettext_lazy("capacity", "needs a guardian"),
    "NONE": pgettext_lazy("capacity", "can conclude no contract"),
    "ALLOWED": pgettext_lazy("profiling", "agreed to"),
    "REFUSED": pgettext_lazy("profiling", "refused"),
}
SAID_BY = {
    "CUSTOMER": gettext_lazy("the customer said so"),
    "DOCUMENT": gettext_lazy("I saw it in a document"),
    "RELATIVE": gettext_lazy("a relative said so"),
}
HEARD_FROM = {
    "CUSTOMER": gettext_lazy("from the customer"),
    "DOCUMENT": gettext_lazy("from a document"),
    "RELATIVE": gettext_lazy("from a relative"),
    "RISK_TEST": gettext_lazy("by a test here"),
}
ALSO = (
    ("PROFILING", "REFUSED", gettext_lazy("Wants no offers made in person")),
    ("PROFILING", "ALLOWED", gettext_lazy("Agrees to offers made in person")),
    ("CAPACITY", "LIMITED", gettext_lazy("Decides only with a guardian")),
    ("STATUS", "DECEASED", gettext_lazy("Has died")),
    ("STATUS", "CLOSED", gettext_lazy("Has closed down")),
    ("STATUS", "IN_LIQUIDATION", gettext_lazy("Is being wound up")),
)
"""What is not asked, and said all the same."""


def value_said(kind: str, value: str, on: date) -> str:
    if kind == "BORN_ON":
        return str(day(date.fromisoformat(value)))
    if kind == "INCOME":
        bands = rulebook.value("suitability.income_bands", on)
        return _("up to %(amount)s") % {"amount": money_minor(bands[value])} if value in bands else value
    return word(VALUES, value)


def known(rows: Iterable[Heard], viewer: Viewer, at: datetime, names: Names) -> list[dict[str, Any]]:
    """What the viewer may see, the latest of each kind and source first; an own answer of the last minutes can be taken back."""
    minutes = rulebook.value("contact.undo_minutes", today(at))
    return [
        {
            "kind": word(KINDS, one.told.kind),
            "value": value_said(one.told.kind, one.told.value, today(at)),
            "day": one.told.told_on,
            "from_": _source(one, viewer, names),
            "undo": {"url": reverse("terminal:answer_retraction", args=[one.told.told_id]), "command_id": new_id()}
            if one.by == viewer.key and one.at and at < one.at + timedelta(minutes=minutes)
            else None,
        }
        for one in rows
    ]


def _source(one: Heard, viewer: Viewer, names: Names) -> str:
    """Through whom it is known; of what everybody must heed nobody sees which company was told."""
    if one.said_by:
        who = _("heard by you") if one.by == viewer.key else _("heard by a colleague")
        return f"{who} · {word(HEARD_FROM, one.said_by)}"
    return names.company(one.told.company) if one.told.company else _("known in the group")


def asking(gates: Iterable[str], of: str, on: date) -> dict[str, dict[str, Any]]:
    """For each gate with a missing fact the form that takes the answer; several gates that ask one thing have one form."""
    forms: dict[str, dict[str, Any]] = {}
    asked: set[str] = set()
    for gate in gates:
        kind = SETTLED_BY.get(gate, "")
        if not kind or kind in asked:
            continue
        asked.add(kind)
        bands = rulebook.value("suitability.income_bands", on)
        forms[gate] = {
            "kind": kind,
            "label": word(KINDS, kind),
            "choices": [{"value": one, "text": value_said(kind, one, on)} for one in words_of(kind, of, bands)],
            "of_a_day": kind == "RISK_LEVEL",
            "latest": on,
            "said_by": [{"value": code, "text": str(text)} for code, text in SAID_BY.items()],
            "command_id": new_id(),
        }
    return forms


def also(of: str, on: date) -> list[dict[str, Any]]:
    """What a customer of this kind may say besides, one button each."""
    bands = rulebook.value("suitability.income_bands", on)
    return [
        {"kind": kind, "value": value, "label": str(label), "command_id": new_id()}
        for kind, value, label in ALSO
        if value in words_of(kind, of, bands)
    ]


def said(done: dict[str, Any]) -> str:
    return _("Written down. It counts from now on.")


def taken_back(done: dict[str, Any]) -> str:
    return _("Taken back. It counts no more.")
