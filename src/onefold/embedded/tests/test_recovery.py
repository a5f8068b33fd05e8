"""The server killed, hung, cut off; its pid file stale; its secrets lost. The next `ensure` brings it back or says why not."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest

from onefold import embedded
from onefold.embedded import cluster, postmaster, settings
from onefold.embedded.refusals import ForeignFolder, Silent
from onefold.embedded.tests import places
from onefold.embedded.tests.places import IS_ROOT, NAMELESS, NOBODY, ask, python, said_by

linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="zombies are made by a Linux call")
needs_root = pytest.mark.skipif(not IS_ROOT, reason="needs root: several users take part")
needs_nobody = pytest.mark.skipif(
    IS_ROOT and not places.interpreter_for_nobody(), reason="no interpreter that the user nobody may run (closed home)"
)
AS_ANOTHER = """
import os, signal
from pathlib import Path
from onefold import embedded
from onefold.embedded.tests.places import ask
var = Path({var!r})
owner = embedded.ensure(var, test=True)["owner"]
ask(owner, "CREATE TABLE mine AS SELECT 1")
os.kill(embedded.running(var).pid, signal.SIGKILL)
print(os.geteuid(), ask(embedded.ensure(var, test=True)["owner"], "SELECT count(*) FROM mine"))
"""
REFUSED = """
from pathlib import Path
from onefold import embedded
try:
    embedded.ensure(Path({var!r}), test=True)
except embedded.DatabaseUnavailable as refusal:
    print(refusal.code)
"""
SQUATTED = """
from pathlib import Path
from onefold.embedded import cluster
try:
    cluster.Starting(Path({folder!r}), "real").make_socket_folder()
except cluster.ForeignFolder as refusal:
    print(refusal.code)
"""


def kill(var: Path) -> int:
    server = embedded.running(var)
    assert server
    os.kill(server.pid, signal.SIGKILL)
    return server.pid


def test_after_kill_9_with_sessions_open_it_is_back_and_nothing_committed_is_lost(var: Path) -> None:
    owner = embedded.ensure(var, test=True)["owner"]
    session = psycopg.connect(**owner.parameters())
    session.execute("CREATE TABLE IF NOT EXISTS survivors (n int)")
    session.execute("INSERT INTO survivors VALUES (1)")
    session.commit()
    session.execute("INSERT INTO survivors VALUES (2)")  # never committed
    killed = kill(var)
    began = time.monotonic()
    assert ask(embedded.ensure(var, test=True)["owner"], "SELECT max(n) FROM survivors") == 1
    assert time.monotonic() - began < 20
    server = embedded.running(var)
    assert server and server.pid != killed
    session.close()


def test_a_watched_server_is_back_by_itself(var: Path) -> None:
    command = [sys.executable, "-m", "onefold.embedded", "watch", str(var)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as watch:
        killed = kill(var)
        assert watch.stdout and watch.stdout.readline().startswith("started the database in ")
        server = embedded.running(var)
        assert server and server.pid != killed
        watch.terminate()
        assert watch.wait(20) == 0
    assert embedded.running(var) == server


@linux_only
def test_a_dead_server_nobody_reaps_does_not_block_the_next(var: Path) -> None:
    embedded.stop(var)
    with places.late_reaping():
        embedded.ensure(var, test=True)
        killed = kill(var)
        while postmaster.state_of(killed) != "Z":
            time.sleep(0.01)
        assert ask(embedded.ensure(var, test=True)["app"], "SELECT 1") == 1
        assert postmaster.state_of(killed) == "Z"


def test_a_stale_pid_file_that_names_a_living_stranger_is_seen_through(var: Path) -> None:
    kill(var)
    data = var / "pg/data"
    noted = postmaster.noted_in(data)
    assert noted
    with stranger_of(data.stat().st_uid) as stranger:
        (data / "postmaster.pid").write_text(f"{stranger.pid}\n{data}\n0\n5432\n{noted.socket_folder}\n")
        assert ask(embedded.ensure(var, test=True)["app"], "SELECT 1") == 1
        assert stranger.poll() is None
        stranger.kill()


def stranger_of(uid: int) -> subprocess.Popen[bytes]:
    """A process the server's account could signal, so that PostgreSQL takes it for the old server."""
    return subprocess.Popen(["sleep", "60"], cwd="/", user=uid if IS_ROOT else None)


@pytest.mark.parametrize("content", ["", "nonsense", "99999999\n"])
def test_a_broken_pid_file_is_seen_through(var: Path, content: str) -> None:
    assert embedded.stop(var)
    (var / "pg/data/postmaster.pid").write_text(content)
    assert ask(embedded.ensure(var, test=True)["app"], "SELECT 1") == 1


def test_a_socket_swept_out_of_tmp_is_put_back(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "GONE_SOCKET_S", 0.3)
    shutil.rmtree(embedded.ensure(var, test=True)["app"].host)
    assert ask(embedded.ensure(var, test=True)["app"], "SELECT 1") == 1


def test_a_server_that_hangs_is_named_and_left_alone(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "ANSWER_S", 1)
    server = embedded.running(var)
    assert server
    os.kill(server.pid, signal.SIGSTOP)
    try:
        with pytest.raises(Silent, match=str(server.pid)):
            cluster.Starting(var / "pg", settings.TEST).settle(time.monotonic() + 0.3, 0.3)
    finally:
        os.kill(server.pid, signal.SIGCONT)
    assert embedded.running(var) == server


def test_sessions_that_outlive_a_killed_server_are_waited_for(var: Path) -> None:
    """A stopped session holds the dead server's shared memory; no second server may write beside it."""
    with psycopg.connect(**embedded.ensure(var, test=True)["owner"].parameters()) as session:
        hung = session.info.backend_pid
        os.kill(hung, signal.SIGSTOP)
        kill(var)
        waker = threading.Timer(1.0, os.kill, (hung, signal.SIGCONT))
        waker.start()
        began = time.monotonic()
        assert ask(embedded.ensure(var, test=True)["app"], "SELECT 1") == 1
        assert time.monotonic() - began > 0.9
        session.close()


@linux_only
def test_a_broken_setting_is_reported_at_once_in_the_servers_own_words(var: Path) -> None:
    ask(embedded.administrator(var, test=True), "ALTER SYSTEM SET shared_preload_libraries = 'no_such_library'")
    embedded.stop(var)
    began = time.monotonic()
    try:
        with places.late_reaping(), pytest.raises(embedded.DatabaseUnavailable, match="no_such_library"):
            embedded.ensure(var, test=True)
    finally:
        (var / "pg/data/postgresql.auto.conf").write_text("")
    assert time.monotonic() - began < 10


def test_lost_secrets_are_replaced_and_the_data_stays(var: Path) -> None:
    ask(embedded.ensure(var, test=True)["owner"], "CREATE TABLE IF NOT EXISTS still_here ()")
    (var / "secrets/database.json").unlink()
    connections = embedded.ensure(var, test=True)
    assert ask(connections["batch"], "SELECT count(*) FROM still_here") == 0
    assert ask(embedded.administrator(var, test=True), "SELECT 1") == 1


def test_the_servers_log_keeps_no_values_of_failed_statements(var: Path) -> None:
    owner = embedded.ensure(var, test=True)["owner"]
    ask(owner, "CREATE TABLE IF NOT EXISTS persons (name text PRIMARY KEY)")
    for statement in (
        "INSERT INTO persons VALUES ('王小明'), ('王小明')",
        "SELECT '王小明'::int",
        "SELECT %s::date",
    ):
        with pytest.raises(psycopg.Error):
            ask(owner, statement, *(["王小明"] if "%s" in statement else []))
    assert "王小明" not in (var / "pg/server.log").read_text()


@needs_root
def test_as_root_under_a_closed_home_the_server_runs_as_root_without_powers() -> None:
    with places.place(mode=0o700) as home:
        var = home / "onefold/var"
        owner = embedded.ensure(var, test=True)["owner"]
        ask(owner, "CREATE TABLE mine AS SELECT 1")
        kill(var)
        assert ask(embedded.ensure(var, test=True)["owner"], "SELECT count(*) FROM mine") == 1
        assert (var / "pg/data").stat().st_uid == 0
        assert home.stat().st_mode & 0o777 == 0o700
        home.chmod(0o755)
        embedded.stop(var)
        assert ask(embedded.ensure(var, test=True)["owner"], "SELECT count(*) FROM mine") == 1


@needs_root
@needs_nobody
@pytest.mark.parametrize("user", [NOBODY, NAMELESS])
def test_an_ordinary_user_has_a_server_of_his_own_and_root_later_uses_it_as_that_user(user: int) -> None:
    with places.place() as folder:
        os.chown(folder, user, user)
        var = folder / "var"
        assert said_by(python(AS_ANOTHER.format(var=str(var)), user=user)) == f"{user} 1"
        embedded.stop(var)
        (var / "secrets").chmod(0o700)
        assert ask(embedded.ensure(var, test=True)["owner"], "SELECT count(*) FROM mine") == 1
        assert (var / "pg/data").stat().st_uid == user


@needs_root
@needs_nobody
def test_a_user_without_a_name_who_cannot_borrow_one_is_told_so() -> None:
    with places.place() as folder:
        os.chown(folder, NAMELESS, NAMELESS)
        child = python(REFUSED.format(var=str(folder / "var")), user=NAMELESS, PATH="/nowhere")
        assert said_by(child) == "NO_NAME"


@needs_root
@needs_nobody
def test_a_folder_of_somebody_else_is_refused(var: Path) -> None:
    assert said_by(python(REFUSED.format(var=str(var)), user=NOBODY)) == "FOREIGN_FOLDER"


@needs_root
@needs_nobody
def test_an_ordinary_user_does_not_trust_a_socket_folder_made_by_another() -> None:
    with places.place() as folder:
        os.chown(folder, NOBODY, NOBODY)
        squatted = settings.socket_folder(folder)
        squatted.mkdir(mode=0o777)
        try:
            assert said_by(python(SQUATTED.format(folder=str(folder)), user=NOBODY)) == "FOREIGN_FOLDER"
        finally:
            squatted.rmdir()


@needs_root
def test_a_folder_restored_by_root_is_given_back_to_the_servers_account(var: Path) -> None:
    before = (var / "pg/data").stat().st_uid
    embedded.stop(var)
    for path in [var / "pg", *(var / "pg").rglob("*")]:
        os.chown(path, NOBODY if path.name == "base" else 0, 0, follow_symlinks=False)
    assert ask(embedded.ensure(var, test=True)["app"], "SELECT 1") == 1
    assert before and (var / "pg/data").stat().st_uid in (0, before)


def test_a_foreign_folder_is_named(place: Path) -> None:
    if IS_ROOT:
        pytest.skip("root may enter every folder; the test above shows the refusal to an ordinary user")
    (place / "var/pg").mkdir(parents=True)
    (place / "var/pg").chmod(0)
    try:
        with pytest.raises(ForeignFolder):
            embedded.ensure(place / "var")
    finally:
        (place / "var/pg").chmod(0o700)
