"""Everything that is kept, looked at byte by byte: files received, the lake, the vault."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from onefold.seam import checksums
from onefold.seam.checksums import KeptFileBroken
from onefold.seam.salts import KEYS_FOLDER

_NAMED_BY_HASH = re.compile(r"[0-9a-f]{64}")


def verify_all(var: Path, received: Iterable[str] = ()) -> Iterator[KeptFileBroken]:
    """Every kept file of an installation that is missing or not what was written, as the refusal that reading it would raise.

    `received`: the hashes of all receipts, so that a file that has gone is missed. Without them only what lies there is looked at.
    """
    yield from verify_received(var / "intake", received)
    for folder in kept_folders(var):
        yield from verify_folder(folder)


def adopt_all(var: Path) -> None:
    """Give an installation of before there were lists its lists, once; the vault's own is written last and says that it was done."""
    if (var / "vault").is_dir() and not (var / "vault" / checksums.LIST).exists():
        for folder in kept_folders(var):
            if folder != var / "vault":
                checksums.adopt(folder)
        checksums.adopt(var / "vault")


def kept_folders(var: Path) -> list[Path]:
    """The folders with a list: finished releases in the lake and in the vault, what was forgotten, and the salts."""
    finished = [
        folder
        for runs in (var / "lake" / "runs", var / "vault" / "runs")
        for folder in sorted(runs.glob("*"))
        if folder.is_dir() and not folder.suffix
    ]
    vault = [folder for folder in (var / "vault", var / "vault" / KEYS_FOLDER) if folder.is_dir()]
    return [*finished, *vault]


def verify_folder(folder: Path) -> Iterator[KeptFileBroken]:
    try:
        names = set(checksums.read_list(checksums.required(folder)))
    except KeptFileBroken as broken:
        yield broken
        return
    for name in sorted(names | {path.name for path in folder.glob("*.parquet")}):
        try:
            checksums.listed(folder / name)
        except KeptFileBroken as broken:
            yield broken


def verify_received(intake: Path, received: Iterable[str]) -> Iterator[KeptFileBroken]:
    there = {path.name for path in intake.glob("*") if _NAMED_BY_HASH.fullmatch(path.name)}
    for sha256 in sorted(there | set(received)):
        try:
            checksums.verified(intake / sha256, sha256)
        except KeptFileBroken as broken:
            yield broken
