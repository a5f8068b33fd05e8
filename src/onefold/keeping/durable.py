"""Files that stand whole and on the disk, or not at all."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from onefold.kernel.disk import on_disk

PIECE_BYTES = 1_048_576
PART = ".part"


def write(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write `content` to `path`, in one step for whoever reads it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f".{path.name}.{os.getpid()}{PART}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    on_disk(path.parent)


def write_json(path: Path, content: Any, mode: int = 0o600) -> None:
    write(path, (json.dumps(content, indent=1, sort_keys=True) + "\n").encode(), mode)


def read_json(path: Path) -> Any:
    """What the file says; None when there is none or when it is no JSON."""
    try:
        return json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copy_into(source: Path, folder: Path) -> tuple[str, Path]:
    """Copy `source` into `folder` under a name of the moment; its SHA-256 as copied, and the copy, on the disk."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = folder / f"{os.getpid()}{PART}"
    digest = hashlib.sha256()
    with source.open("rb") as came, os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as to:
        while piece := came.read(PIECE_BYTES):
            digest.update(piece)
            to.write(piece)
        to.flush()
        os.fsync(to.fileno())
    return digest.hexdigest(), part


def remove(folder: Path) -> None:
    """Remove a folder so that a half-removed one has no longer its name."""
    if folder.exists():
        going = folder.with_name(f".{folder.name}.going{PART}")
        shutil.rmtree(going, ignore_errors=True)
        folder.rename(going)
        shutil.rmtree(going)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Be the only process in this section; the lock falls with the process."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
