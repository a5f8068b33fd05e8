"""A client for Onefold's interface in one file: standard library only, copy it and make it yours.

    client = Client("https://onefold.example", token)
    client.send_file("hpc_contracts", Path("hpc_contracts.csv"))
    decision = client.decide(customer_key="PC23955", channel="HPC.COUNTER", reason="INBOUND_NEED")
    for lead in client.leads():
        client.report(lead["lead_id"], "NOT_REACHED")

Every call that changes something carries an id of its own making, so `Client` may send it again after a broken line: there is one
effect, and the answer is the first one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

Json = dict[str, Any]
TRIES, PAUSE_S = 5, 0.5
AGAIN = {429, 502, 503, 504}
"""What is worth trying again: too often, or not now."""
CLOCKS_APART_S = 300


@dataclass
class Refused(Exception):
    """Onefold said no. `code` never changes its meaning; `sentence` is for people, in the language asked for."""

    status: int
    code: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.sentence}"


@dataclass(frozen=True)
class Client:
    """One company's machine. `language`: of the sentences that come back, `en` or `zh-Hans`."""

    address: str
    token: str
    language: str = "en"
    timeout_s: float = 30.0

    def send_file(self, feed: str, path: Path, *, corrects: str | None = None) -> Json:
        """Hand in a file; return its receipt. The same bytes under the same name are handed in once."""
        content = path.read_bytes()
        words = {"name": path.name} | ({"corrects": corrects} if corrects else {})
        key = hashlib.sha256(f"{feed}\n{path.name}\n".encode() + content).hexdigest()
        headers = {"Content-Type": "application/octet-stream", "Idempotency-Key": key}
        receipt: Json = self._ask("POST", f"feeds/{feed}/files?{urllib.parse.urlencode(words)}", content, headers)
        return receipt

    def batch(self, batch_id: str) -> Json:
        """What became of a file."""
        found: Json = self._ask("GET", f"batches/{batch_id}")
        return found

    def decide(
        self,
        *,
        customer_key: str,
        channel: str,
        reason: str,
        seller: str = "",
        series: list[str] | None = None,
        decision_id: str | None = None,
    ) -> Json:
        """What to speak about with a customer now. `reason`: OUTBOUND or INBOUND_NEED."""
        question = {
            "decision_id": decision_id or str(uuid.uuid4()),
            "customer_key": customer_key,
            "channel": channel,
            "seller": seller,
            "reason": reason,
            "series": series or [],
        }
        decision: Json = self._ask("POST", "decisions", question)
        return decision

    def leads(self, **narrowed: str) -> Iterator[Json]:
        """All leads your sellers may work on now; `seller=` and `channel=` narrow them."""
        after: str | None = ""
        while after is not None:
            words = narrowed | ({"after": after} if after else {})
            page: Json = self._ask("GET", f"leads?{urllib.parse.urlencode(words)}")
            yield from page["leads"]
            after = page["next"]

    def report(self, lead_id: str, code: str, *, not_until: date | None = None, outcome_id: str | None = None) -> Json:
        """Say what came of a lead: NOT_REACHED, INTERESTED, NOT_UNTIL, DECLINED or DO_NOT_CONTACT."""
        body: Json = {"outcome_id": outcome_id or str(uuid.uuid4()), "code": code}
        if not_until:
            body["not_until"] = not_until.isoformat()
        outcome: Json = self._ask("POST", f"leads/{lead_id}/outcomes", body)
        return outcome

    def register_webhook(self, url: str, types: list[str]) -> Json:
        """Have an address told of events. Keep the `secret` of the answer: it is needed to check signatures."""
        key = {"Idempotency-Key": f"webhook {url} {','.join(sorted(types))}"[:200]}
        made: Json = self._ask("POST", "webhooks", {"url": url, "types": types}, key)
        return made

    def try_webhook(self, webhook_id: str) -> Json:
        """Have the address sent a message that means nothing."""
        sent: Json = self._ask("POST", f"webhooks/{webhook_id}/trial", {})
        return sent

    def _ask(self, method: str, path: str, body: Json | bytes | None = None, headers: Mapping[str, str] = {}) -> Any:
        """Ask, and ask again where that can help; the body, and with it the id in it, is the same each time."""
        content = json.dumps(body).encode() if isinstance(body, dict) else body
        sent = {"Authorization": f"Bearer {self.token}", "Accept-Language": self.language}
        if isinstance(body, dict):
            sent["Content-Type"] = "application/json"
        for attempt in range(1, TRIES + 1):
            request = urllib.request.Request(
                f"{self.address.rstrip('/')}/api/v1/{path}", content, {**sent, **headers}, method=method
            )
            try:
                with urllib.request.urlopen(request, timeout=self.timeout_s) as answer:
                    return json.loads(answer.read() or b"null")
            except urllib.error.HTTPError as error:
                if error.code not in AGAIN or attempt == TRIES:
                    raise _refused(error) from None
                time.sleep(float(error.headers.get("Retry-After") or PAUSE_S * 2**attempt))
            except (urllib.error.URLError, TimeoutError, ConnectionError):
                if attempt == TRIES:
                    raise
                time.sleep(PAUSE_S * 2**attempt)
        raise AssertionError("unreachable")


def _refused(error: urllib.error.HTTPError) -> Refused:
    try:
        words = json.loads(error.read())
        return Refused(error.code, words["code"], words["detail"])
    except (ValueError, KeyError):
        return Refused(error.code, "UNKNOWN", error.reason)


def is_genuine(secret: str, signature: str, body: bytes, *, now: float | None = None) -> bool:
    """Whether a message to your webhook is Onefold's and new: check this before you read anything in it.

    `signature` is the header Onefold-Signature, `body` the bytes as they came. While keys are changed there are two `v1`.
    """
    parts = [part.split("=", 1) for part in signature.split(",") if "=" in part]
    sent = dict(parts).get("t", "")
    if not sent.isdigit() or abs((time.time() if now is None else now) - int(sent)) > CLOCKS_APART_S:
        return False
    wanted = hmac.new(secret.encode(), f"{sent}.".encode() + body, hashlib.sha256).hexdigest()
    return any(hmac.compare_digest(wanted, given) for name, given in parts if name == "v1")
