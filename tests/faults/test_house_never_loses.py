"""The whole house, as `onefold up` runs it, on a server of its own: any of its processes killed while a run publishes.

Nobody helps: in the end the facts are those of a house in which nothing died, row for row. On the embedded server and on an
external one; for the night, because two houses are built from nothing.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conftest import HARBOUR_KEY, HERE, _connect_as
from django.db import connection

from onefold import embedded
from onefold.commands.scope import reading
from onefold.domains.releases.models import Run
from onefold.embedded import postmaster
from onefold.embedded.tests import places
from onefold.kernel import keys
from onefold.kernel.refusals import Refusal
from tests.faults.test_run_never_loses import SEED, facts, until_there
from tests.stories.harbour import FOLDER, SYSTEM

pytestmark = pytest.mark.nightly
VICTIMS = ("postgres", "worker", "web", "relay", "analytics")
PATIENCE_S = 900.0
OF_NIGHTS = ("retention_pruning",)
"""when the start itself cleared what was left: at another moment in each house"""
WORDS = {
    "worker": b"onefold.jobs\0worker",
    "relay": b"onefold.jobs\0relay",
    "web": b"onefold.config.server",
    "analytics": b"onefold.analytics",
}


@dataclass
class House:
    root: Path
    external: bool
    port: int

    @property
    def var(self) -> Path:
        return self.root / "var"

    @property
    def data(self) -> Path:
        return (self.root / "elsewhere" if self.external else self.var) / "pg" / "data"

    def environment(self) -> dict[str, str]:
        mine = {name: value for name, value in os.environ.items() if not name.startswith(("ONEFOLD_", "DATABASE_URL"))}
        mine |= {
            "ONEFOLD_VAR": str(self.var),
            "ONEFOLD_PORT": str(self.port),
            "ONEFOLD_DEMO": "1",
            "ONEFOLD_SERVE": "0",
        }
        if self.external:
            server = embedded.administrator(self.root / "elsewhere", test=True)
            mine["DATABASE_URL"] = server.to("onefold").url()
        return mine

    def parts(self) -> list[str]:
        """Folders in which all that it knows stands."""
        return ["var", *(["elsewhere"] if self.external else [])]

    @contextmanager
    def server(self) -> Iterator[None]:
        """A server that somebody else keeps, where it is to use one."""
        if not self.external:
            yield
            return
        ended = threading.Event()

        def keep() -> None:
            """Bring it back as its own service would: nobody there knows of our roles."""
            while not ended.wait(0.5):
                with suppress(Refusal):
                    embedded.administrator(self.root / "elsewhere", test=True)

        embedded.administrator(self.root / "elsewhere", test=True)
        keeper = threading.Thread(target=keep)
        keeper.start()
        try:
            yield
        finally:
            ended.set()
            keeper.join()
        embedded.stop(self.root / "elsewhere")

    def onefold(self, *words: str) -> None:
        subprocess.run([sys.executable, "-m", "onefold", *words], cwd=HERE, env=self.environment(), check=True)

    @contextmanager
    def up(self) -> Iterator[subprocess.Popen[bytes]]:
        with subprocess.Popen([sys.executable, "-m", "onefold", "up"], cwd=HERE, env=self.environment()) as group:
            try:
                yield group
            finally:
                group.terminate()
                with suppress(subprocess.TimeoutExpired):
                    group.wait(60)
                group.kill()

    def look_from_here(self) -> None:
        """Point this process's Django at the house, as its jobs are."""
        if self.external:
            os.environ["DATABASE_URL"] = self.environment()["DATABASE_URL"]
        try:
            _connect_as(embedded.ensure(self.var), "batch", "onefold")
        finally:
            os.environ.pop("DATABASE_URL", None)

    def kill(self, victim: str) -> bool:
        """End one of its processes as `kill -9` does; False where there is none at the moment."""
        if victim == "postgres":
            server = postmaster.living(self.data)
            pids = [server.pid] if server else []
        else:
            pids = [pid for pid, words in self.processes() if WORDS[victim] in words]
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return bool(pids)

    def processes(self) -> Iterator[tuple[int, bytes]]:
        """Processes of this very house: those that were told its `var`."""
        for entry in Path("/proc").iterdir():
            with suppress(OSError):
                if entry.name.isdigit() and f"ONEFOLD_VAR={self.var}\0".encode() in (entry / "environ").read_bytes():
                    yield int(entry.name), (entry / "cmdline").read_bytes()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def house(external: bool) -> Iterator[House]:
    """A house of its own: Harbour Group is published, and a changed file has asked for the next run."""
    before = dict(connection.settings_dict)
    with places.place() as root:
        made = House(root, external, free_port())
        try:
            begin_keys(made.var / "secrets")
            with made.server():
                made.onefold("demo", "--harbour")
                made.onefold("ingest", str(changed_in(root)))
            embedded.stop(made.var)
            yield made
        finally:
            connection.close()
            connection.settings_dict.update(before)


def begin_keys(secrets: Path) -> None:
    """All keys of an installation, the same in both houses: pseudonyms and tokens of search are compared."""
    for purpose in keys.PURPOSES:
        keys.write(secrets, keys.ring_of(purpose, HARBOUR_KEY))


def changed_in(root: Path) -> Path:
    changed = root / "changed"
    changed.mkdir()
    lines = (FOLDER / "data" / "hlife_contracts.csv").read_bytes().splitlines(keepends=True)
    (changed / "hlife_contracts.csv").write_bytes(b"".join(lines[:-3]))
    return changed


def next_run(made: House, disturb: Callable[[], Any]) -> dict[str, Any]:
    """Start the house as it stands, let it do the rest, and return what is published in the end; then stand as before."""
    for part in made.parts():
        shutil.copytree(made.root / part, made.root / "kept" / part, symlinks=True)
    with made.server(), made.up():
        deadline = time.monotonic() + PATIENCE_S
        made.look_from_here()
        while time.monotonic() < deadline:
            disturb()
            until_there()
            with reading(SYSTEM):
                states = Counter(Run.objects.values_list("state", flat=True))
            if states["PUBLISHED"] > 1 and not {"WAITING", "RUNNING"} & set(states):
                break
            time.sleep(0.2)
        del states["UNCHANGED"]  # a relay that died half-way asks once more
        assert states == {"PUBLISHED": 2}, f"seed {SEED}: {states}"
        found = facts()
        connection.close()
    embedded.stop(made.var)
    for part in made.parts():
        shutil.rmtree(made.root / part)
        (made.root / "kept" / part).rename(made.root / part)
    return found


@pytest.mark.parametrize("external", [False, True], ids=["embedded", "external"])
def test_any_process_of_the_house_killed_while_a_run_publishes(external):
    chance, left = random.Random(SEED), [*VICTIMS, *VICTIMS]
    chance.shuffle(left)
    killed: list[str] = []
    with house(external) as made:

        def disturb() -> None:
            time.sleep(chance.uniform(0.2, 3.0))
            if left and made.kill(left[0]):
                killed.append(left.pop(0))
            elif left:
                left.append(left.pop(0))

        told = next_run(made, lambda: None)
        found = next_run(made, disturb)
    other = {
        table: (found[table], rows) for table, rows in told.items() if found[table] != rows and table not in OF_NIGHTS
    }
    assert not other, f"seed {SEED}, killed {killed}: {other}"
    assert len(killed) >= 3, f"seed {SEED}: {killed}"
