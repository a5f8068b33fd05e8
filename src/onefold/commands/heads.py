"""Heads of the chains, signed and kept outside the database: who can rewrite a whole chain cannot rewrite these.

One file a month, one JSON object a line, appended and never changed. The key signs; beside the files lies what verifies it.
Copy both to a place that this machine cannot write to: a chain is worth as much as the farthest copy of its heads.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ENDING = ".pub"
Said = dict[str, Any]


@dataclass(frozen=True)
class SigningKey:
    """The key of this installation's audit: Ed25519, 32 bytes."""

    private: Ed25519PrivateKey

    @classmethod
    def of(cls, secret: bytes) -> SigningKey:
        """The key made of 32 secret bytes."""
        return cls(Ed25519PrivateKey.from_private_bytes(secret))

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    @property
    def key_id(self) -> str:
        return key_id_of(self.public)

    def signed(self, said: Mapping[str, Any]) -> Said:
        """What was said, with the id of the key and the signature of both."""
        words = {**said, "key": self.key_id}
        return {**words, "signature": self.private.sign(spelled(words)).hex()}


def key_id_of(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()[:16]


def spelled(said: Mapping[str, Any]) -> bytes:
    """The bytes that are signed: JSON, keys sorted, nothing between."""
    words = {name: value for name, value in said.items() if name != "signature"}
    return json.dumps(words, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()


def write_down(folder: Path, key: SigningKey, month: str, heads: list[Said]) -> None:
    """Append signed heads to the folder's file of a month, and what verifies them; on the disk when this returns."""
    folder.mkdir(parents=True, exist_ok=True)
    public = folder / f"{key.key_id}{ENDING}"
    if not public.exists():
        public.write_text(key.public.hex() + "\n")
    lines = "".join(json.dumps(key.signed(head), sort_keys=True) + "\n" for head in heads)
    with open(folder / f"heads-{month}.jsonl", "a", encoding="ascii") as file:
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())


def read(folder: Path) -> Iterator[Said]:
    """Every head ever written down in a folder, oldest first. A last line cut off by a death is left out; any other is an error."""
    for path in sorted(folder.glob("heads-*.jsonl")):
        text = path.read_text(encoding="ascii")
        for line in text.splitlines(keepends=True):
            if line.endswith("\n"):
                yield json.loads(line)


def verifiers(folder: Path) -> dict[str, Ed25519PublicKey]:
    """The keys that lie in a folder, by id. One whose name is not its own id is left out."""
    found = {}
    for path in folder.glob(f"*{ENDING}"):
        public = bytes.fromhex(path.read_text().strip())
        if key_id_of(public) == path.stem:
            found[path.stem] = Ed25519PublicKey.from_public_bytes(public)
    return found


def holds(said: Mapping[str, Any], keys: Mapping[str, Ed25519PublicKey]) -> bool:
    """Whether the signature is that of a known key over exactly this."""
    key = keys.get(str(said.get("key", "")))
    if key is None:
        return False
    try:
        key.verify(bytes.fromhex(said["signature"]), spelled(said))
    except (InvalidSignature, KeyError, ValueError):
        return False
    return True
