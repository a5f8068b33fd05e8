"""The bytes as they came, kept by their hash: the same bytes are stored once, a torn upload leaves nothing."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from onefold.domains.intake.refusals import FileEmpty, FileTooLarge
from onefold.kernel.ids import new_id

MEGABYTE = 1_048_576


@dataclass(frozen=True)
class KeptFile:
    sha256: str
    size: int


def keep(folder: Path, chunks: Iterable[bytes], bytes_max: int) -> KeptFile:
    """Write `chunks` into `folder` under their SHA-256. Raises `FileEmpty`, `FileTooLarge`; then nothing is left behind."""
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
    finally:
        part.unlink(missing_ok=True)
    return KeptFile(digest.hexdigest(), size)
