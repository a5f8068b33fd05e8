"""One POST to an address that somebody else chose. It may never reach what only this machine, or its network, is to reach.

The name is looked up once; every address behind it must be allowed, and the connection goes to exactly the address that was
judged (a name that points elsewhere a moment later changes nothing). Redirects are not followed, of the answer only the
status is read, and all of it has one deadline.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
TRANSLATED = [ipaddress.ip_network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")]
"""IPv6 addresses with an IPv4 address inside, which may be a private one."""
PORTS = {"https": 443, "http": 80}
Line = TypeVar("Line", bound=http.client.HTTPConnection)


@dataclass(frozen=True)
class Reach:
    """Where requests may go besides the public internet. `networks`: the operator's; `loopback`: this machine, in a demonstration."""

    networks: tuple[str, ...] = ()
    loopback: bool = False

    def allows(self, text: str) -> bool:
        address = _plain(text)
        if any(address in ipaddress.ip_network(network) for network in self.networks):
            return True
        if address.is_loopback:
            return self.loopback
        translated = any(address in network for network in TRANSLATED)
        return address.is_global and not address.is_multicast and not translated


@dataclass(frozen=True)
class Answer:
    """`status` of HTTP, None where there was no answer; `fault` says why the message did not arrive, empty where it did."""

    status: int | None
    fault: str = ""


class Forbidden(Exception):
    """The name leads to an address that may not be reached from here."""


def post(url: str, body: bytes, headers: Mapping[str, str], *, timeout_s: float, reach: Reach) -> Answer:
    """Send `body` to `url`; any 2xx within the time is an arrival. Never raises for what the other side does."""
    parts = urlsplit(url)
    try:
        address = _address_of(parts.hostname or "", parts.port or PORTS[parts.scheme], reach)
        with deadline(_connection(url, address, timeout_s), timeout_s) as connection:
            path = parts.path or "/"
            connection.request("POST", f"{path}?{parts.query}" if parts.query else path, body, dict(headers))
            status = connection.getresponse().status
    except Forbidden:
        return Answer(None, "ADDRESS_FORBIDDEN")
    except TimeoutError:
        return Answer(None, "TIMED_OUT")
    except ssl.SSLError:
        return Answer(None, "CERTIFICATE_NOT_TRUSTED")
    except (OSError, http.client.HTTPException, ValueError):
        return Answer(None, "NO_CONNECTION")
    return Answer(status, "" if 200 <= status < 300 else "ANSWERED_NO")


def _address_of(host: str, port: int, reach: Reach) -> tuple[str, int]:
    """The first address behind a name, if all of them may be reached."""
    found = [info[4] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not found or not all(reach.allows(str(address[0])) for address in found):
        raise Forbidden()
    return str(found[0][0]), port


def _plain(text: str) -> Address:
    """Without a scope, and the IPv4 address of an IPv6 one that only wraps it."""
    address = ipaddress.ip_address(text.partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


class _Plain(http.client.HTTPConnection):
    """Connects to the address that was judged, and names the host in the request."""

    judged: tuple[str, int]

    def connect(self) -> None:
        self.sock = socket.create_connection(self.judged, self.timeout)


class _Secure(http.client.HTTPSConnection):
    judged: tuple[str, int]

    def connect(self) -> None:
        plain = socket.create_connection(self.judged, self.timeout)
        self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)


def _connection(url: str, address: tuple[str, int], timeout_s: float) -> _Plain | _Secure:
    parts = urlsplit(url)
    kind = _Secure if parts.scheme == "https" else _Plain
    connection = kind(parts.hostname or "", parts.port, timeout=timeout_s)
    connection.judged = address
    return connection


@contextmanager
def deadline(connection: Line, seconds: float) -> Iterator[Line]:
    """A receiver that sends a letter every second never runs into a time limit of its socket; this one ends all of it."""
    over = threading.Event()

    def cut() -> None:
        over.set()
        if connection.sock is not None:
            _shut(connection.sock)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield connection
    except (OSError, http.client.HTTPException):
        if over.is_set():
            raise TimeoutError from None
        raise
    finally:
        timer.cancel()
        connection.close()


def _shut(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def networks_of(texts: Sequence[str]) -> tuple[str, ...]:
    """Check the operator's networks; raises `ValueError` with the one that is none."""
    return tuple(str(ipaddress.ip_network(text.strip())) for text in texts)
