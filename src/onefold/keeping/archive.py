"""Is the log whole? From a base backup on: every segment there, every finished one with the bytes it had when it was finished."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from onefold.embedded.binaries import Binaries
from onefold.keeping import durable, programs, wal
from onefold.keeping.refusals import SegmentDamaged, SegmentMissing
from onefold.keeping.repository import Backup


@dataclass(frozen=True)
class Following:
    """The segments to replay after a base backup, in order; `unfinished`: the one that was being written."""

    finished: tuple[str, ...]
    unfinished: Path | None


def following(backup: Backup, binaries: Binaries, moment: datetime | None = None) -> Following:
    """What of the archive follows this backup, checked, as far as `moment` needs it.

    Raises `SegmentMissing` or `SegmentDamaged`, which name the segment: recovery itself would take a hole for the end of the log.
    """
    names, unfinished = _expected(backup)
    for place, name in enumerate(names):
        _require(backup, binaries, name)
        if moment and _finished_at(backup.lineage.wal.folder / name) > moment:
            return Following(tuple(names[: place + 1]), None)
    return Following(tuple(names), unfinished)


def wrong_after(backup: Backup, binaries: Binaries) -> Iterator[tuple[str, str]]:
    """Each segment after this backup that is missing or damaged, and what is wrong with it."""
    names, _ = _expected(backup)
    for name in names:
        try:
            _require(backup, binaries, name)
        except SegmentMissing:
            yield name, "missing"
        except SegmentDamaged as refusal:
            yield name, refusal.data["what"]


def _expected(backup: Backup) -> tuple[list[str], Path | None]:
    """The finished segments that must be there after this backup, in order, and the unfinished one."""
    archive, timeline = backup.lineage.wal, int(backup.manifest["timeline"])
    first = archive.holding(wal.position(backup.manifest["stop_lsn"]) - 1) + 1
    known = [name for name in archive.finished() if int(name[:8], 16) == timeline and archive.number(name) >= first]
    unfinished = _unfinished_after(backup, known)
    numbers = range(first, _last_expected(backup, known, unfinished) + 1)
    names = [archive.name(timeline, number) for number in numbers]
    return [name for name in names if not unfinished or name != unfinished.stem], unfinished


def _unfinished_after(backup: Backup, known: list[str]) -> Path | None:
    found = backup.lineage.wal.unfinished()
    if found is None or not wal.NAME.match(found.stem):
        return None
    number = backup.lineage.wal.number(found.stem)
    after = max((backup.lineage.wal.number(name) for name in known), default=-1)
    base = backup.lineage.wal.holding(wal.position(backup.manifest["stop_lsn"]) - 1)
    return found if number > max(after, base) else None


def _last_expected(backup: Backup, known: list[str], unfinished: Path | None) -> int:
    """The newest segment that is here, or that was once noted to be here."""
    archive = backup.lineage.wal
    noted = backup.lineage.mark.get("log_lsn")
    numbers = [archive.number(name) for name in known] + ([archive.number(unfinished.stem)] if unfinished else [])
    return max([*numbers, archive.holding(wal.position(noted) - 1) if noted else 0])


def _require(backup: Backup, binaries: Binaries, name: str) -> None:
    archive = backup.lineage.wal
    path, told = archive.folder / name, {"segment": name, "folder": archive.folder, "until": _before(backup, name)}
    if not path.exists():
        raise SegmentMissing(backup=backup.id, **told)
    if path.stat().st_size != archive.bytes:
        raise SegmentDamaged(what=f"{path.stat().st_size} bytes of {archive.bytes}", **told)
    noted = archive.sum_of(name)
    if noted is not None and durable.sha256_of(path) != noted:
        raise SegmentDamaged(what="its SHA-256 is another one", **told)
    if noted is None and reached(path, binaries)[1] != "":
        raise SegmentDamaged(what=reached(path, binaries)[1], **told)


def _before(backup: Backup, name: str) -> str:
    """The moment up to which the log before this segment reaches."""
    archive = backup.lineage.wal
    before = archive.folder / archive.name(int(name[:8], 16), archive.number(name) - 1)
    at = _finished_at(before) if before.exists() else backup.ended_at
    return max(at, backup.ended_at).isoformat(timespec="seconds")


def _finished_at(path: Path) -> datetime:
    """When the last byte of a segment was received: it is never written again."""
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def reached(path: Path, binaries: Binaries) -> tuple[str, str]:
    """The start of the last record that can be read, and why the reading ended ("" at the segment's end)."""
    done = programs.attempt(binaries, "pg_waldump", path)
    lines = [line for line in done.stdout.splitlines() if "lsn: " in line]
    last = lines[-1].split("lsn: ")[1].split(",")[0] if lines else "0/0"
    return last, programs.last_words(done, 1) if done.returncode and not _is_end(done.stderr) else ""


def _is_end(said: str) -> bool:
    return "could not find file" in said or "could not locate WAL file" in said
