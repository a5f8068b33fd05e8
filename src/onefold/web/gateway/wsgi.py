"""A complete request as Django's WSGI handler takes it, and its complete answer. Runs in a thread of a lane."""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote_to_bytes

from onefold.web.gateway.limits import MIB

BODY_LACKS = "onefold.body_lacks"
"""In `environ`: why there is no body (`bodies.Body.lacks`)."""
ANSWER_IN_MEMORY_MAX = 2 * MIB
Headers = list[tuple[bytes, bytes]]
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
JOINED_BY = {"HTTP_COOKIE": "; "}


@dataclass(frozen=True)
class Answer:
    """`content`: all of it, to be read once; the file is closed by whoever sends it."""

    status: int
    headers: Headers
    content: IO[bytes]


def answered(application: Application, environ: dict[str, Any], folder: Path) -> Answer:
    """Ask the application and take its whole answer in: into memory, a long one into a file without a name."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], failure: Any = None) -> None:
        started[:] = [(status, headers)]

    content = tempfile.SpooledTemporaryFile(ANSWER_IN_MEMORY_MAX, dir=str(folder))  # noqa: SIM115  # closed when it is sent
    pieces = application(environ, start_response)
    try:
        for piece in pieces:
            content.write(piece)
        content.seek(0)
    except BaseException:
        content.close()
        raise
    finally:
        if hasattr(pieces, "close"):
            pieces.close()
    status, headers = started[0]
    sent = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return Answer(int(status.split(" ", 1)[0]), sent, content)


def environ_of(scope: dict[str, Any], body: IO[bytes], size: int, lacks: str = "") -> dict[str, Any]:
    """Return PEP 3333's words for a request whose body is whole, however it came."""
    server, client = scope.get("server") or ("localhost", 80), scope.get("client") or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": str(server[0]),
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": str(client[0]),
        "REMOTE_PORT": str(client[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": io.BytesIO() if lacks else body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        _add_header(environ, name, value.decode("latin-1"))
    environ["CONTENT_LENGTH"] = "0" if lacks else str(size)
    if lacks:
        environ[BODY_LACKS] = lacks
    return environ


def _add_header(environ: dict[str, Any], name: bytes, value: str) -> None:
    """A name with an underscore would pass for another one with a hyphen, which a proxy before us may have cleared."""
    if b"_" in name:
        return
    key = name.decode("latin-1").upper().replace("-", "_")
    key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
    environ[key] = f"{environ[key]}{JOINED_BY.get(key, ',')}{value}" if key in environ else value
