"""Feeds, files, batches, rejects."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from ninja import Path, Query, Router, Status

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.intake import queries as intakes
from onefold.domains.intake.actions import note_rejects_taken
from onefold.domains.intake.as_sent import take_rejects
from onefold.domains.intake.handing_in import hand_in
from onefold.domains.intake.refusals import BatchUnknown, FeedMissing
from onefold.domains.organisation.models import Scope
from onefold.kernel.ids import new_id
from onefold.policy.feed_sentences import REFUSAL_SENTENCES, REJECT_SENTENCES
from onefold.web.api.bodies import IDEMPOTENCY_KEY, command_of, file_of
from onefold.web.api.entrance import Token
from onefold.web.api.shapes import BatchOut, FeedOut, Problem, ReceiptOut
from onefold.web.api.words import asks_only
from onefold.web.viewers import language_of

ASKED = {(401, 403, 404, 422, 429, 503, 507): Problem}
RAW = {
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
            "multipart/form-data": {
                "schema": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
            },
        },
    },
    "parameters": [IDEMPOTENCY_KEY],
}

router = Router(auth=Token(Scope.FEEDS), tags=["Feeds"])
TAKEN = ("application/x-ndjson", "application/octet-stream")
BATCH = Path(max_length=64, description="as the receipt says")


@router.get("/feeds", response={200: list[FeedOut], **ASKED}, url_name="feeds", summary="Your company's feeds")
def feeds(request: Any) -> list[dict[str, Any]]:
    return [
        {
            "feed": row.feed,
            "title": row.title,
            "file": row.file,
            "data_at": row.data_at,
            "age_days": row.age_days,
            "expected_every_days": row.freshness_days,
            "late": row.is_stale,
            "waiting": row.waiting,
            "pause": asdict(row.pause) if row.pause else None,
        }
        for row in intakes.feeds_of(request.auth)
    ]


@router.post(
    "/feeds/{feed}/files",
    response={201: ReceiptOut, (400, 401, 403, 404, 409, 411, 413, 415, 422, 429, 503, 507): Problem},
    url_name="files",
    summary="Hand in a file",
    openapi_extra=RAW,
)
def files(
    request: Any, feed: str = Path(max_length=60), name: str = Query("", max_length=1000), corrects: UUID | None = None
) -> Any:
    """The bytes are kept as they came. `name`: as your system calls the file. `corrects`: the batch whose rows set aside
    this file brings again, mended.
    """
    asks_only(request, "name", "corrects")
    viewer: Viewer = request.auth
    if feed not in {spec.name for spec in intakes.specs_of(viewer)}:
        raise FeedMissing()
    file_name, chunks = file_of(request, name)
    command_id = command_of(request, viewer.key)
    done = hand_in(viewer, command_id, file_name=file_name, feed=feed, chunks=chunks, corrects=corrects)
    return Status(201, asdict(done[0]))


@router.get("/batches/{batch_id}", response={200: BatchOut, **ASKED}, url_name="batch", summary="What became of a file")
def batch(request: Any, batch_id: str = BATCH) -> dict[str, Any]:
    row = intakes.batch(request.auth, _id(batch_id))
    sentence = REFUSAL_SENTENCES.get(row.reason, {}).get(language_of(request), row.reason)
    return asdict(row) | {"sentence": sentence}


@router.get(
    "/batches/{batch_id}/rejects",
    response={200: None, **ASKED},
    url_name="rejects",
    summary="Rows set aside",
    openapi_extra={"responses": {200: {"content": {kind: {"schema": {"type": "string"}} for kind in TAKEN}}}},
)
def rejects(
    request: Any, batch_id: str = BATCH, form: str = Query("jsonl", alias="as", max_length=10, pattern="^(jsonl|sent)$")
) -> HttpResponse:
    """JSON lines with line, column, rule, sentences and the original bytes (base64); or `as=sent`: exactly the bytes sent,
    under the file's own header. That the rows were taken is written down.
    """
    asks_only(request, "as")
    viewer, known = request.auth, _id(batch_id)
    with reading(viewer):
        intakes.batch(viewer, known)
        rows = intakes.rejects_of(viewer, known)
    if form == "sent" and rows:
        name, body = take_rejects(viewer, known)
        response = HttpResponse(body, content_type="application/octet-stream")
        response["Content-Disposition"] = content_disposition_header(True, name)
        return response
    if rows:
        note_rejects_taken(viewer, new_id(), batch_id=known)
    return HttpResponse(b"".join(_lines(rows)), content_type="application/x-ndjson")


def _lines(rows: list[intakes.RejectRow]) -> Iterator[bytes]:
    for row in rows:
        line = {
            "line": row.line,
            "column": row.column,
            "rule": row.rule,
            "sentence": REJECT_SENTENCES.get(row.rule, {}),
            "original_base64": base64.b64encode(row.original).decode(),
        }
        yield json.dumps(line, ensure_ascii=False).encode() + b"\n"


def _id(text: str) -> UUID:
    """An id of another form is of no batch at all."""
    try:
        return UUID(text)
    except ValueError:
        raise BatchUnknown() from None
