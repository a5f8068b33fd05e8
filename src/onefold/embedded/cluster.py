"""One embedded server: its folder, and how it comes to run whatever happened before. One process at a time may start it.

folder/data          PostgreSQL's own      folder/server.log    what it said
folder/lock          held while starting   /tmp/onefold-<hash>  its socket (0700)
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from onefold.embedded import account as accounts
from onefold.embedded import binaries as programs
from onefold.embedded import postmaster, settings
from onefold.embedded.binaries import Binaries
from onefold.embedded.refusals import Busy, FlavourMixed, ForeignFolder, ProgramFailed, Silent
from onefold.kernel import log_files

ADMINISTRATOR = "onefold_admin"
PORT = 5432
START_WAIT_S = 120.0
RETRY_S = 20.0
ANSWER_S = 2
GONE_SOCKET_S = 3.0
SILENT_S = 30.0
"""a server that is recovering says so; one that says nothing at all for so long is frozen"""
LOG = "server.log"
LAUNCH = '"$@" >&2 </dev/null & echo $!'
PASSING = ("pre-existing shared memory block", "lock file", "shutting down", "database system is starting up")


@dataclass(frozen=True)
class Cluster:
    """A server that answers. `host` is the folder of its socket."""

    folder: Path
    host: str
    port: int
    pid: int
    binaries: Binaries

    @property
    def log(self) -> Path:
        return self.folder / LOG


def ensure_running(
    folder: Path, password: str, *, flavour: str = settings.REAL, wait_s: float = START_WAIT_S
) -> Cluster:
    """The server of `folder`, initialised and started when needed, answering. `password` becomes its administrator's.

    May be called by several processes at once, as root or not. Raises a `DatabaseUnavailable` that says what to do.
    """
    folder = folder.resolve()
    refuse_other_flavour(folder, flavour)
    running = find_running(folder)
    if running:
        return running
    with exclusive(folder, wait_s):
        return find_running(folder) or Starting(folder, flavour).run(password, wait_s)


def find_running(folder: Path) -> Cluster | None:
    """The server if it answers now. Asked by pg_isready, not believed from the pid file."""
    try:
        server = postmaster.living(folder.resolve() / "data")
        if not server or not server.socket_folder:
            return None
        binaries = programs.find(made_by(folder / "data"))
    except PermissionError:
        raise ForeignFolder(folder=folder, owner=folder.stat().st_uid) from None
    if readiness(binaries, server.socket_folder) != 0:
        return None
    return Cluster(folder, server.socket_folder, PORT, server.pid, binaries)


def stop(folder: Path, *, immediately: bool = False, wait_s: float = 20.0) -> bool:
    """Stop the server if it runs; False if it would not end. `immediately` ends it as a crash would (tests)."""
    folder = folder.resolve()
    if not folder.exists():
        return True
    with exclusive(folder, wait_s):
        ended = postmaster.end(folder / "data", patience_s=wait_s, immediately=immediately)
        if ended:
            shutil.rmtree(settings.socket_folder(folder), ignore_errors=True)
        return ended


def reset_password(folder: Path, password: str, *, flavour: str, wait_s: float = START_WAIT_S) -> None:
    """Give the administrator a new password when the old one is lost (secrets not restored). Ends the server for a moment."""
    folder = folder.resolve()
    with exclusive(folder, wait_s):
        postmaster.end(folder / "data", patience_s=20.0)
        starting = Starting(folder, flavour)
        starting.prepare(password)
        starting.reset_password(password)


def readiness(binaries: Binaries, socket_folder: str) -> int:
    """0 answers, 1 refuses for now (starting, recovering, stopping), 2 silent."""
    asked = [
        binaries.tool("pg_isready"),
        "-q",
        "-t",
        str(ANSWER_S),
        "-h",
        socket_folder,
        "-p",
        str(PORT),
        "-U",
        ADMINISTRATOR,
    ]
    return subprocess.run(asked, env={"LC_ALL": "C"}, stdin=subprocess.DEVNULL, check=False).returncode


def made_by(data: Path) -> int | None:
    """The major version that made this data folder; only that version can open it."""
    try:
        return int((data / "PG_VERSION").read_text())
    except FileNotFoundError:
        return None


def refuse_other_flavour(folder: Path, flavour: str) -> None:
    made = settings.flavour_of(folder / "data")
    if made and made != flavour:
        raise FlavourMixed(folder=folder, made=made, asked=flavour)


@contextmanager
def exclusive(folder: Path, wait_s: float) -> Iterator[None]:
    """Hold the folder's lock; the system lets go of it when a holder dies."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except PermissionError:
        raise ForeignFolder(folder=folder, owner=nearest(folder).stat().st_uid) from None
    try:
        acquire(handle, folder, wait_s)
        os.truncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)


def acquire(handle: int, folder: Path, wait_s: float) -> None:
    deadline = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                holder = os.pread(handle, 20, 0).decode() or "?"
                raise Busy(holder=holder, folder=folder, seconds=round(wait_s)) from None
            time.sleep(0.05)
        else:
            return


def nearest(path: Path) -> Path:
    return next(known for known in (path, *path.parents) if known.exists())


class Starting:
    """One start, under the lock: prepare the folder, then launch and wait until the server answers."""

    def __init__(self, folder: Path, flavour: str) -> None:
        self.folder, self.flavour = folder, flavour
        self.data, self.log = folder / "data", folder / LOG
        self.socket_folder = settings.socket_folder(folder)
        self.binaries = programs.find(made_by(self.data))
        self.account = accounts.choose(folder, self.binaries.tool("postgres"))

    def run(self, password: str, wait_s: float) -> Cluster:
        if not postmaster.living(self.data):
            self.prepare(password)
        return self.settle(time.monotonic() + wait_s, wait_s)

    def prepare(self, password: str) -> None:
        if os.geteuid() == 0:
            self.account.take_all(self.folder)
        self.folder.chmod(0o700)
        if not self.data.exists():
            self.initialise(password)
        if log_files.is_full(self.log):
            log_files.set_aside(self.log)

    def initialise(self, password: str) -> None:
        """initdb beside, then rename: a start that is killed half-way leaves nothing that looks like a database."""
        part, note = self.folder / "data.part", self.folder / f".first.{secrets.token_hex(8)}"
        shutil.rmtree(part, ignore_errors=True)
        try:
            self.write(note, password)
            self.initdb(part, note)
        finally:
            note.unlink(missing_ok=True)
        with open(part / "postgresql.conf", "a") as file:
            file.write(f"\ninclude '{settings.FILE}'\n")
        self.write(part / settings.FILE, settings.written(self.flavour, self.socket_folder))
        part.rename(self.data)

    def initdb(self, part: Path, note: Path) -> None:
        words: list[str | Path] = [
            self.binaries.tool("initdb"),
            "-D",
            part,
            "-U",
            ADMINISTRATOR,
            "--pwfile",
            note,
            "--auth=scram-sha-256",
        ]
        words += ["--encoding=UTF8", "--data-checksums", *locale_words(self.binaries.major)]
        words += ["--no-sync"] if self.flavour == settings.TEST else []
        done = self.account.run(*words, capture_output=True, text=True, errors="replace", timeout=START_WAIT_S)
        if done.returncode:
            raise ProgramFailed(program="initdb", folder=self.folder, said=last_lines(done.stderr or done.stdout))

    def reset_password(self, password: str) -> None:
        """In single-user mode, which asks nobody: whoever may read the data folder owns it anyway."""
        postmaster.clear_claims(self.data)
        words: list[str | Path] = [self.binaries.tool("postgres"), "--single", "-D", self.data, "postgres"]
        order = f"ALTER ROLE {ADMINISTRATOR} PASSWORD '{password}'\n"
        done = self.account.run(*words, input=order, capture_output=True, text=True, timeout=START_WAIT_S)
        if done.returncode:
            raise ProgramFailed(program="postgres --single", folder=self.folder, said=last_lines(done.stderr))

    def settle(self, deadline: float, wait_s: float) -> Cluster:
        """Look, and act on what is seen, until the server answers: launch where there is none, wait where one is busy.

        After kill -9 of a server its last sessions may hold the shared memory for seconds, so a failed launch is repeated.
        """
        launched = offset = 0
        began = spoke_at = quiet_since = time.monotonic()
        while time.monotonic() < min(deadline, spoke_at + SILENT_S):
            server, ready = postmaster.living(self.data), 1
            if server and server.socket_folder:
                ready = readiness(self.binaries, server.socket_folder)
                if ready == 0:
                    return Cluster(self.folder, server.socket_folder, PORT, server.pid, self.binaries)
                quiet_since = self.replace_unreachable(server, ready, quiet_since)
            elif not server and not (launched and postmaster.is_alive(launched)):
                if launched:
                    self.judge_failure(offset, began + RETRY_S)
                launched, offset = self.launch()
                quiet_since = time.monotonic()
            spoke_at = spoke_at if ready == 2 else time.monotonic()
            time.sleep(0.04)
        pid = launched or getattr(postmaster.living(self.data), "pid", 0)
        raise Silent(pid=pid, seconds=round(time.monotonic() - began), log=self.log)

    def replace_unreachable(self, server: postmaster.Postmaster, ready: int, quiet_since: float) -> float:
        """A server whose socket somebody swept out of /tmp lives, but nobody can reach it any more: end it, start anew."""
        socket = Path(server.socket_folder) / f".s.PGSQL.{PORT}"
        if ready != 2 or socket.exists():
            return time.monotonic()
        if time.monotonic() - quiet_since > GONE_SOCKET_S:
            postmaster.end(self.data, patience_s=10.0)
        return quiet_since

    def judge_failure(self, offset: int, give_up: float) -> None:
        """Raise unless the launch failed for a reason that passes by itself."""
        with open(self.log, "rb") as file:
            file.seek(offset)
            said = file.read().decode(errors="replace")
        if not any(reason in said for reason in PASSING) or time.monotonic() > give_up:
            raise ProgramFailed(program="postgres", folder=self.folder, said=last_lines(said))
        time.sleep(0.2)

    def launch(self) -> tuple[int, int]:
        """Start the server, detached. Returns its pid and where in the log its words begin."""
        postmaster.clear_claims(self.data)
        self.make_socket_folder()
        self.write(self.data / settings.FILE, settings.written(self.flavour, self.socket_folder))
        with open(os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as log:
            offset = log.tell()
            words: list[str | Path] = ["/bin/sh", "-c", LAUNCH, "sh", self.binaries.tool("postgres"), "-D", self.data]
            said = self.account.run(*words, stdout=subprocess.PIPE, stderr=log, start_new_session=True, check=True)
        return int(said.stdout), offset

    def make_socket_folder(self) -> None:
        """Fresh each time: a dead server's socket lock would stop the next one. A stranger's folder of that name is refused."""
        status = self.socket_folder.lstat() if os.path.lexists(self.socket_folder) else None
        if status and os.geteuid() != 0 and status.st_uid != self.account.uid:
            raise ForeignFolder(folder=self.socket_folder, owner=status.st_uid)
        if status and not self.socket_folder.is_symlink() and self.socket_folder.is_dir():
            shutil.rmtree(self.socket_folder)
        elif status:
            self.socket_folder.unlink()
        self.socket_folder.mkdir(mode=0o700)
        self.socket_folder.chmod(0o711 if settings.is_shared() else 0o700)
        self.account.take(self.socket_folder)

    def write(self, path: Path, text: str) -> None:
        """Whole or not at all, readable by the server's account only."""
        part = path.with_name(f"{path.name}.part")
        part.unlink(missing_ok=True)
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
        self.account.take(part)
        part.replace(path)


def locale_words(major: int) -> list[str]:
    """Ordering by code point and UTF-8 letters on every version; neither wheel is built with ICU."""
    if major >= 17:
        return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return ["--locale=C.UTF-8"]


def last_lines(text: str, count: int = 8) -> str:
    return " | ".join(line.strip() for line in text.strip().splitlines()[-count:]) or "nothing"
