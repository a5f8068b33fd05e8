"""A payment gateway: money is authorised, captured, and given back - the whole of it, to where it came from.

An account is named by a token that says whose it is (`acct.HOLDER`, as a real gateway would know); money of anybody but the one
whom the sender names as the payer is refused. A void of something that never arrived forestalls it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from onefold.sandbox.server import Told
from onefold.sandbox.store import DONE, Outcome, Store, refused

PAYMENT = "payment"
AUTHORISED, CAPTURED, VOIDED, REFUNDED = "AUTHORISED", "CAPTURED", "VOIDED", "REFUNDED"
WORDS = ("authorisations", "captures", "voids", "refunds")


class Gateway:
    """POST /v1/{authorisations,captures,voids,refunds}; GET /v1/{operations/ID,payments}. `of` names the authorisation."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def post(self, path: str, body: dict[str, Any], at: datetime) -> Told:
        word = path.removeprefix("/v1/")
        if word not in WORDS:
            return 404, {"reason": "NOT_FOUND"}
        ways = {
            "authorisations": self._authorise,
            "captures": self._capture,
            "voids": self._void,
            "refunds": self._refund,
        }
        outcome = self.store.once(str(body["operation_id"]), word, body, at, lambda: ways[word](body, at))
        return 200, outcome.told()

    def get(self, path: str, at: datetime) -> Told:
        word, _, rest = path.removeprefix("/v1/").partition("/")
        if word == "operations" and rest:
            found = self.store.outcome(rest)
            return (200, found[1].told()) if found else (404, {"reason": "OPERATION_UNKNOWN"})
        if word == "payments":
            return 200, {"payments": self.store.all(PAYMENT)}
        return 404, {"reason": "NOT_FOUND"}

    def _authorise(self, body: dict[str, Any], at: datetime) -> Outcome:
        if body["amount_minor"] <= 0:
            return refused("AMOUNT_UNFIT")
        if body["account"].partition(".")[2] != body["payer"]:
            return refused("PAYER_IS_ANOTHER")
        if body["account"].startswith("empty."):
            return refused("NOT_ENOUGH_MONEY")
        payment_id = str(body["operation_id"])
        kept = {name: body[name] for name in ("amount_minor", "currency", "payee", "payer", "reference")}
        self.store.put(PAYMENT, payment_id, AUTHORISED, kept)
        self.store.note_effect(AUTHORISED, body["reference"], at)
        return Outcome(DONE, {"payment_id": payment_id})

    def _capture(self, body: dict[str, Any], at: datetime) -> Outcome:
        return self._move(body, at, {AUTHORISED: CAPTURED})

    def _refund(self, body: dict[str, Any], at: datetime) -> Outcome:
        return self._move(body, at, {CAPTURED: REFUNDED})

    def _void(self, body: dict[str, Any], at: datetime) -> Outcome:
        of = str(body["of"])
        if self.store.outcome(of) is None:
            self.store.forestall(of, "authorisations", "VOIDED_BEFORE", at)
        if self.store.get(PAYMENT, of) is None:
            return Outcome(DONE, {"state": VOIDED})
        return self._move(body, at, {AUTHORISED: VOIDED})

    def _move(self, body: dict[str, Any], at: datetime, legal: dict[str, str]) -> Outcome:
        known = self.store.get(PAYMENT, str(body["of"]))
        if known is None:
            return refused("PAYMENT_UNKNOWN")
        state, content = known
        if state not in legal:
            return refused(f"IS_{state}")
        self.store.put(PAYMENT, str(body["of"]), legal[state], content)
        self.store.note_effect(legal[state], content["reference"], at)
        return Outcome(DONE, {"state": legal[state], "amount_minor": content["amount_minor"]})
