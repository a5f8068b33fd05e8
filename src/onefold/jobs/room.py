"""What the clock does about the disk: what dead writers left half written goes, a disk that fills up is told, and a run that
found no room is asked for again once there is some.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from onefold.commands import clock
from onefold.commands.viewer import Viewer
from onefold.domains.intake.bytes import clear_dead_parts
from onefold.domains.intake.refusals import NoSpace
from onefold.domains.releases.actions import request_run
from onefold.domains.releases.models import Run
from onefold.domains.releases.queries import latest_run
from onefold.kernel.ids import new_id
from onefold.kernel.room import USED_SHARE_MAX, DiskFull, used_share

CLOCK = Viewer.system("clock")
AGAIN_AFTER = timedelta(minutes=5)
log = logging.getLogger("onefold.room")


def look_after_the_disk() -> None:
    """Clear, tell, and go on where it was left."""
    var = Path(settings.VAR)
    removed = clear_dead_parts(var / "intake")
    if removed:
        log.warning("%d files that were never wholly received have been removed", removed)
    used = used_share(var)
    if used > USED_SHARE_MAX:
        log.warning("the disk of %s is %.0f %% full; make room before it stops the database", var, used * 100)
    elif lacked_room():
        request_run(CLOCK, new_id())


def lacked_room() -> bool:
    """Did the last run end because the disk was full, some minutes ago?"""
    last = latest_run(CLOCK)
    if last is None or last.state != Run.State.FAILED or last.finished_at is None:
        return False
    return last.failure.startswith((DiskFull.code, NoSpace.code)) and clock.now() - last.finished_at >= AGAIN_AFTER
