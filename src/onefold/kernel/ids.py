"""Ids: time-ordered for new rows, derived for what must come out the same again, keyed pseudonyms for what must not be traced."""

from __future__ import annotations

import hashlib
import hmac
import os
import threading
import time
import uuid
from pathlib import Path

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


def read_or_make_key(path: Path) -> bytes:
    """Return the 32-byte key in `path`, made on first use. Mode 0600; two processes at once get the same key."""
    try:
        return _key_in(path)
    except FileNotFoundError:
        _place_key(path)
        return _key_in(path)


def _joined(parts: tuple[str, ...]) -> bytes:
    if not parts or any(SEPARATOR in part for part in parts):
        raise ValueError("an id needs parts, none of them holding U+001F")
    return SEPARATOR.join(parts).encode()


def _key_in(path: Path) -> bytes:
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise ValueError(f"{path.name} holds {len(key)} bytes, not {KEY_BYTES}; restore it from the backup")
    return key


def _place_key(path: Path) -> None:
    """Write a new key whole, then link it into place: the link fails if another process was first, and that key stands."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(file, os.urandom(KEY_BYTES))
        os.fsync(file)
    finally:
        os.close(file)
    try:
        os.link(part, path)
    except FileExistsError:
        pass
    finally:
        part.unlink()
