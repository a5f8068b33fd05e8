"""How long a client may take, how much it may send, and how many may at once. Per worker where nothing else is said."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

PREFIX = "ONEFOLD_WEB_"
KIB, MIB = 1024, 1024**2


@dataclass(frozen=True)
class Limits:
    """Each is set by `ONEFOLD_WEB_` and its name in capitals."""

    workers: int = 2
    """processes; one a core"""
    page_threads: int = 4
    """requests at work at once"""
    upload_threads: int = 2
    """the same for those with a large body; each thread of either kind keeps one connection to the database"""
    waiting_max: int = 256
    """complete requests that wait for a thread of their lane; the next is answered 503 at once"""
    bodies_max: int = 256
    """bodies being received at once"""
    connections_max: int = 4096
    """open connections of all workers; further ones wait unaccepted"""
    header_seconds: int = 20
    """for the headers of a request from the end of the one before: closes idle connections too"""
    body_seconds: int = 30
    """for a body, and one second more for each `body_rate` bytes received"""
    body_rate: int = 4 * KIB
    """bytes a second that a long body must come with on the whole"""
    send_seconds: int = 30
    """for the client to take each 64 KiB of an answer"""
    form_bytes_max: int = 3 * MIB
    """largest body of a request that hands in no file"""


def limits_from(environment: Mapping[str, str]) -> Limits:
    """Read the limits; raises `ValueError` naming a variable that is no whole number from 1 on."""
    found = {}
    for one in fields(Limits):
        name = PREFIX + one.name.upper()
        text = environment.get(name, "")
        if text and (not text.isdecimal() or int(text) < 1):
            raise ValueError(f"{name} is a whole number from 1 on, not {text!r}")
        if text:
            found[one.name] = int(text)
    return Limits(**found)


def spool_folder(var: Path) -> Path:
    """Where long bodies and long answers lie while they are on their way: on the disk of everything else that is kept, or with
    what the service manager gave to a web server under an account of its own."""
    folder = Path(os.environ.get("STATE_DIRECTORY", var)) / "spool"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except PermissionError:  # an account of its own without a state directory: what is its own lies in `web`
        folder = var / "web" / "spool"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
