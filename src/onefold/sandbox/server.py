"""HTTP over the standard library: JSON in, JSON out, and the faults in between. The sender's clock comes with each request."""

from __future__ import annotations

import hmac
import json
import socket
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol

from onefold.sandbox.faults import DUPLICATE, ERROR, LATE, LOST_ANSWER, REFUSE, SLOW, Faults, Planned
from onefold.sandbox.store import Reused, Store

CLOCK = "Onefold-Clock"
BODY_BYTES_MAX = 1_000_000
Told = tuple[int, dict[str, Any]]
UNAVAILABLE: Told = (503, {"reason": "UNAVAILABLE"})


class Partner(Protocol):
    """What stands behind the door."""

    store: Store

    def post(self, path: str, body: dict[str, Any], at: datetime) -> Told: ...

    def get(self, path: str, at: datetime) -> Told: ...


def serve(partner: Partner, port: int, token: str = "") -> ThreadingHTTPServer:
    """Make a server for `partner` on this machine alone; the caller lets it run. `token`: the sender must bring it."""
    faults = Faults()

    class Door(_Door):
        pass

    Door.partner, Door.faults, Door.token = partner, faults, token
    server = ThreadingHTTPServer(("127.0.0.1", port), Door)
    server.daemon_threads = True
    return server


class _Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    partner: Partner
    faults: Faults
    token: str

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def do_POST(self) -> None:
        body = self._body()
        if body is None or not self._admitted():
            return
        if self.path == "/faults":
            self._planned(body)
            return
        fault = self.faults.next_for(self.path)
        if fault is None:
            self._tell(*self._carried_out(body))
        else:
            self._go_wrong(fault, body)

    def do_GET(self) -> None:
        if not self._admitted():
            return
        if self.path == "/health":
            self._tell(200, {"ok": True})
        elif self.path == "/effects":
            self._tell(200, {"effects": self.partner.store.effects()})
        else:
            fault = self.faults.next_for(self.path, sent=False)
            if fault is not None and fault.mode == SLOW:
                time.sleep(fault.seconds)
            refused = fault is not None and fault.mode == ERROR
            self._tell(*(UNAVAILABLE if refused else self.partner.get(self.path, self._at())))

    def _go_wrong(self, fault: Planned, body: dict[str, Any]) -> None:
        if fault.mode == SLOW:
            time.sleep(fault.seconds)
            self._tell(*self._carried_out(body))
        elif fault.mode == DUPLICATE:
            self._carried_out(body)
            self._tell(*self._carried_out(body))
        elif fault.mode == ERROR:
            self._tell(*UNAVAILABLE)
        elif fault.mode == REFUSE:
            self._tell(*self._carried_out(body | {"refuse": True}))
        elif fault.mode == LOST_ANSWER:
            self._carried_out(body)
            self._fall_silent(fault.seconds)
        elif fault.mode == LATE:
            path, at = self.path, self._at()
            later = threading.Timer(fault.seconds, _quietly, [self.partner, path, body, at])
            later.daemon = True
            later.start()
            self._fall_silent(0)

    def _fall_silent(self, seconds: float) -> None:
        time.sleep(seconds)
        self.close_connection = True

    def _carried_out(self, body: dict[str, Any]) -> Told:
        return _carried_out(self.partner, self.path, body, self._at())

    def _planned(self, body: dict[str, Any]) -> None:
        try:
            self.faults.plan(body)
        except (TypeError, ValueError):
            self._tell(422, {"reason": "FAULT_UNKNOWN"})
        else:
            self._tell(200, {})

    def _admitted(self) -> bool:
        given = self.headers.get("Authorization", "")
        if self.token and not hmac.compare_digest(given.encode(), f"Bearer {self.token}".encode()):
            self._tell(401, {"reason": "TOKEN_WRONG"})
            return False
        return True

    def _at(self) -> datetime:
        told = self.headers.get(CLOCK)
        return datetime.fromisoformat(told) if told else datetime.now(UTC)

    def _body(self) -> dict[str, Any] | None:
        length = int(self.headers.get("Content-Length") or 0)
        try:
            body = json.loads(self.rfile.read(min(length, BODY_BYTES_MAX)) or b"{}")
        except ValueError:
            body = None
        if not isinstance(body, dict) or length > BODY_BYTES_MAX:
            self.close_connection = True
            self._tell(400, {"reason": "BODY_UNREADABLE"})
            return None
        return body

    def _tell(self, status: int, answer: dict[str, Any]) -> None:
        content = json.dumps(answer, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: what was asked holds what a customer told."""


def _carried_out(partner: Partner, path: str, body: dict[str, Any], at: datetime) -> Told:
    try:
        return partner.post(path, body, at)
    except Reused:
        return 422, {"status": "REFUSED", "reason": "OPERATION_REUSED"}
    except (KeyError, TypeError, ValueError):
        return 422, {"status": "REFUSED", "reason": "BODY_UNFIT"}


def _quietly(partner: Partner, path: str, body: dict[str, Any], at: datetime) -> None:
    _carried_out(partner, path, body, at)
