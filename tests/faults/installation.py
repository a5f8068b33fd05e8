"""A small installation on a server of its own, and its backups: for tests that end servers and damage copies."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from onefold import embedded
from onefold.embedded import cluster
from onefold.keeping import stream
from onefold.keeping.keeper import Database, Keeper, Target
from onefold.keeping.limits import Limits
from onefold.keeping.repository import Lineage, Repository
from onefold.keeping.restoring import Found, Restored, Wanted, restore
from onefold.keeping.service import Service

LIMITS = Limits(24, 7, 35, 2, 0, 60, 26, 7)
WAIT_S = 30.0


def eventually(true: Callable[[], Any], what: str) -> Any:
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        found = true()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"not within {WAIT_S:.0f} s: {what}")


def hash_of_embedded() -> str:
    """Of the code that makes a server."""
    digest = hashlib.sha256()
    for path in sorted(Path(embedded.__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@dataclass
class Installation:
    """`root` holds var, the place of the data and the place of the keys."""

    root: Path
    service: Service | None = None
    thread: threading.Thread | None = None
    said: list[str] = field(default_factory=list)

    @staticmethod
    def make(within: Path) -> Installation:
        """A copy of one that was made before and stopped: making a server takes seconds, copying its folder none."""
        pattern = within / f"pattern-{hash_of_embedded()}"
        if not (pattern / "var" / "stopped").exists():
            shutil.rmtree(pattern, ignore_errors=True)
            first = Installation(pattern)
            first.var.mkdir(mode=0o711, parents=True)
            embedded.ensure(first.var, test=True)
            with first.session() as session:
                session.execute("CREATE TABLE facts (number int PRIMARY KEY, sha256 text, note text)")
            (first.var / "secrets" / "vault.key").write_bytes(bytes(range(32)))
            embedded.stop(first.var)
            (first.var / "stopped").touch()
        root = Path(tempfile.mkdtemp(prefix="kept-", dir=within))
        for folder in (within, root):
            folder.chmod(0o711)
        shutil.copytree(pattern / "var", root / "var", ignore=shutil.ignore_patterns("stopped"))
        return Installation(root)

    @property
    def var(self) -> Path:
        return self.root / "var"

    @property
    def target(self) -> Target:
        return Target(Repository(self.root / "data"), self.root / "keys")

    @property
    def connection(self) -> embedded.Connection:
        return embedded.administrator(self.var, test=True).to("onefold")

    def session(self) -> psycopg.Connection[Any]:
        return psycopg.connect(**self.connection.parameters(), autocommit=True)

    def keeper(self, limits: Limits = LIMITS) -> Keeper:
        connection = embedded.keeping_connection(self.var, test=True)
        server = embedded.running(self.var)
        assert server
        return Keeper(self.var, self.target, Database(server.binaries, connection), None, limits)

    @property
    def lineage(self) -> Lineage:
        with self.keeper().database.session() as session:
            return self.target.repository.lineage_of(self.var, stream.facts(session))

    def write(self, number: int, note: str = "") -> str:
        """A fact as the product writes one: the file first, then the row that refers to it, acknowledged."""
        content = f"file {number} {note}".encode()
        sha256 = hashlib.sha256(content).hexdigest()
        (self.var / "intake").mkdir(exist_ok=True)
        (self.var / "intake" / sha256).write_bytes(content)
        with self.session() as session:
            session.execute("INSERT INTO facts VALUES (%s, %s, %s)", [number, sha256, note])
        return sha256

    def numbers(self) -> list[int]:
        with self.session() as session:
            return numbers_of(session)

    def now(self) -> datetime:
        with self.session() as session:
            (at,) = session.execute("SELECT clock_timestamp()").fetchone() or (datetime.now(UTC),)
            return at

    def keep(self) -> None:
        """What `onefold up` runs, in a thread."""
        self.service = Service(self.keeper(), self.said.append, tick_s=0.1)
        self.thread = threading.Thread(target=self.service.run, daemon=True)
        self.thread.start()

    def stop_keeping(self) -> None:
        if self.service and self.thread:
            self.service.stop()
            self.thread.join(WAIT_S)
            assert not self.thread.is_alive()
            self.service = None

    def kept_until_now(self) -> None:
        """Wait until log and files of this moment are in the backup."""
        asked = datetime.now(UTC)
        for name in ("log_at", "at"):
            eventually(lambda name=name: self.lineage.mark.get(name, "") > asked.isoformat(), f"{name}; {self.said}")

    def next_segment(self) -> None:
        with self.session() as session:
            session.execute("INSERT INTO facts VALUES (-1, '', ''); DELETE FROM facts WHERE number = -1")
            session.execute("SELECT pg_switch_wal()")

    def remove(self) -> None:
        self.stop_keeping()
        for place in [*self.root.glob("*/pg")]:
            cluster.stop(place, immediately=True)
        shutil.rmtree(self.root, ignore_errors=True)


def numbers_of(session: psycopg.Connection[Any]) -> list[int]:
    return [number for (number,) in session.execute("SELECT number FROM facts ORDER BY 1")]


def facts_hold(place: Path, server: cluster.Cluster) -> Found:
    """Every row's file is there with its hash."""
    missing = []
    with look_into(place, server) as session:
        for (sha256,) in session.execute("SELECT sha256 FROM facts WHERE sha256 <> ''"):
            path = place / "intake" / sha256
            if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
                missing.append(f"intake/{sha256}")
    return Found(missing)


def look_into(place: Path, server: cluster.Cluster) -> psycopg.Connection[Any]:
    admin = embedded.Connection(
        server.host, server.port, "onefold", cluster.ADMINISTRATOR, embedded.secrets_of(place)["admin"]
    )
    return psycopg.connect(**admin.parameters(), autocommit=True)


def back(wanted: Wanted, place: Path) -> tuple[Restored, list[int]]:
    """Restore, start what was restored, look, and stop it again."""
    done = restore(wanted, place, check=facts_hold, told=lambda line: None)
    found = Installation(place.parent)
    connection = embedded.administrator(place, test=True).to("onefold")
    with psycopg.connect(**connection.parameters(), autocommit=True) as session:
        numbers = numbers_of(session)
    assert found
    embedded.stop(place, immediately=True)
    return done, numbers


__all__ = ["Installation", "back", "eventually", "facts_hold", "look_into"]
