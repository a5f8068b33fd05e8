"""What a child says, taken from a pipe into its log. One writer a log, so that it is set aside whole lines at a time, while it runs."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from onefold.kernel import log_files

AT_ONCE = 65_536
PIPE_BYTES = 1_048_576
SET_PIPE_SIZE = 1031  # F_SETPIPE_SZ


class LogPipe:
    """The reading end, and the log behind it. `writer` is for the child; close it here once the child has it."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.reader, self.writer = os.pipe()
        os.set_blocking(self.reader, False)
        with suppress(OSError):  # a child is held up only when this much was said between two looks
            fcntl.fcntl(self.writer, SET_PIPE_SIZE, PIPE_BYTES)

    def take(self) -> bool:
        """Write down what was said since the last time; False when nobody can say anything any more."""
        try:
            said = os.read(self.reader, AT_ONCE)
        except BlockingIOError:
            return True
        if said:
            self._write(said)
        return bool(said)

    def close(self) -> None:
        """Write down what is left and let go of the pipe."""
        with suppress(BlockingIOError):
            while said := os.read(self.reader, AT_ONCE):
                self._write(said)
        os.close(self.reader)

    def _write(self, said: bytes) -> None:
        """A full disk must not end the supervisor: what cannot be written is lost."""
        with suppress(OSError):
            if log_files.is_full(self.log):
                end = said.find(b"\n") + 1
                self._append(said[:end])
                log_files.set_aside(self.log)
                said = said[end:]
            self._append(said)

    def _append(self, said: bytes) -> None:
        with open(self.log, "ab", buffering=0, opener=_private) as file:
            file.write(said)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
