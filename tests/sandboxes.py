"""The company core and the payment gateway as processes of their own, for tests; faults are switched and effects counted there."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen
from uuid import uuid4

from onefold.partners.machines import Address, AddressBook, ask
from onefold.partners.ports import Call, Silent

TOKEN = "only-for-tests"


@dataclass
class Sandbox:
    """One of them: where it is, and its process."""

    word: str
    port: int
    store: Path
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> Address:
        return Address(f"http://127.0.0.1:{self.port}", TOKEN, shares_clock=True)

    def get(self, path: str) -> dict[str, Any]:
        return ask(self.address, "GET", path, self._call(), None)[1]

    def post(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        return ask(self.address, "POST", path, self._call(), body)

    def go_wrong(self, *planned: dict[str, Any], **more: Any) -> None:
        """`go_wrong({"mode": "ERROR", "path": "captures", "times": 2})`; nothing: all is well again."""
        assert self.post("/faults", {"planned": list(planned), **more})[0] == 200

    def effects(self) -> Counter[tuple[str, str]]:
        """How often each (kind, what it was about) really happened."""
        # Not by `ask`, which reads at most a megabyte of what a partner says: after thousands of orders this is more.
        request = Request(f"{self.address.url}/effects", headers={"Authorization": f"Bearer {TOKEN}"})
        with urlopen(request, timeout=60) as answer:
            return Counter((row["kind"], row["about"]) for row in json.load(answer)["effects"])

    def start_again(self) -> None:
        """As after `kill -9`: the same store, the same place."""
        self.process.kill()
        self.process.wait()
        self.process = _started(self.word, self.port, self.store)

    @staticmethod
    def _call() -> Call:
        return Call(uuid4(), datetime.now(UTC), 10)


@dataclass
class Sandboxes:
    core: Sandbox
    payment: Sandbox

    @property
    def book(self) -> AddressBook:
        return AddressBook({"*": self.core.address}, self.payment.address)

    @property
    def text(self) -> str:
        """As `ONEFOLD_PARTNERS` would say it."""
        return json.dumps({"cores": {"*": vars(self.core.address)}, "payments": vars(self.payment.address)})

    def all_is_well(self) -> None:
        self.core.go_wrong()
        self.payment.go_wrong()


@contextmanager
def running(folder: Path) -> Iterator[Sandboxes]:
    """Start both; end them, and only them, afterwards."""
    both = Sandboxes(_sandbox("core", folder), _sandbox("payment", folder))
    try:
        yield both
    finally:
        for one in (both.core, both.payment):
            one.process.kill()
            one.process.wait()


def _sandbox(word: str, folder: Path) -> Sandbox:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    store = folder / f"{word}.sqlite"
    return Sandbox(word, port, store, _started(word, port, store))


def _started(word: str, port: int, store: Path) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "onefold.sandbox", word, "--port", str(port), "--store", str(store)]
    process = subprocess.Popen(words, env={**os.environ, "ONEFOLD_SANDBOX_TOKEN": TOKEN})
    for _ in range(400):
        try:
            if ask(Address(f"http://127.0.0.1:{port}", TOKEN), "GET", "/health", Sandbox._call(), None)[0] == 200:
                return process
        except Silent:
            time.sleep(0.05)
    process.kill()
    raise AssertionError(f"the sandbox {word} does not answer")
