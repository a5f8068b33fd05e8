"""Fault rows 49 and 50: a backup taken while everything runs is brought back whole, or refused by the name of what is wrong."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from conftest import VAR

from onefold import embedded
from onefold.cli import kept_files
from onefold.embedded import postmaster
from onefold.embedded.refusals import ProgramFailed
from onefold.keeping import comparing, drill, keeper, keys, refusals, restoring, retention, state, verifying
from onefold.keeping.repository import FULL, INCREMENTAL, Repository
from onefold.keeping.restoring import Found, Wanted, restore
from onefold.keeping.service import Service
from onefold.seam import vault
from onefold.seam.datasets import SOURCE_IDENTITIES
from onefold.seam.tests.test_vault import identities
from tests.faults.installation import LIMITS, Installation, back, eventually, facts_hold

KILLS = 12 if os.environ.get("ONEFOLD_NIGHTLY") == "1" else 2
BACKUP_IN_A_PROCESS = """
import sys
from pathlib import Path
from onefold.seam import vault
from onefold.seam.datasets import SOURCE_IDENTITIES
from onefold.seam.tests.test_vault import identities
from tests.faults.installation import Installation
Installation(Path(sys.argv[1])).keeper().backup(full=True)
"""


@pytest.fixture
def house() -> Iterator[Installation]:
    made = Installation.make(VAR / "kept")
    try:
        yield made
    finally:
        made.remove()


@pytest.fixture(scope="module")
def kept() -> Iterator[Installation]:
    """An installation that was kept for a while and then lost: three backups, log over several segments, files, keys."""
    made = Installation.make(VAR / "kept")
    try:
        made.write(0)
        made.keep()
        eventually(lambda: made.lineage.backups(), f"the first backup; {made.said}")
        for number in range(1, 4):
            made.write(number)
            made.next_segment()
        made.kept_until_now()
        eventually(lambda: len(made.lineage.wal.finished()) >= 3, "three segments")
        eventually(lambda: all(made.lineage.wal.sum_of(name) for name in made.lineage.wal.finished()), "their hashes")
        made.stop_keeping()
        embedded.stop(made.var, immediately=True)
        yield made
    finally:
        made.remove()


@pytest.fixture
def copy(kept: Installation, tmp_path: Path) -> Iterator[Installation]:
    """A copy of its backups that may be damaged; unchanged files are shared."""
    root = kept.root / f"copy-{tmp_path.name}"
    root.mkdir(mode=0o711)
    for place in ("data", "keys"):
        shutil.copytree(kept.root / place, root / place, copy_function=os.link, symlinks=True)
    yield Installation(root)
    shutil.rmtree(root)


def flip(path: Path) -> None:
    """Another byte in the middle; the file shared with other copies stays as it is."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x40
    path.unlink()
    path.write_bytes(content)


def wanted(of: Installation, at: datetime | None = None) -> Wanted:
    return Wanted(of.target.repository, of.target.keys, at)


# While everything runs


def test_what_was_acknowledged_before_the_backup_ended_is_in_it(house: Installation) -> None:
    acknowledged: list[int] = []
    enough = threading.Event()

    def write() -> None:
        while not enough.is_set():
            house.write(len(acknowledged))
            acknowledged.append(len(acknowledged))

    writer = threading.Thread(target=write)
    writer.start()
    eventually(lambda: len(acknowledged) > 20, "rows before")
    before = len(acknowledged)
    made = house.keeper().backup()
    enough.set()
    writer.join()
    house.keeper().backup()
    _, numbers = back(Wanted(house.target.repository, house.target.keys, backup=made.id), house.root / "back")
    assert len(numbers) >= before
    assert numbers == list(range(len(numbers)))
    done, numbers = back(wanted(house), house.root / "newest")
    assert (done.backup.kind, numbers) == (INCREMENTAL, acknowledged)


def test_a_server_killed_right_after_a_commit_loses_less_than_a_minute(house: Installation) -> None:
    house.keep()
    eventually(lambda: house.lineage.backups(), f"a backup; {house.said}")
    for number in range(30):
        house.write(number)
    house.kept_until_now()
    with house.session() as session:
        session.execute("INSERT INTO facts VALUES (99, '', 'acknowledged a moment before the end')")
    server = postmaster.living(house.var / "pg/data")
    assert server
    os.kill(server.pid, signal.SIGKILL)
    house.stop_keeping()
    mark = datetime.fromisoformat(house.target.repository.lineages()[0].mark["log_at"])
    assert datetime.now(UTC) - mark < timedelta(seconds=LIMITS.log_age_max_s)
    _, numbers = back(wanted(house), house.root / "back")
    assert numbers[:30] == list(range(30))
    assert numbers in ([*range(30), 99], [*range(30)]), "the last one was on its way"


def test_a_moment_brings_back_a_dropped_table_and_its_files(house: Installation) -> None:
    house.keep()
    eventually(lambda: house.lineage.backups(), f"a backup; {house.said}")
    sha256 = house.write(1)
    house.kept_until_now()
    moment = house.now()
    with house.session() as session:
        session.execute("DROP TABLE facts")
    (house.var / "intake" / sha256).unlink()
    house.kept_until_now()
    house.stop_keeping()
    _, numbers = back(wanted(house, moment), house.root / "back")
    assert numbers == [1]
    assert (house.root / "back" / "intake" / sha256).exists()
    assert (house.root / "back" / "secrets" / "vault.key").read_bytes() == bytes(range(32))


def test_a_moment_after_the_last_commit_is_the_end_of_the_log_if_that_was_whole_then(house: Installation) -> None:
    house.keep()
    eventually(lambda: house.lineage.backups(), f"a backup; {house.said}")
    house.write(1)
    moment = house.now()
    house.kept_until_now()
    house.stop_keeping()
    assert back(wanted(house, moment), house.root / "back")[1] == [1]
    with pytest.raises(refusals.MomentNotReached):
        restore(wanted(house, datetime.now(UTC) + timedelta(hours=1)), house.root / "later", told=lambda line: None)
    assert not list(house.root.glob("later*"))


def test_a_killed_backup_leaves_nothing_that_looks_whole(house: Installation) -> None:
    for number in range(KILLS):
        house.write(number)
        words = [sys.executable, "-c", BACKUP_IN_A_PROCESS, str(house.root)]
        with subprocess.Popen(words, start_new_session=True) as child:
            eventually(lambda: any((house.root / "data").glob("*/backups/.*/database/base/1")), "it is at work")
            os.killpg(child.pid, signal.SIGKILL)
        assert house.target.repository.backups() == []
    with pytest.raises(refusals.NoBackup):
        restore(wanted(house), house.root / "back")
    made = house.keeper().backup()
    assert [path.name for path in made.folder.parent.iterdir()] == [made.id], "what was cut off is gone"
    assert back(wanted(house), house.root / "back")[1] == list(range(KILLS))


def test_a_page_that_changed_on_the_disk_stops_the_backup(house: Installation) -> None:
    with house.session() as session:
        session.execute("INSERT INTO facts SELECT g, '', repeat('x', 500) FROM generate_series(1, 200) g")
        (path,) = session.execute("SELECT pg_relation_filepath('facts')").fetchone() or ("",)
        session.execute("CHECKPOINT")
    embedded.stop(house.var)
    table = house.var / "pg" / "data" / path
    content = bytearray(table.read_bytes())
    content[8192 + 4000] ^= 1
    table.write_bytes(content)
    with pytest.raises(ProgramFailed, match="checksum"):
        house.keeper().backup()
    assert house.target.repository.backups() == []


def test_a_log_that_cannot_be_joined_begins_a_lineage_with_a_full_backup(house: Installation) -> None:
    house.keep()
    first = eventually(lambda: house.lineage.backups(), f"a backup; {house.said}")[0]
    house.kept_until_now()
    house.stop_keeping()
    with house.session() as session:
        session.execute("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots")
    house.write(1)
    house.keep()
    eventually(lambda: len(house.target.repository.lineages()) == 2 and house.lineage.backups(), f"{house.said}")
    house.write(2)
    house.kept_until_now()
    house.stop_keeping()
    assert house.lineage.backups()[0].kind == FULL
    assert house.lineage.id != first.lineage.id
    assert back(wanted(house), house.root / "back")[1] == [1, 2]
    assert verifying.verify(house.target.repository, house.target.keys, lambda line: None) == []


def test_an_archive_that_lost_its_newest_segment_is_not_gone_on_with(house: Installation) -> None:
    service = Service(house.keeper(), house.said.append)
    service.next_base = float("inf")
    eventually(lambda: service.tick() or house.lineage.wal.unfinished(), "a segment is being written")
    house.write(1)
    eventually(lambda: service.tick() or house.lineage.mark.get("log_at"), "the log is noted")
    service.receiver.stop()
    before = house.lineage
    before.wal.unfinished().unlink()
    again = Service(house.keeper(), house.said.append)
    again.next_base = float("inf")
    again.tick()
    again.receiver.stop()
    assert house.lineage.id != before.id


def test_a_receiver_that_loses_what_it_acknowledged_is_not_believed(house: Installation) -> None:
    service = Service(house.keeper(), house.said.append)
    service.next_base = float("inf")
    try:
        eventually(lambda: service.tick() or house.lineage.mark.get("log_at"), "the log is noted")
        house.write(1)
        eventually(lambda: service.tick() or house.lineage.wal.unfinished(), "a segment is being written")
        house.lineage.wal.unfinished().unlink()
        service.asked = None
        before = house.lineage.mark["log_at"]
        for number in range(2, 6):
            house.write(number)
            service.tick()
        assert house.lineage.mark["log_at"] == before, "nothing is said to be kept that is not there"
    finally:
        service.receiver.stop()


# The way back


def test_it_comes_back_whole_and_goes_on_alone(kept: Installation, copy: Installation) -> None:
    done, numbers = back(wanted(copy), copy.root / "back")
    assert numbers == [0, 1, 2, 3]
    assert done.files >= 4
    assert (state.restored(copy.root / "back") or {})["backup"] == done.backup.id, "its audit will say so"
    with pytest.raises(refusals.PlaceTaken):
        restore(wanted(copy), copy.root / "back")
    again = Installation(copy.root / "again")
    (copy.root / "again").mkdir(mode=0o711)
    (copy.root / "back").rename(again.var)
    again.write(4)
    lines = {lineage.id for lineage in copy.target.repository.lineages()}
    shutil.copytree(copy.root / "data", again.root / "data")
    made = again.keeper().backup()
    assert made.kind == FULL
    assert made.lineage.id not in lines, "two machines never write over each other"
    embedded.stop(again.var, immediately=True)


def segments(of: Installation) -> list[Path]:
    (lineage,) = of.target.repository.lineages()
    return [lineage.wal.folder / name for name in lineage.wal.finished()]


def last_noted(of: Installation) -> Path:
    (lineage,) = of.target.repository.lineages()
    return lineage.wal.unfinished() or segments(of)[-1]


def table_file(of: Installation) -> Path:
    (backup, *_) = of.target.repository.backups()
    return max((backup.database / "base").glob("*/*"), key=lambda path: path.stat().st_size)


def pooled(of: Installation) -> Path:
    return next(path for path in sorted((of.root / "data" / "files").glob("*/*")))


def truncate(path: Path) -> None:
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content[: len(content) // 2])


DAMAGES: dict[str, tuple[Callable[[Installation], Path], Callable[[Path], None], type[Exception]]] = {
    "a byte of a table": (table_file, flip, refusals.BackupDamaged),
    "a table's file gone": (table_file, Path.unlink, refusals.BackupDamaged),
    "the list of its files": (
        lambda of: of.target.repository.backups()[0].database / "backup_manifest", flip, refusals.BackupDamaged,
    ),
    "a segment gone": (lambda of: segments(of)[-2], Path.unlink, refusals.SegmentMissing),
    "the last segment gone": (last_noted, Path.unlink, refusals.SegmentMissing),
    "a segment cut short": (lambda of: segments(of)[-2], truncate, refusals.SegmentDamaged),
    "a byte of a segment": (lambda of: segments(of)[-2], flip, refusals.SegmentDamaged),
    "a byte of a file": (pooled, flip, refusals.FilesMissing),
    "a file gone": (pooled, Path.unlink, refusals.FilesMissing),
    "an inventory gone": (
        lambda of: sorted((of.root / "data").glob("*/inventories/*.json"))[1], Path.unlink, refusals.BackupDamaged,
    ),
    "a byte of a key": (lambda of: next((of.root / "keys").glob("secrets/*/vault.key")), flip, refusals.KeysMissing),
    "the keys gone": (lambda of: of.root / "keys" / "secrets", shutil.rmtree, refusals.KeysMissing),
}  # fmt: skip


@pytest.mark.parametrize("what", DAMAGES)
def test_damage_is_found_and_stops_the_restore(copy: Installation, what: str) -> None:
    find, damage, refusal = DAMAGES[what]
    path = find(copy)
    damage(path)
    found = verifying.verify(copy.target.repository, copy.target.keys, lambda line: None)
    assert found, "verify"
    with pytest.raises(refusal) as raised:
        restore(wanted(copy), copy.root / "back", check=facts_hold, told=lambda line: None)
    if issubclass(refusal, refusals.SegmentMissing | refusals.SegmentDamaged):
        name = path.name.removesuffix(".partial")
        assert name in raised.value.sentence_in("en")
        assert name in raised.value.sentence_in("zh")
        assert any(name in wrong.where for wrong in found)
    assert not list(copy.root.glob("back*")), "nothing that looks restored is left"


def test_an_undamaged_copy_is_found_whole(copy: Installation) -> None:
    assert verifying.verify(copy.target.repository, copy.target.keys, lambda line: None) == []


def test_a_row_without_its_file_stops_the_restore_and_says_up_to_when(house: Installation) -> None:
    house.write(1)
    house.keeper().backup()
    with house.session() as session:
        session.execute("INSERT INTO facts VALUES (2, repeat('a', 64), 'its file never came')")
    house.keeper().backup()
    with pytest.raises(refusals.FilesMissing) as raised:
        restore(wanted(house), house.root / "back", check=facts_hold, told=lambda line: None)
    assert raised.value.data["first"] == f"intake/{'a' * 64}"
    assert not list(house.root.glob("back*"))


def test_what_was_erased_after_a_backup_stays_erased_when_it_comes_back(house: Installation) -> None:
    keys_ = vault.VaultKeys.for_folder(house.var / "vault", bytes(range(32)))
    vault.seal(house.var / "vault" / "runs" / "first", SOURCE_IDENTITIES, identities("Wang", "Li"), keys_)
    before = house.keeper().backup()
    vault.forget(house.var / "vault", [f"{1:032x}"])
    keys.keep(house.var, house.target.keys)
    restore(
        Wanted(house.target.repository, house.target.keys, backup=before.id),
        house.root / "back",
        told=lambda line: None,
    )
    restored = vault.VaultKeys.for_folder(house.root / "back" / "vault", bytes(range(32)))
    rows = vault.open_(restored.folder / "runs" / "first", SOURCE_IDENTITIES, restored).to_pylist()
    assert [row["name"] for row in rows] == ["Wang"]
    assert not list((house.root / "data").rglob("*forgotten*")), "salts and tombstones lie with the keys"


def test_a_restored_group_is_asked_for_every_file_and_for_its_book(harbour: str) -> None:
    admin = embedded.administrator(VAR, test=True).to(harbour)
    assert kept_files.look_into(VAR, admin) == Found()
    with psycopg.connect(**admin.parameters(), autocommit=True) as session:
        (sha256,) = session.execute("SELECT min(sha256) FROM intake_batch").fetchone() or ("",)
        (release,) = session.execute("SELECT release_id FROM releases_activerelease").fetchone() or ("",)
    received, dataset = VAR / "intake" / sha256, VAR / "lake" / "runs" / release / "decisions.parquet"
    kept = {path: path.read_bytes() for path in (received, dataset)}
    try:
        received.unlink()
        dataset.write_bytes(kept[dataset][:-1])
        missing = {path.relative_to(VAR).as_posix() for path in (received, dataset)}
        assert missing <= set(kept_files.look_into(VAR, admin).missing)
    finally:
        for path, content in kept.items():
            path.write_bytes(content)


# The practice, what is dropped, what alarms


def test_the_drill_compares_every_row_while_others_write(house: Installation) -> None:
    enough = threading.Event()

    def write() -> None:
        number = 0
        while not enough.is_set():
            house.write(number := number + 1)

    house.keep()
    eventually(lambda: house.lineage.backups(), f"a backup; {house.said}")
    writer = threading.Thread(target=write)
    writer.start()
    try:
        keeps = house.keeper()
        done = drill.drill(drill.Live(keeps, house.connection), house.root / "drill", facts_hold, lambda line: None)
    finally:
        enough.set()
        writer.join()
    assert (done.wrong, done.tables) == ([], 1)
    assert done.rows > 0
    assert done.log_rpo_s < LIMITS.log_age_max_s
    assert not list(house.root.glob("drill*"))
    drill.record(keeps, done)
    assert state.status(house.var, LIMITS).alarms == ()
    with house.session() as session:
        here = comparing.contents(session)
        session.execute("UPDATE facts SET note = 'another' WHERE number = 1")
        assert comparing.differences(here, comparing.contents(session)) != []


def test_old_backups_go_and_what_a_kept_one_needs_stays(house: Installation) -> None:
    keeps = house.keeper()
    house.write(1)
    first = keeps.backup()
    gone = house.write(2)
    second = keeps.backup()
    (house.var / "intake" / gone).unlink()
    with house.session() as session:
        session.execute("DELETE FROM facts WHERE number = 2")
    third, fourth = keeps.backup(full=True), keeps.backup()
    assert (second.manifest["on"], fourth.manifest["on"]) == (first.id, third.id)
    later, few = datetime.now(UTC) + timedelta(days=LIMITS.kept_days + 1), replace(LIMITS, kept_fewest=1)
    pool = house.target.repository.pool
    assert pool.wrong(gone) == ""
    assert retention.prune(house.target.repository, house.target.keys, few, later) == [first.id, second.id]
    assert verifying.verify(house.target.repository, house.target.keys, lambda line: None) == []
    assert back(wanted(house), house.root / "back")[1] == [1]


def test_only_what_succeeded_counts_and_its_absence_alarms(tmp_path: Path) -> None:
    now = datetime(2026, 11, 30, 12, tzinfo=UTC)
    assert state.status(tmp_path, LIMITS, now).alarms == (), "nobody asked for backups"
    state.note(tmp_path, target="/backup", database="embedded")
    everything = ("BACKUP_TOO_OLD", "LOG_TOO_OLD", "FILES_TOO_OLD", "DRILL_TOO_OLD")
    assert state.status(tmp_path, LIMITS, now).alarms == everything
    ages = {
        "backup": timedelta(hours=25),
        "log": timedelta(seconds=50),
        "files": timedelta(seconds=50),
        "drill": timedelta(days=6),
    }
    state.note(tmp_path, **{name: {"at": (now - age).isoformat()} for name, age in ages.items()})
    assert state.status(tmp_path, LIMITS, now).alarms == ()
    assert state.status(tmp_path, LIMITS, now + timedelta(seconds=11)).alarms == ("LOG_TOO_OLD", "FILES_TOO_OLD")
    assert state.status(tmp_path, LIMITS, now + timedelta(days=2)).alarms == everything
    state.note(tmp_path, database="external", altered=["intake/x"])
    assert state.status(tmp_path, LIMITS, now).alarms == ("FILE_ALTERED",)


def test_keys_and_data_lie_apart_and_outside(tmp_path: Path) -> None:
    var = tmp_path / "var"
    for data, apart, refusal in (
        (None, None, refusals.NoTarget),
        (tmp_path / "data", None, refusals.NoPlaceForKeys),
        (tmp_path / "data", tmp_path / "data" / "keys", refusals.KeysBesideData),
        (tmp_path / "data", tmp_path, refusals.KeysBesideData),
        (var / "backup", tmp_path / "keys", refusals.TargetInside),
    ):
        with pytest.raises(refusal):
            keeper.target(var, data and str(data), apart and str(apart))
    assert isinstance(keeper.target(var, str(tmp_path / "data"), str(tmp_path / "keys")).repository, Repository)


def test_a_repository_without_a_backup_says_so(tmp_path: Path) -> None:
    with pytest.raises(refusals.NoBackup):
        restoring.chosen(Wanted(Repository(tmp_path), tmp_path))
