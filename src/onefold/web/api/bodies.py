"""The file in a request: as the body itself or as one field of a form. Never more of it in memory than a piece."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.http import HttpRequest

from onefold.domains.intake.handing_in import chunks_of, refuse_too_large
from onefold.kernel.ids import derived_id, new_id
from onefold.web.api.refusals import BodyUnsuitable, LengthMissing, WordsUnsuitable
from onefold.web.uploads import raise_refused

FORM = "multipart/form-data"
UNSUITABLE = ("application/x-www-form-urlencoded", "application/json", "text/html")
"""What clients say when they were not told: the file would arrive changed, or not be one."""
KEY_MAX = 200
IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "schema": {"type": "string", "maxLength": KEY_MAX, "pattern": "^[ -~]*$"},
    "description": "The same key again gives the first answer and has no second effect; with something else it is refused.",
}


def file_of(request: HttpRequest, name: str) -> tuple[str, Iterable[bytes]]:
    """Return the file's name and its bytes in pieces. Raises `BodyUnsuitable`, `LengthMissing`, `FileTooLarge`, `NoSpace`."""
    raise_refused(request)
    if request.META.get("HTTP_TRANSFER_ENCODING") and not request.META.get("CONTENT_LENGTH"):
        raise LengthMissing()
    announced = _length(request)
    refuse_too_large(announced)
    kind = (request.content_type or "").lower()
    if kind in UNSUITABLE:
        raise BodyUnsuitable()
    if kind != FORM:
        return name, chunks_of(request, announced)
    files = request.FILES.getlist("file")
    raise_refused(request)
    if len(files) != 1:
        raise BodyUnsuitable()
    return name or files[0].name or "", files[0].chunks()


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise LengthMissing() from None


def command_of(request: HttpRequest, actor: str) -> UUID:
    """The same `Idempotency-Key` of the same token is the same command, for ever; without one each request is its own."""
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return new_id()
    if len(key) > KEY_MAX or not key.isprintable():
        raise WordsUnsuitable(place="Idempotency-Key")
    return derived_id("api", actor, key)
