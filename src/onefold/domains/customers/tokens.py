"""Search by equality on keyed hashes: what one may type, and the tokens under which a record is found.

Row security would forbid an index to `LIKE` and trigram search (they are not leakproof); `=` on a hash keeps it.
"""

from __future__ import annotations

import hmac
import re

from onefold.kernel import identifiers
from onefold.kernel.unfit import Unfit

WORD = re.compile(r"[a-z0-9]{2,}")
HAN = re.compile(r"[㐀-鿿\U00020000-\U0003ffff]+")


def token(key: bytes, kind: str, value: str) -> str:
    """Return 32 hexadecimal characters for one searchable value."""
    return hmac.digest(key, f"{kind}\x1f{value}".encode(), "sha256").hex()[:32]


def words_of_name(name: str) -> set[str]:
    """Return what a name is found by: the whole, each Latin word, and for Chinese names the first one and two characters."""
    whole = identifiers.normalise_name(name).lower()
    prefixes = {run[:length] for run in HAN.findall(whole) for length in (1, 2) if len(run) >= length}
    return {whole} | set(WORD.findall(whole)) | prefixes


KINDS = {"phone": "phone", "id": "id_number", "key": "source_key"}
"""Kind of token to the field of a source record that it is made of, besides the name."""


def tokens_of_name(key: bytes, name: str) -> set[str]:
    """Return the tokens under which a name is found."""
    return {token(key, "name", word) for word in words_of_name(name)}


def tokens_of_value(key: bytes, kind: str, value: str) -> set[str]:
    """Return the token of a value of one of KINDS."""
    return {token(key, kind, value.upper())}


def searchables(
    name: str | None, phone: str | None, id_number: str | None, source_key: str | None
) -> set[tuple[str, str]]:
    """Return kind and value of everything a source record is found by."""
    found = {("name", word) for word in words_of_name(name)} if name else set()
    values = (("phone", phone), ("id", id_number), ("key", source_key))
    return found | {(kind, value.upper()) for kind, value in values if value}


def tokens_of(
    key: bytes, *, name: str | None, phone: str | None, id_number: str | None, source_key: str | None
) -> set[str]:
    """Return the tokens of one source record."""
    return {token(key, kind, value) for kind, value in searchables(name, phone, id_number, source_key)}


def tokens_asked(key: bytes, text: str) -> list[str]:
    """Return the tokens a searcher's text may stand for: a name, a phone, an id number or a company's own customer number."""
    text = text.strip()
    if not text:
        return []
    asked = [token(key, "name", identifiers.normalise_name(text).lower())]
    asked += [token(key, kind, text.upper()) for kind in ("id", "key")]
    return asked + _as_phone(key, text)


def _as_phone(key: bytes, text: str) -> list[str]:
    try:
        return [token(key, "phone", identifiers.normalise_phone(text))]
    except Unfit:
        return []
