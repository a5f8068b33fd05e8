"""The disk is full: how one recognises it, whichever library ran into it, and how it is said. And how full a disk is."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from onefold.kernel.refusals import Kind, Refusal

FULL = (errno.ENOSPC, errno.EDQUOT)
USED_SHARE_MAX = 0.85
"""more than this is told: at 90 % many a file system and alarm begins to complain, and a release needs room for itself"""
FULL_WORDS = ("No space left on device", "Disk quota exceeded", "Could not write all bytes to file")
"""what C libraries and engines say whose errors carry no number"""


class Outage(Refusal):
    """Nobody's fault here, and over some time. `retry_after_s`: when it is worth trying again."""

    kind = Kind.UNAVAILABLE
    retry_after_s: ClassVar[int] = 5
    machine_status: ClassVar[int] = 503


class DiskFull(Outage):
    code = "DISK_FULL"
    retry_after_s = 60
    machine_status = 507
    sentence = {
        "en": "The server's disk is full, so nothing new can be kept. It goes on when the operator has made room.",
        "zh-Hans": "服务器磁盘已满，无法保存新内容。请运维人员清理空间，之后即可继续。",
    }


def is_full(error: BaseException) -> bool:
    """Was it a full disk (or a quota used up) that made this go wrong?"""
    return any(_says_full(cause) for cause in causes_of(error))


def _says_full(error: BaseException) -> bool:
    numbered = isinstance(error, OSError) and error.errno in FULL
    return numbered or any(words in str(error) for words in FULL_WORDS)


def causes_of(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what led to it, nearest first."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def used_share(folder: Path) -> float:
    """How much of the disk that holds `folder` (or where it would be made) is used, 0 to 1."""
    folder = folder.absolute()
    usage = shutil.disk_usage(next(known for known in (folder, *folder.parents) if known.exists()))
    return (usage.total - usage.free) / usage.total
