"""A proxy in front of PostgreSQL's socket that can swallow the server's reply to COMMIT and cut the line."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from pathlib import Path

COMMIT_REPLY = b"COMMIT\x00"


class CuttingProxy:
    """Listens in `folder` as if it were the server there; forwards to the real server's socket."""

    def __init__(self, folder: Path, server: Path, port: int) -> None:
        self.cut_next_commit = False
        self.cuts = 0
        self.server = str(server / f".s.PGSQL.{port}")
        folder.mkdir(parents=True, exist_ok=True)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(folder / f".s.PGSQL.{port}"))
        self.listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self.listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                upstream = socket.socket(socket.AF_UNIX)
                upstream.connect(self.server)
                threading.Thread(target=self._pump, args=(client, upstream, False), daemon=True).start()
                threading.Thread(target=self._pump, args=(upstream, client, True), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, from_server: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if from_server and self.cut_next_commit and COMMIT_REPLY in data:
                    self.cut_next_commit = False
                    self.cuts += 1
                    break
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


class Line:
    """A line over TCP to a server's socket. It can be made slow, swallow everything, or be cut; then it can be mended."""

    def __init__(self, server: Path, port: int) -> None:
        self.delay_s = 0.0
        self.carries = threading.Event()
        self.carries.set()
        self.server = str(server / f".s.PGSQL.{port}")
        self.ends: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Break every conversation under way."""
        ends, self.ends = self.ends, []
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.carries.set()
        self.listener.close()
        self.cut()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                upstream = socket.socket(socket.AF_UNIX)
                upstream.connect(self.server)
                self.ends += [client, upstream]
                for pair in ((client, upstream), (upstream, client)):
                    threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                time.sleep(self.delay_s)
                self.carries.wait()
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
