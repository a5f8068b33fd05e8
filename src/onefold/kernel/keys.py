"""The installation's secret keys: one ring a purpose, `secrets/<purpose>.json`, readable by its owner alone.

A key has an id, made of the key: what was made with it carries the id, and a wrong key is known as such, not only a missing one.
A ring has one current key, with which everything new is made, and the ones before it, with which what is older is read until it
has been made anew. A key that was destroyed leaves its id. Nobody makes a key by reading one: `begin` is called by the start
alone, when nothing has been made with such a key yet (`commands.key_marks`).

Installations of before there were rings have raw keys, `secrets/<purpose>.key`: such a file is a ring of one key.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from onefold.kernel.disk import on_disk
from onefold.kernel.refusals import Kind, Refusal

KEY_BYTES, ID_LETTERS = 32, 12
PSEUDONYM, VAULT, SEARCH, WEBHOOK, WEB, AUDIT = PURPOSES = (
    "pseudonym",
    "vault",
    "search",
    "webhook",
    "web",
    "audit",
)
MARKS = "SELECT purpose, key_id FROM commands_keymark WHERE struck_at IS NULL ORDER BY purpose, key_id"
"""Asks a database with which keys its data, and the files beside it, were made."""
CURRENT, PREVIOUS, DESTROYED = "current", "previous", "destroyed"


class KeyRefusal(Refusal):
    """Something is the matter with a key; without it nothing may start."""


class KeyMissing(KeyRefusal):
    code = "KEY_MISSING"
    kind = Kind.UNAVAILABLE
    sentence = {
        "en": "The key secrets/{purpose}.json is missing, and there are data made with it. Nothing was started. Put the folder "
        "secrets back from its backup; docs/operator.md, Keys, says what can be done without one.",
        "zh-Hans": "密钥 secrets/{purpose}.json 缺失，而已有数据由该密钥生成。系统未启动。请从备份恢复 secrets 目录；"
        "若无备份，可行办法见 docs/operator.md 的“Keys”一节。",
    }


class KeyWrong(KeyRefusal):
    code = "KEY_WRONG"
    kind = Kind.UNAVAILABLE
    sentence = {
        "en": "secrets/{purpose}.json does not hold the key {needed}, with which data here were made; it holds {held}. Nothing was "
        "started. Put back the folder secrets that belongs to these data; docs/operator.md, Keys, says what else can be done.",
        "zh-Hans": "secrets/{purpose}.json 中没有生成现有数据所用的密钥 {needed}，只有 {held}。系统未启动。"
        "请恢复与这些数据配套的 secrets 目录；其他办法见 docs/operator.md 的“Keys”一节。",
    }


class KeyBroken(KeyRefusal):
    code = "KEY_BROKEN"
    kind = Kind.UNAVAILABLE
    sentence = {
        "en": "The key secrets/{purpose}.json cannot be read. Nothing was started. Put the folder secrets back from its backup.",
        "zh-Hans": "密钥 secrets/{purpose}.json 无法读取。系统未启动。请从备份恢复 secrets 目录。",
    }


@dataclass(frozen=True)
class Key:
    """`created`: when, UTC; empty for a key of before there were rings. `secret` is empty once the key is destroyed."""

    id: str
    created: str
    state: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True)
class Ring:
    """The keys of one purpose, oldest first; exactly one is current, and it is the last."""

    purpose: str
    keys: tuple[Key, ...]

    @property
    def current(self) -> Key:
        return self.keys[-1]

    @property
    def live(self) -> tuple[Key, ...]:
        """The keys that can be used, the current one first."""
        return tuple(key for key in reversed(self.keys) if key.state != DESTROYED)

    @property
    def oldest(self) -> Key:
        """The key of what was made before keys had ids."""
        return self.keys[0]

    def secret_of(self, key_id: str) -> bytes:
        """Return the key of this id (nothing: the oldest one); raise `KeyWrong` where the ring has it no more."""
        for key in self.live:
            if key.id == (key_id or self.oldest.id):
                return key.secret
        raise KeyWrong(purpose=self.purpose, needed=key_id or self.oldest.id, held=self.held)

    @property
    def held(self) -> str:
        return ", ".join(key.id for key in self.live)


def id_of(secret: bytes) -> str:
    """Return a key's id: 12 hexadecimal characters that tell nothing of it."""
    return hashlib.sha256(b"onefold key id\x1f" + secret).hexdigest()[:ID_LETTERS]


def ring_of(purpose: str, secret: bytes) -> Ring:
    """A ring of one key."""
    return Ring(purpose, (Key(id_of(secret), "", CURRENT, secret),))


def read(folder: Path, purpose: str) -> Ring:
    """Return the ring; raise `KeyMissing`, `KeyBroken`. Nothing is ever made here."""
    try:
        return _parsed(purpose, json.loads(path_of(folder, purpose).read_bytes()))
    except FileNotFoundError:
        return _raw(folder, purpose)
    except (ValueError, KeyError, TypeError):
        raise KeyBroken(purpose=purpose) from None


def current(folder: Path, purpose: str) -> bytes:
    """Return the key with which new things are made."""
    return read(folder, purpose).current.secret


def exists(folder: Path, purpose: str) -> bool:
    return path_of(folder, purpose).exists() or raw_path(folder, purpose).exists()


def begin(folder: Path, purpose: str) -> Ring:
    """Make a first key where there is none; two processes at once get the same. The caller knows that nothing was made with one."""
    if not exists(folder, purpose):
        _link(folder, Ring(purpose, (_new_key(),)))
    return read(folder, purpose)


def read_or_begin_all(folder: Path, purpose: str) -> Ring:
    """As `read`; a first key is made where the folder holds none of any purpose: then this installation begins now."""
    if any(exists(folder, one) for one in PURPOSES):
        return read(folder, purpose)
    return begin(folder, purpose)


def adopt(folder: Path, purpose: str) -> None:
    """Turn a raw key into a ring. Killed between the two, it is done by the next."""
    raw = raw_path(folder, purpose)
    if not raw.exists():
        return
    if not path_of(folder, purpose).exists():
        _link(folder, _raw(folder, purpose))
    if raw.read_bytes() in {key.secret for key in read(folder, purpose).keys}:
        raw.unlink()


def by_purpose(marked: list[tuple[str, str]]) -> dict[str, set[str]]:
    """Purpose and id of keys as rows to ids by purpose; a purpose without any has none."""
    found: dict[str, set[str]] = defaultdict(set)
    for purpose, key_id in marked:
        found[purpose].add(key_id)
    return found


def check(folder: Path, marked: dict[str, set[str]]) -> None:
    """Raise `KeyMissing`, `KeyWrong` or `KeyBroken` where a ring does not hold the keys with which data were made."""
    for purpose, needed in sorted(marked.items()):
        if needed:
            ring = read(folder, purpose)
            for key_id in sorted(needed):
                ring.secret_of(key_id)


def with_new_key(ring: Ring) -> Ring:
    """The ring with a new current key; the ones before stay, to read by."""
    before = tuple(replace(key, state=PREVIOUS) if key.state == CURRENT else key for key in ring.keys)
    return Ring(ring.purpose, (*before, _new_key()))


def without(ring: Ring, key_id: str) -> Ring:
    """The ring with this key destroyed: only its id is left."""
    return Ring(
        ring.purpose,
        tuple(replace(key, state=DESTROYED, secret=b"") if key.id == key_id else key for key in ring.keys),
    )


def write(folder: Path, ring: Ring) -> None:
    """Put the ring in its place, whole or not at all, on the disk."""
    part = _written(folder, ring)
    os.replace(part, path_of(folder, ring.purpose))
    on_disk(folder)


def path_of(folder: Path, purpose: str) -> Path:
    return folder / f"{purpose}.json"


def raw_path(folder: Path, purpose: str) -> Path:
    return folder / f"{purpose}.key"


def _new_key() -> Key:
    secret = os.urandom(KEY_BYTES)
    return Key(id_of(secret), datetime.now(UTC).isoformat(timespec="seconds"), CURRENT, secret)


def _raw(folder: Path, purpose: str) -> Ring:
    try:
        secret = raw_path(folder, purpose).read_bytes()
    except FileNotFoundError:
        raise KeyMissing(purpose=purpose) from None
    if len(secret) != KEY_BYTES:
        raise KeyBroken(purpose=purpose)
    return ring_of(purpose, secret)


def _parsed(purpose: str, told: dict[str, list[dict[str, str]]]) -> Ring:
    keys = tuple(Key(one["id"], one["created"], one["state"], bytes.fromhex(one["key"])) for one in told["keys"])
    whole = all(id_of(key.secret) == key.id for key in keys if key.state != DESTROYED)
    if not whole or [key.state for key in keys].count(CURRENT) != 1 or keys[-1].state != CURRENT:
        raise KeyBroken(purpose=purpose)
    return Ring(purpose, keys)


def _written(folder: Path, ring: Ring) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = folder / f".{ring.purpose}.{os.getpid()}.{threading.get_ident()}.part"
    told = [{"id": key.id, "created": key.created, "state": key.state, "key": key.secret.hex()} for key in ring.keys]
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump({"purpose": ring.purpose, "keys": told}, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    return part


def _link(folder: Path, ring: Ring) -> None:
    """Put a first ring in its place: the link fails if another process was first, and that ring stands."""
    part = _written(folder, ring)
    try:
        os.link(part, path_of(folder, ring.purpose))
    except FileExistsError:
        pass
    finally:
        part.unlink()
    on_disk(folder)
