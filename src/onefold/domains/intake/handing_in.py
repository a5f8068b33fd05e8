"""One file handed in, by whichever door: its bytes are kept, then each feed that takes it gets a receipt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.conf import settings

from onefold.commands.viewer import Viewer
from onefold.domains.intake.actions import receive
from onefold.domains.intake.bytes import MEGABYTE, keep
from onefold.domains.intake.queries import feeds_for_file
from onefold.domains.intake.refusals import FileNameMissing, FileTooLarge, UploadCutOff
from onefold.kernel.ids import derived_id

CHUNK = 1_048_576


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Receipt:
    batch_id: str
    feed: str
    duplicate: bool
    waits: bool


def hand_in(
    viewer: Viewer,
    command_id: UUID,
    *,
    file_name: str,
    feed: str,
    chunks: Iterable[bytes],
    corrects: UUID | None = None,
) -> list[Receipt]:
    """Keep the bytes and return a receipt for each feed; without `feed` the name decides which. What the file holds a run sees.

    Handing in again with the same command id gives the same receipts. Raises what `receive` and `keep` raise.
    """
    file_name = plain_name(file_name)
    feeds = [feed] if feed else feeds_for_file(viewer, file_name)
    kept = keep(settings.VAR / "intake", chunks, settings.INTAKE_BYTES_MAX)
    more = {"corrects": corrects} if corrects else {}
    return [
        Receipt(
            feed=name,
            **receive(
                viewer,
                derived_id(str(command_id), name),
                feed=name,
                file_name=file_name,
                sha256=kept.sha256,
                size=kept.size,
                **more,
            ),
        )
        for name in feeds
    ]


def plain_name(name: str) -> str:
    """Return the name without folders and control characters; the sender's own letters otherwise. Raises `FileNameMissing`."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(letter for letter in last if letter.isprintable()).strip()[:200]
    if plain in ("", ".", ".."):
        raise FileNameMissing()
    return plain


def refuse_too_large(announced: int) -> None:
    """Say no before a byte is read. Raises `FileTooLarge`."""
    if announced > settings.INTAKE_BYTES_MAX:
        raise FileTooLarge(limit_mb=settings.INTAKE_BYTES_MAX // MEGABYTE)


def chunks_of(body: Readable, announced: int) -> Iterator[bytes]:
    """The bytes of a request's body as they come; raises `UploadCutOff` when fewer came than were announced."""
    size = 0
    while chunk := body.read(CHUNK):
        size += len(chunk)
        yield chunk
    if size != announced:
        raise UploadCutOff()
