"""Keys and the vault's salts, kept apart from the data: whoever has one of the two places can open nothing.

secrets/<moment>/...     var/secrets as it was from that moment on; a new one when something in it changes
vault/...                salts and tombstones, the newest only: no salt goes but by its tombstone, so the newest open every older
                         release, and what was erased is erased here by the next look
"""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

from onefold.keeping import durable
from onefold.keeping.refusals import KeysMissing
from onefold.kernel.disk import on_disk
from onefold.seam import salts

SECRETS, VAULT, SUMS = "secrets", "vault", "sums.json"
STAMP = "%Y%m%dT%H%M%S.%fZ"


def keep(var: Path, place: Path) -> None:
    """Bring the place of the keys up to date. One process at a time."""
    with durable.alone(place / "keep.lock"):
        _keep_secrets(var / "secrets", place / SECRETS)
        salts.merge(var / "vault", into=place / VAULT)


def _keep_secrets(secrets: Path, place: Path) -> None:
    found = {path.relative_to(secrets).as_posix(): path.read_bytes() for path in _files(secrets)}
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in found.items()}
    newest = max(generations(place), default=None)
    if not sums or (newest and json.loads((newest / SUMS).read_bytes()) == sums):
        return
    making = place / f".making{durable.PART}"
    shutil.rmtree(making, ignore_errors=True)
    for name, content in found.items():
        durable.write(making / name, content)
    durable.write_json(making / SUMS, sums)
    making.rename(place / datetime.now(UTC).strftime(STAMP))
    on_disk(place)


def _files(folder: Path) -> list[Path]:
    kept = [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")]
    return [path for path in kept if path.suffix not in (".part", ".lock")]


def generations(place: Path) -> list[Path]:
    """The whole ones, oldest first."""
    return sorted(path.parent for path in place.glob(f"[0-9]*/{SUMS}"))


def of_moment(place: Path, moment: datetime) -> Path:
    """The secrets in force at a moment. Raises `KeysMissing`: none there, or one that does not have its hash."""
    known = generations(place / SECRETS)
    if not known:
        raise KeysMissing(what=f"nothing in {place}")
    before = [path for path in known if datetime.strptime(path.name, STAMP).replace(tzinfo=UTC) <= moment]
    chosen = before[-1] if before else known[0]
    wrong = damage(chosen)
    if wrong:
        raise KeysMissing(what=f"{chosen.name}: {wrong}")
    return chosen


def damage(generation: Path) -> str:
    sums = durable.read_json(generation / SUMS)
    if not isinstance(sums, dict):
        return f"{SUMS} cannot be read"
    for name, sha256 in sums.items():
        path = generation / name
        if not path.exists():
            return f"{name} is missing"
        if durable.sha256_of(path) != sha256:
            return f"{name} was altered"
    return ""


def give(place: Path, moment: datetime, var: Path) -> None:
    """Put the secrets of a moment and the newest salts into an installation; tombstones win over whatever is there."""
    generation = of_moment(place, moment)
    for name in json.loads((generation / SUMS).read_bytes()):
        durable.write(var / "secrets" / name, (generation / name).read_bytes())
    (var / "secrets").chmod(0o700)
    salts.merge(place / VAULT, into=var / "vault")


def prune(place: Path, oldest: datetime) -> None:
    """Drop secrets that were replaced before the oldest moment one can still go back to."""
    known = generations(place / SECRETS)
    needed = [path for path in known if datetime.strptime(path.name, STAMP).replace(tzinfo=UTC) > oldest]
    before = [path for path in known if path not in needed]
    for path in before[:-1]:
        durable.remove(path)
