"""What was written is on the disk, and not only in the system's memory."""

from __future__ import annotations

import os
from pathlib import Path


def on_disk(path: Path) -> None:
    """Bring a file's bytes, or a folder's names, to the disk: a new name is there when its folder is."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
