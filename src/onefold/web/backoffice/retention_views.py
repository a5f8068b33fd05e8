"""How the installation does, what is kept and for how long, and the legal holds that keep it longer."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from onefold.commands import figures
from onefold.commands.scope import reading, today
from onefold.domains import rulebook
from onefold.domains.customers.queries import CustomerName, customer_called, names_of
from onefold.domains.holdings.queries import contract_called
from onefold.domains.retention.actions import lift_hold, set_hold
from onefold.domains.retention.keepers import keepers, term_of
from onefold.domains.retention.queries import HoldRow, PruningRow, holds_of, newest_prunings
from onefold.domains.retention.refusals import HoldSubjectUnknown
from onefold.domains.retention.rules import COMPANY, CONTRACT, CUSTOMER, EVERYTHING
from onefold.kernel.ids import new_id
from onefold.kernel.retention import Term
from onefold.web.asking import Asked
from onefold.web.backoffice import health
from onefold.web.backoffice.forms import HoldForm, LiftForm
from onefold.web.doing import carried_out
from onefold.web.names import Names, names_for
from onefold.web.routes import may_enter
from onefold.web.viewers import language_of

SUBJECTS = {
    EVERYTHING: gettext_lazy("Everything"),
    COMPANY: gettext_lazy("All of a company"),
    CUSTOMER: gettext_lazy("One customer"),
    CONTRACT: gettext_lazy("One contract and its holder"),
}


@require_GET
def installation(request: Asked) -> HttpResponse:
    viewer, language = request.viewer, language_of(request)
    with reading(viewer) as at:
        rows = health.rows_of(figures.newest())
        prunings = {row.kind: row for row in newest_prunings(viewer)}
        holds = holds_of(viewer)
        called = names_of(viewer, [one for row in holds if row.customer_id for one in (row.customer_id, *row.followed)])
        names = names_for(viewer, language)
    may_hold = may_enter("backoffice:holds", viewer.roles)
    kinds = [_kind(keeper.name, prunings.get(keeper.name), today(at), language) for keeper in keepers()]
    context = {
        "rows": rows,
        "kinds": kinds,
        "total": filesizeformat(sum(row.kept_bytes for row in prunings.values())),
        "went": filesizeformat(sum(row.went_bytes for row in prunings.values())),
        "night": max((row.on for row in prunings.values()), default=None),
        "holds": [_hold(row, called, names, may_hold) for row in holds],
        "form": _form(viewer.company, names) if may_hold else None,
    }
    return render(request, "backoffice/installation.html", context)


def _kind(name: str, row: PruningRow | None, on: date, language: str) -> dict[str, Any]:
    explained = rulebook.loaded().explain(f"retention.{name}", on)
    return {
        "what": explained.meaning[language],
        "term": term_words(term_of(name, on)),
        "reference": explained.reference,
        "kept": row.kept if row else None,
        "kept_size": filesizeformat(row.kept_bytes) if row else "",
        "went": row.went if row else None,
        "went_size": filesizeformat(row.went_bytes) if row else "",
        "held": row.held if row else 0,
        "held_size": filesizeformat(row.held_bytes) if row else "",
    }


def term_words(term: Term) -> str:
    """Return a term in words: `20 years`, `14 days`."""
    years = ngettext("%(n)s year", "%(n)s years", term.years) % {"n": term.years}
    days = ngettext("%(n)s day", "%(n)s days", term.days) % {"n": term.days}
    if term.years and term.days:
        return f"{years} {days}"
    return years if term.years else days if term.days else _("not at all")


def _hold(row: HoldRow, called: dict[UUID, CustomerName], names: Names, may_hold: bool) -> dict[str, Any]:
    person = next((called[one] for one in (row.customer_id, *row.followed) if one in called), None)
    return {
        "hold_id": row.hold_id,
        "subject": str(SUBJECTS[row.subject]),
        "whom": person.name if person else names.company(row.company) if row.company else "",
        "why": row.why,
        "since": row.set_at,
        "lifted": row.lifted_at,
        "lifted_why": row.lifted_why,
        "may_lift": may_hold and row.lifted_at is None,
        "command_id": new_id(),
    }


def _form(company: str, names: Names) -> dict[str, Any]:
    """Compliance holds what is its company's; the desk a company, or everything."""
    subjects = (CUSTOMER, CONTRACT, COMPANY) if company else (COMPANY, EVERYTHING)
    return {
        "command_id": new_id(),
        "subjects": [{"code": code, "text": str(SUBJECTS[code])} for code in subjects],
        "companies": [] if company else [{"code": code, "text": names.company(code)} for code in names.company_rows],
        "numbered": bool(company),
    }


@require_POST
def holds(request: Asked) -> HttpResponse:
    page = reverse("backoffice:installation")
    return carried_out(
        request, HoldForm(request.POST), _set_hold, lambda done: _("It is held from now on."), then=page, back=page
    )


def _set_hold(viewer: Any, command_id: UUID, *, subject: str, company: str, number: str, why: str) -> dict[str, Any]:
    """The person or contract is named by the number its company gave it; it must be one that this viewer may see."""
    customer_id = contract_id = None
    with reading(viewer):
        if subject == CUSTOMER:
            customer_id = customer_called(viewer, number)
        elif subject == CONTRACT:
            contract_id, customer_id = contract_called(viewer, number) or (None, None)
    if subject in (CUSTOMER, CONTRACT) and customer_id is None:
        raise HoldSubjectUnknown()
    company = viewer.company or company
    done: dict[str, Any] = set_hold(
        viewer, command_id, subject=subject, company="" if subject == EVERYTHING else company, why=why,
        customer_id=customer_id, contract_id=contract_id,
    )  # fmt: skip
    return done


@require_POST
def hold_end(request: Asked, hold_id: UUID) -> HttpResponse:
    page = reverse("backoffice:installation")
    return carried_out(
        request, LiftForm(request.POST), lift_hold, lambda done: _("It is no longer held."), then=page, back=page,
        hold_id=hold_id,
    )  # fmt: skip
