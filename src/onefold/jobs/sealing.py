"""The audit's sealer, a thread beside the relay: a link every ten seconds where lines came, a signed head outside every minute."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

from django.conf import settings
from django.db import connection

from onefold.commands import clock, heads, proof
from onefold.commands.sealing import Sealer
from onefold.domains.ledger.queries import head_of_the_book
from onefold.jobs.patience import Patience
from onefold.kernel import keys

SEAL_EVERY_S, WRITE_DOWN_EVERY_S, PAUSE_AFTER_FAULT_S = 10.0, 60.0, 5.0
log = logging.getLogger("onefold.sealing")


def start(stop: threading.Event) -> threading.Thread:
    """Seal in a thread of this process until told to stop. Whatever goes wrong in there, the relay goes on."""
    thread = threading.Thread(target=_keep_sealing, args=(stop,), name="sealing", daemon=True)
    thread.start()
    return thread


def folders() -> list[Path]:
    """Where heads are written down: beside everything else, and where the operator wants a copy."""
    return [settings.VAR / "audit" / "heads", *([Path(settings.AUDIT_HEADS)] if settings.AUDIT_HEADS else [])]


class Register:
    """Writes down the heads that are new since it looked last, in every folder; a folder that cannot be written to is tried again."""

    def __init__(self, key: heads.SigningKey) -> None:
        self.key = key
        self.written = {folder: {_place(said): said["head"] for said in heads.read(folder)} for folder in folders()}

    def write_down(self) -> int:
        """Return how many heads were new in the first folder."""
        now = proof.heads_now() + head_of_the_book()
        fresh = 0
        for folder, written in self.written.items():
            new = [said for said in now if written.get(_place(said)) != said["head"]]
            if new:
                heads.write_down(folder, self.key, f"{clock.now():%Y-%m}", new)
                written.update({_place(said): said["head"] for said in new})
            fresh = fresh or len(new)
        return fresh


def _place(said: heads.Said) -> tuple[str, str, int]:
    return said["chain"], said["company"], said["link"]


def _keep_sealing(stop: threading.Event) -> None:
    patience = Patience("sealing", stop)
    sealer, register, due = Sealer(), None, 0.0
    while not stop.is_set():
        try:
            sealer.seal(clock.now())
            register = register or Register(heads.SigningKey.of(keys.current(settings.SECRETS, keys.AUDIT)))
            if time.monotonic() >= due:
                register.write_down()
                due = time.monotonic() + WRITE_DOWN_EVERY_S
            patience.over()
            stop.wait(SEAL_EVERY_S)
        except Exception as error:
            if not patience.bear(error):
                log.error("sealing: %s", type(error).__name__)
                connection.close()
                stop.wait(PAUSE_AFTER_FAULT_S)
    connection.close()
