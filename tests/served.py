"""The web server as `onefold up` starts it, on a free port, before a database of the test's own."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from django.db import connection

from onefold.config.databases import handed_to_web

PATIENCE_S = 60


class Served:
    """`with Served(connections, page_threads=1) as site: site.get("/sign-in/")`; limits by their names in `web.gateway.limits`."""

    def __init__(self, connections: Any, **limits: int) -> None:
        name = connection.settings_dict["NAME"]
        self.here = {role: known.to(name) for role, known in connections.items()}
        self.limits = {f"ONEFOLD_WEB_{name.upper()}": str(value) for name, value in limits.items()}

    def __enter__(self) -> Served:
        self.port = free_port()
        words = [sys.executable, "-m", "onefold.config.server", "--port", str(self.port)]
        self.process = subprocess.Popen(words, env={**os.environ, **handed_to_web(self.here), **self.limits})
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(20)

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                self.open().close()
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the web server does not answer")

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), PATIENCE_S)

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        """One page over a connection of its own."""
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        asked.request("GET", path, headers=headers)
        answer = asked.getresponse()
        content = answer.read()
        asked.close()
        return answer.status, content

    def holds(self, client: socket.socket) -> bool:
        """Whether the server's end of this connection is open. A client that reads nothing is not told."""
        ends = [f":{number:04X}" for number in (self.port, client.getsockname()[1])]
        lines = [line.split()[1:4] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return any(here[-5:] == ends[0] and there[-5:] == ends[1] and state == "01" for here, there, state in lines)

    def workers(self) -> list[int]:
        """The processes that answer."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(word) for word in listed.split()]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def rest(client: socket.socket, seconds: float = PATIENCE_S) -> bytes:
    """What the server still says until it closes; a reset is a close too."""
    client.settimeout(seconds)
    said = []
    while True:
        try:
            piece = client.recv(65536)
        except ConnectionError:
            piece = b""
        if not piece:
            return b"".join(said)
        said.append(piece)
