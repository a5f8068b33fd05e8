"""What a page was asked for, read from its address and from nowhere else: a link gives anybody with the right the same view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from onefold.domains.pictures.queries import COMPANY, GROUP, REGION, WHOLE_GROUP, Scope
from onefold.web.names import Names
from onefold.web.words import Words

PERSON, ORGANISATION = "PERSON", "ORGANISATION"
BOOKS: Words = {PERSON: gettext_lazy("Persons"), ORGANISATION: gettext_lazy("Organisations")}
SEGMENTS: Words = {
    "PERSON": gettext_lazy("All persons"),
    "ORGANISATION": gettext_lazy("Organisations"),
    "U18": gettext_lazy("Under 18"),
    "60+": gettext_lazy("60 and over"),
    "UNKNOWN": gettext_lazy("Age not known"),
}


@dataclass(frozen=True)
class Choice:
    """One thing a page lets its reader choose: its name in the address, its label, and the options, the first by default."""

    name: str
    label: str
    options: Mapping[str, Any]


@dataclass(frozen=True)
class View:
    """Whose customers, which book, and what else was chosen."""

    scope: Scope
    book: str
    picks: dict[str, str] = field(default_factory=dict)
    scopes: Sequence[Scope] = ()

    def __getitem__(self, name: str) -> str:
        return self.picks[name]

    def query(self, **changes: Any) -> str:
        """Return the address part that gives this view, with some things chosen otherwise; None leaves one out."""
        asked = {"scope": code_of(self.scope), "book": self.book} | self.picks | changes
        return "?" + urlencode({name: value for name, value in asked.items() if value is not None})


def view_asked(got: Mapping[str, str], scopes: Sequence[Scope], choices: Sequence[Choice]) -> View:
    """Read a view from an address; whatever is not among the options counts as not chosen."""
    wanted = got.get("scope", "")
    scope = next((scope for scope in scopes if code_of(scope) == wanted), WHOLE_GROUP)
    book = got.get("book", "")
    picks = {choice.name: _picked(got.get(choice.name, ""), choice) for choice in choices}
    return View(scope, book if book in BOOKS else PERSON, picks, scopes)


def _picked(wanted: str, choice: Choice) -> str:
    return wanted if wanted in choice.options else next(iter(choice.options))


def code_of(scope: Scope) -> str:
    """A scope in an address: GROUP, COMPANY:HLIFE, REGION:..."""
    return GROUP if scope.kind == GROUP else f"{scope.kind}:{scope.code}"


def scope_name(scope: Scope, names: Names) -> str:
    if scope.kind == GROUP:
        return _("The whole group")
    if scope.kind == COMPANY:
        return _("Customers of %(company)s") % {"company": names.company(scope.code)}
    return scope.code


def segment_name(code: str) -> str:
    return str(SEGMENTS.get(code, code))


def filters(
    view: View, choices: Sequence[Choice], names: Names, *, books: bool = True, scoped: bool = True
) -> dict[str, Any]:
    """The bar above a picture: whose customers (`scoped`), which book, and the page's own choices."""
    kinds = (
        (_("Companies"), [scope for scope in view.scopes if scope.kind == COMPANY]),
        (_("Regions"), [scope for scope in view.scopes if scope.kind == REGION]),
    )
    return {
        "scope": scoped
        and {
            "whole": _option(WHOLE_GROUP, view, names),
            "groups": [
                {"label": label, "options": [_option(scope, view, names, short=True) for scope in found]}
                for label, found in kinds
                if found
            ],
        },
        "books": [_link(view, "book", code, str(label), view.book) for code, label in BOOKS.items()]
        if books and scoped
        else [],
        "choices": [
            {
                "label": choice.label,
                "links": [
                    _link(view, choice.name, code, str(label), view[choice.name])
                    for code, label in choice.options.items()
                ],
            }
            for choice in choices
        ],
        "kept": [(name, value) for name, value in {"book": view.book, **view.picks}.items()],
        "below_group": view.scope.kind != GROUP,
    }


def _option(scope: Scope, view: View, names: Names, *, short: bool = False) -> dict[str, Any]:
    label = names.company(scope.code) if short and scope.kind == COMPANY else scope_name(scope, names)
    return {"code": code_of(scope), "label": label, "chosen": scope == view.scope}


def _link(view: View, name: str, code: str, label: str, chosen: str) -> dict[str, Any]:
    return {"label": label, "url": view.query(**{name: code}), "active": code == chosen}


def withheld_words() -> str:
    return pgettext("count", "withheld")
