"""The bytes as they came, kept by their hash: the same bytes are stored once, a torn upload leaves nothing."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from onefold.domains.intake.refusals import FileEmpty, FileTooLarge, NoSpace
from onefold.kernel.ids import new_id

MEGABYTE = 1_048_576
FULL = (errno.ENOSPC, errno.EDQUOT)


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
        if error.errno in FULL:
            raise NoSpace() from None
        raise


def _kept(folder: Path, chunks: Iterable[bytes], bytes_max: int) -> KeptFile:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = folder / f"{new_id()}.part"
    digest, size = hashlib.sha256(), 0
    try:
        with part.open("wb") as file:
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
        _make_durable(folder)
    finally:
        part.unlink(missing_ok=True)
    return KeptFile(digest.hexdigest(), size)


def _make_durable(folder: Path) -> None:
    """A new name is on the disk when its folder is: the receipt must not outlive the bytes."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
