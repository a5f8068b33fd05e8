"""The ASGI application: a request is received, handed to Django in a thread, and its answer sent - each in time."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

from onefold.web.gateway.bodies import Body, Gone, Receive, TooSlow, Unsuitable, announced_length, received
from onefold.web.gateway.lanes import Lane, LaneFull
from onefold.web.gateway.limits import KIB, Limits
from onefold.web.gateway.wsgi import Answer, Application, answered, environ_of

Send = Callable[[dict[str, Any]], Awaitable[None]]
PIECE = 64 * KIB
LARGE = 256 * KIB
"""A body from here on is an upload, whatever it holds: to read it through takes longer than to make a page."""
RETRY_AFTER_S = 5
log = logging.getLogger(__name__)


class Said(Exception):
    """What is answered without asking Django: a status, its code and a sentence in each language."""

    def __init__(self, status: int, code: str, english: str, chinese: str) -> None:
        super().__init__(code)
        self.status, self.code, self.english, self.chinese = status, code, english, chinese


def busy() -> Said:
    return Said(
        503,
        "BUSY",
        "Too much is asked of us at this moment. Try again in some seconds.",
        "当前请求过多，请稍后几秒再试。",
    )


def too_slow() -> Said:
    english = "Your request did not arrive in time. Check the connection and send it again."
    return Said(408, "TOO_SLOW", english, "请求未能及时到达。请检查网络后重新提交。")


def too_large() -> Said:
    return Said(
        413,
        "TOO_LARGE",
        "This is more than may be sent here. Shorten it.",
        "提交的内容超过此处允许的大小，请缩短后重试。",
    )


def no_space() -> Said:
    english = "There is no space left on our disk. Nothing was kept; try again later."
    return Said(507, "NO_SPACE", english, "服务器磁盘空间不足，未保存任何内容，请稍后再试。")


def unreadable() -> Said:
    return Said(400, "LENGTH_UNREADABLE", "The length of the body cannot be read.", "请求体长度无法识别。")


LACKING = {"TOO_LARGE": too_large, "NO_SPACE": no_space}
"""Where no file is handed in; where one is, Django says it in the page's own words."""


class Gateway:
    """Everything a client may take its time with is waited for in the event loop; Django gets what is whole.

    `takes_files(path)`: whether a file may be handed in there, up to `file_bytes_max`; anywhere else a body is a form.
    """

    def __init__(
        self,
        application: Application,
        limits: Limits,
        folder: Path,
        takes_files: Callable[[str], bool],
        file_bytes_max: int,
    ) -> None:
        self.application, self.limits, self.folder = application, limits, folder
        self.takes_files, self.file_bytes_max = takes_files, file_bytes_max
        self.pages = Lane("pages", limits.page_threads, limits.waiting_max)
        self.uploads = Lane("uploads", limits.upload_threads, limits.waiting_max)
        self.receiving = 0

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            answer = await self._answer(scope, receive)
        except Gone:
            return
        except Said as said:
            await self._send(send, scope, _bare(said, scope["path"]), closes=True)
        else:
            await self._send(send, scope, answer)

    async def _answer(self, scope: dict[str, Any], receive: Receive) -> Answer:
        """Raises `Said`, `Gone`."""
        body = await self._body(scope, receive)
        try:
            if body.lacks and not self.takes_files(scope["path"]):
                raise LACKING[body.lacks]()
            if not body.lacks:
                body.file.seek(0)
            environ = environ_of(scope, body.file, body.size, body.lacks)
            lane = self.uploads if body.size > LARGE else self.pages
            return await lane.run(partial(answered, self.application, environ, self.folder))
        except LaneFull:
            raise busy() from None
        finally:
            body.file.close()

    async def _body(self, scope: dict[str, Any], receive: Receive) -> Body:
        try:
            announced = announced_length(scope["headers"])
        except Unsuitable:
            raise unreadable() from None
        if self.receiving >= self.limits.bodies_max and announced != 0:
            raise busy()
        self.receiving += 1
        try:
            return await received(receive, announced, self._bytes_max(scope, announced), self.limits, self.folder)
        except TooSlow:
            raise too_slow() from None
        finally:
            self.receiving -= 1

    def _bytes_max(self, scope: dict[str, Any], announced: int | None) -> int:
        if announced is not None and announced <= self.limits.form_bytes_max:
            return self.limits.form_bytes_max
        return self.file_bytes_max if self.takes_files(scope["path"]) else self.limits.form_bytes_max

    async def _send(self, send: Send, scope: dict[str, Any], answer: Answer, *, closes: bool = False) -> None:
        """Piece by piece; a client that does not take a piece in time is left, and the server closes the connection."""
        headers = [*answer.headers, (b"connection", b"close")] if closes else answer.headers
        with answer.content as content:
            try:
                await send({"type": "http.response.start", "status": answer.status, "headers": headers})
                piece = content.read(PIECE)
                while True:
                    following = content.read(PIECE)
                    async with asyncio.timeout(self.limits.send_seconds):
                        await send({"type": "http.response.body", "body": piece, "more_body": bool(following)})
                    if not following:
                        return
                    piece = following
            except TimeoutError:
                log.warning("an answer was not taken in time; the connection is closed")


def _bare(said: Said, path: str) -> Answer:
    """A page that needs nothing, or problem JSON for a machine."""
    if path.startswith("/api/"):
        kind = "application/problem+json"
        words: dict[str, Any] = {
            "type": "about:blank", "title": said.code, "status": said.status, "code": said.code, "detail": said.english,
            "sentences": {"en": said.english, "zh-Hans": said.chinese},
        }  # fmt: skip
        content = json.dumps(words, ensure_ascii=False).encode()
    else:
        kind = "text/html; charset=utf-8"
        content = (
            f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f'<title>Onefold</title><h1>Onefold</h1><p>{said.english}</p><p lang="zh-Hans">{said.chinese}</p></html>\n'
        ).encode()
    headers = [
        (b"content-type", kind.encode()), (b"content-length", str(len(content)).encode()), (b"cache-control", b"no-store"),
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"), (b"x-content-type-options", b"nosniff"),
    ]  # fmt: skip
    if said.status == 503:
        headers.append((b"retry-after", str(RETRY_AFTER_S).encode()))
    return Answer(said.status, headers, io.BytesIO(content))
