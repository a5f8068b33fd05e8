"""A form's files on their way to the disk: never more than one may be, and a full disk is a refusal, not a crash."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest

from onefold.domains.intake.bytes import MEGABYTE
from onefold.domains.intake.refusals import FileTooLarge, NoSpace
from onefold.kernel.refusals import Refusal
from onefold.kernel.room import is_full
from onefold.web.gateway.wsgi import BODY_LACKS

REFUSED = "onefold.upload_refused"


class BoundedUpload(TemporaryFileUploadHandler):
    """Writes each file to a temporary one, up to the limit. What it refuses the view raises by `raise_refused`."""

    def new_file(self, *words: Any, **more: Any) -> None:
        self.size = 0
        try:
            super().new_file(*words, **more)
        except OSError as error:
            self._stop_if_full(error)
        os.unlink(self.file.temporary_file_path())  # nameless: a process that is killed leaves nothing

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.size += len(raw_data)
        if self.size > settings.INTAKE_BYTES_MAX:
            self._stop(FileTooLarge(limit_mb=settings.INTAKE_BYTES_MAX // MEGABYTE))
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as error:
            self._stop_if_full(error)

    def file_complete(self, file_size: int) -> UploadedFile | None:
        try:
            self.file.flush()
        except OSError as error:
            self._stop_if_full(error)
        return super().file_complete(file_size)

    def _stop_if_full(self, error: OSError) -> None:
        if not is_full(error):
            raise error
        self._stop(NoSpace())

    def _stop(self, refusal: Refusal) -> None:
        if self.request is not None:
            self.request.META[REFUSED] = refusal
        self.upload_interrupted()
        raise StopUpload(connection_reset=False)


def refusal_of(request: HttpRequest) -> Refusal | None:
    """Why the request's file was not taken in, by the gateway or while its form was read; None when it was."""
    lacks = request.META.get(BODY_LACKS)
    if lacks:
        return NoSpace() if lacks == "NO_SPACE" else FileTooLarge(limit_mb=settings.INTAKE_BYTES_MAX // MEGABYTE)
    refusal: Refusal | None = request.META.get(REFUSED)
    return refusal


def raise_refused(request: HttpRequest) -> None:
    """Raise what was refused before the view could read it."""
    refusal = refusal_of(request)
    if refusal is not None:
        raise refusal
