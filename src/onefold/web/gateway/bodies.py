"""A request's body, received whole or not at all, without a thread that waits for it."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from onefold.kernel.room import is_full
from onefold.web.gateway.limits import KIB, MIB, Limits

Receive = Callable[[], Awaitable[dict[str, Any]]]
IN_MEMORY_MAX = 64 * KIB
DRAINED_MAX = 16 * MIB
"""So much of a refused body is still taken in: a client that is cut off while it writes may never read why."""


class TooSlow(Exception):
    """The body did not come in time."""


class Gone(Exception):
    """The client went away before its body was whole."""


class Unsuitable(Exception):
    """What was announced as the body's length is no length."""


@dataclass
class Body:
    """What came. `lacks`: why Django gets no body, `TOO_LARGE` or `NO_SPACE`; empty when it is whole."""

    file: IO[bytes]
    size: int = 0
    lacks: str = ""

    def take(self, piece: bytes, bytes_max: int) -> None:
        self.size += len(piece)
        if self.size > bytes_max:
            self.refuse("TOO_LARGE")
        if self.lacks:
            return
        try:
            self.file.write(piece)
        except OSError as error:
            if not is_full(error):
                raise
            self.refuse("NO_SPACE")

    def refuse(self, why: str) -> None:
        """Give back the room at once; what else comes is counted and dropped."""
        if not self.lacks:
            self.lacks = why
            self.file.close()

    def is_worth_receiving(self, bytes_max: int) -> bool:
        return not self.lacks or self.size <= bytes_max + DRAINED_MAX


async def received(receive: Receive, announced: int | None, bytes_max: int, limits: Limits, folder: Path) -> Body:
    """Return the body when it is whole, or as soon as it is clear that it may not be. Raises `TooSlow`, `Gone`.

    `announced`: the length that the client named, None for a body in chunks.
    """
    body = Body(tempfile.SpooledTemporaryFile(IN_MEMORY_MAX, dir=str(folder)))  # noqa: SIM115  # closed by whoever gets the body
    try:
        if announced is not None and announced > bytes_max:
            body.refuse("TOO_LARGE")
            if announced > bytes_max + DRAINED_MAX:
                return body
        await _fill(body, receive, bytes_max, limits)
    except BaseException:
        body.file.close()
        raise
    return body


async def _fill(body: Body, receive: Receive, bytes_max: int, limits: Limits) -> None:
    began = asyncio.get_running_loop().time()
    try:
        async with asyncio.timeout_at(began + limits.body_seconds) as deadline:
            while body.is_worth_receiving(bytes_max):
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Gone
                body.take(message.get("body", b""), bytes_max)
                if not message.get("more_body"):
                    return
                deadline.reschedule(began + limits.body_seconds + body.size / limits.body_rate)
    except TimeoutError:
        raise TooSlow from None


def announced_length(headers: list[tuple[bytes, bytes]]) -> int | None:
    """Return the length that the client named, 0 where there is no body, None for a body in chunks. Raises `Unsuitable`."""
    named = {value for name, value in headers if name == b"content-length"}
    if any(name == b"transfer-encoding" for name, _ in headers):
        return None
    if not named:
        return 0
    (value, *others) = named
    if others or not value.isdigit():
        raise Unsuitable
    return int(value)
