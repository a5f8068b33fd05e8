"""How a message is written and signed, when it is tried again, which addresses may be registered. Pure."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

TYPES = (
    "lead.answered",
    "lead.corrected",
    "release.activated",
    "consent.withdrawn",
    "contact.blocked",
    "customer.silenced",
)
TEST = "webhook.tested"
"""What an address is told that somebody tries out; no event of the business."""
URL_MAX = 500
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def body_of(message_id: UUID, type_: str, at: str, company: str, data: Mapping[str, Any]) -> str:
    """The text of a message: the same for every try, for a signature covers bytes."""
    words = {"id": str(message_id), "type": type_, "at": at, "company": company, "data": dict(data)}
    return json.dumps(words, ensure_ascii=False, separators=(",", ":"))


def secret_of(key: bytes, webhook_id: UUID) -> str:
    """The secret the receiver checks signatures with. Made of the server's key, so that no table holds it."""
    return f"ofw_{hmac.digest(key, f'webhook-{webhook_id}'.encode(), 'sha256').hex()}"


def signature(secrets: Sequence[str], seconds: int, body: bytes) -> str:
    """`t=SECONDS,v1=HEX`: HMAC-SHA256 over `SECONDS.BODY`. The time inside stops an old message from being sent again by others.

    While a secret is being changed there are two `v1`, the new secret's first; a message is good when one of them is.
    """
    signed = [hmac.new(one.encode(), b"%d." % seconds + body, hashlib.sha256).hexdigest() for one in secrets]
    return ",".join([f"t={seconds}", *(f"v1={digest}" for digest in signed)])


def pause_after(attempts: int, pauses_s: Sequence[int]) -> int | None:
    """Seconds until the next try after so many; None when the message is to be put aside."""
    return pauses_s[attempts - 1] if attempts <= len(pauses_s) else None


def is_suitable(url: str, *, demo: bool) -> bool:
    """Whether an address may be registered: https, a host, no user name in it; in a demonstration also http to this machine.

    Where the name leads is judged anew each time something is sent (partners.callbacks).
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if len(url) > URL_MAX or not url.isascii() or not url.isprintable() or " " in url or not host or port == 0:
        return False
    if parts.username is not None or parts.fragment:
        return False
    return parts.scheme == "https" or (demo and parts.scheme == "http" and host in LOOPBACK)
