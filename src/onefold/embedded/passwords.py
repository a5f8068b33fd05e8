"""The roles' passwords: made once, kept in var/secrets/database.json (0600)."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from pathlib import Path

FILE = "database.json"


def load_or_make(folder: Path, names: list[str]) -> dict[str, str]:
    """The password of each name, made where there is none yet. Two processes at once get the same ones."""
    path = folder / FILE
    known = load(path)
    if all(name in known for name in names):
        return known
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(os.open(folder / f".{FILE}.lock", os.O_RDWR | os.O_CREAT, 0o600)) as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        known = load(path)
        fresh = {name: secrets.token_urlsafe(32) for name in names if name not in known}
        if fresh:
            replace(path, {**known, **fresh})
        return {**known, **fresh}


def load(path: Path) -> dict[str, str]:
    try:
        known: dict[str, str] = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    return known


def replace(path: Path, passwords: dict[str, str]) -> None:
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(passwords, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
