"""What goes over the wire."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ninja import Schema


class Problem(Schema):
    """A no, after RFC 9457. `code` never changes its meaning; `detail` is in the language of Accept-Language."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    sentences: dict[str, str]


class ReceiptOut(Schema):
    """`duplicate`: these bytes were received before and change nothing. `waits`: the feed is paused."""

    batch_id: UUID
    feed: str
    duplicate: bool
    waits: bool


class BatchOut(Schema):
    """One file. rows_in = rows_loaded + rows_quarantined + rows_duplicate, always; empty until a run has read it."""

    batch_id: UUID
    feed: str
    file_name: str
    sha256: str
    bytes: int
    received_at: datetime
    outcome: str
    reason: str
    sentence: str
    detail: str
    rows_in: int | None
    rows_loaded: int | None
    rows_quarantined: int | None
    rows_duplicate: int | None
    corrects: UUID | None


class PauseOut(Schema):
    why: str
    note: str
    paused_at: datetime
    batch_id: UUID | None


class FeedOut(Schema):
    """One feed of the company. `data_at`: when the newest file that was loaded was received."""

    feed: str
    title: dict[str, str]
    file: str
    data_at: datetime | None
    age_days: int | None
    expected_every_days: int
    late: bool
    waiting: int
    pause: PauseOut | None
