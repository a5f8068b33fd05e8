"""Ids: time-ordered for new rows, derived for what must come out the same again, keyed pseudonyms for what must not be traced."""

from __future__ import annotations

import hashlib
import hmac
import os
import threading
import time
import uuid
from datetime import UTC, datetime

SEPARATOR = "\x1f"
KEY_BYTES = 32

_lock = threading.Lock()
_last_ticks = 0


def new_id() -> uuid.UUID:
    """A version 7 UUID: sorts by time of making, strictly within a process; 62 of its bits are random."""
    ticks = _next_ticks()
    random = int.from_bytes(os.urandom(8), "big") & ((1 << 62) - 1)
    milliseconds, fraction = ticks >> 12, ticks & 0xFFF
    return uuid.UUID(int=(milliseconds << 80) | (0x7 << 76) | (fraction << 64) | (0b10 << 62) | random)


def instant_of(made: uuid.UUID) -> datetime:
    """Return when an id of `new_id` was made, by the clock of the machine that made it. Raises `ValueError` for any other id."""
    if made.version != 7:
        raise ValueError(f"{made} holds no time")
    return datetime.fromtimestamp((made.int >> 80) / 1000, UTC)


def _next_ticks() -> int:
    """Time in units of 1/4096 ms, never the same twice, never backwards (RFC 9562, 6.2, methods 1 and 3)."""
    global _last_ticks
    with _lock:
        milliseconds, nanoseconds = divmod(time.time_ns(), 1_000_000)
        _last_ticks = max(_last_ticks + 1, (milliseconds << 12) | (nanoseconds * 4096 // 1_000_000))
        return _last_ticks


def derived_id(*parts: str) -> uuid.UUID:
    """The same parts give the same UUID on any machine (version 8: the first 122 bits of SHA-256)."""
    bits = int.from_bytes(hashlib.sha256(_joined(parts)).digest()[:16], "big")
    bits = bits & ~(0xF << 76) | (0x8 << 76)
    return uuid.UUID(int=bits & ~(0b11 << 62) | (0b10 << 62))


def pseudonym(key: bytes, *parts: str) -> str:
    """32 hexadecimal characters: HMAC-SHA256 of the parts joined by U+001F, first 16 bytes. Without `key` it tells nothing.

    Raises `ValueError` when a part holds U+001F (two different rows could otherwise share a pseudonym) or the key is short.
    """
    if len(key) < KEY_BYTES:
        raise ValueError(f"the pseudonym key has {len(key)} bytes; {KEY_BYTES} are needed")
    return hmac.new(key, _joined(parts), hashlib.sha256).digest()[:16].hex()


def _joined(parts: tuple[str, ...]) -> bytes:
    if not parts or any(SEPARATOR in part for part in parts):
        raise ValueError("an id needs parts, none of them holding U+001F")
    return SEPARATOR.join(parts).encode()
