"""The web server's process: `python -m onefold.config.server --port 8800`.

The application is loaded once, before the workers are forked from it, so that a worker that dies is replaced in a moment and
workers share what was loaded. Workers are made by granian, which replaces those that end.
"""

from __future__ import annotations

import argparse
import os
import resource
import socket
from typing import Any

from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer, WorkerProcess

from onefold.web.gateway.limits import Limits, limits_from

APPLICATION = "onefold.config.asgi:application"
FILES_SPARE = 512
"""Open files besides connections: the database, the spool, the program itself."""
KILL_S = 8
"""A worker told to end has this long; the group's own patience is ten seconds."""


def main() -> None:
    words = argparse.ArgumentParser(prog="onefold.config.server", description=__doc__)
    words.add_argument("--host", default="127.0.0.1")
    words.add_argument("--port", type=int, required=True)
    asked = words.parse_args()
    limits = limits_from(os.environ)
    allow_open_files(limits)
    import onefold.config.asgi  # noqa: F401

    Server(limits, asked.host, asked.port).serve()


class Server(MPServer):
    """Granian with listening sockets of our own, one a worker, between which the kernel shares new connections out.

    They belong to this process: what waits before a worker that dies is answered by its successor. And they say how long a
    client may leave what was sent untaken, for which granian has no word: the kernel then ends the connection.
    """

    def __init__(self, limits: Limits, host: str, port: int) -> None:
        self.limits = limits
        super().__init__(
            APPLICATION,
            address=host,
            port=port,
            interface=Interfaces.ASGINL,
            workers=limits.workers,
            http=HTTPModes.http1,
            websockets=False,
            backlog=max(1024, limits.connections_max),
            backpressure=max(1, limits.connections_max // limits.workers),
            http1_settings=HTTP1Settings(header_read_timeout=1000 * limits.header_seconds),
            log_level=LogLevels.warning,
            respawn_failed_workers=True,
            respawn_interval=0.5,
            workers_kill_timeout=KILL_S,
        )

    def _init_shared_socket(self) -> None:
        self.sockets = [self._listening() for _ in range(self.limits.workers)]
        self._ssp = self._sso = None

    def _listening(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self.bind_addr else socket.AF_INET
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 1000 * self.limits.send_seconds)
        listening.bind((self.bind_addr, self.bind_port))
        listening.listen(self.backlog)
        listening.setblocking(False)
        listening.set_inheritable(True)
        return listening

    def _spawn_worker(self, idx: int, target: Any, callback_loader: Any) -> WorkerProcess:  # type: ignore[override]
        self._sso = self.sockets[idx]
        self._shd = SocketHolder(self._sso.fileno(), False, self.backlog)  # type: ignore[call-arg,assignment]
        return super()._spawn_worker(idx, target, callback_loader)

    def _drop_shared_socket(self) -> None:
        for listening in self.sockets:
            listening.close()


def allow_open_files(limits: Limits) -> None:
    """A connection is an open file: raise this process's own limit as far as the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = limits.connections_max // limits.workers + FILES_SPARE
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


if __name__ == "__main__":
    main()
