"""A company's core: quotes and underwrites by the rulebook's decision tables, issues contracts and takes them back.

One process plays the cores of all companies, each apart. It knows a person by the reference the sender gives and by age; names
and numbers it would have in its own books.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from onefold.kernel.ids import derived_id
from onefold.kernel.periods import add_months
from onefold.policy import Rulebook
from onefold.policy.underwriting import (
    AGE,
    COUNTER,
    DECLINE,
    REFER,
    AnswersUnfit,
    Part,
    Table,
    checked,
    rated,
    table,
    total,
    underwritten,
)
from onefold.sandbox.server import Told
from onefold.sandbox.store import DONE, PENDING, Outcome, Store, refused

QUOTE, APPLICATION, CONTRACT, CUSTOMER = "quote", "application", "contract", "customer"
NO_END = date(9999, 12, 31)


class Core:
    """POST /v1/COMPANY/{quotes,applications,contracts,withdrawals,rulings}; GET /v1/COMPANY/{operations/ID,contracts}."""

    def __init__(self, store: Store, book: Rulebook, zone: str = "Asia/Shanghai") -> None:
        self.store, self.book, self.zone = store, book, ZoneInfo(zone)

    def post(self, path: str, body: dict[str, Any], at: datetime) -> Told:
        _, _, company, word = path.split("/")
        ways = {
            "quotes": self._quote,
            "applications": self._apply,
            "contracts": self._issue,
            "withdrawals": self._withdraw,
        }
        if word == "rulings":
            return self._rule(body)
        way = ways.get(word)
        if way is None:
            return 404, {"reason": "NOT_FOUND"}
        outcome = self.store.once(
            str(body["operation_id"]), f"{company}.{word}", body, at, lambda: way(company, body, at)
        )
        return 200, outcome.told()

    def get(self, path: str, at: datetime) -> Told:
        _, _, company, word, *rest = path.split("/")
        if word == "operations" and rest:
            found = self.store.outcome(rest[0])
            if found is None or not found[0].startswith(f"{company}."):
                return 404, {"reason": "OPERATION_UNKNOWN"}
            return 200, found[1].told()
        if word == "contracts":
            return 200, {"contracts": [row for row in self.store.all(CONTRACT) if row["company"] == company]}
        return 404, {"reason": "NOT_FOUND"}

    def _quote(self, company: str, body: dict[str, Any], at: datetime) -> Outcome:
        series = self.book.catalogue(self._day(at)).series_of(body["series"])
        found = table(self.book, series.line, self._day(at))
        if series.company != company or found is None:
            return refused("NOT_SOLD_HERE")
        try:
            facts = _facts(found, body, checked(found.questions("quote"), body["answers"]))
            parts = rated(found, facts)
        except AnswersUnfit:
            return refused("ANSWERS_UNFIT")
        quote_no = f"Q-{self._number(company, body)}"
        until = self._day(at) + timedelta(days=found.days["quote"])
        kept = {
            "company": company, "series": series.series, "product": body["product"], "facts": facts,
            "until": until.isoformat(), "about": body["reference"], **_price(found, parts),
        }  # fmt: skip
        self.store.put(QUOTE, quote_no, "OPEN", kept)
        return Outcome(DONE, {"quote_no": quote_no, "until": until.isoformat(), **_price(found, parts)})

    def _apply(self, company: str, body: dict[str, Any], at: datetime) -> Outcome:
        quote = self._of(QUOTE, str(body["quote_no"]), company)
        if quote is None:
            return refused("QUOTE_UNKNOWN")
        if self._day(at) >= date.fromisoformat(quote["until"]):
            return refused("QUOTE_EXPIRED")
        found = self._table(quote["series"], at)
        try:
            facts = quote["facts"] | checked(found.questions("application"), body["declarations"])
            ruling = underwritten(found, facts)
        except AnswersUnfit:
            return refused("ANSWERS_UNFIT")
        application_no = f"A-{self._number(company, body)}"
        kept = {
            **quote, "quote_no": body["quote_no"], "decision": ruling.decision, "reason": ruling.reason,
            "operation_id": body["operation_id"], **_price(found, ruling.parts),
        }  # fmt: skip
        kept["until"] = self._until(found, "referral" if ruling.decision == REFER else "decision", at)
        self.store.put(APPLICATION, application_no, ruling.decision, kept)
        return Outcome(PENDING if ruling.decision == REFER else DONE, _decided(application_no, kept))

    def _rule(self, body: dict[str, Any]) -> Told:
        """An underwriter decides what was referred: the sandbox's own door, not one of a real core."""
        found = next(
            (row for row in self.store.all(APPLICATION) if row["operation_id"] == str(body["operation_id"])), None
        )
        if found is None or found["state"] != REFER:
            return 409, {"reason": "NOT_REFERRED"}
        kept = {**found, "decision": body["decision"], "reason": body.get("reason", found["reason"])}
        if body["decision"] == COUNTER:
            parts = [[code, minor * int(body["ppm"]) // 1_000_000] for code, minor in found["parts"]]
            kept |= {"parts": parts, "premium_minor": sum(minor for _, minor in parts)}
        self.store.put(APPLICATION, found["id"], body["decision"], kept)
        self.store.settle(found["operation_id"], Outcome(DONE, _decided(found["id"], kept)))
        return 200, {}

    def _issue(self, company: str, body: dict[str, Any], at: datetime) -> Outcome:
        """Refused for good where it may not be issued: nothing was accepted, too late, another price, or not paid."""
        application = self._of(APPLICATION, str(body["application_no"]), company)
        if application is None or application["decision"] in (REFER, DECLINE):
            return refused("NOT_ACCEPTED")
        if self._day(at) >= date.fromisoformat(application["until"]):
            return refused("DECISION_EXPIRED")
        if (body["premium_minor"], body["currency"]) != (application["premium_minor"], application["currency"]):
            return refused("PRICE_DIFFERS")
        if application["premium_minor"] and not body["payment_id"]:
            return refused("NOT_PAID")
        return Outcome(DONE, self._issued(company, body, application, at))

    def _issued(self, company: str, body: dict[str, Any], application: dict[str, Any], at: datetime) -> dict[str, Any]:
        found, on = self._table(application["series"], at), self._day(at)
        contract_no = f"{company[1:]}{on:%Y}{self.store.count(CONTRACT) + 1:08d}"
        until = add_months(on, found.term_months) if found.term_months else NO_END
        free_look = datetime.combine(on + timedelta(days=found.days["free_look"]), time(), self.zone)
        answer = {
            "contract_no": contract_no,
            "customer_no": body["customer_no"]
            or f"{company}-{derived_id('customer', company, body['customer']).hex[:10]}",
            "valid_from": on.isoformat(),
            "valid_until": None if until == NO_END else until.isoformat(),
            "free_look_until": max(free_look, at).isoformat(),
        }
        kept = {
            **answer, "company": company, "about": application["about"], "series": application["series"],
            "product": application["product"], "premium_minor": application["premium_minor"],
            "currency": application["currency"], "channel": body["channel"], "seller": body["seller"],
            "issued_by": body["operation_id"], "issued_at": at.isoformat(),
        }  # fmt: skip
        self.store.put(CONTRACT, contract_no, "IN_FORCE", kept)
        self.store.note_effect("ISSUED", application["about"], at)
        return answer

    def _withdraw(self, company: str, body: dict[str, Any], at: datetime) -> Outcome:
        """Take back what `of` issued; if that never arrived, it will find itself refused."""
        of = str(body["of"])
        found = self.store.outcome(of)
        if found is None:
            self.store.forestall(of, f"{company}.contracts", "WITHDRAWN", at)
            return Outcome(DONE, {"contract_no": None})
        if found[1].status != DONE:
            return Outcome(DONE, {"contract_no": None})
        contract_no = found[1].answer["contract_no"]
        known = self.store.get(CONTRACT, contract_no)
        assert known is not None, "an issued contract is kept"
        if known[0] != "WITHDRAWN":
            self.store.put(CONTRACT, contract_no, "WITHDRAWN", known[1] | {"withdrawn_at": at.isoformat()})
            self.store.note_effect("WITHDRAWN", known[1]["about"], at)
        return Outcome(DONE, {"contract_no": contract_no})

    def _of(self, kind: str, thing_id: str, company: str) -> dict[str, Any] | None:
        known = self.store.get(kind, thing_id)
        return known[1] if known and known[1]["company"] == company else None

    def _table(self, series: str, at: datetime) -> Table:
        found = table(self.book, self.book.catalogue(self._day(at)).series_of(series).line, self._day(at))
        assert found is not None, "a quote was made by this table"
        return found

    def _until(self, found: Table, word: str, at: datetime) -> str:
        return (self._day(at) + timedelta(days=found.days[word])).isoformat()

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def _number(self, company: str, body: dict[str, Any]) -> str:
        return derived_id(company, str(body["operation_id"])).hex[:12].upper()


def _facts(found: Table, body: dict[str, Any], answers: dict[str, int]) -> dict[str, int]:
    return answers | ({AGE: int(body["age"])} if body.get("age") is not None else {})


def _price(found: Table, parts: tuple[Part, ...]) -> dict[str, Any]:
    return {
        "parts": [[part.code, part.minor] for part in parts],
        "premium_minor": total(parts),
        "currency": found.currency,
    }


def _decided(application_no: str, kept: dict[str, Any]) -> dict[str, Any]:
    told = ("decision", "reason", "until", "parts", "premium_minor", "currency")
    return {"application_no": application_no, **{name: kept[name] for name in told}}
