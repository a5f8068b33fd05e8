"""From an issued contract to a sale with its lines: who took part, by which terms, and what each is owed.

The terms are those in force on the day of the sale (the proposal), and are kept with the sale: later rules change nothing.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from onefold.commands.scope import today
from onefold.commands.viewer import Viewer
from onefold.domains import rulebook
from onefold.domains.organisation.queries import agreements_on
from onefold.domains.sellers.queries import SellerRow, seller
from onefold.domains.settlement.rules import lines as rules
from onefold.domains.settlement.rules import plans
from onefold.domains.settlement.rules.lines import Line, Participant, Taxes
from onefold.domains.settlement.rules.plans import Plan
from onefold.policy import NoValueYet


@dataclass(frozen=True, slots=True)
class Issued:
    """What orders says when a contract is issued."""

    item_id: UUID
    contract_id: UUID
    customer_id: UUID
    company: str
    series: str
    product: str
    channel: str
    selling_company: str
    codes: dict[str, str]
    """role to person"""
    premium_minor: int
    currency: str
    sold_on: date
    issued_on: date
    free_look_until: date


@dataclass(frozen=True, slots=True)
class TermsOfDay:
    """The rules in force on one day for one kind of sale."""

    terms_id: str
    rulebook_version: str
    content: dict[str, Any]
    plan: Plan | None


@dataclass
class Attributed:
    """A sale as it will be written. `reason` says why nothing is paid; empty when something is."""

    issued: Issued
    terms: TermsOfDay
    reason: str = ""
    lines: list[Line] = field(default_factory=list)
    recognised: list[Participant] = field(default_factory=list)


def read(event: dict[str, Any]) -> Issued:
    """Read the event `orders.ItemIssued`."""
    return Issued(
        item_id=UUID(event["item_id"]), contract_id=UUID(event["contract_id"]), customer_id=UUID(event["customer_id"]),
        company=event["company"], series=event["series"], product=event["product"] or "", channel=event["channel"],
        selling_company=event["selling_company"],
        codes={
            "SELLER": event["seller_code"], "REFERRER": event["referrer_code"] or "",
            "ACCOMPANYING": event["accompanying_code"] or "", "SERVICER": event["servicer_code"] or "",
        },
        premium_minor=event["premium_minor"] or 0, currency=event["currency"] or "CNY", sold_on=day(event["sold_at"]),
        issued_on=day(event["issued_at"]), free_look_until=day(event["free_look_until"]),
    )  # fmt: skip


def day(text: str) -> date:
    """The business day of an ISO date or instant."""
    return date.fromisoformat(text) if len(text) == len("2026-06-15") else today(datetime.fromisoformat(text))


class Attribution:
    """What attributing asks of other rooms, asked once each for however many sales."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self._sellers: dict[str, SellerRow | None] = {}
        self._agreements: dict[date, set[tuple[str, str]]] = {}

    def of(self, issued: Issued) -> Attributed:
        terms = terms_of(issued.company, issued.selling_company, issued.series, issued.channel, issued.sold_on)
        people = [self._participant(issued, role, code) for role, code in issued.codes.items() if code]
        sale = Attributed(issued, terms, recognised=rules.recognised(people))
        sale.reason = self._reason(issued, terms, people)
        if not sale.reason:
            sale.lines, sale.reason = _lines(issued, terms, people)
        return sale

    def _reason(self, issued: Issued, terms: TermsOfDay, people: list[Participant]) -> str:
        if not self._may_sell(issued.selling_company, issued.company, issued.sold_on):
            return "NO_AGREEMENT"
        if terms.plan is None:
            return "NO_PLAN"
        if faults := plans.faults_of(terms.plan):
            return faults[0]
        return "" if any(person.role == "SELLER" and person.licensed for person in people) else "SELLER_UNLICENSED"

    def _may_sell(self, seller_company: str, owner: str, on: date) -> bool:
        if on not in self._agreements:
            self._agreements[on] = agreements_on(self.viewer, on)
        return seller_company == owner or (seller_company, owner) in self._agreements[on]

    def _participant(self, issued: Issued, role: str, code: str) -> Participant:
        """Registered, in force on the day, and of a company that may sell for the owner: else recognised, not paid."""
        if code not in self._sellers:
            self._sellers[code] = seller(self.viewer, code)
        known = self._sellers[code]
        if known is None:
            return Participant(role, code, issued.selling_company, licensed=False)
        licensed = bool(known.registration_no) and known.in_force(issued.sold_on)
        return Participant(
            role, code, known.company, licensed and self._may_sell(known.company, issued.company, issued.sold_on)
        )


def _lines(issued: Issued, terms: TermsOfDay, people: list[Participant]) -> tuple[list[Line], str]:
    assert terms.plan is not None
    crosses = issued.company != issued.selling_company
    due = plans.due(terms.plan, issued.premium_minor, crosses=crosses)
    if excess := plans.excess_of(due, crosses=crosses):
        return [], excess
    shares = rules.shares_of(due.commission_minor, people, terms.content["splits"])
    taxes = Taxes(terms.content["taxes"]["vat"], terms.content["taxes"]["withheld"])
    made = rules.lines_of(issued.company, issued.selling_company, terms.plan, due, shares, taxes)
    return made, "" if made else "NOTHING_DUE"


@cache
def terms_of(owner: str, selling_company: str, series: str, channel: str, on: date) -> TermsOfDay:
    """The terms in force on a day; without a plan where there was none yet. Raises `NoValueYet` for splits before their first day."""
    try:
        rows = rulebook.value("fees.plans", on)
    except NoValueYet:
        rows = []
    plan = plans.plan_for([plans.read_plan(row) for row in rows], owner, selling_company, series, channel)
    row = next((row for row in rows if plan and row["plan"] == plan.plan), None)
    content = {"plan": row} | {name: rulebook.value(f"fees.{name}", on) for name in ("splits", "taxes", "clawback")}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    version = rulebook.loaded().version
    return TermsOfDay(hashlib.sha256((version + text).encode()).hexdigest()[:32], version, content, plan)
