"""The ports over HTTP, as docs/partners.md describes them; and where each partner is to be found."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from onefold.partners.callbacks import PORTS, deadline
from onefold.partners.ports import STATUSES, Answered, Call, CompanyCore, NotConfigured, Payments, Silent

ANSWER_BYTES_MAX = 1_000_000
EVERY_COMPANY = "*"


@dataclass(frozen=True)
class Address:
    """`url` without a slash at its end; `token` is sent as a bearer token; `shares_clock`: a sandbox, told what time it is."""

    url: str
    token: str = ""
    shares_clock: bool = False


@dataclass(frozen=True)
class HttpCore(CompanyCore):
    """A company's core behind `address`."""

    address: Address
    company: str

    def quote(self, call: Call, facts: dict[str, Any]) -> Answered:
        return self._post("quotes", call, facts)

    def apply(self, call: Call, facts: dict[str, Any]) -> Answered:
        return self._post("applications", call, facts)

    def issue(self, call: Call, facts: dict[str, Any]) -> Answered:
        return self._post("contracts", call, facts)

    def withdraw(self, call: Call, facts: dict[str, Any]) -> Answered:
        return self._post("withdrawals", call, facts)

    def lookup(self, call: Call) -> Answered | None:
        return looked_up(self.address, f"/v1/{self.company}/operations/{call.operation_id}", call)

    def _post(self, word: str, call: Call, facts: dict[str, Any]) -> Answered:
        return posted(self.address, f"/v1/{self.company}/{word}", call, facts)


@dataclass(frozen=True)
class HttpPayments(Payments):
    """A payment gateway behind `address`."""

    address: Address

    def authorise(self, call: Call, facts: dict[str, Any]) -> Answered:
        return posted(self.address, "/v1/authorisations", call, facts)

    def capture(self, call: Call, facts: dict[str, Any]) -> Answered:
        return posted(self.address, "/v1/captures", call, facts)

    def void(self, call: Call, facts: dict[str, Any]) -> Answered:
        return posted(self.address, "/v1/voids", call, facts)

    def refund(self, call: Call, facts: dict[str, Any]) -> Answered:
        return posted(self.address, "/v1/refunds", call, facts)

    def lookup(self, call: Call) -> Answered | None:
        return looked_up(self.address, f"/v1/operations/{call.operation_id}", call)


@dataclass(frozen=True)
class AddressBook:
    """Who is to be found where: cores by company (EVERY_COMPANY for those not named), and one payment gateway."""

    cores: Mapping[str, Address]
    payments: Address | None

    @classmethod
    def read(cls, text: str) -> AddressBook:
        """Read `{"cores": {"HPC": {"url": ..., "token": ...}}, "payments": {...}}`; empty text = nobody. Raises `ValueError`."""
        known = json.loads(text or "{}")
        cores = {company: Address(**one) for company, one in known.get("cores", {}).items()}
        return cls(cores, Address(**known["payments"]) if known.get("payments") else None)

    def core_of(self, company: str) -> CompanyCore:
        """Raises `NotConfigured`."""
        found = self.cores.get(company) or self.cores.get(EVERY_COMPANY)
        if found is None:
            raise NotConfigured(company)
        return HttpCore(found, company)

    def gateway(self) -> Payments:
        """Raises `NotConfigured`."""
        if self.payments is None:
            raise NotConfigured("payments")
        return HttpPayments(self.payments)


def posted(address: Address, path: str, call: Call, facts: dict[str, Any]) -> Answered:
    """Send an operation; an answer that is none of the three statuses says nothing."""
    status, answer = ask(address, "POST", path, call, {"operation_id": str(call.operation_id), **facts})
    told = answer.pop("status", "")
    if status >= 500 or told not in STATUSES:
        raise Silent(f"ANSWERED_{status}")
    return Answered(told, answer)


def looked_up(address: Address, path: str, call: Call) -> Answered | None:
    status, answer = ask(address, "GET", path, call, None)
    if status == 404 and answer.get("reason") == "OPERATION_UNKNOWN":
        return None
    told = answer.pop("status", "")
    if status != 200 or told not in STATUSES:
        raise Silent(f"ANSWERED_{status}")
    return Answered(told, answer)


def ask(
    address: Address, method: str, path: str, call: Call, body: dict[str, Any] | None
) -> tuple[int, dict[str, Any]]:
    """One request with one deadline for all of it. Raises `Silent` where no readable answer came in time."""
    parts = urlsplit(address.url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    line = kind(parts.hostname or "", parts.port or PORTS[parts.scheme], timeout=call.timeout_s)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {address.token}"}
    if address.shares_clock:
        headers["Onefold-Clock"] = call.at.isoformat()
    try:
        with deadline(line, call.timeout_s):
            line.request(method, f"{parts.path}{path}", json.dumps(body) if body is not None else None, headers)
            answer = line.getresponse()
            content = answer.read(ANSWER_BYTES_MAX)
    except TimeoutError:
        raise Silent("TIMED_OUT") from None
    except (OSError, http.client.HTTPException):
        raise Silent("NO_CONNECTION") from None
    try:
        read = json.loads(content or b"{}")
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise Silent("ANSWER_UNREADABLE")
    return answer.status, read
