"""A proxy in front of PostgreSQL's socket that can swallow the server's reply to COMMIT and cut the line."""

from __future__ import annotations

import contextlib
import socket
import threading
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
