"""DATABASE_URL: the server of a database administrator who may create roles but is no superuser. Ours plays it."""

from __future__ import annotations

from pathlib import Path

import pytest

from onefold import embedded
from onefold.embedded.tests.places import ask

OURS = "SELECT string_agg(datname, ' ') FROM pg_database WHERE pg_get_userbyid(datdba) = 'onefold_owner'"


@pytest.fixture(scope="module")
def server(shared_var: Path) -> embedded.Connection:
    """The shared server without our roles and databases, as one would find it; its superuser's connection."""
    embedded.ensure(shared_var, test=True)
    superuser = embedded.administrator(shared_var, test=True)
    for name in (ask(superuser, OURS) or "").split():
        ask(superuser, f"DROP DATABASE {name} WITH (FORCE)")
    ask(superuser, "REVOKE SET ON PARAMETER session_replication_role FROM onefold_batch")
    ask(superuser, "DROP ROLE onefold_owner, onefold_app, onefold_signin, onefold_reporter, onefold_batch")
    ask(superuser, "CREATE ROLE dba LOGIN CREATEROLE CREATEDB PASSWORD 'of the dba'")
    return superuser


@pytest.fixture(scope="module")
def installed(server: embedded.Connection, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `var` of a first installation on that server. The URL names a database that is not there before."""
    var = tmp_path_factory.mktemp("first") / "var"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", server.as_user("dba", "of the dba").to("onefold").url())
        embedded.ensure(var)
    return var


@pytest.fixture
def _by_url(server: embedded.Connection, installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", server.as_user("dba", "of the dba").to("onefold").url())


@pytest.mark.usefixtures("_by_url")
def test_it_gets_roles_and_a_database_and_no_embedded_server_is_started(installed: Path) -> None:
    connections = embedded.ensure(installed)
    assert ask(connections["app"], "SELECT current_database() || ' ' || current_user") == "onefold onefold_app"
    assert ask(connections["owner"], OURS) == "onefold"
    assert embedded.ensure(installed) == connections
    assert not (installed / "pg").exists()


@pytest.mark.usefixtures("_by_url")
def test_another_installation_does_not_take_the_roles_over_unless_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(embedded.DatabaseUnavailable, match="DATABASE_ROLES_TAKEN"):
        embedded.ensure(tmp_path / "second")
    monkeypatch.setenv("ONEFOLD_ADOPT_ROLES", "1")
    assert ask(embedded.ensure(tmp_path / "second")["app"], "SELECT 1") == 1


@pytest.mark.usefixtures("_by_url")
@pytest.mark.parametrize("power", ["ALTER ROLE onefold_app BYPASSRLS", "GRANT pg_read_all_data TO onefold_batch"])
def test_roles_with_powers_the_administrator_cannot_take_away_stop_the_start(
    power: str, server: embedded.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONEFOLD_ADOPT_ROLES", "1")
    if power.startswith("GRANT") and int(ask(server, "SHOW server_version_num")) < 160000:
        pytest.skip("before 16, whoever may create roles may also take any group away: nothing is left to refuse")
    ask(server, power)
    try:
        with pytest.raises(embedded.DatabaseUnavailable, match="DATABASE_ROLES_UNSAFE"):
            embedded.ensure(tmp_path / "third")
    finally:
        ask(server, "ALTER ROLE onefold_app NOBYPASSRLS")
        ask(server, "REVOKE pg_read_all_data FROM onefold_batch")


@pytest.mark.usefixtures("_by_url")
def test_an_administrator_who_may_not_make_roles_is_told_so(
    server: embedded.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(server, "CREATE ROLE clerk LOGIN PASSWORD 'of the clerk'")
    ask(server, "ALTER ROLE onefold_owner RENAME TO put_aside")
    monkeypatch.setenv("DATABASE_URL", server.as_user("clerk", "of the clerk").url())
    try:
        with pytest.raises(embedded.DatabaseUnavailable, match="DATABASE_MAY_NOT_MAKE_ROLES"):
            embedded.ensure(tmp_path / "fourth")
    finally:
        ask(server, "ALTER ROLE put_aside RENAME TO onefold_owner")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("mysql://root@localhost/onefold", "DATABASE_ADDRESS_BAD"),
        ("postgresql://dba@127.0.0.1:1/postgres", "DATABASE_UNREACHABLE"),
    ],
)
def test_a_server_that_cannot_be_had_is_named(
    url: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(embedded.DatabaseUnavailable, match=code):
        embedded.ensure(tmp_path / "var")
