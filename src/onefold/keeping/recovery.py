"""A restored data folder is brought to its moment: the log laid beside it, replayed, and the server promoted to a new timeline."""

from __future__ import annotations

import re
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from onefold.embedded import cluster, postmaster, settings
from onefold.embedded.refusals import ProgramFailed
from onefold.keeping import wal
from onefold.keeping.archive import Following
from onefold.keeping.refusals import LogEndsEarly, MomentNotReached
from onefold.keeping.repository import Backup

OWN_SETTINGS = "postgresql.auto.conf"
BEGIN, END = "# onefold: restoring", "# onefold: restored"
LOCK_S, GONE_S, POLL_S = 20.0, 1.0, 0.05
NOT_REACHED = "recovery ended before configured recovery target was reached"


@dataclass(frozen=True)
class Until:
    """Where recovery ends: at a moment, at a named point, or (neither) at the end of the log."""

    moment: str = ""
    point: str = ""

    @property
    def setting(self) -> str:
        if self.moment:
            return f"recovery_target_time = '{self.moment}'\n"
        return f"recovery_target_name = '{self.point}'\n" if self.point else ""


def lay_log(backup: Backup, after: Following, data: Path) -> None:
    """Put the segments where recovery finds them by itself: no command of the archive's runs as the server's account."""
    archive, folder = backup.lineage.wal, data / "pg_wal"
    for name in after.finished:
        shutil.copyfile(archive.folder / name, folder / name)
    if after.unfinished and after.unfinished.stat().st_size:
        shutil.copyfile(after.unfinished, folder / after.unfinished.stem)


def recover(folder: Path, until: Until, *, expected_lsn: str | None, whole_then: bool) -> cluster.Cluster:
    """Start the server in `folder`, let it replay and promote it; it runs when this returns.

    `whole_then`: the log was complete at the moment asked for; where nothing was written after it, its end is that moment. Raises
    `MomentNotReached`, or `LogEndsEarly` when less could be read than `expected_lsn`, which was on the disk once.
    """
    data = folder / "data"
    (data / "recovery.signal").touch(0o600)
    starting = cluster.Starting(folder.resolve(), settings.flavour_of(data) or settings.REAL)
    with cluster.exclusive(folder, LOCK_S):
        starting.prepare("")
        try:
            server = _replay(starting, until)
        except MomentNotReached:
            if not whole_then:
                raise
            server = _replay(starting, Until())
    if expected_lsn:
        _require_reached(data, expected_lsn)
    _unset(data)
    return server


def _replay(starting: cluster.Starting, until: Until) -> cluster.Cluster:
    _unset(starting.data)
    _set(starting.data, until)
    _, offset = starting.launch()
    return _await(starting, offset, until)


def _await(starting: cluster.Starting, offset: int, until: Until) -> cluster.Cluster:
    """The server lets nobody in before all is replayed and it is promoted; if it cannot, it ends and its log says why."""
    quiet_since = time.monotonic()
    while True:
        server = cluster.find_running(starting.folder)
        if server:
            return server
        if postmaster.living(starting.data):
            quiet_since = time.monotonic()
        elif time.monotonic() - quiet_since > GONE_S:
            said = starting.log.read_bytes()[offset:].decode(errors="replace")
            if NOT_REACHED in said:
                raise MomentNotReached(moment=until.moment or until.point, said="the log ends before it")
            raise ProgramFailed(program="postgres", folder=starting.folder, said=cluster.last_lines(said))
        time.sleep(POLL_S)


def _set(data: Path, until: Until) -> None:
    """Into the file that wins over all others. Nothing is archived or fetched; nobody reads before all is replayed."""
    lines = f"restore_command = 'false'\nhot_standby = off\nrecovery_target_action = 'promote'\n{until.setting}"
    with (data / OWN_SETTINGS).open("a") as file:
        file.write(f"{BEGIN}\n{lines}{END}\n")


def _unset(data: Path) -> None:
    path = data / OWN_SETTINGS
    path.write_text(re.sub(f"{BEGIN}\n.*?{END}\n", "", path.read_text(), flags=re.DOTALL))


def _require_reached(data: Path, expected: str) -> None:
    """The history of the new timeline says where the old one was left."""
    history = max((data / "pg_wal").glob("*.history")).read_text().strip().splitlines()[-1]
    reached = history.split("\t")[1]
    if wal.position(reached) < wal.position(expected):
        raise LogEndsEarly(reached=reached, expected=expected)
