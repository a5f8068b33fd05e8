"""A company's receiver on this machine, for tests: a real socket, faults on demand, and everything it was sent."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Receiver:
    """`plan`: how the next requests are answered, then 200 for ever: a status, "slow" or "drip" (never in time), "late" (kept, then never answered)."""

    url: str = ""
    plan: list[int | str] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    """What was received whole."""

    @property
    def ids(self) -> list[str]:
        return [headers["onefold-message"] for headers, _ in self.got]


@contextmanager
def receiving(slow_s: float = 30.0) -> Iterator[Receiver]:
    receiver, over = Receiver(), threading.Event()

    class Request(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = receiver.plan.pop(0) if receiver.plan else 200
            if answer == "slow":
                over.wait(slow_s)
                return
            receiver.got.append(({key.lower(): value for key, value in self.headers.items()}, body))
            if answer == "late":
                over.wait(slow_s)
                return
            if answer == "drip":
                self._drip()
                return
            self.send_response(int(answer))
            if answer == 302:
                self.send_header("Location", receiver.url)
            self.end_headers()

        def _drip(self) -> None:
            for letter in b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000:
                if over.is_set():
                    return
                try:
                    self.wfile.write(bytes([letter]))
                except OSError:
                    return
                time.sleep(0.05)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Request)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_port}/events?from=onefold"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        over.set()
        server.shutdown()
        server.server_close()
