"""The pool of a repository: files by their SHA-256, each once, whoever refers to it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from onefold.keeping import durable
from onefold.kernel.disk import on_disk


class Pool:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path_of(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256

    def put(self, source: Path) -> str:
        """Take in a file; its SHA-256. The bytes are on the disk under that name when this returns."""
        sha256, part = durable.copy_into(source, self.folder)
        target = self.path_of(sha256)
        try:
            if not target.exists() or target.stat().st_size != part.stat().st_size:
                target.parent.mkdir(exist_ok=True, mode=0o700)
                part.replace(target)
                on_disk(target.parent)
        finally:
            part.unlink(missing_ok=True)
        return sha256

    def wrong(self, sha256: str) -> str:
        """What is wrong with the file of this hash: empty when nothing is."""
        path = self.path_of(sha256)
        if not path.exists():
            return "missing"
        return "" if durable.sha256_of(path) == sha256 else "altered"

    def give(self, sha256: str, target: Path) -> bool:
        """Copy a file out, sharing the disk's blocks where it can; whether the copy has the hash it should."""
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            shutil.copyfile(self.path_of(sha256), target)
        except FileNotFoundError:
            return False
        target.chmod(0o600)
        return durable.sha256_of(target) == sha256

    def all(self) -> Iterator[str]:
        for shelf in self.folder.iterdir() if self.folder.exists() else ():
            if shelf.is_dir():
                yield from (path.name for path in shelf.iterdir())

    def drop_all_but(self, wanted: set[str]) -> int:
        """Remove what nobody refers to any more; how many bytes that frees."""
        freed = 0
        for sha256 in [known for known in self.all() if known not in wanted]:
            path = self.path_of(sha256)
            freed += path.stat().st_size
            os.unlink(path)
        return freed
