"""What each kept file must be. Beside the files of a folder lies `checksums.json`; files received are named by their SHA-256.

Whoever reads a kept file asks here for its path, and gets it when the bytes are those that were written. Otherwise a refusal says
which file, and what to do: a file that went or was altered stops the work, and never gives another result.

A file replaces another whole or not at all. The list is written first and names both, so whenever the process dies what lies
there is in the list. A hash is reckoned once a process: while a file's inode, size and times stay as they were, nobody has written
to it, and what is read comes from the memory that was hashed. A file younger than a tick of its clock is hashed again.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from onefold.kernel.disk import on_disk
from onefold.kernel.refusals import Kind, Refusal

LIST = "checksums.json"
NOTHING = "-"
"""In a list, beside a hash: the file is not there yet."""
_KEPT_IN = ("intake", "lake", "vault", "exports")
_TICK_NS = 100_000_000
Checksums = dict[str, list[str]]


class KeptFileBroken(Refusal):
    """A kept file is not what was written."""


class KeptFileMissing(KeptFileBroken):
    code = "KEPT_FILE_MISSING"
    kind = Kind.CONFLICT
    sentence = {
        "en": "{file} is missing (SHA-256 {sha256}). Nothing was changed. Put the file back from the backup and try again; "
        "`onefold verify --here` lists all.",
        "zh-Hans": "缺少文件 {file}（SHA-256 {sha256}）。未作任何更改。请从备份中恢复该文件后重试；`onefold verify --here` 可列出全部。",
    }


class KeptFileAltered(KeptFileBroken):
    code = "KEPT_FILE_ALTERED"
    kind = Kind.CONFLICT
    sentence = {
        "en": "{file} is not what was written (SHA-256 {sha256}). Nothing was changed. Put the file back from the backup and try "
        "again; `onefold verify --here` lists all.",
        "zh-Hans": "文件 {file} 与写入时不一致（SHA-256 应为 {sha256}）。未作任何更改。请从备份中恢复该文件后重试；"
        "`onefold verify --here` 可列出全部。",
    }


class KeptFileUnlisted(KeptFileBroken):
    code = "KEPT_FILE_UNLISTED"
    kind = Kind.CONFLICT
    sentence = {
        "en": "{file} lies there, but checksums.json beside it does not say what it must be. Nothing was changed. Put its folder "
        "back from the backup and try again.",
        "zh-Hans": "文件 {file} 存在，但同目录的 checksums.json 未登记其校验和。未作任何更改。请从备份中恢复其所在目录后重试。",
    }


class ChecksumsMissing(KeptFileBroken):
    code = "CHECKSUMS_MISSING"
    kind = Kind.CONFLICT
    sentence = {
        "en": "{file}, which says what the files beside it must be, is missing or broken. Nothing was changed. Put its folder back "
        "from the backup and try again.",
        "zh-Hans": "校验和清单 {file} 缺失或损坏，无法核对同目录文件。未作任何更改。请从备份中恢复其所在目录后重试。",
    }


def verified(path: Path, sha256: str, *or_: str) -> Path:
    """Return `path` when its bytes have this hash, or another of those; raise `KeptFileMissing`, `KeptFileAltered`."""
    try:
        found = sha256_of(path)
    except FileNotFoundError:
        raise KeptFileMissing(file=shown(path), sha256=sha256) from None
    if found not in (sha256, *or_):
        raise KeptFileAltered(file=shown(path), sha256=sha256)
    return path


def present(path: Path, sha256: str) -> None:
    """Raise `KeptFileMissing` where there is no such file. Its bytes are not looked at."""
    if not path.exists():
        raise KeptFileMissing(file=shown(path), sha256=sha256)


def listed(path: Path) -> Path | None:
    """Return `path` when its bytes are those that its folder's list names; None if there is no such file and never was one.

    Raises `KeptFileMissing`, `KeptFileAltered`, `KeptFileUnlisted`, `ChecksumsMissing` (a list that cannot be read).
    """
    good = read_list(path.parent).get(path.name)
    while True:
        try:
            return _as_listed(path, good)
        except KeptFileBroken:  # or one file replaced another between our looks at the list and at the file
            before, good = good, read_list(path.parent).get(path.name)
            if good == before:
                raise


def _as_listed(path: Path, good: list[str] | None) -> Path | None:
    if good is None:
        if path.exists():
            raise KeptFileUnlisted(file=shown(path))
        return None
    if NOTHING in good and not path.exists():
        return None
    return verified(path, *reversed([one for one in good if one != NOTHING]))


def expected(path: Path) -> Path:
    """As `listed`, of a file that must be there; raise `KeptFileMissing` if the list does not know it either."""
    found = listed(path)
    if found is None:
        raise KeptFileMissing(file=shown(path), sha256="?")
    return found


def required(folder: Path) -> Path:
    """Return the folder; raise `ChecksumsMissing` where it has no list: then nobody can say what is missing from it."""
    if not (folder / LIST).exists():
        raise ChecksumsMissing(file=shown(folder / LIST))
    return folder


def read_list(folder: Path) -> Checksums:
    """Return the folder's list, empty where it has none; raise `ChecksumsMissing` for one that cannot be read."""
    path = folder / LIST
    try:
        known: Checksums = json.loads(path.read_bytes())
        if all(isinstance(good, list) and good for good in known.values()):
            return known
    except FileNotFoundError:
        return {}
    except (ValueError, AttributeError):
        pass
    raise ChecksumsMissing(file=shown(path))


def placed(part: Path, target: Path, *, durable: bool = False) -> str:
    """Put a finished file in its place and into the list, whole or not at all; return its hash.

    `durable`: a folder that outlives its maker, where what stood there must stay good until the new file stands. Without it the
    folder as a whole is worth nothing until it is finished (a run's, an export's), and is brought to the disk then.
    """
    on_disk(part)
    sha256 = _sha256(part)
    folder = target.parent
    with _locked(folder):
        known = read_list(folder)
        if durable:
            _write_list(folder, known | {target.name: [*known.get(target.name, [NOTHING]), sha256]}, durable=True)
        os.replace(part, target)
        _write_list(folder, known | {target.name: [sha256]}, durable=durable)
        if durable:
            on_disk(folder)
    return sha256


def begin(folder: Path) -> None:
    """Give a folder an empty list, unless it has one."""
    with _locked(folder):
        if not (folder / LIST).exists():
            _write_list(folder, {}, durable=True)


def adopt(folder: Path) -> None:
    """Take the files of a folder that was written before there were lists for what they must be."""
    if folder.is_dir() and not (folder / LIST).exists():
        with _locked(folder):
            files = [*folder.glob("*.parquet"), *folder.glob("manifest.json")]
            _write_list(folder, {path.name: [_sha256(path)] for path in files}, durable=True)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of the file's bytes; reckoned once, as long as nobody writes to it."""
    seen = path.stat()
    if time.time_ns() - max(seen.st_mtime_ns, seen.st_ctime_ns) < _TICK_NS:
        return _sha256(path)
    return _remembered(path, seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns)


@lru_cache(maxsize=65_536)
def _remembered(path: Path, *_: int) -> str:
    return _sha256(path)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def shown(path: Path) -> str:
    """The path as it is told to people: from the installation's own folder on."""
    places = [place for place, part in enumerate(path.parts[:-1]) if part in _KEPT_IN]
    return "/".join(path.parts[places[0] :]) if places else path.name


def _write_list(folder: Path, known: Checksums, *, durable: bool) -> None:
    part = folder / f"{LIST}.{os.getpid()}.part"
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(known, file, indent=0, sort_keys=True)
        if durable:
            file.flush()
            os.fsync(file.fileno())
    os.replace(part, folder / LIST)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One at a time over all threads and processes; the lock falls with its holder."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)
