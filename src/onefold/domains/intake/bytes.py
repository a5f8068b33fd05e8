"""The bytes as they came, kept by their hash: the same bytes are stored once, a torn upload leaves nothing."""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from onefold.domains.intake.refusals import FileEmpty, FileTooLarge, NoSpace
from onefold.kernel.disk import on_disk
from onefold.kernel.ids import new_id
from onefold.kernel.room import is_full

MEGABYTE = 1_048_576
PART_AGE_S = 60.0
"""younger ones may just have been begun, and not be locked yet"""


@dataclass(frozen=True)
class KeptFile:
    sha256: str
    size: int


def keep(folder: Path, chunks: Iterable[bytes], bytes_max: int) -> KeptFile:
    """Write `chunks` into `folder` under their SHA-256: they stand there whole and on the disk, or not at all.

    Raises `FileEmpty`, `FileTooLarge`, `NoSpace`; then nothing is left behind.
    """
    try:
        return _kept(folder, chunks, bytes_max)
    except OSError as error:
        if is_full(error):
            raise NoSpace() from None
        raise


def _kept(folder: Path, chunks: Iterable[bytes], bytes_max: int) -> KeptFile:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = folder / f"{new_id()}.part"
    digest, size = hashlib.sha256(), 0
    try:
        with part.open("wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # falls with the process: what is not locked nobody writes any more
            for chunk in chunks:
                size += len(chunk)
                if size > bytes_max:
                    raise FileTooLarge(limit_mb=bytes_max // MEGABYTE)
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        if not size:
            raise FileEmpty()
        os.replace(part, folder / digest.hexdigest())
        on_disk(folder)  # the receipt must not outlive the bytes
    finally:
        part.unlink(missing_ok=True)
    return KeptFile(digest.hexdigest(), size)


def clear_dead_parts(folder: Path, age_s: float = PART_AGE_S) -> int:
    """Remove what writers that died have left half written; return how many. Safe while others write."""
    removed = 0
    for part in folder.glob("*.part"):
        with suppress(OSError), part.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if time.time() - os.fstat(file.fileno()).st_mtime >= age_s:
                part.unlink()
                removed += 1
    return removed
