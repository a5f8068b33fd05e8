"""Lines of the audit, arranged for whoever looks through them: plain values for the template."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onefold.commands.audit_lines import ChainRow, LineRow
from onefold.domains.customers.queries import CustomerName
from onefold.web.cells import cell, stacked
from onefold.web.shell import ROLE_LABELS
from onefold.web.ui.templatetags.figures import instant
from onefold.web.words import Words, word

KINDS: Words = {
    "": gettext_lazy("All kinds"),
    "looked": gettext_lazy("Customers looked at and searched for"),
    "taken": gettext_lazy("Files taken away"),
    "door": gettext_lazy("Sign-in"),
    "users": gettext_lazy("Users, roles and tokens"),
    "changes": gettext_lazy("Other changes"),
    "audit": gettext_lazy("The audit itself"),
}
WHAT: Words = {
    "customers.note_look": gettext_lazy("looked at a customer"),
    "customers.searched": gettext_lazy("searched for customers"),
    "web.taken_away": gettext_lazy("took away a file"),
    "intake.note_rejects_taken": gettext_lazy("took away rows set aside"),
    "sign_in.came_in": gettext_lazy("signed in"),
    "sign_in.went_out": gettext_lazy("signed out"),
    "sign_in.failed": gettext_lazy("failed to sign in"),
    "sign_in.refused_for_a_while": gettext_lazy("was refused for a while after too many tries"),
    "sign_in.password_changed": gettext_lazy("changed the password"),
    "sign_in.second_factor_added": gettext_lazy("set up a second factor"),
    "sign_in.second_factor_removed": gettext_lazy("switched off a second factor"),
    "sign_in.recovery_codes_made": gettext_lazy("made new recovery codes"),
    "organisation.set_user": gettext_lazy("made or changed a user"),
    "organisation.set_users": gettext_lazy("made or changed a user"),
    "organisation.disable_user": gettext_lazy("disabled a user"),
    "organisation.enable_user": gettext_lazy("enabled a user"),
    "organisation.issue_token": gettext_lazy("made a token"),
    "organisation.replace_token": gettext_lazy("replaced a token"),
    "organisation.revoke_token": gettext_lazy("took back a token"),
    "consent.withdraw": gettext_lazy("took a consent back"),
    "offers.decide": gettext_lazy("decided about a customer"),
    "leads.answer": gettext_lazy("noted a customer's answer"),
    "audit.looked_through": gettext_lazy("looked through the audit"),
    "commands.declare_break": gettext_lazy("declared a break of the chain"),
    "commands.note_restored": gettext_lazy("restored everything from a backup"),
}
"""Actions that are not here are shown by their own names."""
WHO: Words = {
    "somebody": gettext_lazy("Somebody"),
    "system": gettext_lazy("Onefold"),
    "token": gettext_lazy("A machine"),
}
FACTS: Words = {
    "occasion": gettext_lazy("occasion"), "found": gettext_lazy("found"), "kind": gettext_lazy("kind"), "role": gettext_lazy("role"),
    "lines": gettext_lazy("lines"), "place": gettext_lazy("place"), "sessions_ended": gettext_lazy("sessions ended"),
    "name": gettext_lazy("name"), "why": gettext_lazy("why"), "by": gettext_lazy("by"), "made": gettext_lazy("new"),
}  # fmt: skip
VALUES: Words = {
    "PROFILE": gettext_lazy("the file"), "LEAD": gettext_lazy("a lead"), "NAME": gettext_lazy("by name"), "NUMBER": gettext_lazy("by number"),
}  # fmt: skip
FACTS_SHOWN = 4
BREAKS: Words = {
    "PRUNED": gettext_lazy("Lines from before were let go by retention"),
    "RESTORED": gettext_lazy("Links were lost when a backup was restored"),
}


def kinds(chosen: str) -> list[dict[str, Any]]:
    return [{"code": code, "text": str(text), "chosen": code == chosen} for code, text in KINDS.items()]


def customers_in(rows: Iterable[LineRow]) -> list[UUID]:
    """The customers that lines are about, as far as one sees that a subject is one."""
    return list({UUID(row.subject) for row in rows if _is_customer(row)})


def _is_customer(row: LineRow) -> bool:
    return row.action.startswith(("customers.", "offers.", "consent.", "contacts.")) and len(row.subject) == 36


def table(
    rows: list[LineRow], people: Mapping[str, str], called: Mapping[UUID, CustomerName], next_url: str
) -> dict[str, Any]:
    heads = (_("When"), _("Who"), _("Action"), _("About"), _("Details"))
    return stacked(
        {
            "caption": _("Audit"),
            "columns": [{"label": label} for label in heads],
            "rows": [{"cells": _cells(row, people, called)} for row in rows],
            "pages": {"next_url": next_url} if next_url else None,
            "empty": {
                "title": _("No lines"),
                "text": _("Nothing of this kind happened in these days. Choose other days or another kind."),
            },
        }
    )


def _cells(row: LineRow, people: Mapping[str, str], called: Mapping[UUID, CustomerName]) -> list[dict[str, Any]]:
    customer = called.get(UUID(row.subject)) if _is_customer(row) else None
    about = cell(_subject(row, people), note="")
    if customer:
        about = cell(customer.name, url=reverse("backoffice:customer", args=[row.subject]))
    return [
        cell(instant(row.at)),
        cell(_who(row.actor, people)),
        cell(_what(row)),
        about,
        cell(_details(row)),
    ]


def cells(rows: list[LineRow], people: Mapping[str, str]) -> Iterator[list[object]]:
    """The same for a spreadsheet: every fact, and codes."""
    yield ["number", "at", "who", "action", "what", "about", "facts"]
    for row in rows:
        facts = "; ".join(f"{name}={value}" for name, value in row.facts.items())
        yield [
            row.number,
            row.at.isoformat(),
            _who(row.actor, people),
            row.action,
            _what(row),
            _subject(row, people),
            facts,
        ]


def _who(actor: str, people: Mapping[str, str]) -> str:
    kind, _colon, rest = actor.partition(":")
    if kind in WHO:
        return f"{word(WHO, kind)} {rest}".strip()
    return people.get(actor, actor)


def _what(row: LineRow) -> str:
    return word(WHAT, row.action) if row.action in WHAT else row.action


def _subject(row: LineRow, people: Mapping[str, str]) -> str:
    return people.get(row.subject, row.subject)


def _details(row: LineRow) -> str:
    shown = [(name, value) for name, value in row.facts.items() if name in FACTS and value not in ("", None)]
    return ", ".join(f"{word(FACTS, name)}: {_plain(value)}" for name, value in shown[:FACTS_SHOWN])


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    code = str(value)
    return word(VALUES, code) if code in VALUES else str(ROLE_LABELS.get(code, code))


def chain(row: ChainRow) -> dict[str, Any]:
    return {
        "links": row.links,
        "sealed_at": row.sealed_at,
        "breaks": [{"text": word(BREAKS, kind), "at": at, "why": why} for kind, at, why in row.breaks],
    }
