"""The gateway by itself: what reaches the application, in which lane, and what is said when nothing does."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from onefold.web.gateway.application import LARGE, Gateway
from onefold.web.gateway.limits import Limits, limits_from

Environ = dict[str, Any]
WAIT_S = 20


def echo(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
    content = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["PATH_INFO"].encode("latin-1"), b" ", str(len(content)).encode()]


def gateway(tmp_path: Path, application: Any = echo, **limits: int) -> Gateway:
    return Gateway(application, Limits(**limits), tmp_path, lambda path: path == "/files/", 10_000_000)


class Client:
    """One request in pieces; `answer` is what was sent back."""

    def __init__(self, pieces: list[bytes], path: str = "/", *, announced: int | None = -1, goes: bool = False) -> None:
        self.pieces, self.goes, self.answer = pieces, goes, []  # type: list[bytes], bool, list[dict[str, Any]]
        length = sum(map(len, pieces)) if announced == -1 else announced
        said = [(b"transfer-encoding", b"chunked")] if length is None else [(b"content-length", str(length).encode())]
        self.scope = {
            "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"", "scheme": "http",
            "http_version": "1.1", "headers": [*said, (b"x_forwarded_proto", b"https"), (b"cookie", b"a=1"), (b"cookie", b"b=2")],
        }  # fmt: skip

    async def receive(self) -> dict[str, Any]:
        if self.pieces:
            piece = self.pieces.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(self.pieces) or self.goes}
        if self.goes:
            return {"type": "http.disconnect"}
        await asyncio.sleep(3600)
        raise AssertionError

    async def send(self, message: dict[str, Any]) -> None:
        self.answer.append(message)

    async def ask(self, asked: Gateway) -> tuple[int, bytes]:
        await asyncio.wait_for(asked(self.scope, self.receive, self.send), WAIT_S)
        if not self.answer:
            return 0, b""
        return self.answer[0]["status"], b"".join(message["body"] for message in self.answer[1:])


def ask(asked: Gateway, client: Client) -> tuple[int, bytes]:
    return asyncio.run(client.ask(asked))


@pytest.mark.parametrize("announced", [-1, None])
def test_a_body_in_pieces_comes_whole(tmp_path: Path, announced: int | None) -> None:
    pieces = [b"x" * 50_000] * 4
    assert ask(gateway(tmp_path), Client(pieces, announced=announced)) == (200, b"/ 200000")


def test_who_goes_before_the_body_is_whole_never_reaches_the_application(tmp_path: Path) -> None:
    reached: list[Environ] = []
    asked = gateway(tmp_path, lambda environ, _: reached.append(environ) or [])
    assert ask(asked, Client([b"x" * 200_000], announced=300_000, goes=True)) == (0, b"")
    assert not reached and not list(tmp_path.iterdir())


def test_a_body_that_does_not_come_is_over_in_time(tmp_path: Path) -> None:
    status, content = ask(gateway(tmp_path, body_seconds=1), Client([], announced=5))
    assert status == 408 and "请求未能及时到达" in content.decode()


def test_what_is_too_much_is_refused_where_no_file_is_taken(tmp_path: Path) -> None:
    asked = gateway(tmp_path, form_bytes_max=1000)
    assert ask(asked, Client([b"x" * 1001]))[0] == 413
    assert ask(asked, Client([b"x" * 600] * 2, announced=None))[0] == 413
    assert ask(asked, Client([b"x" * 2000], "/files/")) == (200, b"/files/ 2000")


def test_a_file_that_is_too_large_is_the_pages_own_to_refuse(tmp_path: Path) -> None:
    told: list[Environ] = []

    def note(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        told.append(environ)
        return echo(environ, start_response)

    asked = gateway(tmp_path, note, form_bytes_max=1000)
    asked.file_bytes_max = 5000
    assert ask(asked, Client([b"x" * 6000], "/files/")) == (200, b"/files/ 0")
    assert told[0]["onefold.body_lacks"] == "TOO_LARGE"


def test_headers_are_told_as_wsgi_has_them_and_none_in_disguise(tmp_path: Path) -> None:
    told: list[Environ] = []

    def note(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        told.append(environ)
        return echo(environ, start_response)

    ask(gateway(tmp_path, note), Client([b""], "/%E4%B8%AD%FF"))
    assert told[0]["HTTP_COOKIE"] == "a=1; b=2" and "HTTP_X_FORWARDED_PROTO" not in told[0]
    assert told[0]["PATH_INFO"].encode("latin-1") == b"/\xe4\xb8\xad\xff"


def test_an_upload_at_work_keeps_nobody_from_a_page(tmp_path: Path) -> None:
    """One thread in each lane, and the uploads' is busy until the page is there."""
    page_is_there = threading.Event()

    def busy_with_files(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/files/":
            assert page_is_there.wait(WAIT_S)
        return echo(environ, start_response)

    asked = gateway(tmp_path, busy_with_files, page_threads=1, upload_threads=1)

    async def both() -> list[tuple[int, bytes]]:
        upload = asyncio.create_task(Client([b"x" * (LARGE + 1)], "/files/").ask(asked))
        while not asked.uploads.inside + asked.pages.inside:
            await asyncio.sleep(0.01)
        page = await asyncio.wait_for(Client([b""]).ask(asked), WAIT_S / 2)
        page_is_there.set()
        return [page, await upload]

    assert [status for status, _ in asyncio.run(both())] == [200, 200]


def test_a_full_lane_says_so_at_once(tmp_path: Path) -> None:
    go_on = threading.Event()

    def slow(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        assert go_on.wait(WAIT_S)
        return echo(environ, start_response)

    asked = gateway(tmp_path, slow, page_threads=1, waiting_max=1)

    async def three() -> tuple[Client, list[tuple[int, bytes]]]:
        first = [asyncio.create_task(Client([b""]).ask(asked)) for _ in range(2)]
        while asked.pages.inside < 2:
            await asyncio.sleep(0.01)
        third = Client([b""], "/api/v1/feeds")
        status = await third.ask(asked)
        go_on.set()
        return third, [status, *(await asyncio.gather(*first))]

    third, answers = asyncio.run(three())
    assert [status for status, _ in answers] == [503, 200, 200]
    assert (b"retry-after", b"5") in third.answer[0]["headers"] and b'"code": "BUSY"' in answers[0][1]


def test_limits_come_from_the_environment_and_a_wrong_one_is_named() -> None:
    assert limits_from({"ONEFOLD_WEB_PAGE_THREADS": "7"}).page_threads == 7
    with pytest.raises(ValueError, match="ONEFOLD_WEB_BODY_SECONDS"):
        limits_from({"ONEFOLD_WEB_BODY_SECONDS": "0"})
