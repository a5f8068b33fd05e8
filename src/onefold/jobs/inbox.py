"""A folder that companies' files are dropped into: FOLDER/<COMPANY>/file. Whole files are received and moved to FOLDER/.done,
those nobody takes to FOLDER/.refused beside a text that says why.

Killed between any two steps it loses nothing: a file is moved only after its receipt is committed, and taking the same file
again gives the same receipt.
"""

from __future__ import annotations

import logging
import os
import signal
import stat
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from uuid import UUID

from onefold.commands.faultpoint import faultpoint
from onefold.commands.outages import DatabaseAway, outage_of
from onefold.commands.viewer import Viewer, ViewerKind
from onefold.domains import rulebook
from onefold.domains.intake.handing_in import CHUNK, hand_in
from onefold.kernel.ids import derived_id
from onefold.kernel.refusals import Kind, Refusal

DONE, REFUSED, WORDS = ".done", ".refused", ".txt"
UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".filepart", ".crdownload", ".swp", "~")
PAUSE_S = 2.0
UUID_LETTERS = 36
log = logging.getLogger("onefold.inbox")


@dataclass(frozen=True)
class Look:
    """What a file was at one look. Any writing changes it, and so does putting another file in its place."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int

    @classmethod
    def at(cls, found: os.stat_result) -> Look:
        return cls(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


class StillChanging(Exception):
    """Somebody wrote into the file while it was read; it is taken when it has come to rest."""


@dataclass
class Inbox:
    """One folder watched. `look` takes what has not changed since the look before."""

    folder: Path
    seen: dict[Path, Look] = field(default_factory=dict)
    said: dict[Path, str] = field(default_factory=dict)

    def prepare(self) -> None:
        """Make a folder for each company that has a feed."""
        for company in sorted({feed.company for feed in rulebook.loaded().feeds.values()}):
            (self.folder / company).mkdir(parents=True, exist_ok=True)

    def look(self) -> int:
        """Take every file that is complete; return how many left the inbox."""
        before, self.seen, taken = self.seen, dict(self._files()), 0
        for path, now in sorted(self.seen.items()):
            if before.get(path) == now:
                taken += self._tried(path, now)
        return taken

    def _files(self) -> Iterator[tuple[Path, Look]]:
        for company in self.folder.iterdir():
            if company.name.startswith(".") or company.is_symlink() or not company.is_dir():
                continue
            for path in company.iterdir():
                if path.name.startswith(".") or path.name.lower().endswith(UNFINISHED):
                    continue
                with suppress(FileNotFoundError):
                    found = path.lstat()
                    if stat.S_ISREG(found.st_mode):
                        yield path, Look.at(found)

    def _tried(self, path: Path, now: Look) -> bool:
        """One file that cannot be taken now must not keep the others from being taken."""
        try:
            take(self.folder, path, now)
        except (StillChanging, FileNotFoundError):
            return False
        except Exception as error:
            self._say_once(path, error)
            return False
        self.said.pop(path, None)
        return True

    def _say_once(self, path: Path, error: Exception) -> None:
        """It is tried again at each look; the log need not be told each time."""
        outage = outage_of(error)
        refusal = outage or (error if isinstance(error, Refusal) else None)
        code = refusal.code if refusal else type(error).__name__
        if self.said.get(path) != code and not isinstance(outage, DatabaseAway):  # of that the pulse tells
            log.error("%s: %s; the file stays where it is", path.parent.name, code, exc_info=None if refusal else error)
        self.said[path] = code


def take(folder: Path, path: Path, now: Look) -> None:
    """Receive one file and move it away. What is the operator's to mend (no space) is raised, and the file stays."""
    company = path.parent.name
    viewer = Viewer(ViewerKind.SYSTEM, "system:inbox", company=company)
    command_id = derived_id("inbox", company, path.name, str(now.inode), str(now.ctime_ns))
    try:
        with path.open("rb") as file:
            receipts = hand_in(viewer, command_id, file_name=path.name, feed="", chunks=_whole(file, now))
    except Refusal as refusal:
        if refusal.kind is Kind.UNAVAILABLE:
            raise
        _refuse(folder, path, command_id, refusal)
        return
    faultpoint("inbox.received")
    _move(path, folder / DONE / company / f"{receipts[0].batch_id}-{path.name}")


def batch_of(path: Path) -> UUID | None:
    """Return the receipt by whose id a file in `.done` is named; None where it is named otherwise."""
    try:
        return UUID(path.name[:UUID_LETTERS])
    except ValueError:
        return None


def _whole(file: IO[bytes], now: Look) -> Iterator[bytes]:
    """The bytes, if they are still those that were looked at when the last of them has been read."""
    while chunk := file.read(CHUNK):
        yield chunk
    if Look.at(os.fstat(file.fileno())) != now:
        raise StillChanging()
    faultpoint("inbox.read")


def _refuse(folder: Path, path: Path, command_id: UUID, refusal: Refusal) -> None:
    """Say why beside the file. The words go first: a file without words would be a riddle, words without a file are not."""
    target = folder / REFUSED / path.parent.name / f"{command_id.hex[:8]}-{path.name}"
    target.parent.mkdir(parents=True, exist_ok=True)
    words = f"{refusal.code}\n{refusal.sentence_in('en')}\n{refusal.sentence_in('zh-Hans')}\n"
    target.with_name(f"{target.name}{WORDS}").write_text(words, encoding="utf-8")
    faultpoint("inbox.refused")
    _move(path, target)


def _move(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    os.rename(path, target)
    faultpoint("inbox.moved")


def watch(folder: Path, pause_s: float = PAUSE_S) -> None:
    """Look again and again until told to stop; SIGTERM and SIGINT end it between two looks."""
    stop, inbox = threading.Event(), Inbox(folder)
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda *_: stop.set())
    inbox.prepare()
    while not stop.is_set():
        inbox.look()
        stop.wait(pause_s)
