"""`onefold backup`, `restore`, `verify` and `drill`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from onefold import embedded
from onefold.cli import kept_files, place
from onefold.keeping import drill as drills
from onefold.keeping import keeper, limits, restoring, verifying
from onefold.keeping.repository import FILES_ONLY, Repository
from onefold.kernel.refusals import Refusal
from onefold.policy.packs import RulebookBroken

DATA, KEYS = "ONEFOLD_BACKUP", "ONEFOLD_BACKUP_KEYS"


def backup(words: list[str]) -> int:
    """Back up everything while it runs: database, files, and - in a place apart - the keys."""
    parser = argparse.ArgumentParser(prog="onefold backup", description=backup.__doc__)
    parser.add_argument("--to", default=os.environ.get(DATA), help=f"where the data go (default: {DATA})")
    parser.add_argument("--keys-to", default=os.environ.get(KEYS), help=f"where the keys go, apart (default: {KEYS})")
    parser.add_argument("--full", action="store_true", help="all of the database, not only what changed")
    asked = parser.parse_args(words)
    return saying_no(lambda: back_up(asked.to, asked.keys_to, full=asked.full))


def back_up(data: str | None, keys: str | None, *, full: bool = False) -> int:
    began = datetime.now(UTC)
    made = own_keeper(data, keys).backup(full=full)
    seconds = (datetime.now(UTC) - began).total_seconds()
    if made.kind == FILES_ONLY:
        at, lsn = made.manifest["ended_at"], made.manifest["lsn"]
        print(f"Files and keys are kept ({seconds:.1f} s). The database is not: it is an external server's.")
        print(f"They fit to its state of {at}, position {lsn}. Keep that with pgBackRest or Barman: docs/backup.md.")
    else:
        size = made.manifest["bytes"] / 1e9
        print(f"Backup {made.id} ({made.kind}) is whole: {size:.2f} GB of database, in {seconds:.1f} s.")
    return 0


def own_keeper(data: str | None, keys: str | None) -> keeper.Keeper:
    var = place.var()
    to = keeper.target(var, data, keys)
    return keeper.Keeper(var, to, database(var), rulebook(), own_limits())


def database(var: Path) -> keeper.Database:
    """How keeping reaches the database: the embedded server by a role of its own, an external one as jobs do."""
    if embedded.is_external():
        return keeper.Database(None, embedded.ensure(var)["batch"])
    connection = embedded.keeping_connection(var)
    server = embedded.running(var)
    assert server is not None
    return keeper.Database(server.binaries, connection)


def rulebook() -> Path | None:
    given = os.environ.get("ONEFOLD_RULEBOOK")
    return Path(given) if given else None


def own_limits() -> limits.Limits:
    return limits.limits(rulebook(), datetime.now(UTC).date())


def restore(words: list[str]) -> int:
    """Bring an installation back into an empty place: the newest state, or that of a moment."""
    parser = argparse.ArgumentParser(prog="onefold restore", description=restore.__doc__)
    parser.add_argument(
        "--from", dest="data", default=os.environ.get(DATA), help=f"where the data are (default: {DATA})"
    )
    parser.add_argument("--keys-from", default=os.environ.get(KEYS), help=f"where the keys are (default: {KEYS})")
    parser.add_argument("--into", type=Path, help="the folder to restore into (default: ONEFOLD_VAR, or var)")
    parser.add_argument("--to-time", type=moment, help="e.g. 2026-11-30T14:05:00+08:00; without a zone it is UTC")
    parser.add_argument("--backup", default="", help="from this backup and no other")
    asked = parser.parse_args(words)
    into = asked.into or Path(os.environ.get("ONEFOLD_VAR", place.home() / "var"))
    return saying_no(lambda: bring_back(asked.data, asked.keys_from, into.absolute(), asked.to_time, asked.backup))


def moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def bring_back(data: str | None, keys: str | None, into: Path, at: datetime | None, chosen: str) -> int:
    repository, keys_place = places(data, keys)
    wanted = restoring.Wanted(repository, keys_place, at, chosen)
    done = restoring.restore(wanted, into, check=kept_files.examine)
    if done.backup.kind == FILES_ONLY:
        at_, lsn = done.backup.manifest["ended_at"], done.backup.manifest["lsn"]
        print(f"{done.files} files and the keys are in {into} ({done.seconds:.1f} s).")
        print(f"They fit to the database's state of {at_} ({lsn}) or later. Restore that server, then:")
        print(f"  ONEFOLD_VAR={into} ./onefold verify --here")
    else:
        print(
            f"Restored into {into}: backup {done.backup.id}, to {done.until}; {done.files} files. {done.seconds:.1f} s."
        )
    print(f"Start it with: ONEFOLD_VAR={into} ./onefold up")
    print(
        "The first command that works on it writes the restore into its audit, and declares lost what it does not know."
    )
    return 0


def places(data: str | None, keys: str | None) -> tuple[Repository, Path]:
    from onefold.keeping.refusals import KeysMissing, NoTarget

    if not data:
        raise NoTarget()
    if not keys:
        raise KeysMissing(what="nobody said where")
    return Repository(Path(data).expanduser().absolute()), Path(keys).expanduser().absolute()


def verify(words: list[str]) -> int:
    """Read every byte of a repository of backups and compare it with what was written down when it was made."""
    parser = argparse.ArgumentParser(prog="onefold verify", description=verify.__doc__)
    parser.add_argument(
        "--from", dest="data", default=os.environ.get(DATA), help=f"where the data are (default: {DATA})"
    )
    parser.add_argument("--keys-from", default=os.environ.get(KEYS), help=f"where the keys are (default: {KEYS})")
    parser.add_argument(
        "--here", action="store_true", help="this installation instead: the files its rows refer to, and the book"
    )
    asked = parser.parse_args(words)
    return saying_no(look_here if asked.here else lambda: read_all(asked.data, asked.keys_from))


def look_here() -> int:
    found = kept_files.look_into(place.var(), embedded.administrator(place.var()).to("onefold"))
    for name in found.missing:
        print(f"WRONG  {name}: missing or altered")
    for what in found.wrong:
        print(f"WRONG  {what}")
    if not found.missing and not found.wrong:
        print("Every file that rows refer to is there with its hash, and the book holds.")
    return 1 if found.missing or found.wrong else 0


def read_all(data: str | None, keys: str | None) -> int:
    repository, keys_place = places(data, keys)
    wrong = verifying.verify(repository, keys_place)
    for one in wrong:
        print(f"WRONG  {one.where}: {one.what}")
    if not repository.backups():
        print("WRONG  there is no whole backup")
        return 1
    print("All of it is as it was written." if not wrong else f"{len(wrong)} things are wrong.")
    return 1 if wrong else 0


def drill(words: list[str]) -> int:
    """Restore the backup of this moment into another folder, compare every table and file, remove it again."""
    parser = argparse.ArgumentParser(prog="onefold drill", description=drill.__doc__)
    parser.add_argument(
        "--from", dest="data", default=os.environ.get(DATA), help=f"where the data are (default: {DATA})"
    )
    parser.add_argument("--keys-from", default=os.environ.get(KEYS), help=f"where the keys are (default: {KEYS})")
    parser.add_argument(
        "--into", type=Path, help="where to restore, in a folder made and removed (default: beside var)"
    )
    asked = parser.parse_args(words)
    return saying_no(lambda: practise(asked.data, asked.keys_from, asked.into))


def practise(data: str | None, keys: str | None, within: Path | None) -> int:
    keeps = own_keeper(data, keys)
    name = f"{place.var().name}.drill-{os.getpid()}"
    into = (within.absolute() if within else place.var().absolute().parent) / name
    log = place.var() / "log" / f"drill-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.log"
    with log.open("w") as file:

        def told(line: str) -> None:
            print(line, flush=True)
            print(line, file=file, flush=True)

        live = drills.Live(keeps, embedded.administrator(place.var()).to("onefold"))
        try:
            done = drills.drill(live, into, kept_files.examine, told)
        except Refusal as refusal:
            told(f"FAILED  {refusal.sentence_in('en')}")
            raise
        for line in done.wrong:
            told(f"DIFFERS  {line}")
        told(f"RTO {done.rto_s:.1f} s; RPO {done.log_rpo_s:.1f} s (database), {done.files_rpo_s:.1f} s (files).")
        told("FAILED: what was restored is not what there is." if done.wrong else "Good.")
    drills.record(keeps, done)
    print(f"Written down in {log}")
    return 1 if done.wrong else 0


def saying_no(work: Callable[[], int]) -> int:
    """A refusal is a sentence, not a traceback."""
    try:
        return work()
    except Refusal as refusal:
        print(f"onefold: {refusal.sentence_in(os.environ.get('ONEFOLD_LANGUAGE', 'en'))}", file=sys.stderr)
    except (RulebookBroken, OSError, TimeoutError) as error:
        print(f"onefold: {error}", file=sys.stderr)
    return 1
