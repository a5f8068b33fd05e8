"""The log's names and places: 24 hexadecimal digits of timeline and segment, and positions written 0/3000148."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

NAME = re.compile(r"^[0-9A-F]{24}$")
UNFINISHED = ".partial"
SUM = ".sha256"


def position(text: str) -> int:
    """The byte of the log that `0/3000148` names."""
    high, low = text.split("/")
    return (int(high, 16) << 32) + int(low, 16)


def written(position_: int) -> str:
    return f"{position_ >> 32:X}/{position_ & 0xFFFFFFFF:X}"


@dataclass(frozen=True)
class Segments:
    """The finished segments and the unfinished one in a folder, all of one timeline and of `bytes` each."""

    folder: Path
    bytes: int

    def name(self, timeline: int, number: int) -> str:
        in_a_log = 0x1_0000_0000 // self.bytes
        return f"{timeline:08X}{number // in_a_log:08X}{number % in_a_log:08X}"

    def number(self, name: str) -> int:
        return int(name[8:16], 16) * (0x1_0000_0000 // self.bytes) + int(name[16:24], 16)

    def holding(self, position_: int) -> int:
        return position_ // self.bytes

    def finished(self) -> list[str]:
        return sorted(path.name for path in self._files() if NAME.match(path.name))

    def unfinished(self) -> Path | None:
        """The one being written; the newest, should a finished one have left its former name behind."""
        return max((path for path in self._files() if path.name.endswith(UNFINISHED)), default=None)

    def sum_of(self, name: str) -> str | None:
        path = self.folder / f"{name}{SUM}"
        return path.read_text().strip() if path.exists() else None

    def _files(self) -> list[Path]:
        return list(self.folder.iterdir()) if self.folder.exists() else []
